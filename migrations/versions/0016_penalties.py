"""penalty cases, their papers and certificates, quarterly reports

Revision: penalties, after running_figures.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from core.foundation.db import append_only_ddl, no_truncate_ddl

revision = "penalties"
down_revision = "subscriptions"
branch_labels = None
depends_on = None

APPEND_ONLY = ("penalty_paper", "penalty_report_copy")


def upgrade() -> None:
    op.create_table(
        "penalty",
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("institution_code", sa.String(length=5), nullable=False),
        sa.Column("measure", sa.String(length=12), nullable=False),
        sa.Column("ground", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("certificate_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("document_kind", sa.String(length=30), nullable=False),
        sa.Column("document_number", sa.LargeBinary(), nullable=False),
        sa.Column("document_index", sa.String(length=64), nullable=False),
        sa.Column("party", sa.LargeBinary(), nullable=False),
        sa.Column("summary", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.Column("basis", sa.LargeBinary(), nullable=False),
        sa.Column("basis_on", sa.Date(), nullable=True),
        sa.Column("investigated_by", sa.Uuid(), nullable=True),
        sa.Column("notified_on", sa.Date(), nullable=True),
        sa.Column("hearing_until", sa.Date(), nullable=True),
        sa.Column("defence", sa.LargeBinary(), nullable=False),
        sa.Column("hearing_asked_on", sa.Date(), nullable=True),
        sa.Column("hearing_on", sa.Date(), nullable=True),
        sa.Column("hearing_place", sa.String(length=200), nullable=False),
        sa.Column("hearing_record", sa.LargeBinary(), nullable=False),
        sa.Column("proposal", sa.LargeBinary(), nullable=False),
        sa.Column("weighing", sa.LargeBinary(), nullable=False),
        sa.Column("law", sa.String(length=300), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=True),
        sa.Column("decision_number", sa.String(length=60), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("served_on", sa.Date(), nullable=True),
        sa.Column("served_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("served_how", sa.String(length=12), nullable=False),
        sa.Column("served_proof", sa.String(length=80), nullable=False),
        sa.Column("in_force_on", sa.Date(), nullable=True),
        sa.Column("bar_id", sa.Uuid(), nullable=True),
        sa.Column("bar_until", sa.Date(), nullable=True),
        sa.Column("registrations_ended", sa.Integer(), nullable=False),
        sa.Column("executed_on", sa.Date(), nullable=True),
        sa.Column("execution", sa.String(length=20), nullable=False),
        sa.Column("reviews", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("annulled_on", sa.Date(), nullable=True),
        sa.Column("annulment", sa.String(length=200), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("close_reason", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_what", sa.String(length=40), nullable=False),
        sa.Column("due_clause", sa.String(length=40), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("province_code", "id", name=op.f("pk_penalty")),
    )
    with op.batch_alter_table("penalty", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_penalty_document_index"), ["document_index"], unique=False)
        batch_op.create_index("ix_penalty_id", ["id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_penalty_province_code_in_force_on"), ["province_code", "in_force_on"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_penalty_province_code_number"), ["province_code", "number"], unique=True)
        batch_op.create_index(
            batch_op.f("ix_penalty_province_code_state_opened_on"),
            ["province_code", "state", "opened_on"],
            unique=False,
        )
        batch_op.create_index("ix_penalty_source", ["province_code", "source", "source_id"], unique=True)
        batch_op.create_index(batch_op.f("ix_penalty_state_due_on"), ["state", "due_on"], unique=False)

    op.create_table(
        "penalty_report",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("nil", sa.Boolean(), nullable=False),
        sa.Column("copy_id", sa.Uuid(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_by", sa.Uuid(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("filed_by", sa.Uuid(), nullable=True),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("return_reason", sa.Text(), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("province_code", "id", name=op.f("pk_penalty_report")),
    )
    with op.batch_alter_table("penalty_report", schema=None) as batch_op:
        batch_op.create_index("ix_penalty_report_id", ["id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_penalty_report_province_code_year_quarter"),
            ["province_code", "year", "quarter"],
            unique=True,
        )
        batch_op.create_index(batch_op.f("ix_penalty_report_year_quarter"), ["year", "quarter"], unique=False)

    op.create_table(
        "penalty_taking",
        sa.Column("penalty_id", sa.Uuid(), nullable=False),
        sa.Column("certificate_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=17), nullable=False),
        sa.Column("kind", sa.String(length=1), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("institution_name", sa.String(length=120), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("outcome_on", sa.Date(), nullable=True),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(
            ["province_code", "penalty_id"],
            ["penalty.province_code", "penalty.id"],
            name=op.f("fk_penalty_taking_province_code_penalty_id"),
        ),
        sa.PrimaryKeyConstraint("province_code", "id", name=op.f("pk_penalty_taking")),
    )
    with op.batch_alter_table("penalty_taking", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_penalty_taking_certificate_id"), ["certificate_id"], unique=False)
        batch_op.create_index("ix_penalty_taking_id", ["id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_penalty_taking_province_code_penalty_id_certificate_id"),
            ["province_code", "penalty_id", "certificate_id"],
            unique=True,
        )

    op.create_table(
        "penalty_paper",
        sa.Column("penalty_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("file_key", sa.String(length=80), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("issued_by", sa.Uuid(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(
            ["province_code", "penalty_id"],
            ["penalty.province_code", "penalty.id"],
            name=op.f("fk_penalty_paper_province_code_penalty_id"),
        ),
        sa.PrimaryKeyConstraint("province_code", "id", name=op.f("pk_penalty_paper")),
    )
    with op.batch_alter_table("penalty_paper", schema=None) as batch_op:
        batch_op.create_index("ix_penalty_paper_id", ["id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_penalty_paper_province_code_penalty_id_issued_at"),
            ["province_code", "penalty_id", "issued_at"],
            unique=False,
        )

    op.create_table(
        "penalty_report_copy",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("file_key", sa.String(length=80), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("signed_by", sa.Uuid(), nullable=True),
        sa.Column("signer", sa.String(length=60), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(
            ["province_code", "report_id"],
            ["penalty_report.province_code", "penalty_report.id"],
            name=op.f("fk_penalty_report_copy_province_code_report_id"),
        ),
        sa.PrimaryKeyConstraint("province_code", "id", name=op.f("pk_penalty_report_copy")),
    )
    with op.batch_alter_table("penalty_report_copy", schema=None) as batch_op:
        batch_op.create_index("ix_penalty_report_copy_id", ["id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_penalty_report_copy_province_code_report_id_signed_at"),
            ["province_code", "report_id", "signed_at"],
            unique=False,
        )

    op.create_table(
        "penalty_reporting",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("penalty_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(
            ["province_code", "penalty_id"],
            ["penalty.province_code", "penalty.id"],
            name=op.f("fk_penalty_reporting_province_code_penalty_id"),
        ),
        sa.ForeignKeyConstraint(
            ["province_code", "report_id"],
            ["penalty_report.province_code", "penalty_report.id"],
            name=op.f("fk_penalty_reporting_province_code_report_id"),
        ),
        sa.PrimaryKeyConstraint("province_code", "id", name=op.f("pk_penalty_reporting")),
    )
    with op.batch_alter_table("penalty_reporting", schema=None) as batch_op:
        batch_op.create_index("ix_penalty_reporting_id", ["id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_penalty_reporting_province_code_penalty_id_role"),
            ["province_code", "penalty_id", "role"],
            unique=True,
        )
        batch_op.create_index(
            batch_op.f("ix_penalty_reporting_province_code_report_id"), ["province_code", "report_id"], unique=False
        )

    dialect = op.get_bind().dialect.name
    for table in APPEND_ONLY:
        for statement in append_only_ddl(table, dialect):
            op.execute(sa.DDL(statement))
        if dialect == "postgresql":
            op.execute(sa.DDL(no_truncate_ddl(table)))


def downgrade() -> None:
    with op.batch_alter_table("penalty_reporting", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_penalty_reporting_province_code_report_id"))
        batch_op.drop_index(batch_op.f("ix_penalty_reporting_province_code_penalty_id_role"))
        batch_op.drop_index("ix_penalty_reporting_id")

    op.drop_table("penalty_reporting")
    with op.batch_alter_table("penalty_report_copy", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_penalty_report_copy_province_code_report_id_signed_at"))
        batch_op.drop_index("ix_penalty_report_copy_id")

    op.drop_table("penalty_report_copy")
    with op.batch_alter_table("penalty_paper", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_penalty_paper_province_code_penalty_id_issued_at"))
        batch_op.drop_index("ix_penalty_paper_id")

    op.drop_table("penalty_paper")
    with op.batch_alter_table("penalty_taking", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_penalty_taking_province_code_penalty_id_certificate_id"))
        batch_op.drop_index("ix_penalty_taking_id")
        batch_op.drop_index(batch_op.f("ix_penalty_taking_certificate_id"))

    op.drop_table("penalty_taking")
    with op.batch_alter_table("penalty_report", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_penalty_report_year_quarter"))
        batch_op.drop_index(batch_op.f("ix_penalty_report_province_code_year_quarter"))
        batch_op.drop_index("ix_penalty_report_id")

    op.drop_table("penalty_report")
    with op.batch_alter_table("penalty", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_penalty_state_due_on"))
        batch_op.drop_index("ix_penalty_source")
        batch_op.drop_index(batch_op.f("ix_penalty_province_code_state_opened_on"))
        batch_op.drop_index(batch_op.f("ix_penalty_province_code_number"))
        batch_op.drop_index(batch_op.f("ix_penalty_province_code_in_force_on"))
        batch_op.drop_index("ix_penalty_id")
        batch_op.drop_index(batch_op.f("ix_penalty_document_index"))

    op.drop_table("penalty")
    if op.get_bind().dialect.name != "sqlite":
        for table in APPEND_ONLY:
            op.execute(sa.DDL(f"DROP FUNCTION IF EXISTS {table}_refuse()"))

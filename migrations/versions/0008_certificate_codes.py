"""certificate codes, transparency log, employers' lists; the public's look-up row holds only what its answer needs"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.foundation.db import append_only_ddl

revision = "certificate_codes"
down_revision = "slow_lane"
branch_labels = None
depends_on = None
APPEND_ONLY = ("log_leaf", "log_node", "log_head")


def upgrade() -> None:
    op.create_table(
        "log_entry",
        sa.Column("number", sa.String(length=17), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_entry")),
    )
    with op.batch_alter_table("log_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_log_entry_number"), ["number"], unique=False)

    op.create_table(
        "log_head",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("algorithm", sa.String(length=12), nullable=False),
        sa.Column("public", sa.String(length=128), nullable=False),
        sa.Column("signature", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_log_head")),
    )
    op.create_table(
        "log_leaf",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_log_leaf")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_log_leaf_entry_id")),
    )
    op.create_table(
        "log_node",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("level", "position", name=op.f("pk_log_node")),
    )
    op.create_table(
        "log_pending",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_log_pending")),
    )
    op.create_table(
        "verification_batch",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("employer", sa.String(length=120), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lines", sa.LargeBinary(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dispose_on", sa.Date(), nullable=False),
        sa.Column("disposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification_batch")),
    )
    with op.batch_alter_table("verification_batch", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_verification_batch_disposed_at_dispose_on"), ["disposed_at", "dispose_on"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_verification_batch_person_id_created_at"), ["person_id", "created_at"], unique=False
        )

    with op.batch_alter_table("certificate_number", schema=None) as batch_op:
        batch_op.add_column(sa.Column("piece", sa.Integer(), nullable=False, server_default="1"))
        batch_op.create_index(
            "ix_certificate_number_not_standing",
            ["number"],
            unique=False,
            sqlite_where=sa.text("state <> 'in_force' OR piece > 1"),
            postgresql_where=sa.text("state <> 'in_force' OR piece > 1"),
        )
        batch_op.drop_column("issued_on")
        batch_op.drop_column("subject")
        batch_op.drop_column("kind")
        batch_op.drop_column("name_masked")
        batch_op.drop_column("institution_name")

    dialect = op.get_bind().dialect.name
    for table in APPEND_ONLY:
        for statement in append_only_ddl(table, dialect):
            op.execute(sa.DDL(statement))


def downgrade() -> None:
    with op.batch_alter_table("certificate_number", schema=None) as batch_op:
        batch_op.add_column(sa.Column("institution_name", sa.VARCHAR(length=120), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("name_masked", sa.VARCHAR(length=60), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("kind", sa.VARCHAR(length=1), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("subject", sa.VARCHAR(length=60), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("issued_on", sa.DATE(), nullable=False, server_default="2000-01-01"))
        batch_op.drop_index(
            "ix_certificate_number_not_standing",
            sqlite_where=sa.text("state <> 'in_force' OR piece > 1"),
            postgresql_where=sa.text("state <> 'in_force' OR piece > 1"),
        )
        batch_op.drop_column("piece")

    with op.batch_alter_table("verification_batch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_verification_batch_person_id_created_at"))
        batch_op.drop_index(batch_op.f("ix_verification_batch_disposed_at_dispose_on"))

    op.drop_table("verification_batch")
    op.drop_table("log_pending")
    op.drop_table("log_node")
    op.drop_table("log_leaf")
    op.drop_table("log_head")
    with op.batch_alter_table("log_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_log_entry_number"))

    op.drop_table("log_entry")
    if op.get_bind().dialect.name != "sqlite":
        for table in APPEND_ONLY:
            op.execute(sa.DDL(f"DROP FUNCTION IF EXISTS {table}_refuse()"))

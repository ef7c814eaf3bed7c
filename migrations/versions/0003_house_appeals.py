"""undertaking, medical result and reviews (复议) of cases

Revises: province_files
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "house_appeals"
down_revision = "province_files"
branch_labels = None
depends_on = None

TEXTS = (
    ("undertaking_version", 20), ("signature_key", 60), ("signature_sha256", 64), ("medical_result", 12),
    ("medical_hospital", 100),
)  # fmt: skip


def upgrade() -> None:
    with op.batch_alter_table("recognition_case", schema=None) as batch_op:
        for name, length in TEXTS:
            batch_op.add_column(sa.Column(name, sa.String(length=length), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("undertaken_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("medical_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("signed_on_site", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("recognition_case", schema=None) as batch_op:
        for name, length in TEXTS:
            batch_op.alter_column(name, existing_type=sa.String(length=length), server_default=None)
        batch_op.alter_column("signed_on_site", existing_type=sa.Boolean(), server_default=None)

    op.create_table(
        "case_appeal",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("body", sa.String(length=100), nullable=False),
        sa.Column("document", sa.String(length=60), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decision", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("carried_out_by", sa.Uuid(), nullable=True),
        sa.Column("carried_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["province_code", "case_id"],
            ["recognition_case.province_code", "recognition_case.id"],
            name=op.f("fk_case_appeal_province_code_case_id"),
        ),
        sa.PrimaryKeyConstraint("province_code", "id", name=op.f("pk_case_appeal")),
    )
    with op.batch_alter_table("case_appeal", schema=None) as batch_op:
        batch_op.create_index("ix_case_appeal_id", ["id"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_appeal_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_case_appeal_province_code_case_id"), ["province_code", "case_id"], unique=False
        )


def downgrade() -> None:
    op.drop_table("case_appeal")
    with op.batch_alter_table("recognition_case", schema=None) as batch_op:
        for name in ("undertaken_at", "medical_on", "signed_on_site", *(name for name, _length in TEXTS)):
            batch_op.drop_column(name)

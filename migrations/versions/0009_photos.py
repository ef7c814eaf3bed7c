"""Photos: mended ones that wait for a yes, marks by which a picture is known again, what an officer answered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "photos"
down_revision = "certificate_codes"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Add the tables and the column."""
    op.create_table(
        "photo_band",
        sa.Column("band", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mark_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("band", "mark_id", name=op.f("pk_photo_band")),
    )
    op.create_table(
        "photo_mark",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("mark", sa.String(length=72), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo_mark")),
    )
    with op.batch_alter_table("photo_mark", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_photo_mark_case_id"), ["case_id"], unique=False)
    op.create_table(
        "photo_offer",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("original_sha256", sa.String(length=64), nullable=False),
        sa.Column("doubts", JSON, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(
            ["province_code", "case_id"],
            ["recognition_case.province_code", "recognition_case.id"],
            name=op.f("fk_photo_offer_province_code_case_id"),
        ),
        sa.PrimaryKeyConstraint("province_code", "id", name=op.f("pk_photo_offer")),
    )
    with op.batch_alter_table("photo_offer", schema=None) as batch_op:
        batch_op.create_index("ix_photo_offer_id", ["id"], unique=False)
        batch_op.create_index(batch_op.f("ix_photo_offer_key"), ["key"], unique=False)
        batch_op.create_index(batch_op.f("ix_photo_offer_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_photo_offer_province_code_case_id"), ["province_code", "case_id"], unique=False
        )
    with op.batch_alter_table("photo_look", schema=None) as batch_op:
        batch_op.add_column(sa.Column("answers", JSON, nullable=True))
    with op.batch_alter_table("recognition_case", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recognition_case_photo_key"), ["photo_key"], unique=False)


def downgrade() -> None:
    """Take them away again."""
    with op.batch_alter_table("recognition_case", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recognition_case_photo_key"))
    with op.batch_alter_table("photo_look", schema=None) as batch_op:
        batch_op.drop_column("answers")
    op.drop_table("photo_offer")
    op.drop_table("photo_mark")
    op.drop_table("photo_band")

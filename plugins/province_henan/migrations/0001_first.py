"""Returned workbooks; meetings with their attendance in one column.

Revision: first, the first one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "first"
down_revision = None
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "p41_return",
        sa.Column("batch", sa.String(length=60), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied", sa.Integer(), nullable=False),
        sa.Column("repeated", sa.Integer(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("province_code", "id", name=op.f("pk_p41_return")),
    )
    op.create_index("ix_p41_return_id", "p41_return", ["id"])
    op.create_index(
        op.f("ix_p41_return_province_code_batch_sha256"),
        "p41_return",
        ["province_code", "batch", "sha256"],
        unique=True,
    )
    op.create_index(op.f("ix_p41_return_state_seen_at"), "p41_return", ["state", "seen_at"])
    op.create_table(
        "p41_meeting",
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("make_up_of", sa.Uuid(), nullable=True),
        sa.Column("counts", JSON, nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("province_code", "id", name=op.f("pk_p41_meeting")),
    )
    op.create_index("ix_p41_meeting_id", "p41_meeting", ["id"])
    op.create_index(op.f("ix_p41_meeting_province_code_held_on"), "p41_meeting", ["province_code", "held_on"])


def downgrade() -> None:
    op.drop_table("p41_meeting")
    op.drop_table("p41_return")

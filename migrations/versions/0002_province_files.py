"""Files that provinces' plugins keep.

Revision: province_files, after 0001.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "province_files"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "province_file",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.String(length=12), nullable=False),
        sa.PrimaryKeyConstraint("province_code", "id", name=op.f("pk_province_file")),
    )
    op.create_index("ix_province_file_id", "province_file", ["id"])


def downgrade() -> None:
    op.drop_table("province_file")

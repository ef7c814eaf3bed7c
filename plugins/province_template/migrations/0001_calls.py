"""The agency's call-backs.

Revision: calls, the first one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "calls"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "p00_call",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied", sa.Integer(), nullable=False),
        sa.Column("repeated", sa.Integer(), nullable=False),
        sa.Column("unknown", sa.Integer(), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.String(length=12), nullable=False),
        sa.PrimaryKeyConstraint("province_code", "id", name=op.f("pk_p00_call")),
    )
    op.create_index(op.f("ix_p00_call_at"), "p00_call", ["at"])
    op.create_index("ix_p00_call_id", "p00_call", ["id"])


def downgrade() -> None:
    op.drop_table("p00_call")

"""Nonces and call-backs of the agency.

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
        "p33_nonce",
        sa.Column("nonce", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.String(length=12), nullable=False),
        sa.PrimaryKeyConstraint("province_code", "id", name=op.f("pk_p33_nonce")),
    )
    op.create_index(op.f("ix_p33_nonce_at"), "p33_nonce", ["at"])
    op.create_index("ix_p33_nonce_id", "p33_nonce", ["id"])
    op.create_index(op.f("ix_p33_nonce_province_code_nonce"), "p33_nonce", ["province_code", "nonce"], unique=True)
    op.create_table(
        "p33_call",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("refused", sa.String(length=20), nullable=False),
        sa.Column("applied", sa.Integer(), nullable=False),
        sa.Column("repeated", sa.Integer(), nullable=False),
        sa.Column("unknown", sa.Integer(), nullable=False),
        sa.Column("contradicts", sa.Integer(), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.String(length=12), nullable=False),
        sa.PrimaryKeyConstraint("province_code", "id", name=op.f("pk_p33_call")),
    )
    op.create_index(op.f("ix_p33_call_at"), "p33_call", ["at"])
    op.create_index("ix_p33_call_id", "p33_call", ["id"])


def downgrade() -> None:
    op.drop_table("p33_call")
    op.drop_table("p33_nonce")

"""Running figures: differences written with each change, and the figures they are folded into.

Revision: running_figures, after no_truncate. An installation with data then says `xingtan oversight recount --repair`.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.foundation.db import Json

revision = "running_figures"
down_revision = "no_truncate"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tally",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("place", sa.String(length=5), nullable=False),
        sa.Column("season_key", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.String(length=12), nullable=False),
        sa.PrimaryKeyConstraint("province_code", "id", name=op.f("pk_tally")),
    )
    op.create_index("ix_tally_id", "tally", ["id"])
    op.create_index(op.f("ix_tally_name_place_season_key_day"), "tally", ["name", "place", "season_key", "day"])
    op.create_index(op.f("ix_tally_province_code_name_place"), "tally", ["province_code", "name", "place"])
    op.create_table(
        "tally_delta",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changes", Json, nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.String(length=12), nullable=False),
        sa.PrimaryKeyConstraint("province_code", "id", name=op.f("pk_tally_delta")),
    )
    op.create_index("ix_tally_delta_id", "tally_delta", ["id"])


def downgrade() -> None:
    op.drop_table("tally_delta")
    op.drop_table("tally")

"""Provinces that go through the slow lane.

Revision: slow_lane, after province_files.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "slow_lane"
down_revision = "audit_codes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("province_health", sa.Column("slow_since", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("province_health") as batch:
        batch.drop_column("slow_since")

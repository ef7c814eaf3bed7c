"""append-only tables refuse to be emptied at once

Revision: no_truncate, after stock_ledger.
"""

from __future__ import annotations

from alembic import op

from core.foundation.db import no_truncate_ddl

revision = "no_truncate"
down_revision = "divisions"
branch_labels = None
depends_on = None

TABLES = ("audit_entry", "audit_seal", "log_leaf", "log_node", "log_head", "stock_movement")


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            op.execute(no_truncate_ddl(table))


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            op.execute(f"DROP TRIGGER {table}_no_truncate ON {table}")

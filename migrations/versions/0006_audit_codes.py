"""audit entries: from where, before and after, and each writer's gapless coded series

The tables are made anew: a trail without codes belongs to a version before the first release.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from core.foundation.db import append_only_ddl

revision = "audit_codes"
down_revision = "sign_in"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def _drop() -> None:
    for table in ("audit_seal", "audit_entry"):
        op.drop_table(table)
        if op.get_bind().dialect.name != "sqlite":
            op.execute(sa.DDL(f"DROP FUNCTION IF EXISTS {table}_refuse()"))


def _create(*more: sa.schema.SchemaItem) -> None:
    op.create_table(
        "audit_entry",
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.String(length=12), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_name", sa.String(length=60), nullable=False),
        sa.Column("verb", sa.String(length=60), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=60), nullable=False),
        sa.Column("clause", sa.String(length=60), nullable=False),
        sa.Column("detail", _JSON, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *more,
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index(op.f("ix_audit_entry_province_code_id"), "audit_entry", ["province_code", "id"])
    op.create_index("ix_audit_entry_subject", "audit_entry", ["subject_id", "at"])
    op.create_table(
        "audit_seal",
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_seal")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_audit_seal_entry_id")),
        sa.UniqueConstraint("province_code", "number", name=op.f("uq_audit_seal_province_code_number")),
    )
    for table in ("audit_entry", "audit_seal"):
        for statement in append_only_ddl(table, op.get_bind().dialect.name):
            op.execute(sa.DDL(statement))


def upgrade() -> None:
    """Make the trail with codes."""
    _drop()
    _create(
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("changes", _JSON, nullable=False),
        sa.Column("writer", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.UniqueConstraint("writer", "number", name=op.f("uq_audit_entry_writer_number")),
    )
    for first in ("province_code", "actor_name", "verb"):
        op.create_index(op.f(f"ix_audit_entry_{first}_at"), "audit_entry", [first, "at"])


def downgrade() -> None:
    """Make the trail without codes."""
    _drop()
    _create()

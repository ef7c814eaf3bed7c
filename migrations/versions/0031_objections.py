"""Objections have a number, and what they say is sealed; who raised one may be forgotten.

Revision: objections, after exam.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

from core.foundation.db import keyring

revision = "objections"
down_revision = "exam"
branch_labels = None
depends_on = None

TABLE = "registration_objection"


def _rewritten(name: str, before: Any, after: Any, turn: Callable[[Any], Any]) -> None:
    """Give a column another type, each row's value turned."""
    with op.batch_alter_table(TABLE) as batch:
        batch.add_column(sa.Column("turned", after, nullable=True))
    table = sa.table(
        TABLE, sa.column("province_code", sa.String()), sa.column("id", sa.Uuid()), sa.column(name, before),
        sa.column("turned", after),
    )  # fmt: skip
    bind = op.get_bind()
    for code, ident, value in bind.execute(sa.select(table.c.province_code, table.c.id, table.c[name])).all():
        row = (table.c.province_code == code) & (table.c.id == ident)
        bind.execute(sa.update(table).where(row).values(turned=turn(value)))
    with op.batch_alter_table(TABLE) as batch:
        batch.drop_column(name)
        batch.alter_column("turned", new_column_name=name, existing_type=after, nullable=False)


def _may_be_forgotten(forgotten: bool) -> None:
    with op.batch_alter_table(TABLE) as batch:
        for name in ("said_by", "contact"):
            batch.alter_column(name, existing_type=sa.LargeBinary(), nullable=forgotten)


def upgrade() -> None:
    _rewritten("text", sa.Text(), sa.LargeBinary(), lambda text: keyring().seal(text))
    _may_be_forgotten(True)
    with op.batch_alter_table(TABLE) as batch:
        batch.add_column(sa.Column("reference", sa.String(length=24), nullable=False, server_default=""))
        batch.create_index("ix_registration_objection_reference", ["reference"], unique=False)
    with op.batch_alter_table(TABLE) as batch:
        batch.alter_column("reference", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table(TABLE) as batch:
        batch.drop_index("ix_registration_objection_reference")
        batch.drop_column("reference")
    nobody = sa.table(TABLE, sa.column("said_by", sa.LargeBinary()), sa.column("contact", sa.LargeBinary()))
    for column in (nobody.c.said_by, nobody.c.contact):
        op.execute(sa.update(nobody).where(column.is_(None)).values({column.name: keyring().seal("")}))
    _may_be_forgotten(False)
    _rewritten("text", sa.LargeBinary(), sa.Text(), lambda sealed: keyring().unseal(bytes(sealed)))

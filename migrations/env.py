"""Alembic's environment for the core's schema; a province keeps its own folder and version table."""

from __future__ import annotations

from typing import Any

from alembic import context

from core.app import load_tables_and_jobs
from core.foundation.db import Base

load_tables_and_jobs()


def own(name: str | None, kind: str, *rest: Any) -> bool:
    """Whether an object is the core's: tables of provinces begin with `p` and two digits."""
    if kind != "table" or name is None:
        return True
    return not (name[:1] == "p" and name[1:3].isdigit()) and not name.startswith("alembic_version_p")


def plain(kind: str, thing: Any, context: Any) -> str | bool:
    """Write our column types as the plain ones they are, so that old revisions never import today's code."""
    names = {"Instant": "sa.DateTime(timezone=True)", "Sealed": "sa.LargeBinary()"}
    return names.get(type(thing).__name__, False) if kind == "type" else False


def run() -> None:
    """Run the asked migrations on the connection that the caller opened."""
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_name=lambda name, kind, parents: own(name, kind),
        include_object=lambda thing, name, kind, reflected, other: own(name, kind),
        render_as_batch=True,
        render_item=plain,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()

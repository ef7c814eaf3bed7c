"""Alembic's environment for the core's schema; a province keeps its own folder and version table."""

from __future__ import annotations

from alembic import context

from core.app import load_tables_and_jobs
from core.foundation.db import Base
from core.foundation.schema import belongs, plain

load_tables_and_jobs()


def run() -> None:
    """Run the asked migrations on the connection that the caller opened."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=Base.metadata,
        include_object=lambda thing, name, kind, reflected, other: belongs(thing, name, kind),
        render_as_batch=True,
        render_item=plain,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()

"""Runs a province's revisions on the connection that the caller opened, with a version table of its own."""

from __future__ import annotations

from alembic import context

from core.foundation.db import Base
from core.foundation.schema import belongs, plain, version_table


def run() -> None:
    """Run the asked revisions; the core's tables and other provinces' are not looked at."""
    province = context.config.attributes["province"]
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=Base.metadata,
        version_table=version_table(province),
        include_object=lambda thing, name, kind, reflected, other: belongs(thing, name, kind, province),
        render_as_batch=True,
        render_item=plain,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()

"""The schema's versions: upgrade, downgrade and compare, for the core and for each province's tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import DDL, Connection, Engine

from core.foundation import rowsecurity
from core.foundation.access import NATION, within
from core.foundation.db import APPEND_ONLY, NO_OVERLAP, Base, append_only_ddl, db, no_overlap_ddl

CORE_VERSIONS = "alembic_version"


def _config(folder: Path, connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(folder))
    if connection is not None:
        config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine, folder: Path, revision: str = "head") -> None:
    """Bring the schema of `folder` up to `revision`; one transaction where the database allows it."""
    with within(NATION), engine.begin() as connection:
        command.upgrade(_config(folder, connection), revision)
        rowsecurity.guard(connection)


def create_schema() -> None:
    """Make all tables at once, as the migrations do step by step; for tests and the bench."""
    with db.engine.begin() as connection:
        Base.metadata.create_all(connection)
        for table in APPEND_ONLY:
            for statement in append_only_ddl(table, connection.dialect.name):
                connection.execute(DDL(statement))
        for stretch in NO_OVERLAP:
            for statement in no_overlap_ddl(*stretch, connection.dialect.name):
                connection.execute(DDL(statement))
        rowsecurity.guard(connection)


def downgrade(engine: Engine, folder: Path, revision: str) -> None:
    """Take the schema of `folder` down to `revision` ("base": nothing left)."""
    with within(NATION), engine.begin() as connection:
        command.downgrade(_config(folder, connection), revision)


def stamp(engine: Engine, folder: Path) -> None:
    """Write down that the schema stands at the newest revision, without changing it."""
    with engine.begin() as connection:
        command.stamp(_config(folder, connection), "head")


def revise(engine: Engine, folder: Path, message: str) -> None:
    """Write a new revision from the difference between models and database; for developers."""
    with engine.begin() as connection:
        command.revision(_config(folder, connection), message=message, autogenerate=True)


def heads(folder: Path) -> list[str]:
    """Revisions that nothing follows; more than one is a fault."""
    return list(ScriptDirectory.from_config(_config(folder)).get_heads())


def is_current(engine: Engine, folder: Path, table: str = CORE_VERSIONS) -> bool:
    """Whether the database stands at the newest revision of `folder`."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": table})
        return set(context.get_current_heads()) == set(heads(folder))


def differences(engine: Engine) -> list[Any]:
    """What the database has otherwise than the core's models say."""
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_name": lambda name, kind, parents: (
                    kind != "table" or not (str(name)[:1] == "p" and str(name)[1:3].isdigit())
                ),
            },
        )
        return list(compare_metadata(context, Base.metadata))

"""The schema's versions: upgrade, downgrade and compare, for the core and for each province's tables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import DDL, Connection, Engine

from core.foundation import rowsecurity
from core.foundation.access import NATION, within
from core.foundation.db import (
    APPEND_ONLY,
    NO_OVERLAP,
    Base,
    append_only_ddl,
    db,
    no_overlap_ddl,
    no_truncate_ddl,
)

CORE_VERSIONS = "alembic_version"
PROVINCES = Path(__file__).parent / "province_migrations"


def version_table(province: str = "") -> str:
    """Where the version of the core's tables ("") or of a province's is kept."""
    return f"{CORE_VERSIONS}_p{province}" if province else CORE_VERSIONS


def owner(table: str) -> str:
    """Whose table it is: the code of a province ("p33_…", "alembic_version_p33") or "" for the core."""
    mark = table.removeprefix(f"{CORE_VERSIONS}_")[:3]
    return mark[1:] if mark[:1] == "p" and mark[1:].isdigit() and len(mark) == 3 else ""


def belongs(thing: Any, name: str | None, kind: str, province: str = "") -> bool:
    """Whether a schema object is one of `province`'s ("" is the core); the version tables are nobody's."""
    table = name if kind == "table" else getattr(getattr(thing, "table", None), "name", None)
    if table is None:
        return True
    return owner(table) == province and not table.startswith(CORE_VERSIONS)


def plain(kind: str, thing: Any, context: Any) -> str | Literal[False]:
    """Write our column types as the plain ones they are, so that old revisions never import today's code."""
    names = {"Instant": "sa.DateTime(timezone=True)", "Sealed": "sa.LargeBinary()"}
    return names.get(type(thing).__name__, False) if kind == "type" else False


def _config(folder: Path, connection: Connection | None = None, province: str = "") -> Config:
    config = Config()
    config.set_main_option("script_location", str(PROVINCES if province else folder))
    config.set_main_option("path_separator", "newline")
    if province:
        config.set_main_option("version_locations", str(folder))
    if connection is not None:
        config.attributes["connection"] = connection
    config.attributes["province"] = province
    return config


@contextmanager
def _changing(engine: Engine) -> Iterator[Connection]:
    """One transaction for a change of the schema, where the database allows it.

    SQLite remakes a table to change it: references are not watched while that goes on, but checked before it counts.
    """
    with engine.connect() as connection:
        lite: Any = connection.connection.driver_connection if connection.dialect.name == "sqlite" else None
        if lite is not None:
            lite.execute("PRAGMA foreign_keys=OFF")  # has no effect inside a transaction
        try:
            with connection.begin():
                yield connection
                if lite is not None and (broken := lite.execute("PRAGMA foreign_key_check").fetchone()):
                    raise RuntimeError(f"the change would leave rows of {broken[0]} without their {broken[2]}")
        finally:
            if lite is not None:
                lite.execute("PRAGMA foreign_keys=ON")


def upgrade(engine: Engine, folder: Path, revision: str = "head", *, province: str = "") -> None:
    """Bring the schema of `folder` up to `revision`."""
    with within(NATION), _changing(engine) as connection:
        command.upgrade(_config(folder, connection, province), revision)
        rowsecurity.guard(connection)


def create_schema() -> None:
    """Make all tables at once, as the migrations do step by step; for tests and the bench."""
    with db.engine.begin() as connection:
        Base.metadata.create_all(connection)
        for table in APPEND_ONLY:
            for statement in append_only_ddl(table, connection.dialect.name):
                connection.execute(DDL(statement))
            if connection.dialect.name == "postgresql":
                connection.execute(DDL(no_truncate_ddl(table)))
        for stretch in NO_OVERLAP:
            for statement in no_overlap_ddl(*stretch, connection.dialect.name):
                connection.execute(DDL(statement))
        rowsecurity.guard(connection)


def downgrade(engine: Engine, folder: Path, revision: str, *, province: str = "") -> None:
    """Take the schema of `folder` down to `revision` ("base": nothing left)."""
    with within(NATION), _changing(engine) as connection:
        command.downgrade(_config(folder, connection, province), revision)


def stamp(engine: Engine, folder: Path, *, province: str = "") -> None:
    """Write down that the schema stands at the newest revision, without changing it."""
    with engine.begin() as connection:
        command.stamp(_config(folder, connection, province), "head")


def revise(engine: Engine, folder: Path, message: str, *, province: str = "") -> Path | None:
    """Write a new revision from the difference between models and database, for developers; where it lies."""
    with engine.begin() as connection:
        made = command.revision(
            _config(folder, connection, province), message=message, autogenerate=True,
            version_path=str(folder) if province else None,
        )  # fmt: skip
    revision = made[0] if isinstance(made, list) else made
    return Path(revision.path) if revision else None


def heads(folder: Path, *, province: str = "") -> list[str]:
    """Revisions that nothing follows; more than one is a fault."""
    return list(ScriptDirectory.from_config(_config(folder, province=province)).get_heads())


def history(folder: Path, *, province: str = "") -> list[Any]:
    """Every revision of `folder`, the first one first."""
    return list(ScriptDirectory.from_config(_config(folder, province=province)).walk_revisions())[::-1]


def current(engine: Engine, province: str = "") -> tuple[str, ...]:
    """The revisions at which the database stands; () when nothing was made yet."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": version_table(province)})
        return tuple(context.get_current_heads())


def is_current(engine: Engine, folder: Path, *, province: str = "") -> bool:
    """Whether the database stands at the newest revision of `folder`."""
    return set(current(engine, province)) == set(heads(folder, province=province))


def differences(engine: Engine, province: str = "") -> list[Any]:
    """What the database has otherwise than the models of the core ("") or of a province say."""
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_object": lambda thing, name, kind, *rest: belongs(thing, name, kind, province),
            },
        )
        return list(compare_metadata(context, Base.metadata))

"""Expressions and statements that SQLite and PostgreSQL say differently, for figures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import BigInteger, Connection, Engine
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from core.foundation.db import _WRITE, session


class Seconds(FunctionElement[int]):
    """Whole seconds since 1970 of an instant, or of a day's midnight UTC."""

    type = BigInteger()
    inherit_cache = True


@compiles(Seconds, "postgresql")
def _postgresql_seconds(element: Any, compiler: Any, **kw: Any) -> str:
    return f"CAST(floor(extract(epoch FROM {compiler.process(element.clauses, **kw)})) AS bigint)"


@compiles(Seconds, "sqlite")
def _sqlite_seconds(element: Any, compiler: Any, **kw: Any) -> str:
    return f"CAST(strftime('%s', {compiler.process(element.clauses, **kw)}) AS INTEGER)"


def add_up(model: Any, keys: tuple[str, ...], column: str, rows: list[dict[str, Any]]) -> None:
    """Add each row's `column` to that of the row with the same `keys`, which begins where there is none."""
    if not rows:
        return
    make = sqlite_insert if session().get_bind().dialect.name == "sqlite" else postgresql_insert
    statement = make(model.__table__)
    total = model.__table__.c[column] + statement.excluded[column]
    statement = statement.on_conflict_do_update(index_elements=list(keys), set_={column: total})
    session().connection().execute(statement, rows)


@contextmanager
def one_snapshot(engine: Engine, *, writing: bool = False) -> Iterator[Connection]:
    """A transaction of its own whose statements all see the data of one moment; commits at the end."""
    with engine.connect().execution_options(**{_WRITE: writing}) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield connection

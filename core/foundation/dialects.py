"""Expressions and statements that SQLite and PostgreSQL say differently, for figures and invariants."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import BigInteger, Boolean, Connection, Date, Engine, Integer, String
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


class BeijingDay(FunctionElement[Any]):
    """The day in Beijing of an instant."""

    type = Date()
    inherit_cache = True


@compiles(BeijingDay, "postgresql")
def _postgresql_day(element: Any, compiler: Any, **kw: Any) -> str:
    return f"CAST(({compiler.process(element.clauses, **kw)} AT TIME ZONE 'Asia/Shanghai') AS date)"


@compiles(BeijingDay, "sqlite")
def _sqlite_day(element: Any, compiler: Any, **kw: Any) -> str:
    return f"date({compiler.process(element.clauses, **kw)}, '+8 hours')"  # no summer time since 1991


class DaysBetween(FunctionElement[int]):
    """Whole days from the second day to the first: `DaysBetween(later, earlier)`."""

    type = Integer()
    inherit_cache = True


def _two(element: Any, compiler: Any, kw: Any) -> list[str]:
    return [compiler.process(part, **kw) for part in element.clauses]


@compiles(DaysBetween, "postgresql")
def _postgresql_days(element: Any, compiler: Any, **kw: Any) -> str:
    later, earlier = _two(element, compiler, kw)
    return f"(CAST({later} AS date) - CAST({earlier} AS date))"


@compiles(DaysBetween, "sqlite")
def _sqlite_days(element: Any, compiler: Any, **kw: Any) -> str:
    later, earlier = _two(element, compiler, kw)
    return f"CAST(julianday({later}) - julianday({earlier}) AS INTEGER)"


class IdText(FunctionElement[str]):
    """An id (UUID) as it stands in text: with its dashes."""

    type = String()
    inherit_cache = True


@compiles(IdText, "postgresql")
def _postgresql_id(element: Any, compiler: Any, **kw: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **kw)} AS text)"


@compiles(IdText, "sqlite")
def _sqlite_id(element: Any, compiler: Any, **kw: Any) -> str:
    text = compiler.process(element.clauses, **kw)
    parts = [f"substr({text}, {first}, {length})" for first, length in ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))]
    return "(" + " || '-' || ".join(parts) + ")"


class HoldsDigits(FunctionElement[bool]):
    """Whether a text holds seventeen digits in a row and one more or an X: what may be an identity number."""

    type = Boolean()
    inherit_cache = True


@compiles(HoldsDigits, "postgresql")
def _postgresql_digits(element: Any, compiler: Any, **kw: Any) -> str:
    return f"(CAST({compiler.process(element.clauses, **kw)} AS text) ~ '[0-9]{{17}}[0-9Xx]')"


@compiles(HoldsDigits, "sqlite")
def _sqlite_digits(element: Any, compiler: Any, **kw: Any) -> str:
    return f"({compiler.process(element.clauses, **kw)} GLOB '*{'[0-9]' * 17}[0-9Xx]*')"


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


def freeze() -> None:
    """Let the session's present work end and what it reads next be the data of one moment, joined as whole sets.

    Row security makes PostgreSQL expect one row where there are millions: told so, it would walk them pair by pair.
    """
    session().rollback()
    connection = session().connection()
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        connection.exec_driver_sql("SET LOCAL enable_nestloop = off")

"""Bringing everything at rest up to the newest key, in batches that may be stopped and repeated at will."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, LargeBinary, Table, and_, func, select, type_coerce, update

from core.foundation.db import Base, Sealed, keyring, one_transaction, session
from core.foundation.storage import storage

BATCH = 500


def sealed_columns() -> list[Column[Any]]:
    """Every column that holds sealed text."""
    return [c for table in Base.metadata.sorted_tables for c in table.columns if isinstance(c.type, Sealed)]


def index_columns() -> list[Column[Any]]:
    """Every column that holds a blind index: they are named so, all over the core."""
    return [c for table in Base.metadata.sorted_tables for c in table.columns if c.name.endswith("_index")]


def _raw(column: Column[Any]) -> Any:
    return type_coerce(column, LargeBinary) if isinstance(column.type, Sealed) else column


def _older(column: Column[Any]) -> Any:
    key = keyring().current
    if isinstance(column.type, Sealed):
        return and_(column.is_not(None), func.substr(_raw(column), 1, len(key.head)) != key.head)
    return and_(column != "", func.substr(column, 1, 2) != key.mark)


def left() -> dict[str, int]:
    """How many values stand under an older key, by "table.column"; only what is not zero."""
    found = {}
    for column in (*sealed_columns(), *index_columns()):
        count = session().scalar(select(func.count()).select_from(column.table).where(_older(column)))
        if count:
            found[f"{column.table.name}.{column.name}"] = count
    return found


@one_transaction
def _batch(column: Column[Any]) -> int:
    table: Table = column.table
    keys = list(table.primary_key.columns)
    rows = session().execute(select(*keys, _raw(column)).where(_older(column)).limit(BATCH)).all()
    for *ident, old in rows:
        if isinstance(column.type, Sealed):
            new: Any = keyring().seal_bytes(keyring().unseal_bytes(bytes(old)))
        else:
            new = keyring().rewrap(old)
        same = and_(*(key == value for key, value in zip(keys, ident, strict=True)), _raw(column) == old)
        session().execute(update(table).where(same).values({column.name: _raw_value(column, new)}))
    return len(rows)


def _raw_value(column: Column[Any], value: Any) -> Any:
    return type_coerce(value, LargeBinary) if isinstance(column.type, Sealed) else value


def rotate() -> Iterator[tuple[str, int]]:
    """Re-seal and re-index everything under the newest key; yields ("table.column" or "files", how many)."""
    for column in (*sealed_columns(), *index_columns()):
        total = 0
        while done := _batch(column):
            total += done
        if total:
            yield f"{column.table.name}.{column.name}", total
    files = storage().reseal()
    if files:
        yield "files", files

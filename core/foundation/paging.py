"""Pages of a list: no list is unbounded, every order is one the area names (and indexes)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, inspect

from core.foundation.db import session

T = TypeVar("T")

SIZE = 50
DEEPEST = 10_000


@dataclass(frozen=True, slots=True)
class Paging:
    """Which page is asked for: number from 1, rows a page, key and direction of the order."""

    number: int = 1
    size: int = SIZE
    sort: str = ""
    descending: bool = False

    @classmethod
    def of(cls, args: Any) -> Paging:
        """From a query string's `page`, `sort`, `direction`; nonsense falls back to the first page."""
        number = str(args.get("page", "1"))
        return cls(
            number=min(max(int(number), 1), DEEPEST) if number.isascii() and number.isdigit() else 1,
            sort=str(args.get("sort", ""))[:40],
            descending=args.get("direction") == "desc",
        )


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of rows, and whether there is a next one."""

    rows: list[T]
    paging: Paging
    has_next: bool

    @property
    def has_previous(self) -> bool:
        """Whether there is a page before this one."""
        return self.paging.number > 1


def paged(statement: Select[Any], paging: Paging, sorts: dict[str, Any], *, entities: bool = True) -> Page[Any]:
    """Run `statement` for one page, ordered by one of `sorts` (the first is the default; key → column), then by key.

    `entities` False gives whole result rows rather than the first column's objects.
    """
    key = paging.sort if paging.sort in sorts else next(iter(sorts))
    column = sorts[key]
    # a computed order breaks its ties itself
    tie = [inspect(column.class_).primary_key[-1]] if hasattr(column, "class_") else []
    ordered = statement.order_by(column.desc() if paging.descending else column.asc(), *tie)
    ordered = ordered.limit(paging.size + 1).offset((paging.number - 1) * paging.size)
    result = session().execute(ordered)
    rows = list(result.scalars() if entities else result)
    return Page(rows[: paging.size], replace(paging, sort=key), len(rows) > paging.size)

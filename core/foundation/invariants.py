"""What must hold of live data, as queries: the register by which each area states its own. Knows no domain.

An area has a file `invariants.py` whose functions, marked `@holds(…)`, give what breaks the law: a select of ids,
codes and figures (never personal data), or lines of text where a query cannot say it.

    @holds(2, "§4.1")
    def two_officers() -> Select: ...
        \"\"\"No conclusion by the officer who made the first review.\"\"\"
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import Select, func, select

from core.foundation.db import session

log = structlog.get_logger("xingtan.invariants")

SHOWN = 20
Query = Select[*tuple[Any, ...]]
Broken = Query | Iterable[str]
Finder = Callable[[], Broken | list[Broken]]


@dataclass(frozen=True, slots=True)
class Invariant:
    """One thing that must hold: its name, what it says, its clause, its number among the promises (0: beyond them)."""

    name: str
    text: str
    clause: str
    number: int
    finder: Finder
    walks: bool = False  # reads every row or file one by one, as a hash demands


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found of an invariant: the first that break it, how many there are, and how long it took."""

    invariant: Invariant
    first: tuple[str, ...]
    count: int
    seconds: float


INVARIANTS: dict[str, Invariant] = {}


def holds(number: int, clause: str, *, walks: bool = False) -> Callable[[Finder], Finder]:
    """Register what finds the rows that break the law; its docstring is what the law says, its name the name."""

    def register(finder: Finder) -> Finder:
        name = finder.__name__
        if name in INVARIANTS and INVARIANTS[name].finder.__qualname__ != finder.__qualname__:
            raise ValueError(f"two invariants {name}")
        text = (finder.__doc__ or name).strip().split("\n")[0]
        INVARIANTS[name] = Invariant(name, text, clause, number, finder, walks)
        return finder

    return register


def ask(names: Iterable[str] = (), shown: int = SHOWN) -> Iterator[Answer]:
    """Ask the invariants (all, or those named) of the scope in force, in the order of promises; one at a time.

    Raises `KeyError` for a name that is none.
    """
    wanted = [INVARIANTS[name] for name in names] or list(INVARIANTS.values())
    for item in sorted(wanted, key=lambda one: (one.number or 99, one.name)):
        yield answer(item, shown)


def answer(item: Invariant, shown: int = SHOWN) -> Answer:
    """Ask one invariant."""
    began = time.perf_counter()
    first: list[str] = []
    count = 0
    try:
        found = item.finder()
        for part in found if isinstance(found, list) else [found]:
            lines, more = _of_select(part, shown) if isinstance(part, Select) else _of_lines(part, shown)
            first += lines
            count += len(lines) + more
    except Exception as fault:  # what cannot be read (a sealed value that was altered) is broken, and no end of asking
        log.error("an invariant could not be asked", name=item.name, error=type(fault).__name__)
        first.append(f"could not be asked: {type(fault).__name__}")
        count += 1
    return Answer(item, tuple(first[:shown]), count, time.perf_counter() - began)


def _of_select(statement: Query, shown: int) -> tuple[list[str], int]:
    rows = session().execute(statement.limit(shown + 1)).all()
    lines = [" ".join(str(part) for part in row if part not in (None, "")) for row in rows]
    if len(lines) <= shown:
        return lines, 0
    count = session().scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or len(lines)
    return lines[:shown], count - shown


def _of_lines(lines: Iterable[str], shown: int) -> tuple[list[str], int]:
    first: list[str] = []
    more = 0
    for line in lines:
        if len(first) < shown:
            first.append(line)
        else:
            more += 1
    return first, more

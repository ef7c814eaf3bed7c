"""Time limits that a law changed: each written as "from count unit", the new one beside what it replaced."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

UNITS = ("days", "working_days")


@dataclass(frozen=True, slots=True)
class Term:
    """So many days since a law came into force on `since`; `working`: working days alone count."""

    since: date
    count: int
    working: bool


def read_term(text: str) -> Term:
    """A term as it is written, "2021-07-15 5 working_days"; raises `ValueError`."""
    parts = text.split()
    if len(parts) != 3 or parts[2] not in UNITS or not (parts[1].isascii() and parts[1].isdigit()):
        raise ValueError(f"a term is a day, a number and one of {', '.join(UNITS)}, not {text!r}")
    return Term(date.fromisoformat(parts[0]), int(parts[1]), parts[2] == "working_days")


def term_on(written: Iterable[str], day: date) -> Term:
    """The term in force on `day`; the earliest one before any law. Raises `ValueError` for nonsense or nothing."""
    known = sorted((read_term(text) for text in written), key=lambda term: term.since)
    if not known:
        raise ValueError("no term is written")
    return [term for term in known if term.since <= day][-1] if known[0].since <= day else known[0]

"""The statutory limits of many cases at once, by their last day of confirmation."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from core.applications.rules.conclusion import Limits, limits
from core.calendar import service as calendar
from core.calendar.rules import YearNotPromulgated


def limits_of(confirmed: Iterable[date], today: date) -> dict[date, Limits]:
    """Limits by last day of confirmation, under the yearbook of its year or of today's.

    A day whose limits reach beyond the promulgated calendars is left out: nothing is guessed.
    """
    found: dict[date, Limits] = {}
    rules = {}
    for last in set(confirmed):
        if last.year not in rules:
            yearbook = calendar.in_force(last.year) or calendar.in_force(today.year)
            rules[last.year] = calendar.rules_of(yearbook) if yearbook else None
        known = rules[last.year]
        if known is None:
            continue
        try:
            found[last] = limits(last, known)
        except YearNotPromulgated:
            continue
    return found

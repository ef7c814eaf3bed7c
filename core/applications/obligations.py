"""What institutions owe of their cases, from running figures: told to the obligations board."""

from __future__ import annotations

from collections.abc import Iterable

from core.applications.figures import UNDER_LIMIT
from core.applications.rules.owing import judge_checked, judge_limits
from core.applications.service.limiting import limits_of
from core.checks.rules import OPEN_GATE
from core.foundation.obligations import Asked, Obligation, owes
from core.foundation.tallies import day_of, sums


@owes("cases", "institution")
def conclusions(asked: Asked) -> Iterable[Obligation]:
    """Confirmed cases not concluded, by institution and limit."""
    found = sums("case.limit", "province_code", "place", "day", places=True, province=_one(asked))
    dates_of = limits_of((day_of(day) for _code, _place, day in found), asked.today)
    for (code, place, day), count in sorted(found.items()):
        last = day_of(day)
        dates = dates_of.get(last)
        if dates is None:
            continue
        for finding in judge_limits(count, dates, asked.today):
            values = {"institution": place} | ({"late": "breach"} if asked.today > dates.breach else {})
            yield Obligation(
                finding, "O", code, place, due_on=dates.breach, subject=last.isoformat(), count=count,
                endpoint="applications.index", values=values,
            )  # fmt: skip


@owes("checks", "institution")
def checked(asked: Asked) -> Iterable[Obligation]:
    """Cases under review without a clear check, by institution."""
    waiting: dict[tuple[str, str], int] = {}
    found = sums("case.check", "province_code", "place", "key", places=True, province=_one(asked))
    for (code, place, key), count in found.items():
        state, check = key.split("/")
        if state in UNDER_LIMIT and state != "proposed_refused" and check not in OPEN_GATE:
            waiting[(code, place)] = waiting.get((code, place), 0) + count
    for (code, place), count in sorted(waiting.items()):
        for finding in judge_checked(count):
            yield Obligation(
                finding, "O", code, place, count=count, endpoint="applications.index", values={"institution": place},
            )  # fmt: skip


def _one(asked: Asked) -> str:
    return asked.provinces[0] if len(asked.provinces) == 1 else ""

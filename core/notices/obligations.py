"""What provinces owe of notices: told to the obligations board."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from core.calendar import service as calendar
from core.foundation.db import session
from core.foundation.obligations import Asked, Obligation, owes
from core.notices.models import Notice
from core.notices.rules import REPORTED, audiences_of, judge_reported


@owes("notices", "province")
def notices(asked: Asked) -> Iterable[Obligation]:
    """Notices of the year's seasons not over yet, by the day the season opens."""
    yearbook = calendar.in_force(asked.today.year)
    if yearbook is None:
        return
    rules = calendar.rules_of(yearbook)
    statement = (
        select(Notice.province_code, Notice.season, Notice.audience)
        .where(
            Notice.province_code.in_(asked.provinces), Notice.year == rules.year, Notice.state.in_(REPORTED)
        )
        .distinct()
    )  # fmt: skip
    reported: dict[tuple[str, str], set[str]] = {}
    for code, half, audience in session().execute(statement):
        reported.setdefault((code, half), set()).add(audience)
    for season in rules.seasons:
        if season.closes < asked.today:
            continue
        wanted = audiences_of(tuple(season.businesses))
        for code in asked.provinces:
            for finding in judge_reported(wanted, frozenset(reported.get((code, season.name), ()))):
                yield Obligation(
                    finding, "P", code, due_on=season.opens, subject=f"{rules.year}-{season.name}",
                    endpoint="notices.index",
                )  # fmt: skip

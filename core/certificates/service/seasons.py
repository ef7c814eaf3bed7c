"""Which recognition batch (season) a day belongs to, for stock: off season, the one that opened last."""

from __future__ import annotations

from datetime import date

from core.calendar import service as calendar
from core.calendar.rules import season_key, season_of
from core.foundation.errors import Refused
from core.rulesets.loader import RuleSet


def batch_on(day: date) -> tuple[str, RuleSet]:
    """Key of the batch and the rules in force on `day`; raises `Refused` in a year without a yearbook."""
    rules = calendar.rules_on(day)[1]
    season = season_of(day, rules)
    if season is None:
        before = [s for s in rules.seasons if s.opens <= day]
        season = max(before, key=lambda s: s.opens) if before else min(rules.seasons, key=lambda s: s.opens)
    return season_key(rules, season), rules


def batches_of(day: date) -> list[str]:
    """Keys of the year's batches, for choosing one."""
    try:
        rules = calendar.rules_on(day)[1]
    except Refused:
        return []
    return [season_key(rules, season) for season in rules.seasons]

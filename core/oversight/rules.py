"""What figures mean: quantiles of waits, ages in bands, shades, who must act. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from core.foundation.findings import N_

# The steps of a case as a funnel: figure, what is reached, what the wait before it is.
STEPS = (
    ("case.submitted", N_("提交申请"), N_("填写至提交")),
    ("case.confirmed", N_("现场确认"), N_("提交至确认")),
    ("case.proposed", N_("提出意见"), N_("确认至意见")),
    ("case.concluded", N_("作出结论"), N_("意见至结论")),
)
WHOLE = "case.whole"

# Ages of what waits, in days: up to each bound, then above the last.
BANDS = (7, 15, 30, 60)

WHO = {
    "O": N_("认定机构工作人员"),
    "H": N_("机构负责人"),
    "P": N_("省级"),
    "N": N_("国家中心"),
    "S": N_("学校"),
    "A": N_("申请人"),
    "X": N_("系统"),
}


@dataclass(frozen=True, slots=True)
class Spread:
    """How long something took: how often it was measured, and the hours within which half and nine tenths lay."""

    count: int
    median: int | None
    p90: int | None


def quantile(counts: Mapping[int, int], share: float) -> int | None:
    """The smallest value that at least `share` of all do not exceed; None of nothing."""
    total = sum(counts.values())
    if total <= 0:
        return None
    reached = 0
    for value in sorted(counts):
        reached += counts[value]
        if reached >= share * total:
            return value
    return max(counts)


def spread(counts: Mapping[int, int]) -> Spread:
    """Count, median and ninth decile of a distribution {hours: how often}."""
    return Spread(max(sum(counts.values()), 0), quantile(counts, 0.5), quantile(counts, 0.9))


def banded(ages: Mapping[int, int]) -> list[int]:
    """{age in days: how many} summed up by `BANDS` and above."""
    found = [0] * (len(BANDS) + 1)
    for age, count in ages.items():
        place = next((number for number, bound in enumerate(BANDS) if age <= bound), len(BANDS))
        found[place] += count
    return found


def shade(value: int, most: int) -> int:
    """How dark a tile is: 0 for nothing, else 1 to 4 by its share of the greatest."""
    if value <= 0 or most <= 0:
        return 0
    return min(4, 1 + value * 4 // (most + 1))


LETTERS = {"none": N_("不发邮件"), "daily": N_("每天一封"), "weekly": N_("每周一封")}


def letter_due(letters: str, last: date | None, today: date) -> bool:
    """Whether a letter is due on a day: daily, or weekly on Mondays and whenever a week has gone by; never twice."""
    if letters == "none" or (last is not None and last >= today):
        return False
    if letters == "daily" or last is None:
        return True
    return today.weekday() == 0 or (today - last).days >= 7

"""Working days, open periods, maintenance. Days are Beijing's; windows count both their ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from core.foundation.findings import Finding, N_, clause
from core.foundation.moves import Moves
from core.rulesets import loader
from core.rulesets.loader import Maintenance, RuleSet, Season

ONE_DAY = timedelta(days=1)

SEASON_NAMES = {"first_half": N_("上半年"), "second_half": N_("下半年")}
BUSINESS_NAMES = {"recognition": N_("教师资格认定"), "registration": N_("定期注册")}

YEARBOOK_MOVES = Moves(
    N_("年度规则"),
    {
        "draft": N_("草稿"),
        "replayed": N_("已试算"),
        "published": N_("已发布"),
        "superseded": N_("已替代"),
    },
    {"draft": {"replayed": "X"}, "replayed": {"published": "N", "draft": "N"}, "published": {"superseded": "X"}},
)


class YearNotPromulgated(Exception):
    """The State Council has not said (or nobody has entered) which days of `year` are holidays."""

    def __init__(self, year: int) -> None:
        super().__init__(f"the holidays of {year} are not promulgated")
        self.year = year


@dataclass(frozen=True, slots=True)
class Window:
    """Days from `first` to `last`, both included."""

    first: date
    last: date

    def __iter__(self) -> Iterator[date]:
        day = self.first
        while day <= self.last:
            yield day
            day += ONE_DAY

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    @property
    def backwards(self) -> bool:
        """Whether it ends before it starts."""
        return self.last < self.first


@dataclass(frozen=True)
class WorkingDays:
    """Which days are worked: weekdays that are no holidays, and make-up days. A year nobody promulgated raises."""

    promulgated: Callable[[int], tuple[tuple[date, str], ...] | None] = loader.promulgated
    _years: dict[int, dict[date, str]] = field(default_factory=dict, repr=False, compare=False)

    def _special(self, day: date) -> str:
        if day.year not in self._years:
            days = self.promulgated(day.year)
            if days is None:
                raise YearNotPromulgated(day.year)
            self._years[day.year] = dict(days)
        return self._years[day.year].get(day, "")

    def knows(self, year: int) -> bool:
        """Whether the year's holidays are promulgated."""
        return self.promulgated(year) is not None

    def is_working(self, day: date) -> bool:
        """Whether people work on `day`; a make-up Saturday or Sunday counts."""
        special = self._special(day)
        return special == "makeup_workday" or (special != "holiday" and day.weekday() < 5)

    def is_holiday(self, day: date) -> bool:
        """Whether `day` is given free by the State Council's notice."""
        return self._special(day) == "holiday"

    def is_makeup(self, day: date) -> bool:
        """Whether `day` is a weekend day worked in exchange."""
        return self._special(day) == "makeup_workday"

    def count(self, window: Window, closed: tuple[Maintenance, ...] = ()) -> int:
        """Working days in `window` that no period of `closed` covers."""
        return sum(
            1 for day in window if self.is_working(day) and not any(period.covers(day) for period in closed)
        )

    def after(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`; day 1 is the first working day after it."""
        left = count
        while left:
            day += ONE_DAY
            left -= self.is_working(day)
        return day


WORKING_DAYS = WorkingDays()


def season_of(day: date, rules: RuleSet) -> Season | None:
    """The season that is open on `day`, maintenance or not (三(一))."""
    return next((season for season in rules.seasons if season.opens <= day <= season.closes), None)


def season_key(rules: RuleSet, season: Season) -> str:
    """A season's name in keys: "2020-first_half"."""
    return f"{rules.year}-{season.name}"


def maintenance_on(day: date, rules: RuleSet) -> Maintenance | None:
    """The maintenance that covers `day`, if one does (三(一))."""
    return next((period for period in rules.maintenance if period.covers(day)), None)


@clause("三(一)", "R-CAL-08", "R-PLAN-01")
def judge_business_open(business: str, day: date, rules: RuleSet) -> list[Finding]:
    """New work of a business is taken only in a season open to it (三(一), R-CAL-08)."""
    season = season_of(day, rules)
    if season is not None and business in season.businesses:
        return []
    coming = next((s for s in rules.seasons if s.opens > day and business in s.businesses), None)
    return [
        Finding(
            "business_closed",
            N_("%(day)s不在%(business)s的开放时间内"),
            clause="三(一)",
            remedy=N_("下一次开放：%(opens)s") if coming else N_("请等待下一年度规则发布"),
            params={
                "day": day.isoformat(),
                "business": BUSINESS_NAMES.get(business, business),
                "opens": coming.opens.isoformat() if coming else "",
            },
        )
    ]


@clause("三(一)", "R-CAL-05")
def judge_not_in_maintenance(day: date, rules: RuleSet) -> list[Finding]:
    """User confirmation is closed while the system is maintained (三(一), R-CAL-05)."""
    period = maintenance_on(day, rules)
    if period is None:
        return []
    return [
        Finding(
            "in_maintenance",
            N_("系统维护期间（%(first)s至%(last)s）不能办理确认"),
            clause="三(一)",
            remedy=N_("请在%(again)s以后办理"),
            params={
                "first": period.first.isoformat(),
                "last": period.last.isoformat(),
                "again": (period.last + ONE_DAY).isoformat(),
            },
        )
    ]


@clause("三(一)", "R-CAL-01", "R-CAL-02", "R-CAL-03", "R-CAL-04")
def judge_yearbook(rules: RuleSet, days: WorkingDays = WORKING_DAYS) -> list[Finding]:
    """A draft yearbook must hang together: its year promulgated, seasons apart, maintenance inside the year."""
    findings: list[Finding] = []
    if not days.knows(rules.year):
        findings.append(
            Finding(
                "year_not_promulgated",
                N_("国务院办公厅尚未公布%(year)s年节假日安排，不能发布年度规则"),
                clause="三(一)",
                params={"year": rules.year},
            )
        )
    if not rules.seasons:
        findings.append(Finding("yearbook_without_season", N_("至少应有一个开放时段"), clause="三(一)"))
    ordered = sorted(rules.seasons, key=lambda season: season.opens)
    for earlier, later in zip(ordered, ordered[1:], strict=False):
        if later.opens <= earlier.closes:
            findings.append(
                Finding(
                    "seasons_overlap",
                    N_("两个开放时段重叠：%(opens)s早于上一时段结束日%(closes)s"),
                    clause="三(一)",
                    params={"opens": later.opens.isoformat(), "closes": earlier.closes.isoformat()},
                )
            )
    edges = [d for s in rules.seasons for d in (s.opens, s.closes)]
    edges += [d for m in rules.maintenance for d in (m.first, m.last)]
    findings += [
        Finding(
            "yearbook_day_outside_year",
            N_("%(day)s不在%(year)s年内"),
            clause="三(一)",
            params={"day": day.isoformat(), "year": rules.year},
        )
        for day in edges
        if day.year != rules.year
    ]
    return findings

"""Working days, open periods, maintenance, yearbooks. Days are Beijing's; windows count both their ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from itertools import pairwise

from core.foundation.findings import N_, Finding, clause
from core.foundation.moves import Moves
from core.rulesets import loader
from core.rulesets.labels import VALUE_NAMES
from core.rulesets.loader import Maintenance, RuleSet, Season, Values

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
    {
        "draft": {"replayed": "X"},
        "replayed": {"published": "N", "draft": "N"},
        "published": {"superseded": "X"},
    },
    {
        "draft": ("X", N_("用现有计划试算")),
        "replayed": ("N", N_("查看试算结果，由另一人发布，或退回修改")),
        "published": ("N", N_("需要调整时起草新版本")),
    },
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
        return (date.fromordinal(n) for n in range(self.first.toordinal(), self.last.toordinal() + 1))

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    @property
    def backwards(self) -> bool:
        """Whether it ends before it starts."""
        return self.last < self.first


@dataclass(frozen=True)
class WorkingDays:
    """Which days are worked: weekdays that are no holidays, and make-up days.

    A day of a year that nobody promulgated raises `YearNotPromulgated`: holidays are never guessed.
    """

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
        return sum(1 for day in window if self.is_working(day) and not any(period.covers(day) for period in closed))

    def after(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`; number 0 is `day` itself."""
        left = count
        while left > 0:
            day += ONE_DAY
            left -= self.is_working(day)
        return day


WORKING_DAYS = WorkingDays()


def season_of(day: date, rules: RuleSet) -> Season | None:
    """The season that is open on `day`, maintenance or not (三(一))."""
    return next((season for season in rules.seasons if season.covers(day)), None)


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
    later = [s for s in rules.seasons if s.opens > day and business in s.businesses]
    coming = min(later, key=lambda s: s.opens, default=None)
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
            N_("系统维护期间（%(first)s至%(last)s）不能办理"),
            clause="三(一)",
            remedy=N_("请从%(again)s起办理"),
            params={
                "first": period.first.isoformat(),
                "last": period.last.isoformat(),
                "again": (period.last + ONE_DAY).isoformat(),
            },
        )
    ]


@clause("三(一)", "R-CAL-01", "R-CAL-02", "R-CAL-03", "R-CAL-04")
def judge_yearbook(rules: RuleSet, days: WorkingDays = WORKING_DAYS) -> list[Finding]:
    """A draft yearbook hangs together (三(一)): promulgated, in its year, periods apart, room for a plan."""
    found = judge_promulgated(rules, days) + judge_inside_year(rules) + judge_periods_apart(rules)
    room = [] if found else judge_room_for_a_plan(rules, days)
    return found + room + judge_values(rules)


def _yearbook(code: str, message: str, field_name: str, remedy: str, **params: object) -> Finding:
    return Finding(code, message, clause="三(一)", field=field_name, remedy=remedy, params=params)


@clause("三(一)", "R-CAL-01")
def judge_promulgated(rules: RuleSet, days: WorkingDays) -> list[Finding]:
    """The State Council office has said which days of the year are holidays; they are never guessed."""
    if days.knows(rules.year):
        return []
    return [
        _yearbook(
            "year_not_promulgated",
            N_("国务院办公厅尚未公布%(year)s年节假日安排，不能发布年度规则"),
            "year",
            N_("请在节假日安排公布后办理"),
            year=rules.year,
        )
    ]


@clause("三(一)", "R-CAL-01", "R-CAL-02", "R-CAL-03", "R-CAL-04")
def judge_inside_year(rules: RuleSet) -> list[Finding]:
    """A yearbook has seasons, and its days lie in its own year."""
    found = []
    if not rules.seasons:
        found.append(
            _yearbook(
                "yearbook_without_season",
                N_("至少应有一个开放时段"),
                "seasons",
                N_("请填写上半年或下半年的开放时段"),
            )
        )
    edges = [("seasons", day) for season in rules.seasons for day in (season.opens, season.closes)]
    edges += [("maintenance", day) for period in rules.maintenance for day in (period.first, period.last)]
    return found + [
        _yearbook(
            "yearbook_day_outside_year",
            N_("%(day)s不在%(year)s年内"),
            name,
            N_("请改为%(year)s年的日期"),
            day=day.isoformat(),
            year=rules.year,
        )
        for name, day in edges
        if day.year != rules.year
    ]


@clause("三(一)", "R-CAL-01", "R-CAL-02", "R-CAL-03", "R-CAL-04")
def judge_periods_apart(rules: RuleSet) -> list[Finding]:
    """No two seasons overlap or bear one name; no two periods of maintenance overlap."""
    names = [season.name for season in rules.seasons]
    found = [
        _yearbook(
            "season_named_twice",
            N_("“%(season)s”出现了两次"),
            "seasons",
            N_("上半年、下半年各写一次"),
            season=SEASON_NAMES.get(name, name),
        )
        for name in sorted({name for name in names if names.count(name) > 1})
    ]
    overlaps = (
        ("seasons_overlap", "seasons", [Window(season.opens, season.closes) for season in rules.seasons]),
        ("maintenance_overlaps", "maintenance", [Window(p.first, p.last) for p in rules.maintenance]),
    )
    for code, name, windows in overlaps:
        ordered = sorted(windows, key=lambda window: window.first)
        found += [
            _yearbook(
                code,
                N_("两个时段重叠：%(opens)s开始的一段早于上一段结束日%(closes)s"),
                name,
                N_("最早可从%(better)s开始"),
                opens=later.first.isoformat(),
                closes=earlier.last.isoformat(),
                better=(earlier.last + ONE_DAY).isoformat(),
            )
            for earlier, later in pairwise(ordered)
            if later.first <= earlier.last
        ]
    return found


@clause("三(一)", "二(一)", "R-PLAN-07")
def judge_room_for_a_plan(rules: RuleSet, days: WorkingDays) -> list[Finding]:
    """Each season, less maintenance, has the working days that the shortest online window needs (二(一))."""
    least = rules.v.entry_min_working_days
    found = []
    for season in rules.seasons:
        actual = days.count(Window(season.opens, season.closes), rules.maintenance)
        if actual < least:
            found.append(
                _yearbook(
                    "season_too_short",
                    N_("%(opens)s至%(closes)s除去系统维护只有%(actual)s个工作日，不够一次网报的%(least)s个"),
                    "seasons",
                    N_("请延长开放时段，或缩短系统维护"),
                    opens=season.opens.isoformat(),
                    closes=season.closes.isoformat(),
                    actual=actual,
                    least=least,
                )
            )
    return found


@clause("三(一)")
def judge_values(rules: RuleSet) -> list[Finding]:
    """Numbers that cannot be meant: below nought, a share above one, an hour past midnight."""
    found = []
    for item in fields(Values):
        value = getattr(rules.v, item.name)
        most = _MOST.get(item.name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            continue
        if value < 0 or (most is not None and value > most):
            found.append(
                _yearbook(
                    "yearbook_value_out_of_range",
                    N_("%(name)s不能是%(value)s"),
                    item.name,
                    N_("应不小于0") if most is None else N_("应在0至%(most)s之间"),
                    name=VALUE_NAMES[item.name],
                    value=value,
                    most=most,
                )
            )
    return found


_MOST = {
    "photo_ratio_tolerance": 1,
    "photo_white_share": 1,
    "photo_white_level": 255,
    "last_day_closing_hour": 24,
}


def differences(old: RuleSet, new: RuleSet) -> list[tuple[str, object, object]]:
    """What a new version changes: name of the value or period, before, after ("" where there is none)."""
    before, after = _periods(old), _periods(new)
    found: list[tuple[str, object, object]] = [
        (name, before.get(name, ""), after.get(name, ""))
        for name in dict.fromkeys((*before, *after))
        if before.get(name) != after.get(name)
    ]
    values = ((name, getattr(old.v, name), getattr(new.v, name)) for name in new.sources)
    return found + [change for change in values if change[1] != change[2]]


def _periods(rules: RuleSet) -> dict[str, str]:
    seasons = {s.name: f"{s.opens} – {s.closes} {' '.join(s.businesses)}" for s in rules.seasons}
    return seasons | {f"maintenance {n}": f"{m.first} – {m.last}" for n, m in enumerate(rules.maintenance, 1)}

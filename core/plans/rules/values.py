"""Plans as plain values, and the ground they are judged on."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from core.calendar.rules import ONE_DAY, WORKING_DAYS, Window, WorkingDays, season_of
from core.foundation.findings import N_
from core.rulesets.loader import Maintenance, RuleSet, Season

Yearbooks = Mapping[int, RuleSet]


class Business(StrEnum):
    """What a plan is for."""

    RECOGNITION = "recognition"
    REGISTRATION = "registration"


FIELD_NAMES = {
    "entry_start": N_("网报开始日"),
    "entry_end": N_("网报结束日"),
    "confirm_start": N_("现场确认开始日"),
    "confirm_end": N_("现场确认结束日"),
}


@dataclass(frozen=True, slots=True)
class PlanDraft:
    """The windows of a plan: 网报 `entry` and 现场确认 `confirm`, all days included.

    `closing_hour`: when the online window closes on its last day, Beijing time; 24 is midnight.
    """

    business: str
    entry: Window
    confirm: Window
    closing_hour: int = 24

    def fields(self) -> dict[str, date]:
        """The four days by their form fields."""
        return {
            "entry_start": self.entry.first,
            "entry_end": self.entry.last,
            "confirm_start": self.confirm.first,
            "confirm_end": self.confirm.last,
        }

    def with_day(self, name: str, day: date) -> PlanDraft:
        """The same draft with one of the four days changed."""
        days = self.fields() | {name: day}
        return replace(
            self,
            entry=Window(days["entry_start"], days["entry_end"]),
            confirm=Window(days["confirm_start"], days["confirm_end"]),
        )

    @property
    def years(self) -> list[int]:
        """The years that the windows touch, those that are only passed through included."""
        spans = (range(window.first.year, window.last.year + 1) for window in (self.entry, self.confirm))
        return sorted({year for span in spans for year in span} | {day.year for day in self.fields().values()})


@dataclass(frozen=True)
class Ground:
    """What every window rule needs: the published yearbooks and the working days.

    Its methods expect days of years that it `covers`.
    """

    yearbooks: Yearbooks
    days: WorkingDays = WORKING_DAYS
    _counting: dict[int, list[int]] = field(default_factory=dict, repr=False, compare=False)

    def covers(self, year: int) -> bool:
        """Whether the year has a published yearbook and promulgated holidays."""
        return year in self.yearbooks and self.days.knows(year)

    def rules_of(self, draft: PlanDraft) -> RuleSet:
        """The rules a plan is judged under: those of the year in which its online window starts."""
        return self.yearbooks[draft.entry.first.year]

    def season_of(self, draft: PlanDraft) -> Season | None:
        """The half a plan belongs to: that in which its online window starts."""
        return season_of(draft.entry.first, self.rules_of(draft))

    def seasons(self, business: str = "") -> list[Season]:
        """All published seasons, open to `business` where one is named, in the order of time."""
        years = (self.yearbooks[year] for year in sorted(self.yearbooks) if self.covers(year))
        every = sorted((s for rules in years for s in rules.seasons), key=lambda s: s.opens)
        return [season for season in every if not business or business in season.businesses]

    def nearest_season(self, draft: PlanDraft) -> Season | None:
        """The published season open to the plan's business that is nearest to its first day."""
        first = draft.entry.first
        return min(
            self.seasons(draft.business) or self.seasons(),
            key=lambda s: max((s.opens - first).days, (first - s.closes).days),
            default=None,
        )

    def maintenance_on(self, day: date) -> Maintenance | None:
        """The maintenance that covers `day`, if one does."""
        periods = self.yearbooks[day.year].maintenance
        return next((period for period in periods if period.covers(day)), None)

    def may_end_entry(self, day: date) -> bool:
        """Whether 网报 may end on `day`: no weekend, no holiday; a make-up weekend by the yearbook."""
        if self.days.is_holiday(day):
            return False
        makeup = self.yearbooks[day.year].v.end_on_makeup_day and self.days.is_makeup(day)
        return day.weekday() < 5 or makeup

    def _counting_days(self, year: int) -> list[int]:
        """Ordinals of the year's working days outside maintenance, ascending."""
        if year not in self._counting:
            every = Window(date(year, 1, 1), date(year, 12, 31))
            self._counting[year] = [
                day.toordinal() for day in every if self.days.is_working(day) and self.maintenance_on(day) is None
            ]
        return self._counting[year]

    def count(self, window: Window) -> int:
        """Working days that count towards the minima: both ends included, maintenance not."""
        first, last = window.first.toordinal(), window.last.toordinal()
        years = range(window.first.year, window.last.year + 1)
        return sum(
            bisect_right(counting, last) - bisect_left(counting, first) for counting in map(self._counting_days, years)
        )

    def count_entry(self, draft: PlanDraft) -> int:
        """Counting days of 网报; a last day that closes early does not count."""
        window = draft.entry
        early = draft.closing_hour < self.rules_of(draft).v.last_day_closing_hour
        if not early:
            return self.count(window)
        return self.count(Window(window.first, window.last - ONE_DAY)) if window.first < window.last else 0

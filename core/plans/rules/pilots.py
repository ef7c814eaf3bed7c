"""Where registration runs as a pilot (试点): areas listed by the province, each surveyed before its first (二(二))."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from core.foundation.findings import N_, Finding, Severity, clause
from core.plans.rules.values import Business, PlanDraft


@dataclass(frozen=True, slots=True)
class Pilot:
    """A pilot area as rules take it: its division, from when until when, and whether its survey is closed."""

    division: str
    since: date
    until: date | None = None
    surveyed: bool = False

    def covers(self, division: str, day: date) -> bool:
        """Whether a division lies in the area and `day` in its time."""
        return division.startswith(self.division) and self.since <= day and (self.until is None or day <= self.until)


def _said(code: str, message: str, field: str = "", remedy: str = "", **params: object) -> Finding:
    return Finding(code, message, clause="二(二)", field=field, remedy=remedy, params=params)


def pilot_of(division: str, day: date, areas: Iterable[Pilot]) -> Pilot | None:
    """The area that covers a division on `day`, the widest first."""
    fitting = [area for area in areas if area.covers(division, day)]
    return min(fitting, key=lambda area: len(area.division), default=None)


@clause("二(二)", "R-PILOT-01", "R-PILOT-02")
def judge_pilot(draft: PlanDraft, division: str, areas: Iterable[Pilot], *, opening: bool) -> list[Finding]:
    """A registration plan lies in a pilot area, whose survey is closed before it opens.

    `division` is that of the plan's institution; until the plan opens, an open survey is only warned of.
    """
    if draft.business != Business.REGISTRATION:
        return []
    known = list(areas)
    area = pilot_of(division, draft.entry.first, known)
    if area is None:
        later = [one.since for one in known if division.startswith(one.division) and one.since > draft.entry.first]
        if later:
            words = N_("本地区自%(since)s起才是定期注册试点地区")
            return [_said("registration_before_pilot", words, "entry_start", N_("请将网报开始日定在此日或以后"),
                          since=min(later))]  # fmt: skip
        words = N_("本地区不是定期注册试点地区，不能设置定期注册计划")
        return [_said("registration_outside_pilot", words, "business", N_("请由省级先列入试点地区"))]
    if area.surveyed:
        return []
    return [
        Finding(
            "pilot_survey_open",
            N_("首次注册前的证书信息摸底尚未办结"),
            clause="二(二)",
            severity=Severity.REFUSAL if opening else Severity.WARNING,
            remedy=N_("请先办结摸底，再发布计划"),
        )
    ]


@clause("二(二)", "R-PILOT-01")
def judge_pilot_area(division: str, province: str, areas: Iterable[Pilot]) -> list[Finding]:
    """A new area is a division of the own province that no listed area covers or lies in."""
    if not division.isdigit() or len(division) not in (2, 4, 6) or division[:2] != province:
        return [_said("pilot_division_form", N_("请填写本省的区划代码，2位、4位或6位"), "division")]
    met = [one.division for one in areas if division.startswith(one.division) or one.division.startswith(division)]
    if met:
        words = N_("与已列入的试点地区重叠：%(areas)s")
        return [_said("pilot_area_overlaps", words, "division", N_("请先停止该地区，或改写区划代码"), areas=met)]
    return []


@clause("二(二)", "R-PILOT-01")
def judge_pilot_end(since: date, until: date) -> list[Finding]:
    """An area ends on or after the day it began."""
    if until >= since:
        return []
    return [_said("pilot_backwards", N_("停止日期早于开始日期（%(since)s）"), "until", since=since)]

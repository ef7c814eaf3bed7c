"""What the nation asks of windows: 二(一) and 三(一), by the readings of the rulebook § 1.2."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from core.calendar.rules import (
    BUSINESS_NAMES,
    ONE_DAY,
    WORKING_DAYS,
    Window,
    WorkingDays,
    maintenance_on,
    season_of,
)
from core.foundation.findings import Finding, N_, Severity, Verdict, clause, verdict
from core.foundation.moves import Moves
from core.rulesets.loader import RuleSet, Season

Yearbooks = Mapping[int, RuleSet]
LOOK_AHEAD = 120


class Business(StrEnum):
    """What a plan is for."""

    RECOGNITION = "recognition"
    REGISTRATION = "registration"


PLAN_MOVES = Moves(
    N_("工作计划"),
    {
        "draft": N_("草稿"),
        "submitted": N_("已提交"),
        "returned": N_("退回"),
        "approved": N_("已审定"),
        "published": N_("已发布"),
        "running": N_("进行中"),
        "closed": N_("已结束"),
        "withdrawn": N_("撤回"),
        "superseded": N_("已变更"),
        "cancelled": N_("已取消"),
    },
    {
        "draft": {"submitted": "OH", "withdrawn": "OH"},
        "submitted": {"approved": "P", "returned": "P", "withdrawn": "OH"},
        "returned": {"submitted": "OH", "withdrawn": "OH"},
        "approved": {"published": "P", "returned": "P"},
        "published": {"running": "X", "superseded": "P", "cancelled": "P"},
        "running": {"closed": "X", "superseded": "P", "cancelled": "P"},
    },
)

TABLE_MOVES = Moves(
    N_("网报及培训计划表"),
    {
        "draft": N_("草稿"),
        "filed": N_("已上报"),
        "received": N_("已接收"),
        "returned": N_("退回"),
        "superseded": N_("已替代"),
    },
    {
        "draft": {"filed": "P"},
        "filed": {"received": "N", "returned": "N", "superseded": "P"},
        "received": {"superseded": "P"},
        "returned": {"filed": "P", "superseded": "P"},
    },
)


@dataclass(frozen=True, slots=True)
class PlanDraft:
    """The windows of a plan: 网报 `entry` and 现场确认 `confirm`, all days included."""

    business: str
    entry: Window
    confirm: Window

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


@dataclass(frozen=True, slots=True)
class _Ground:
    """What every window rule needs: the rule set of the plan's year, its season, the calendar."""

    rules: RuleSet
    season: Season | None
    days: WorkingDays

    def may_end_entry(self, day: date) -> bool:
        if self.days.is_holiday(day):
            return False
        return day.weekday() < 5 or (self.rules.v.end_on_makeup_day and self.days.is_makeup(day))

    def is_edge(self, day: date) -> bool:
        inside = self.season is None or self.season.opens <= day <= self.season.closes
        return inside and maintenance_on(day, self.rules) is None

    def search(self, start: date, fits: Callable[[date], bool]) -> str:
        """The first day from `start` on that is a possible edge and fits, in ISO; "" when there is none."""
        for offset in range(LOOK_AHEAD):
            day = start + timedelta(days=offset)
            if day.year != self.rules.year:
                return ""
            if self.is_edge(day) and fits(day):
                return day.isoformat()
        return ""


def season_for(draft: PlanDraft, rules: RuleSet) -> Season | None:
    """The half a plan belongs to: that in which its online window starts."""
    return season_of(draft.entry.first, rules)


def judge_windows(
    draft: PlanDraft, yearbooks: Yearbooks, days: WorkingDays = WORKING_DAYS
) -> Verdict:
    """Judge a plan's windows by every rule of 二(一) and 三(一); all faults together.

    A backwards window, or a year without a published yearbook, is all that is then said.
    """
    backwards = judge_order(draft)
    if backwards:
        return verdict(("judge_order", backwards))
    unknown = judge_years(draft, yearbooks, days)
    if unknown:
        return verdict(("judge_order", []), ("judge_years", unknown))
    rules = yearbooks[draft.entry.first.year]
    ground = _Ground(rules, season_for(draft, rules), days)
    return verdict(
        ("judge_order", []),
        ("judge_years", []),
        ("judge_entry_length", judge_entry_length(draft, ground)),
        ("judge_confirm_length", judge_confirm_length(draft, ground)),
        ("judge_entry_end", judge_entry_end(draft, ground)),
        ("judge_season", judge_season(draft, ground)),
        ("judge_business", judge_business(draft, ground)),
        ("judge_edges", judge_edges(draft, ground)),
        ("judge_sequence", judge_sequence(draft, ground)),
        ("judge_conclusion_day", judge_conclusion_day(draft, ground)),
    )


@clause("二(一)")
def judge_order(draft: PlanDraft) -> list[Finding]:
    """A window must not end before it starts."""
    faults = (
        ("entry_ends_before_start", draft.entry, "entry_end", N_("网报结束日%(last)s早于开始日%(first)s")),
        ("confirm_ends_before_start", draft.confirm, "confirm_end", N_("现场确认结束日%(last)s早于开始日%(first)s")),
    )
    return [
        Finding(
            code,
            message,
            clause="二(一)",
            field=field,
            remedy=N_("请核对，结束日不得早于%(first)s"),
            params={"first": window.first.isoformat(), "last": window.last.isoformat()},
        )
        for code, window, field, message in faults
        if window.backwards
    ]


@clause("三(一)", "R-CAL-09")
def judge_years(draft: PlanDraft, yearbooks: Yearbooks, days: WorkingDays = WORKING_DAYS) -> list[Finding]:
    """Every year touched needs a published yearbook and promulgated holidays; nothing is guessed."""
    found = []
    for name, day in draft.fields().items():
        if day.year in yearbooks and days.knows(day.year):
            continue
        if any(finding.params["year"] == day.year for finding in found):
            continue
        known = sorted(year for year in yearbooks if days.knows(year))
        found.append(
            Finding(
                "year_without_yearbook",
                N_("%(year)s年尚未发布年度规则，不能安排%(day)s"),
                clause="三(一)",
                field=name,
                remedy=N_("已发布的年度：%(known)s") if known else N_("请等待国家中心发布年度规则"),
                params={"year": day.year, "day": day.isoformat(), "known": "、".join(map(str, known))},
            )
        )
    return found


@clause("二(一)", "R-PLAN-07", "R-PLAN-10")
def judge_entry_length(draft: PlanDraft, ground: _Ground) -> list[Finding]:
    """网报 lasts at least the national minimum of working days; maintenance does not count (R-PLAN-07)."""
    least = ground.rules.v.entry_min_working_days
    return _judge_length(
        "entry_window_too_short",
        N_("网报时间不得少于%(least)s个工作日，现为%(actual)s个"),
        draft.entry,
        "entry_end",
        least,
        ground,
        ground.may_end_entry,
    )


@clause("二(一)", "R-PLAN-08", "R-PLAN-10")
def judge_confirm_length(draft: PlanDraft, ground: _Ground) -> list[Finding]:
    """现场确认 lasts at least the national minimum of working days (R-PLAN-08)."""
    least = ground.rules.v.confirm_min_working_days
    return _judge_length(
        "confirm_window_too_short",
        N_("现场确认时间不得少于%(least)s个工作日，现为%(actual)s个"),
        draft.confirm,
        "confirm_end",
        least,
        ground,
        lambda day: day >= draft.entry.last,
    )


def _judge_length(
    code: str,
    message: str,
    window: Window,
    field: str,
    least: int,
    ground: _Ground,
    may_end: Callable[[date], bool],
) -> list[Finding]:
    closed = ground.rules.maintenance
    actual = ground.days.count(window, closed)
    if actual >= least:
        return []

    def long_enough(day: date) -> bool:
        return may_end(day) and ground.days.count(Window(window.first, day), closed) >= least

    better = ground.search(window.last, long_enough)
    return [
        Finding(
            code,
            message,
            clause="二(一)",
            field=field,
            remedy=N_("结束日改为%(better)s或以后即可") if better else N_("本开放时段内已无法满足，请提前开始"),
            params={"least": least, "actual": actual, "better": better},
        )
    ]


@clause("二(一)", "R-PLAN-09")
def judge_entry_end(draft: PlanDraft, ground: _Ground) -> list[Finding]:
    """网报 does not end at a weekend or on a statutory holiday; a make-up weekend day is a weekend (R-PLAN-09)."""
    last = draft.entry.last
    if ground.may_end_entry(last):
        return []
    better = ground.search(last, ground.may_end_entry)
    return [
        Finding(
            "entry_ends_on_rest_day",
            N_("网报结束日%(last)s是周末或法定节假日"),
            clause="二(一)",
            field="entry_end",
            remedy=N_("可以改在%(better)s结束") if better else N_("请改在此前的工作日结束"),
            params={"last": last.isoformat(), "better": better},
        )
    ]


@clause("三(一)", "R-CAL-01", "R-CAL-02")
def judge_season(draft: PlanDraft, ground: _Ground) -> list[Finding]:
    """Both windows lie wholly inside one season's open period (三(一))."""
    season = ground.season
    outside = [
        name
        for name, day in draft.fields().items()
        if season is None or not season.opens <= day <= season.closes
    ]
    if not outside:
        return []
    nearest = season or min(
        ground.rules.seasons, key=lambda s: abs((s.opens - draft.entry.first).days), default=None
    )
    return [
        Finding(
            "outside_season",
            N_("网报和现场确认应全部在同一开放时段内"),
            clause="三(一)",
            field=outside[0],
            remedy=N_("请安排在%(opens)s至%(closes)s之间") if nearest else N_("本年度没有开放时段"),
            params={
                "opens": nearest.opens.isoformat() if nearest else "",
                "closes": nearest.closes.isoformat() if nearest else "",
            },
        )
    ]


@clause("二(一)", "三(一)", "R-PLAN-01")
def judge_business(draft: PlanDraft, ground: _Ground) -> list[Finding]:
    """The half in which the online window starts must be open to the plan's business (R-PLAN-01)."""
    season = ground.season
    if season is None or draft.business in season.businesses:
        return []
    other = next((s for s in ground.rules.seasons if draft.business in s.businesses), None)
    return [
        Finding(
            "business_not_open",
            N_("此时段不办理%(business)s"),
            clause="二(一)",
            field="business",
            remedy=N_("可以从%(opens)s起安排") if other else N_("本年度不办理此业务"),
            params={
                "business": BUSINESS_NAMES.get(draft.business, draft.business),
                "opens": other.opens.isoformat() if other else "",
            },
        )
    ]


@clause("三(一)", "R-CAL-03", "R-CAL-04")
def judge_edges(draft: PlanDraft, ground: _Ground) -> list[Finding]:
    """A window may span maintenance, but not begin or end in it (三(一))."""
    found = []
    for name, day in draft.fields().items():
        period = maintenance_on(day, ground.rules)
        if period is None:
            continue
        fits = ground.may_end_entry if name == "entry_end" else (lambda day: True)
        found.append(
            Finding(
                "edge_in_maintenance",
                N_("%(day)s在系统维护期间（%(first)s至%(last)s）"),
                clause="三(一)",
                field=name,
                remedy=N_("可以改为%(better)s"),
                params={
                    "day": day.isoformat(),
                    "first": period.first.isoformat(),
                    "last": period.last.isoformat(),
                    "better": ground.search(period.last + ONE_DAY, fits),
                },
            )
        )
    return found


@clause("二(一)")
def judge_sequence(draft: PlanDraft, ground: _Ground) -> list[Finding]:
    """Confirmation neither starts before the online window nor ends before it does (our reading)."""
    found = []
    if draft.confirm.first < draft.entry.first:
        found.append(
            Finding(
                "confirm_before_entry",
                N_("现场确认早于网报开始，届时没有可以确认的人"),
                clause="二(一)",
                field="confirm_start",
                remedy=N_("现场确认最早从%(better)s开始"),
                params={"better": ground.search(draft.entry.first, lambda day: True)},
            )
        )
    if draft.confirm.last < draft.entry.last:
        found.append(
            Finding(
                "confirm_ends_before_entry",
                N_("现场确认早于网报结束，最后网报的人无法确认"),
                clause="二(一)",
                field="confirm_end",
                remedy=N_("现场确认最早在%(better)s结束"),
                params={"better": ground.search(draft.entry.last, lambda day: True)},
            )
        )
    return found


@clause("R-TIME-01", "R-TIME-02", "R-TIME-03")
def judge_conclusion_day(draft: PlanDraft, ground: _Ground) -> list[Finding]:
    """Conclusions may fall after the season (R-TIME-01 governs); say so when they will."""
    if ground.season is None or ground.season.closes < draft.confirm.last:
        return []
    due = draft.confirm.last + timedelta(days=ground.rules.v.conclusion_amber_calendar_days)
    if due <= ground.season.closes:
        return []
    return [
        Finding(
            "conclusion_after_season",
            N_("认定结论的法定期限%(due)s晚于本时段结束日%(closes)s"),
            clause="R-TIME-01",
            severity=Severity.WARNING,
            field="confirm_end",
            remedy=N_("可以办理，但请安排好结论和制证"),
            params={"due": due.isoformat(), "closes": ground.season.closes.isoformat()},
        )
    ]


_NEEDED = {"recognition": N_("致申请人的工作通知"), "registration": N_("致教师的工作通知")}


@clause("二(一)", "R-PLAN-03", "R-PLAN-04")
def judge_notice_filed(business: str, filed_audiences: Sequence[str]) -> list[Finding]:
    """The fitting notice has been reported to the centre before plans are set (R-PLAN-03, -04)."""
    wanted = "applicants" if business == Business.RECOGNITION else "teachers"
    if wanted in filed_audiences or "both" in filed_audiences:
        return []
    return [
        Finding(
            "notice_not_filed",
            N_("本省%(notice)s尚未上报国家中心，不能设置计划"),
            clause="二(一)",
            remedy=N_("请先由省级上报工作通知"),
            params={"notice": _NEEDED.get(business, business)},
        )
    ]


@clause("二(一)", "R-PLAN-02", "R-PLAN-06", "R-PLAN-12")
def judge_within_table(
    draft: PlanDraft, rows: Sequence[PlanDraft] | None, gates: bool = False
) -> list[Finding]:
    """A plan lies within its province's plan table; a missing table is warned of (R-PLAN-06, -12)."""
    if rows is None:
        return [
            Finding(
                "plan_table_missing",
                N_("本省尚未上报网报及培训计划表"),
                clause="二(一)",
                severity=Severity.REFUSAL if gates else Severity.WARNING,
                remedy=N_("请提醒省级尽快上报"),
            )
        ]
    fitting = [row for row in rows if row.business == draft.business]
    if any(_inside(draft, row) for row in fitting):
        return []
    spans = "；".join(f"{row.entry.first}–{row.entry.last}、{row.confirm.first}–{row.confirm.last}" for row in fitting)
    return [
        Finding(
            "outside_plan_table",
            N_("时间不在本省计划表之内"),
            clause="二(一)",
            field="entry_start",
            remedy=N_("计划表所列：%(spans)s") if spans else N_("计划表没有此项业务，请先变更计划表"),
            params={"spans": spans},
        )
    ]


def _inside(draft: PlanDraft, row: PlanDraft) -> bool:
    return (
        row.entry.first <= draft.entry.first
        and draft.entry.last <= row.entry.last
        and row.confirm.first <= draft.confirm.first
        and draft.confirm.last <= row.confirm.last
    )


@clause("二(一)", "R-PLAN-11")
def judge_extension(old: PlanDraft, new: PlanDraft) -> list[Finding]:
    """A published window may be extended, never shortened (R-PLAN-11)."""
    found = []
    for name, before in old.fields().items():
        after = new.fields()[name]
        shorter = after > before if name.endswith("start") else after < before
        if shorter:
            found.append(
                Finding(
                    "published_window_shortened",
                    N_("已发布的时间只能延长，不能缩短：原为%(before)s"),
                    clause="二(一)",
                    field=name,
                    remedy=N_("此处应为%(before)s或更宽"),
                    params={"before": before.isoformat()},
                )
            )
    return found


def replay(
    plans: Mapping[Any, PlanDraft], yearbooks: Yearbooks, days: WorkingDays = WORKING_DAYS
) -> dict[Any, tuple[Finding, ...]]:
    """Which of the existing plans a draft yearbook would break, and by which findings (三(一), R-CAL-09)."""
    judged = {key: judge_windows(draft, yearbooks, days).refusals for key, draft in plans.items()}
    return {key: findings for key, findings in judged.items() if findings}

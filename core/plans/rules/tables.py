"""The annual table of a province (网报及培训计划表), and plans beside it: 二(一), R-PLAN-02, -06, -12."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from core.calendar.rules import BUSINESS_NAMES, SEASON_NAMES, WORKING_DAYS, WorkingDays, season_of
from core.foundation.findings import N_, Finding, Severity, Verdict, clause, verdict
from core.plans.rules.judging import judge_windows
from core.plans.rules.values import Business, PlanDraft, Yearbooks
from core.rulesets.loader import RuleSet


@dataclass(frozen=True, slots=True)
class TableDraft:
    """A year's table: its rows as plans, and for each planned meeting the contents it covers."""

    year: int
    rows: tuple[PlanDraft, ...]
    meetings: tuple[tuple[str, ...], ...] = ()


@clause("二(一)", "R-PLAN-02", "R-TRAIN-01", "R-TRAIN-02")
def judge_table(table: TableDraft, yearbooks: Yearbooks, days: WorkingDays = WORKING_DAYS) -> Verdict:
    """Judge a table: each row as a plan is judged, its year, its gaps, its meetings.

    Fields of a row are named `rows-<number from 0>-<field>`.
    """
    judged = Verdict((), ())
    for number, row in enumerate(table.rows):
        line = judge_windows(row, yearbooks, days)
        findings = tuple(replace(f, field=f"rows-{number}-{f.field}") for f in line.findings)
        judged += Verdict(findings, line.rules)
    rules = yearbooks.get(table.year)
    return judged + verdict(
        ("judge_rows", judge_rows(table)),
        ("judge_halves", judge_halves(table, rules) if rules else []),
        ("judge_meetings", judge_meetings(table, rules) if rules else []),
    )


@clause("二(一)", "R-PLAN-02")
def judge_rows(table: TableDraft) -> list[Finding]:
    """A table has rows, of its own year, none of them twice."""
    if not table.rows:
        return [
            Finding(
                "table_empty",
                N_("计划表至少应有一行"),
                clause="二(一)",
                field="rows",
                remedy=N_("请填写各业务的网报和现场确认时间"),
            )
        ]
    found = []
    for number, row in enumerate(table.rows):
        if row.entry.first.year != table.year:
            found.append(
                _row(
                    "table_row_outside_year",
                    N_("此行网报不在%(year)s年内"),
                    number,
                    N_("请改为%(year)s年的日期"),
                    year=table.year,
                )
            )
        if row in table.rows[:number]:
            first = table.rows.index(row) + 1
            found.append(
                _row("table_row_repeated", N_("此行与第%(first)s行相同"), number, N_("请删除此行"), first=first)
            )
    return found


def _row(code: str, message: str, number: int, remedy: str, **params: object) -> Finding:
    return Finding(code, message, clause="二(一)", field=f"rows-{number}-entry_start", remedy=remedy, params=params)


@clause("二(一)", "R-PLAN-01", "R-PLAN-02")
def judge_halves(table: TableDraft, rules: RuleSet) -> list[Finding]:
    """A half in which the nation recognises, and the table has no window for it, is asked about."""
    named = {(season.name, row.business) for row in table.rows if (season := season_of(row.entry.first, rules))}
    business = Business.RECOGNITION
    return [
        Finding(
            "table_half_missing",
            N_("计划表没有安排%(season)s的%(business)s"),
            clause="二(一)",
            severity=Severity.WARNING,
            field="rows",
            remedy=N_("如要办理，请补充%(opens)s至%(closes)s之间的时间"),
            params={
                "season": SEASON_NAMES.get(season.name, season.name),
                "business": BUSINESS_NAMES[business],
                "opens": season.opens.isoformat(),
                "closes": season.closes.isoformat(),
            },
        )
        for season in rules.seasons
        if business in season.businesses and (season.name, business) not in named
    ]


@clause("一(五)", "R-TRAIN-01", "R-TRAIN-02")
def judge_meetings(table: TableDraft, rules: RuleSet) -> list[Finding]:
    """The table plans the year's province-wide meetings with all their contents; what lacks is warned of."""
    if len(table.meetings) < rules.v.training_min_meetings:
        return [_meeting("table_without_meeting", N_("计划表没有列出全省培训会议"))]
    covered = {content for contents in table.meetings for content in contents}
    if set(rules.v.training_contents) <= covered:
        return []
    return [_meeting("table_meeting_contents_missing", N_("计划表的培训会议没有包括全部三项内容"))]


def _meeting(code: str, message: str) -> Finding:
    return Finding(
        code,
        message,
        clause="一(五)",
        severity=Severity.WARNING,
        field="meetings",
        remedy=N_("每年至少召开一次，含工作部署、政策学习、系统使用培训"),
    )


@clause("二(一)", "R-PLAN-02", "R-PLAN-06", "R-PLAN-12")
def judge_within_table(draft: PlanDraft, rows: Sequence[PlanDraft] | None, gates: bool = False) -> list[Finding]:
    """A plan lies within one row of its province's table; a missing table is warned of (R-PLAN-06, -12).

    `rows` is None when no table is filed; `gates`: whether the yearbook makes that a refusal.
    """
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
    if not fitting:
        return [
            Finding(
                "outside_plan_table",
                N_("本省计划表没有安排%(business)s"),
                clause="二(一)",
                field="business",
                remedy=N_("请先由省级变更计划表"),
                params={"business": BUSINESS_NAMES.get(draft.business, draft.business)},
            )
        ]
    nearest = min((_outside(draft, row) for row in fitting), key=len)
    return [
        Finding(
            "outside_plan_table",
            N_("%(day)s超出本省计划表，表中为%(first)s至%(last)s"),
            clause="二(一)",
            field=name,
            remedy=N_("请改为%(better)s，或先由省级变更计划表"),
            params=params,
        )
        for name, params in nearest.items()
    ]


def _outside(draft: PlanDraft, row: PlanDraft) -> dict[str, dict[str, str]]:
    """A plan's days that a row does not hold: field → the day, the row's window, the nearest day there."""
    found = {}
    for name, day in draft.fields().items():
        window = row.entry if name.startswith("entry") else row.confirm
        if day not in window:
            found[name] = {
                "day": day.isoformat(),
                "first": window.first.isoformat(),
                "last": window.last.isoformat(),
                "better": max(window.first, min(day, window.last)).isoformat(),
            }
    return found


@clause("二(一)", "R-PLAN-12")
def judge_table_holds(rows: Sequence[PlanDraft], plans: Mapping[str, PlanDraft]) -> list[Finding]:
    """Plans already set that a new table contradicts are named; the province changes one or the other."""
    return [
        Finding(
            "table_contradicts_plan",
            N_("已有计划“%(title)s”不在此计划表之内"),
            clause="二(一)",
            severity=Severity.WARNING,
            field="rows",
            remedy=N_("请调整计划表，或变更该计划"),
            params={"title": title},
        )
        for title, draft in plans.items()
        if judge_within_table(draft, rows)
    ]

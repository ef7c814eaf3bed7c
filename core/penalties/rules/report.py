"""The quarterly report (每季度行政处罚统计报告): whose quarter, by when, from what, and who may do what with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from core.calendar.rules import WorkingDays
from core.foundation.findings import N_, Finding, clause
from core.foundation.moves import Moves
from core.rulesets.loader import RuleSet

FIRST_YEAR = 2020  # R-PEN-02: from 2020 on

REPORT_MOVES = Moves(
    N_("季度报告"),
    {
        "open": N_("编制中"),
        "signed": N_("已签发"),
        "filed": N_("已上报"),
        "accepted": N_("已接收"),
        "returned": N_("已退回"),
    },
    {
        "open": {"signed": "P"},
        "signed": {"filed": "P"},
        "filed": {"accepted": "N", "returned": "N"},
        "returned": {"signed": "P"},
    },
    {
        "open": ("P", N_("季度结束后核对并签发")),
        "signed": ("P", N_("上报国家中心")),
        "filed": ("N", N_("接收，或写明原因退回")),
        "returned": ("P", N_("按退回原因核对后重新签发")),
    },
)
# Its content was signed and is what it is until the centre sends it back.
FROZEN = ("signed", "filed", "accepted")


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A quarter of a year, in Beijing's days."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Quarter:
        """The quarter in which `day` lies (R-PEN-06)."""
        return cls(day.year, (day.month + 2) // 3)

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.number * 3 - 2, 1)

    @property
    def after(self) -> Quarter:
        """The next one."""
        return Quarter(self.year, self.number + 1) if self.number < 4 else Quarter(self.year + 1, 1)

    @property
    def before(self) -> Quarter:
        """The one before."""
        return Quarter(self.year, self.number - 1) if self.number > 1 else Quarter(self.year - 1, 4)

    @property
    def last(self) -> date:
        """Its last day."""
        return self.after.first - timedelta(days=1)


@clause("一(三)", "R-PEN-04")
def due_day(quarter: Quarter, rules: RuleSet, days: WorkingDays) -> date:
    """The last day on which a quarter's report is in time."""
    return days.after(quarter.last, rules.v.penalty_report_due_working_days)


def _no(code: str, message: str, field: str = "", remedy: str = "", **params: object) -> Finding:
    return Finding(code, message, clause="一(三)", field=field, remedy=remedy, params=params)


@clause("一(三)", "R-PEN-02", "R-PEN-06")
def judge_signing(quarter: Quarter, today: date, earlier_open: bool, nil: bool, nil_stated: bool) -> list[Finding]:
    """A report is signed when its quarter is over and the earlier ones are signed; a nil one says so (R-PEN-05)."""
    found = []
    if today <= quarter.last:
        message = N_("本季度至%(day)s结束，届时方可签发")
        found.append(_no("report_quarter_running", message, day=quarter.last))
    if earlier_open:
        found.append(_no("report_earlier_open", N_("上一季度的报告尚未签发"), remedy=N_("请先签发上一季度的报告")))
    if nil and not nil_stated:
        message = N_("本季度没有案件，请确认零报告")
        found.append(_no("report_nil_unstated", message, "nil", N_("请勾选“本季度无案件”")))
    if nil_stated and not nil:
        found.append(_no("report_not_nil", N_("本季度有案件，不能作零报告"), "nil"))
    return found


@clause("一(三)", "R-PEN-02")
def judge_return(reason: str) -> list[Finding]:
    """A return says what is to be mended."""
    return [] if reason.strip() else [_no("report_reason_missing", N_("请写明退回原因"), "reason")]


@clause("一(三)", "R-PEN-03")
def totals(lines: Iterable[Mapping[str, Any]], corrections: int) -> dict[str, dict[str, int]]:
    """Counts by measure, ground, kind of certificate and city; cases of earlier quarters and corrections apart."""
    lines = list(lines)
    counted: dict[str, Counter[str]] = {"measure": Counter(), "ground": Counter(), "kind": Counter(), "city": Counter()}
    for line in lines:
        counted["measure"][line["measure"]] += 1
        counted["ground"][line["ground"]] += 1
        counted["city"][line["city"]] += 1
        counted["kind"].update(certificate["kind"] for certificate in line["certificates"])
    found = {name: dict(sorted(counts.items())) for name, counts in counted.items()}
    late = sum(bool(line["late"]) for line in lines)
    return found | {"all": {"cases": len(lines), "late": late, "corrections": corrections}}

"""When a case may be confirmed, proposed and concluded; and the dates that the law sets."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from core.calendar.rules import WORKING_DAYS, WorkingDays, judge_not_in_maintenance
from core.checks.rules import CheckFacts, judge_clear_and_valid
from core.evidence.rules import needs_original
from core.foundation.findings import N_, Finding, Severity, Verdict, clause, verdict
from core.people.rules import Bar, judge_bars
from core.rulesets.loader import RuleSet


@dataclass(frozen=True, slots=True)
class ConclusionFacts:
    """What the gate must know on the day of the conclusion."""

    today: date
    result: str
    name: str
    document_index: str
    check: CheckFacts | None
    bars: tuple[Bar, ...]
    photo_looks: int
    holds: tuple[str, ...]
    materials_open: int
    evidence_unsettled: int
    reviewer: object
    concluder: object
    reason: str
    province_fault: str = ""
    medical_result: str = ""
    medical_on: date | None = None


def judge_conclusion(facts: ConclusionFacts, rules: RuleSet) -> Verdict:
    """Judge a conclusion; a refusal need not wait for the check (R-CHECK-04)."""
    always = (
        ("judge_four_eyes", judge_four_eyes(facts)),
        ("judge_materials_closed", judge_materials_closed(facts)),
    )
    if facts.result == "refused":
        return verdict(*always, ("judge_refusal_reason", judge_refusal_reason(facts)))
    return verdict(
        *always,
        ("judge_check", judge_check(facts, rules)),
        ("judge_bars", judge_bars(facts.bars, facts.today)),
        ("judge_medical", judge_medical(facts, rules)),
        ("judge_photo_looks", judge_photo_looks(facts, rules)),
        ("judge_holds", judge_holds(facts)),
        ("judge_evidence_settled", judge_evidence_settled(facts)),
    )


@clause("一(二)", "R-CHECK-01", "R-CHECK-03", "R-CHECK-06", "R-CHECK-07")
def judge_check(facts: ConclusionFacts, rules: RuleSet) -> list[Finding]:
    """Clear, of this person, and still valid at the moment of the conclusion."""
    return judge_clear_and_valid(facts.check, facts.name, facts.document_index, facts.today, rules)


@clause("§4.1")
def judge_four_eyes(facts: ConclusionFacts) -> list[Finding]:
    """The first review and the conclusion are of two different officers."""
    if facts.reviewer is not None and facts.reviewer != facts.concluder:
        return []
    return [
        Finding(
            "same_officer",
            N_("审核人与作出结论的人不能是同一人"),
            clause="§4.1",
            remedy=N_("请另一位负责人作出结论"),
        )
    ]


@clause("二(三)", "R-PHOTO-06")
def judge_photo_looks(facts: ConclusionFacts, rules: RuleSet) -> list[Finding]:
    """The photo was looked at at confirmation and at approval: two recorded looks (R-PHOTO-06)."""
    if facts.photo_looks >= rules.v.photo_looks:
        return []
    return [
        Finding(
            "photo_not_seen_twice",
            N_("照片须在现场确认和审批时各审核一次，现有%(looks)s次"),
            clause="二(三)",
            remedy=N_("请在审批时审核照片"),
            params={"looks": facts.photo_looks},
        )
    ]


@clause("R-COND-05")
def judge_medical(facts: ConclusionFacts, rules: RuleSet) -> list[Finding]:
    """The medical examination was passed, and its result is still valid on the day of the conclusion."""
    if facts.medical_result != "passed" or facts.medical_on is None:
        failed = facts.medical_result == "failed"
        return [
            Finding(
                "medical_failed" if failed else "medical_missing",
                N_("体检不合格，不能予以认定") if failed else N_("尚未记录体检结果"),
                clause="R-COND-05",
                remedy=N_("可以作出不予认定结论") if failed else N_("请录入指定医院的体检结论"),
            )
        ]
    if facts.medical_on <= facts.today <= months_after(facts.medical_on, rules.v.medical_valid_months):
        return []
    return [
        Finding(
            "medical_out_of_date",
            N_("体检结果（%(day)s）已超过%(months)s个月"),
            clause="R-COND-05",
            remedy=N_("请申请人重新体检"),
            params={"day": facts.medical_on.isoformat(), "months": rules.v.medical_valid_months},
        )
    ]


def months_after(day: date, months: int) -> date:
    """The same day some months on, or the month's last."""
    months += day.month - 1
    year, month = day.year + months // 12, months % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


@clause("§4.1")
def judge_holds(facts: ConclusionFacts) -> list[Finding]:
    """No hold stands, and the province's own rules could be asked."""
    found = [
        Finding("case_on_hold", N_("申请暂停中：%(reason)s"), clause="§4.1", params={"reason": reason})
        for reason in facts.holds
    ]
    if facts.province_fault:
        found.append(
            Finding(
                "province_rules_unavailable",
                N_("本省规则暂时无法执行，结论须等待恢复"),
                clause="§4.1",
                remedy=N_("请联系系统运维"),
            )
        )
    return found


@clause("R-APPL-02")
def judge_materials_closed(facts: ConclusionFacts) -> list[Finding]:
    """What was asked of the applicant is answered or dropped before the conclusion."""
    if not facts.materials_open:
        return []
    return [
        Finding(
            "materials_open",
            N_("还有%(count)s项补正未办结"),
            clause="R-APPL-02",
            remedy=N_("请先办结或撤销补正通知"),
            params={"count": facts.materials_open},
        )
    ]


@clause("一(一)", "R-EVID-05")
def judge_evidence_settled(facts: ConclusionFacts) -> list[Finding]:
    """Each item compared well, or its original was seen by a named officer."""
    if not facts.evidence_unsettled:
        return []
    return [
        Finding(
            "evidence_unsettled",
            N_("还有%(count)s项证明材料既未比对无误，也未核验原件"),
            clause="一(一)",
            remedy=N_("请核验原件，或等待比对"),
            params={"count": facts.evidence_unsettled},
        )
    ]


@clause("R-TIME-01", "R-TIME-06")
def judge_refusal_reason(facts: ConclusionFacts) -> list[Finding]:
    """A refusal states its reason; the way to review and court is printed by the system (R-TIME-06)."""
    if len(facts.reason.strip()) >= 4:
        return []
    return [
        Finding(
            "refusal_reason_missing",
            N_("不予认定须写明理由"),
            clause="R-TIME-01",
            field="reason",
            remedy=N_("请写明不符合哪项条件"),
        )
    ]


@clause("三(一)", "R-CAL-05", "§4.1")
def judge_confirmation(
    today: date, first: date, last: date, photo_accepted: bool, signed: bool, evidence_open: int, rules: RuleSet,
    switch: bool = False,
) -> Verdict:  # fmt: skip
    """On-site confirmation: in its window, not in maintenance, photo looked at, signed, originals seen."""
    found = []
    if not first <= today <= last:
        found.append(
            Finding(
                "outside_confirmation_window",
                N_("现场确认时间为%(first)s至%(last)s"),
                clause="二(一)",
                params={"first": first.isoformat(), "last": last.isoformat()},
            )
        )
    if not photo_accepted:
        found.append(
            Finding("photo_not_accepted", N_("照片未通过审核"), clause="二(三)", field="photo_accepted",
                    remedy=N_("请退回申请人重新上传"))
        )  # fmt: skip
    if not signed:
        found.append(
            Finding("undertaking_not_signed", N_("个人承诺书尚未签名"), clause="§2.8", field="signed_on_site",
                    remedy=N_("请申请人上传手写签名，或当面签署"))
        )  # fmt: skip
    if evidence_open:
        found.append(
            Finding("originals_not_seen", N_("还有%(count)s项须核验原件"), clause="一(一)",
                    field="originals", remedy=N_("逐项核验后勾选"), params={"count": evidence_open})
        )  # fmt: skip
    closed = [] if switch else judge_not_in_maintenance(today, rules)
    return verdict(("judge_confirmation", found), ("judge_not_in_maintenance", closed))


@dataclass(frozen=True, slots=True)
class Limits:
    """The statutory dates of a case: amber from, breach from (R-TIME-01, -02)."""

    amber: date
    breach: date


@clause("R-TIME-01", "R-TIME-02", "R-TIME-03")
def limits(confirm_last: date, rules: RuleSet, days: WorkingDays = WORKING_DAYS) -> Limits:
    """Last days in time: 30 calendar days, and 30 working days, after the last day of confirmation.

    Maintenance days are working days here, since institutions work (R-TIME-03).
    """
    return Limits(
        amber=confirm_last + timedelta(days=rules.v.conclusion_amber_calendar_days),
        breach=days.after(confirm_last, rules.v.conclusion_breach_working_days),
    )


@clause("R-TIME-01", "R-TIME-02")
def judge_in_time(today: date, confirm_last: date, rules: RuleSet) -> list[Finding]:
    """Say when the statutory time runs out or has run out; it never stops a conclusion."""
    dates = limits(confirm_last, rules)
    if today <= dates.amber:
        return []
    late = today > dates.breach
    return [
        Finding(
            "conclusion_overdue" if late else "conclusion_due",
            N_("已超过法定期限（%(breach)s）") if late else N_("已超过30日（%(amber)s），最迟%(breach)s"),
            clause="R-TIME-01",
            severity=Severity.WARNING,
            params={"amber": dates.amber.isoformat(), "breach": dates.breach.isoformat()},
        )
    ]


@clause("R-TIME-06")
def remedies(told_on: date, rules: RuleSet) -> tuple[date, date]:
    """Last days for administrative review (60 days) and for suit (six months) after notice of a refusal."""
    return told_on + timedelta(days=rules.v.review_days), months_after(told_on, rules.v.court_months)


def unsettled(evidence: list[tuple[str, bool]]) -> int:
    """How many of (result, original seen) are neither matched nor seen; a comparison that never ran counts."""
    return sum(1 for result, seen in evidence if not seen and (result == "" or needs_original(result)))

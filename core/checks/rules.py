"""What a check's answer means, how long it holds, and who decides about a record (R-CHECK-01 … -08)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from core.foundation.findings import N_, Finding, clause
from core.foundation.moves import Moves
from core.rulesets.loader import RuleSet


class CheckState(StrEnum):
    """Where a check stands (rulebook § 4.2)."""

    REQUESTED = "requested"
    SENT = "sent"
    OVERDUE = "overdue"
    FAILED = "failed"
    UNCLEAR = "unclear"
    RECORD_FOUND = "record_found"
    UNDER_REVIEW = "under_review"
    CLEAR = "clear"
    CLEAR_AFTER_REVIEW = "clear_after_review"
    DISQUALIFYING = "disqualifying"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"


_LAPSE = {"expired": "X", "superseded": "X"}

CHECK_MOVES = Moves(
    N_("无犯罪记录核查"),
    {
        "requested": N_("待报送"),
        "sent": N_("已报送"),
        "overdue": N_("逾期未回"),
        "failed": N_("报送失败"),
        "unclear": N_("待核实"),
        "record_found": N_("有记录"),
        "under_review": N_("人工审查"),
        "clear": N_("无犯罪记录"),
        "clear_after_review": N_("审查通过"),
        "disqualifying": N_("构成限制"),
        "expired": N_("已过期"),
        "superseded": N_("已失效"),
        "cancelled": N_("已取消"),
    },
    {
        "requested": {"sent": "XO", "failed": "X", "cancelled": "X", "superseded": "X"},
        "sent": {"clear": "XO", "record_found": "XO", "unclear": "XO", "failed": "X", "overdue": "X",
                 "cancelled": "X", "superseded": "X"},
        "overdue": {"clear": "XO", "record_found": "XO", "unclear": "XO", "sent": "O", "cancelled": "X",
                    "superseded": "X"},
        "failed": {"sent": "XO", "cancelled": "X", "superseded": "X"},
        "unclear": {"sent": "O", "under_review": "O", "cancelled": "X", "superseded": "X"},
        "record_found": {"under_review": "O", "cancelled": "X", "superseded": "X"},
        "under_review": {"clear_after_review": "H", "disqualifying": "H", "cancelled": "X", "superseded": "X"},
        "clear": _LAPSE,
        "clear_after_review": _LAPSE,
        "disqualifying": {"superseded": "H"},
    },
)  # fmt: skip

# Who must act next, and what to do: every state that is not final has both.
NEXT = {
    CheckState.REQUESTED: ("officer", N_("等待成批报送")),
    CheckState.SENT: ("agency", N_("等待主管部门答复")),
    CheckState.OVERDUE: ("officer", N_("催办，或由两名工作人员录入书面答复")),
    CheckState.FAILED: ("officer", N_("人工报送")),
    CheckState.UNCLEAR: ("officer", N_("补充资料后重新报送，或转人工审查")),
    CheckState.RECORD_FOUND: ("officer", N_("转人工审查")),
    CheckState.UNDER_REVIEW: ("head", N_("工作人员提出意见，负责人签署")),
    CheckState.CLEAR: ("nobody", N_("可以作出认定结论")),
    CheckState.CLEAR_AFTER_REVIEW: ("nobody", N_("可以作出认定结论")),
    CheckState.DISQUALIFYING: ("officer", N_("提出不予认定意见")),
    CheckState.EXPIRED: ("officer", N_("重新核查")),
    CheckState.SUPERSEDED: ("officer", N_("重新核查")),
    CheckState.CANCELLED: ("nobody", N_("已随申请结束而取消")),
}

OPEN_GATE = frozenset({CheckState.CLEAR, CheckState.CLEAR_AFTER_REVIEW})
AWAITING = frozenset({CheckState.SENT, CheckState.OVERDUE, CheckState.FAILED, CheckState.REQUESTED})
OUTCOMES = {
    "clear": CheckState.CLEAR,
    "record_found": CheckState.RECORD_FOUND,
    "unclear": CheckState.UNCLEAR,
}
OUTCOME_NAMES = {"clear": N_("无犯罪记录"), "record_found": N_("有记录"), "unclear": N_("无法确定")}


@dataclass(frozen=True, slots=True)
class CheckFacts:
    """What the gate must know of a check: its state, the day of the answer and whose it is."""

    state: str
    decided_on: date | None
    document_index: str
    name: str


_NOT_YET = {
    "": N_("尚未发起无犯罪记录核查"),
    CheckState.REQUESTED: N_("无犯罪记录核查尚未报送"),
    CheckState.SENT: N_("无犯罪记录核查尚未答复"),
    CheckState.OVERDUE: N_("无犯罪记录核查逾期未答复，期限届满不等于无犯罪记录"),
    CheckState.FAILED: N_("无犯罪记录核查报送失败，接口故障不等于无犯罪记录"),
    CheckState.UNCLEAR: N_("无犯罪记录核查结果待核实"),
    CheckState.RECORD_FOUND: N_("核查发现记录，须先人工审查"),
    CheckState.UNDER_REVIEW: N_("核查发现的记录正在人工审查"),
    CheckState.DISQUALIFYING: N_("核查结果构成限制，不能予以认定"),
    CheckState.EXPIRED: N_("无犯罪记录核查已过期，须重新核查"),
    CheckState.SUPERSEDED: N_("证件信息更正后原核查已失效，须重新核查"),
    CheckState.CANCELLED: N_("无犯罪记录核查已取消"),
}


def _closed(code: str, message: str, **params: object) -> list[Finding]:
    remedy = N_("请等待或办理核查；在此之前可以作出不予认定结论")
    return [Finding(code, message, clause="一(二)", remedy=remedy, params=params)]


@clause("一(二)", "R-CHECK-01", "R-CHECK-03", "R-CHECK-06", "R-CHECK-07")
def judge_clear_and_valid(
    check: CheckFacts | None, name: str, document_index: str, on: date, rules: RuleSet
) -> list[Finding]:
    """Only a clear result, of this very person, fresh on the day of the conclusion, opens the gate."""
    state = check.state if check else ""
    if check is None or state not in OPEN_GATE:
        return _closed(f"check_{state or 'missing'}", _NOT_YET[state])
    if check.document_index != document_index or check.name != name:
        return _closed("check_superseded", _NOT_YET[CheckState.SUPERSEDED])
    if check.decided_on is None or check.decided_on > on:
        return _closed("check_after_conclusion", N_("核查结果日期晚于结论日期"))
    if expired_on(check.decided_on, on, rules):
        return _closed(
            "check_expired",
            N_("无犯罪记录核查已满%(days)s天，须重新核查"),
            days=rules.v.check_valid_days,
        )
    return []


@clause("一(二)", "R-CHECK-06", "R-CHECK-07")
def judge_recheck(check: CheckFacts | None, name: str, document_index: str, on: date, rules: RuleSet) -> list[Finding]:
    """A new check may be asked for where there is none, or the old one is void, lapsed or of other particulars."""
    if check is None or check.state in (CheckState.EXPIRED, CheckState.SUPERSEDED, CheckState.CANCELLED):
        return []
    if check.state in OPEN_GATE and judge_clear_and_valid(check, name, document_index, on, rules):
        return []
    return [
        Finding(
            "recheck_not_needed",
            N_("现有核查仍在办理或仍然有效，不能重新发起"),
            clause="一(二)",
            remedy=N_("请先办理现有核查"),
        )
    ]


@clause("一(二)", "R-CHECK-06")
def expired_on(decided_on: date, on: date, rules: RuleSet) -> bool:
    """Whether a clear result is too old on `on`: it holds for 90 days, the 90th included."""
    return (on - decided_on).days > rules.v.check_valid_days


def overdue_on(sent_on: date, on: date, rules: RuleSet) -> bool:
    """Whether an agency's answer is late on `on`."""
    return on > sent_on + timedelta(days=rules.v.check_overdue_days)


class Fit(StrEnum):
    """What to do with an answer that came in."""

    APPLY = "apply"
    UNKNOWN = "unknown"
    REPEATED = "repeated"
    CONTRADICTS = "contradicts"


@clause("一(二)", "R-CHECK-03")
def judge_answer(state: str | None, outcome: str, known_outcome: str = "", *, batched: bool = False) -> Fit:
    """Whether an answer applies to a check in `state` (None: no such reference). Late ones still do.

    An agency may call back before the sending is written down: a `batched` request counts as sent.
    """
    if state is None:
        return Fit.UNKNOWN
    if state == CheckState.REQUESTED and batched:
        return Fit.APPLY
    if state in (CheckState.SENT, CheckState.OVERDUE, CheckState.FAILED):
        return Fit.APPLY
    return Fit.REPEATED if OUTCOMES.get(outcome) == (known_outcome or state) else Fit.CONTRADICTS


@clause("一(二)", "R-CHECK-02")
def judge_typed(first: object, second: object, first_outcome: str, second_outcome: str) -> list[Finding]:
    """An answer on paper is typed in by one officer and confirmed, alike, by another."""
    if first == second:
        return [
            Finding(
                "check_same_officer",
                N_("书面答复须由另一名工作人员复核录入"),
                clause="一(二)",
                remedy=N_("请同事登录后复核"),
            )
        ]
    if first_outcome != second_outcome:
        return [
            Finding(
                "check_typed_differ",
                N_("两次录入的结果不一致"),
                clause="一(二)",
                field="outcome",
                remedy=N_("请对照书面答复核对，必要时退回重新录入"),
            )
        ]
    return []


@clause("一(二)", "R-CHECK-05")
def judge_review(proposal: str, reason: str, proposer: object, signer: object) -> list[Finding]:
    """A record is weighed by a named officer with reasons, and signed by another (Law art. 14)."""
    found = []
    if len(reason.strip()) < 4:
        found.append(Finding("review_reason_missing", N_("请写明审查理由"), clause="一(二)", field="reason"))
    if proposer == signer:
        found.append(
            Finding(
                "review_same_officer",
                N_("审查意见须由另一人签署"),
                clause="一(二)",
                remedy=N_("请机构负责人签署"),
            )
        )
    return found

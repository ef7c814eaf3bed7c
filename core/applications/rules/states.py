"""The states of a case, derived from its facts by one table; who must act next follows from the state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.checks.rules import NEXT, OPEN_GATE, CheckState
from core.foundation.findings import N_
from core.foundation.moves import Moves


class CaseState(StrEnum):
    """Where a case stands (rulebook § 4.1)."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    CONFIRMED = "confirmed"
    IN_REVIEW = "in_review"
    PROPOSED_RECOGNISED = "proposed_recognised"
    PROPOSED_REFUSED = "proposed_refused"
    RECOGNISED = "recognised"
    REFUSED = "refused"
    REJECTED_ON_SITE = "rejected_on_site"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    DISCARDED = "discarded"


CASE_MOVES = Moves(
    N_("认定申请"),
    {
        "draft": N_("草稿"),
        "submitted": N_("已网报"),
        "returned": N_("退回补正"),
        "confirmed": N_("已受理"),
        "in_review": N_("审核中"),
        "proposed_recognised": N_("拟认定"),
        "proposed_refused": N_("拟不予认定"),
        "recognised": N_("予以认定"),
        "refused": N_("不予认定"),
        "rejected_on_site": N_("确认不通过"),
        "lapsed": N_("逾期失效"),
        "withdrawn": N_("已撤回"),
        "discarded": N_("已删除"),
    },
    {
        "draft": {"submitted": "A", "discarded": "A", "lapsed": "X"},
        "submitted": {"draft": "A", "confirmed": "O", "returned": "O", "rejected_on_site": "O", "lapsed": "X",
                      "withdrawn": "A"},
        "returned": {"submitted": "A", "lapsed": "X", "withdrawn": "A"},
        "confirmed": {"in_review": "O", "withdrawn": "A"},
        "in_review": {"proposed_recognised": "O", "proposed_refused": "O", "returned": "O", "withdrawn": "A"},
        "proposed_recognised": {"recognised": "H", "in_review": "H"},
        "proposed_refused": {"refused": "H", "in_review": "H"},
        "recognised": {"in_review": "P"},
        "refused": {"in_review": "P"},
    },
)  # fmt: skip

FINAL = frozenset({CaseState.REJECTED_ON_SITE, CaseState.LAPSED, CaseState.WITHDRAWN, CaseState.DISCARDED})
CONCLUDED = frozenset({CaseState.RECOGNISED, CaseState.REFUSED})
OPEN = frozenset(CaseState) - FINAL - CONCLUDED
EDITABLE = frozenset({CaseState.DRAFT, CaseState.RETURNED})


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What happened to a case, as plain facts; nothing here is a state."""

    submitted: bool = False
    returned: bool = False
    withdrawn: bool = False
    discarded: bool = False
    lapsed: bool = False
    rejected_on_site: bool = False
    confirmed: bool = False
    review_started: bool = False
    proposal: str = ""
    conclusion: str = ""
    check_state: str = ""
    materials_open: bool = False
    holds_open: bool = False
    entry_last: date = date.max
    confirm_last: date = date.max
    decide_last: date | None = None
    materials_last: date | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """A case's state, who must act next, what they must do, and by when (None: no date)."""

    state: CaseState
    owner: str
    next_step: str
    due_on: date | None = None


OWNER_NAMES = {
    "applicant": N_("申请人"),
    "officer": N_("认定机构工作人员"),
    "head": N_("机构负责人"),
    "agency": N_("核查主管部门"),
    "nobody": N_("无"),
}

Row = tuple[Callable[[CaseFacts], bool], CaseState, str, str, Callable[[CaseFacts], date | None]]

# The row's owner and next step are those of the criminal check.
CHECK = "check"


def _none(facts: CaseFacts) -> date | None:
    return None


def _entry(facts: CaseFacts) -> date | None:
    return facts.entry_last


def _confirm(facts: CaseFacts) -> date | None:
    return facts.confirm_last


def _decide(facts: CaseFacts) -> date | None:
    return facts.decide_last


def _materials(facts: CaseFacts) -> date | None:
    return facts.materials_last


# Read from the top: the first row whose condition holds gives the status.
TABLE: tuple[Row, ...] = (
    (lambda f: f.discarded, CaseState.DISCARDED, "nobody", N_("已删除；可在开放时间内重新申请"), _none),
    (lambda f: f.withdrawn, CaseState.WITHDRAWN, "nobody", N_("已撤回；可在开放时间内重新申请"), _none),
    (lambda f: f.lapsed, CaseState.LAPSED, "nobody", N_("逾期未办理；可在开放时间内重新申请"), _none),
    (lambda f: f.rejected_on_site, CaseState.REJECTED_ON_SITE, "nobody", N_("确认不通过；可重新申请"), _none),
    (lambda f: f.conclusion == "recognised", CaseState.RECOGNISED, "nobody", N_("领取证书"), _none),
    (lambda f: f.conclusion == "refused", CaseState.REFUSED, "nobody", N_("可以申请复议或提起诉讼"), _none),
    (lambda f: f.returned, CaseState.RETURNED, "applicant", N_("按退回原因修改后重新提交"), _confirm),
    (lambda f: not f.submitted, CaseState.DRAFT, "applicant", N_("填写完整后提交"), _entry),
    (lambda f: not f.confirmed, CaseState.SUBMITTED, "applicant", N_("按时到确认点现场确认"), _confirm),
    (lambda f: not f.review_started, CaseState.CONFIRMED, "officer", N_("开始审核"), _decide),
    (
        lambda f: f.proposal == "refused",
        CaseState.PROPOSED_REFUSED,
        "head",
        N_("作出不予认定结论，或退回审核"),
        _decide,
    ),
    (
        lambda f: f.proposal == "recognised" and f.check_state not in OPEN_GATE,
        CaseState.PROPOSED_RECOGNISED,
        CHECK,
        CHECK,
        _decide,
    ),
    (
        lambda f: f.proposal == "recognised",
        CaseState.PROPOSED_RECOGNISED,
        "head",
        N_("作出认定结论，或退回审核"),
        _decide,
    ),
    (lambda f: f.materials_open, CaseState.IN_REVIEW, "applicant", N_("按通知补正材料"), _materials),
    (lambda f: f.holds_open, CaseState.IN_REVIEW, "officer", N_("处理暂停事项"), _decide),
    (lambda f: True, CaseState.IN_REVIEW, "officer", N_("提出拟认定或拟不予认定意见"), _decide),
)


def derive(facts: CaseFacts) -> Status:
    """The status that the facts amount to: the first fitting row of `TABLE`."""
    for fits, state, owner, step, due in TABLE:
        if fits(facts):
            if owner == CHECK:
                owner, step = NEXT[CheckState(facts.check_state)] if facts.check_state else _NO_CHECK
            return Status(state, owner, step, due(facts))
    raise AssertionError("the last row fits everything")


_NO_CHECK = ("officer", N_("发起无犯罪记录核查"))

"""The two procedures: a revocation is weighed with notice and hearing, a loss follows a final judgement by law.

An exam ban is entered with the decision of the body that made it; here two officers see that it is so. Articles are
not quoted from memory: the regulation's name stands, and the officer adds the article.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.foundation.findings import N_, Finding, Severity, clause
from core.foundation.moves import Moves
from core.people.rules import BarKind, years_on
from core.rulesets.loader import RuleSet

CLAUSE = "一(三)"


class Measure(StrEnum):
    """What the decision does (rulebook § 2.6)."""

    REVOCATION = "revocation"
    LOSS = "loss"
    EXAM_BAN = "exam_ban"


MEASURE_NAMES = {
    Measure.REVOCATION: N_("撤销教师资格"),
    Measure.LOSS: N_("丧失教师资格"),
    Measure.EXAM_BAN: N_("停考"),
}


class Ground(StrEnum):
    """Why (rulebook § 2.6)."""

    FRAUD = "fraud"
    MISCONDUCT = "misconduct"
    POLITICAL_RIGHTS = "political_rights"
    IMPRISONMENT = "imprisonment"
    CHEATING = "cheating"


GROUND_NAMES = {
    Ground.FRAUD: N_("弄虚作假、骗取教师资格"),
    Ground.MISCONDUCT: N_("品行不良、侮辱学生，影响恶劣"),
    Ground.POLITICAL_RIGHTS: N_("受到剥夺政治权利"),
    Ground.IMPRISONMENT: N_("故意犯罪受到有期徒刑以上刑事处罚"),
    Ground.CHEATING: N_("教师资格考试作弊"),
}

GROUNDS_OF = {
    Measure.REVOCATION: (Ground.FRAUD, Ground.MISCONDUCT),
    Measure.LOSS: (Ground.POLITICAL_RIGHTS, Ground.IMPRISONMENT),
    Measure.EXAM_BAN: (Ground.CHEATING,),
}

LAW_OF = {
    Measure.REVOCATION: N_("《教师资格条例》《教育行政处罚暂行实施办法》"),
    Measure.LOSS: N_("《中华人民共和国教师法》《教师资格条例》"),
    Measure.EXAM_BAN: N_("《教师资格条例》《教育行政处罚暂行实施办法》"),
}


class Punishment(StrEnum):
    """What the criminal judgement pronounced."""

    IMPRISONMENT = "imprisonment"
    SUSPENDED = "suspended"
    POLITICAL_RIGHTS = "political_rights"
    DETENTION = "detention"
    SURVEILLANCE = "surveillance"
    FINE = "fine"


PUNISHMENT_NAMES = {
    Punishment.IMPRISONMENT: N_("有期徒刑以上刑罚"),
    Punishment.SUSPENDED: N_("有期徒刑宣告缓刑"),
    Punishment.POLITICAL_RIGHTS: N_("剥夺政治权利"),
    Punishment.DETENTION: N_("拘役"),
    Punishment.SURVEILLANCE: N_("管制"),
    Punishment.FINE: N_("罚金或其他"),
}

ENOUGH = {
    Ground.IMPRISONMENT: frozenset({Punishment.IMPRISONMENT, Punishment.SUSPENDED}),
    Ground.POLITICAL_RIGHTS: frozenset({Punishment.POLITICAL_RIGHTS}),
}


class Source(StrEnum):
    """How the case came to the institution."""

    OWN = "own"
    COMPLAINT = "complaint"
    REFERRAL = "referral"
    CHECK = "check"
    REGISTRATION = "registration"


SOURCE_NAMES = {
    Source.OWN: N_("工作中发现"),
    Source.COMPLAINT: N_("投诉举报"),
    Source.REFERRAL: N_("其他机关移送"),
    Source.CHECK: N_("无犯罪记录核查命中"),
    Source.REGISTRATION: N_("定期注册中发现"),
}


class Outcome(StrEnum):
    """What became of the paper of a certificate that fell."""

    RECALLED = "recalled"
    SURRENDERED = "surrendered"
    DECLARED_VOID = "declared_void"
    RESTORED = "restored"


OUTCOME_NAMES = {
    Outcome.RECALLED: N_("收缴中"),
    Outcome.SURRENDERED: N_("已收缴"),
    Outcome.DECLARED_VOID: N_("公告作废"),
    Outcome.RESTORED: N_("已恢复"),
}

PENALTY_MOVES = Moves(
    N_("处罚案件"),
    {
        "opened": N_("立案"),
        "investigated": N_("调查终结"),
        "notified": N_("已告知"),
        "heard": N_("已听证"),
        "proposed": N_("拟决定"),
        "decided": N_("已决定"),
        "in_force": N_("已生效"),
        "executed": N_("已执行"),
        "annulled": N_("被撤销"),
        "closed": N_("销案"),
    },
    {
        "opened": {"investigated": "O", "closed": "H"},
        "investigated": {"investigated": "O", "notified": "O", "proposed": "O", "closed": "H"},
        "notified": {"heard": "O", "proposed": "O"},
        "heard": {"proposed": "O", "closed": "H"},
        "proposed": {"decided": "H", "investigated": "H"},
        "decided": {"in_force": "X"},
        "in_force": {"executed": "O", "annulled": "P"},
        "executed": {"annulled": "P"},
    },
    {
        "opened": ("O", N_("调查取证，写明查明的事实")),
        "investigated": ("O", N_("撤销：送达告知书；丧失、停考：附生效文书提出拟决定意见")),
        "notified": ("O", N_("听取陈述申辩；要求听证的组织听证；期满提出拟决定意见")),
        "heard": ("O", N_("结合听证情况提出拟决定意见")),
        "proposed": ("H", N_("由另一人作出决定，或退回补充调查")),
        "decided": ("O", N_("送达决定书；送达即生效")),
        "in_force": ("O", N_("收缴证书，或公告作废")),
    },
)
ENDED = ("closed", "annulled", "executed")
# States in which the decision holds.
CAUGHT = ("in_force", "executed")


def _no(code: str, message: str, field: str = "", remedy: str = "", **params: object) -> Finding:
    return Finding(code, message, clause=CLAUSE, field=field, remedy=remedy, params=params)


@clause(CLAUSE, "§2.6")
def judge_ground(measure: str, ground: str) -> list[Finding]:
    """Each measure has its own grounds; no other carries it."""
    if ground in GROUNDS_OF[Measure(measure)]:
        return []
    names = tuple(GROUND_NAMES[item] for item in GROUNDS_OF[Measure(measure)])
    message, remedy = N_("“%(ground)s”不是%(measure)s的事由"), N_("可选：%(names)s")
    return [
        _no("penalty_ground_unfit", message, "ground", remedy, ground=GROUND_NAMES[Ground(ground)],
            measure=MEASURE_NAMES[Measure(measure)], names=names)
    ]  # fmt: skip


@clause(CLAUSE, "§2.6", "R-PEN-01")
def judge_path(measure: str, before: str, after: str) -> list[Finding]:
    """A revocation is never proposed before the party was told; a loss and an exam ban have no notice or hearing."""
    weighed = measure == Measure.REVOCATION
    if weighed and (before, after) == ("investigated", "proposed"):
        message = N_("撤销教师资格须先告知当事人事实、理由、依据和权利")
        return [_no("penalty_notice_owed", message, remedy=N_("请先送达告知书"))]
    if not weighed and after in ("notified", "heard"):
        message = N_("%(measure)s依生效文书认定，不适用告知和听证")
        return [_no("penalty_no_notice", message, measure=MEASURE_NAMES[Measure(measure)])]
    return []


@clause(CLAUSE, "§2.6")
def judge_basis(ground: str, punishment: str, intentional: bool, final_on: date | None, today: date) -> list[Finding]:
    """A loss needs a final judgement that reaches what the law names; a suspended imprisonment does (§ 2.6).

    Criminal detention and public surveillance do not, nor does a negligent crime. An exam ban needs the day of the
    decision that made it.
    """
    if final_on is None:
        return [_no("penalty_basis_missing", N_("请填写判决或决定的生效日期"), "basis_on")]
    found = judge_past(final_on, today, "basis_on")
    enough = ENOUGH.get(Ground(ground))
    if enough is not None and punishment not in enough:
        message = N_("“%(punishment)s”不导致丧失教师资格")
        name = PUNISHMENT_NAMES[Punishment(punishment)] if punishment in set(Punishment) else N_("未填写")
        found.append(
            _no("penalty_sentence_not_enough", message, "punishment", N_("没有法定情形的，请销案"), punishment=name)
        )
    if ground == Ground.IMPRISONMENT and not intentional:
        message = N_("过失犯罪不导致丧失教师资格")
        found.append(_no("penalty_negligent", message, "intentional", N_("判决认定为故意犯罪的，请勾选")))
    return found


@clause(CLAUSE)
def judge_past(day: date, today: date, field: str) -> list[Finding]:
    """What is recorded as done was done by today."""
    if day <= today:
        return []
    return [_no("penalty_day_ahead", N_("%(day)s尚未到来"), field, N_("请填写已经发生的日期"), day=day)]


@clause(CLAUSE)
def judge_notified(notified_on: date, opened_on: date, today: date) -> list[Finding]:
    """The notice reached the party after the case was opened and by today: the time to be heard runs from that day."""
    if notified_on < opened_on:
        message = N_("告知不能早于立案之日%(day)s")
        return [_no("penalty_notice_early", message, "notified_on", N_("请核对当事人收到告知书的日期"), day=opened_on)]
    return judge_past(notified_on, today, "notified_on")


@clause(CLAUSE)
def judge_given(text: str, field: str, message: str) -> list[Finding]:
    """What a step is to say is said; `message` asks for it."""
    return [] if text.strip() else [_no("penalty_words_missing", message, field)]


@clause(CLAUSE)
def judge_receipt(served: bool, kept: bool, given: bool) -> list[Finding]:
    """A signed receipt is of a decision that was served, and is kept once."""
    if not served:
        return [_no("penalty_not_served", N_("决定尚未送达"), "proof", N_("请先登记送达"))]
    if kept:
        return [_no("penalty_receipt_kept", N_("送达回证已经上传，不能更换"), "proof")]
    return [] if given else [_no("penalty_receipt_missing", N_("请选择签收的送达回证文件"), "proof")]


@clause(CLAUSE, "§2.6")
def judge_hearing_request(asked_on: date, notified_on: date, until: date) -> list[Finding]:
    """A hearing is asked for after the notice and within the time of the law of that day (§ 2.6)."""
    if asked_on < notified_on:
        return [_no("penalty_hearing_early", N_("要求听证不能早于告知之日%(day)s"), "asked_on", day=notified_on)]
    if asked_on > until:
        message = N_("要求听证的期限至%(day)s止，已逾期")
        return [_no("penalty_hearing_late", message, "asked_on", N_("逾期的意见可以作为陈述申辩记录"), day=until)]
    return []


@clause(CLAUSE, "§2.6")
def judge_hearing_day(held_on: date, earliest: date) -> list[Finding]:
    """The party is told of the hearing in time to prepare."""
    if held_on >= earliest:
        return []
    message = N_("听证通知须提前送达，最早可定于%(day)s")
    return [_no("penalty_hearing_too_soon", message, "hearing_on", N_("请改期"), day=earliest)]


@dataclass(frozen=True, slots=True)
class Weighed:
    """A case before its proposal: what the party may still do, did, and how it was weighed."""

    measure: str
    state: str
    today: date
    hearing_until: date | None = None
    hearing_asked: bool = False
    defence: bool = False
    weighing: str = ""


@clause(CLAUSE, "§2.6")
def judge_proposal(facts: Weighed) -> list[Finding]:
    """Nothing is proposed while the party may still ask to be heard, or was not heard, or was not answered."""
    if facts.measure != Measure.REVOCATION:
        return []
    found = []
    until = facts.hearing_until
    if facts.state == "notified" and facts.hearing_asked:
        message = N_("当事人已要求听证，须先举行听证")
        found.append(_no("penalty_hearing_owed", message, remedy=N_("请登记听证情况；当事人撤回的登记撤回")))
    elif facts.state == "notified" and until is not None and facts.today <= until:
        message = N_("当事人可在%(day)s前（含当日）要求听证，期满后方可提出意见")
        found.append(_no("penalty_period_running", message, day=until))
    if facts.defence and not facts.weighing.strip():
        found.append(_no("penalty_defence_unanswered", N_("请写明对陈述申辩意见的采纳情况和理由"), "weighing"))
    return found


@clause(CLAUSE, "§2.6")
def judge_service(served_on: date, decided_on: date, until: date, today: date) -> list[Finding]:
    """A decision is served after it was made; a late service is in force all the same, and is said to be late."""
    found = judge_past(served_on, today, "served_on")
    if served_on < decided_on:
        found.append(_no("penalty_served_early", N_("送达不能早于决定之日%(day)s"), "served_on", day=decided_on))
    elif served_on > until:
        found.append(
            Finding("penalty_served_late", N_("决定应在%(day)s前送达"), clause=CLAUSE, severity=Severity.WARNING,
                    field="served_on", params={"day": until})
        )  # fmt: skip
    return found


@clause(CLAUSE, "§4.2")
def judge_execution(outcome: str, recalled: int, supervises: bool) -> list[Finding]:
    """A recalled paper is taken in, or declared void by the province; where none is out there is none to take in."""
    if outcome == "none" and recalled:
        message = N_("还有%(count)s份证书在持证人手中")
        return [_no("penalty_paper_out", message, "outcome", N_("请收缴，或由省级公告作废"), count=recalled)]
    if outcome == Outcome.DECLARED_VOID and not supervises:
        return [_no("penalty_void_by_province", N_("公告作废由省级办理"), "outcome", N_("请报省级教育行政部门"))]
    return []


def bar_of(measure: str, in_force_on: date, basis_on: date | None, rules: RuleSet) -> tuple[BarKind, date, date | None]:
    """The bar that a decision brings: kind, first day, and the day from which one may apply again (None: never)."""
    if measure == Measure.LOSS:
        return BarKind.LIFELONG, in_force_on, None
    if measure == Measure.EXAM_BAN:
        start = basis_on or in_force_on
        return BarKind.CHEATING, start, years_on(start, rules.v.bar_years_cheating)
    return BarKind.REVOCATION, in_force_on, years_on(in_force_on, rules.v.bar_years_revocation)

"""The steps up to the decision: investigation, notice, defence, hearing, proposal by one, decision by another."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.accounts.rules import judge_four_eyes
from core.calendar.rules import WORKING_DAYS
from core.foundation import clock
from core.foundation.access import Actor
from core.foundation.db import one_transaction, session
from core.foundation.errors import Refused
from core.foundation.findings import N_, Finding
from core.penalties.models import Penalty
from core.penalties.rules import (
    LAW_OF,
    Measure,
    Weighed,
    judge_basis,
    judge_given,
    judge_hearing_day,
    judge_hearing_request,
    judge_notified,
    judge_past,
    judge_proposal,
    last_day,
)
from core.penalties.service.cases import asked, counted, moved, owe, rules_on, written
from core.penalties.service.issuing import data_of, issue, undrawable
from core.rulesets.terms import term_on


def _refuse(findings: list[Finding]) -> None:
    if any(finding.refuses for finding in findings):
        raise Refused(findings)


def _written(data: dict[str, Any], *fields: str) -> list[Finding]:
    """What is to stand on the case's papers can be drawn."""
    return [finding for field in fields for finding in undrawable(field, data.get(field) or "")]


def _today(now: datetime) -> date:
    return clock.beijing(now).date()


@one_transaction
def investigate(actor: Actor, penalty_id: UUID, data: dict[str, Any], now: datetime) -> Penalty:
    """Close the investigation: the facts found; for a loss or an exam ban the judgement or decision behind it.

    Taken again before the notice and after a proposal was sent back, the new facts stand in the old ones' place.
    `data`: version, facts; body, number, basis_on, punishment, intentional for those that follow another's decision.
    """
    row = asked(actor, penalty_id, data["version"])
    findings = judge_given(data["facts"], "facts", N_("请写明查明的事实")) + _written(data, "facts", "body", "number")
    if row.measure != Measure.REVOCATION:
        punishment, intentional = data.get("punishment") or "", bool(data.get("intentional"))
        findings += judge_basis(row.ground, punishment, intentional, data.get("basis_on"), _today(now))
        findings += judge_given(data.get("body") or "", "body", N_("请填写作出判决或决定的机关"))
        findings += judge_given(data.get("number") or "", "number", N_("请填写判决书或决定书文号"))
    _refuse(findings)
    moved(row, "investigated", "O")
    row.facts, row.investigated_by = data["facts"], actor.id
    if row.measure != Measure.REVOCATION:
        kept = {name: data.get(name) or "" for name in ("body", "number", "punishment", "intentional")}
        row.basis, row.basis_on = json.dumps(kept, ensure_ascii=False), data["basis_on"]
    owe(row, now)
    written(actor, "investigate", row, now)
    return row


@one_transaction
def notify(actor: Actor, penalty_id: UUID, data: dict[str, Any], now: datetime) -> Penalty:
    """Issue the notice of facts, ground, law and rights; the time for asking to be heard runs from its receipt.

    `data`: version, notified_on (when the party received it), law ("" for the usual one).
    """
    row, today, rules = asked(actor, penalty_id, data["version"]), _today(now), rules_on(now)
    notified_on: date = data["notified_on"]
    _refuse(judge_notified(notified_on, row.opened_on, today) + _written(data, "law"))
    moved(row, "notified", "O")
    row.law = data.get("law") or LAW_OF[Measure(row.measure)]
    row.notified_on = notified_on
    term = term_on(rules.v.penalty_hearing_terms, notified_on)
    row.hearing_until = counted(last_day, notified_on, term, WORKING_DAYS)
    owe(row, now)
    issue(actor, row, "notice", row.number, data_of(row, rules, {}, notified_on, term=term.count,
          working=term.working), now)  # fmt: skip
    written(actor, "notify", row, now, notified_on=notified_on.isoformat(), until=row.hearing_until.isoformat())
    return row


def _notified(row: Penalty) -> None:
    if row.state != "notified":
        message = N_("告知后、提出意见前才能登记")
        raise Refused([Finding("penalty_not_notified", message, "一(三)", remedy=N_("请刷新页面，按当前状态办理"))])


@one_transaction
def record_defence(actor: Actor, penalty_id: UUID, data: dict[str, Any], now: datetime) -> Penalty:
    """Write down what the party stated in defence. `data`: version, defence."""
    row = asked(actor, penalty_id, data["version"])
    _notified(row)
    _refuse(judge_given(data["defence"], "defence", N_("请记录当事人的陈述申辩")))
    row.defence = "\n\n".join(part for part in (row.defence, data["defence"]) if part)
    written(actor, "defence", row, now)
    return row


@one_transaction
def ask_hearing(actor: Actor, penalty_id: UUID, data: dict[str, Any], now: datetime) -> Penalty:
    """The party asks to be heard, in time: then nothing is decided before the hearing. `data`: version, asked_on."""
    row, asked_on = asked(actor, penalty_id, data["version"]), data["asked_on"]
    _notified(row)
    assert row.notified_on is not None
    assert row.hearing_until is not None
    _refuse(
        judge_past(asked_on, _today(now), "asked_on")
        + judge_hearing_request(asked_on, row.notified_on, row.hearing_until)
    )
    row.hearing_asked_on = asked_on
    written(actor, "hearing_asked", row, now, asked_on=asked_on.isoformat())
    return row


@one_transaction
def withdraw_hearing(actor: Actor, penalty_id: UUID, data: dict[str, Any], now: datetime) -> Penalty:
    """The party takes the request back, in writing. `data`: version, reason."""
    row = asked(actor, penalty_id, data["version"])
    _notified(row)
    _refuse(judge_given(data["reason"], "reason", N_("请写明当事人撤回的情况")))
    row.hearing_asked_on = row.hearing_on = None
    written(actor, "hearing_withdrawn", row, now, reason=data["reason"])
    return row


@one_transaction
def call_hearing(actor: Actor, penalty_id: UUID, data: dict[str, Any], now: datetime) -> Penalty:
    """Issue the notice of the hearing. `data`: version, hearing_on, place."""
    row, rules, today = asked(actor, penalty_id, data["version"]), rules_on(now), _today(now)
    _notified(row)
    findings = judge_given(data["place"], "place", N_("请填写听证地点"))
    if row.hearing_asked_on is None:
        findings.append(Finding("penalty_no_hearing_asked", N_("当事人没有要求听证"), "一(三)"))
    earliest = today + timedelta(days=rules.v.penalty_hearing_notice_days)
    _refuse(findings + judge_hearing_day(data["hearing_on"], earliest))
    row.hearing_on, row.hearing_place = data["hearing_on"], data["place"]
    issue(actor, row, "hearing_notice", row.number, data_of(row, rules, {}, today), now)
    written(actor, "hearing_called", row, now, hearing_on=row.hearing_on.isoformat())
    return row


@one_transaction
def record_hearing(actor: Actor, penalty_id: UUID, data: dict[str, Any], now: datetime) -> Penalty:
    """Write down the hearing that was held. `data`: version, record."""
    row = asked(actor, penalty_id, data["version"])
    findings = judge_given(data["record"], "record", N_("请填写听证笔录要点"))
    if row.hearing_on is None:
        findings.append(Finding("penalty_hearing_uncalled", N_("尚未发出听证通知"), "一(三)"))
    else:
        findings += judge_past(row.hearing_on, _today(now), "record")
    _refuse(findings)
    moved(row, "heard", "O")
    row.hearing_record = data["record"]
    owe(row, now)
    written(actor, "hear", row, now)
    return row


@one_transaction
def propose(actor: Actor, penalty_id: UUID, data: dict[str, Any], now: datetime) -> Penalty:
    """Propose the decision. `data`: version, proposal, weighing (of the defence), law ("" for the usual one)."""
    row = asked(actor, penalty_id, data["version"])
    facts = Weighed(
        row.measure, row.state, _today(now), row.hearing_until, row.hearing_asked_on is not None,
        bool(row.defence or row.hearing_record), data.get("weighing") or "",
    )  # fmt: skip
    _refuse(
        judge_given(data["proposal"], "proposal", N_("请写明拟作出的决定和理由"))
        + judge_proposal(facts)
        + _written(data, "proposal", "weighing", "law")
    )
    moved(row, "proposed", "O")
    row.proposal, row.weighing, row.proposed_by = data["proposal"], data.get("weighing") or "", actor.id
    row.law = data.get("law") or row.law or LAW_OF[Measure(row.measure)]
    owe(row, now)
    written(actor, "propose", row, now)
    return row


@one_transaction
def send_back(actor: Actor, penalty_id: UUID, data: dict[str, Any], now: datetime) -> Penalty:
    """Send a proposal back for more investigation, with the reason. `data`: version, reason."""
    row = asked(actor, penalty_id, data["version"])
    _refuse(judge_given(data["reason"], "reason", N_("请写明退回原因")))
    moved(row, "investigated", "H")
    row.proposed_by = None
    owe(row, now)
    written(actor, "send_back", row, now, reason=data["reason"])
    return row


def _taken_number(row: Penalty, number: str) -> list[Finding]:
    """A decision's number is its own; one decision of an exam body may ban several people."""
    statement = select(Penalty.number).where(
        Penalty.province_code == row.province_code, Penalty.institution_code == row.institution_code,
        Penalty.decision_number == number.strip(), Penalty.id != row.id,
    )  # fmt: skip
    other = session().scalars(statement.limit(1)).first() if row.measure != Measure.EXAM_BAN else None
    if other is None:
        return []
    message = N_("文号已用于案件%(number)s")
    return [Finding("penalty_number_taken", message, "一(三)", field="decision_number", params={"number": other})]


@one_transaction
def decide(actor: Actor, penalty_id: UUID, data: dict[str, Any], now: datetime) -> Penalty:
    """Decide, by another than who proposed: decision and receipt are issued. `data`: version, decision_number."""
    row, rules, today = asked(actor, penalty_id, data["version"]), rules_on(now), _today(now)
    _refuse(
        judge_four_eyes(row.proposed_by, actor.id)
        + judge_four_eyes(row.investigated_by, actor.id)
        + judge_given(data["decision_number"], "decision_number", N_("请填写决定书文号"))
        + _taken_number(row, data["decision_number"])
    )
    moved(row, "decided", "H")
    row.decision_number, row.decided_by, row.decided_on = data["decision_number"], actor.id, today
    owe(row, now)
    basis = json.loads(row.basis)
    for kind in ("decision", "service_receipt"):
        issue(actor, row, kind, row.decision_number, data_of(row, rules, basis, today), now)
    written(actor, "decide", row, now, decision=row.decision_number)
    return row


@one_transaction
def close(actor: Actor, penalty_id: UUID, data: dict[str, Any], now: datetime) -> Penalty:
    """There is no case to answer (销案). `data`: version, reason."""
    row = asked(actor, penalty_id, data["version"])
    _refuse(judge_given(data["reason"], "reason", N_("请写明销案理由")))
    moved(row, "closed", "H")
    row.closed_on, row.close_reason = _today(now), data["reason"]
    owe(row, now)
    written(actor, "close", row, now)
    return row

"""A refusal is contested: the review or suit recorded, its decision carried out in the same act (R-TIME-06)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from core.applications.models import Case, CaseAppeal
from core.applications.rules.appeal import AppealFacts, AppealKind, Outcome, judge_appeal
from core.applications.rules.conclusion import remedies
from core.applications.rules.states import CaseState
from core.applications.service.concluding import reopened
from core.applications.service.following import written
from core.applications.service.handling import reason_given
from core.calendar import service as calendar
from core.foundation import clock
from core.foundation.access import Actor
from core.foundation.db import found, locked, new_id, one_transaction, session
from core.foundation.errors import Refused
from core.foundation.findings import N_, Finding


@one_transaction
def record_appeal(actor: Actor, case_id: UUID, data: dict[str, Any], now: datetime) -> CaseAppeal:
    """Record that a refused applicant asked for review or went to court.

    `data`: id (a form sent twice records once), kind, filed_on, body, document.
    """
    row = locked(Case, case_id)
    known = session().get(CaseAppeal, (row.province_code, data["id"])) if data.get("id") else None
    if known is not None:
        return known
    if row.state != CaseState.REFUSED:
        raise Refused([Finding("appeal_of_no_refusal", N_("只有不予认定的决定可以复议或诉讼"), clause="R-TIME-06")])
    _judge(row, data["kind"], data["filed_on"], None, now)
    appeal = CaseAppeal(
        id=data.get("id") or new_id(), province_code=row.province_code, territory=row.territory,
        person_id=row.person_id, case_id=row.id, kind=data["kind"], filed_on=data["filed_on"], body=data["body"],
        document=data["document"], recorded_by=actor.id, recorded_at=now,
    )  # fmt: skip
    session().add(appeal)
    written(actor, "record_appeal", row, now, clause="R-TIME-06", kind=data["kind"], reason=data["document"])
    return appeal


def _judge(row: Case, kind: str, filed_on: date, decided_on: date | None, now: datetime) -> None:
    if row.concluded_at is None:
        return
    told_on = clock.beijing(row.concluded_at).date()
    review_until, court_until = remedies(told_on, calendar.rules_by_id(row.yearbook_id))
    last = review_until if kind == AppealKind.REVIEW else court_until
    judged = judge_appeal(AppealFacts(told_on, last, filed_on, clock.beijing(now).date(), decided_on))
    if any(finding.refuses for finding in judged):
        raise Refused(judged)


@one_transaction
def decide_appeal(actor: Actor, appeal_id: UUID, data: dict[str, Any], now: datetime) -> CaseAppeal:
    """Record the decision; one that overturns the refusal takes the case back into review at once.

    `data`: outcome, decided_on, decision (its number), reason.
    """
    appeal = locked(CaseAppeal, appeal_id)
    row = locked(Case, appeal.case_id)
    if appeal.outcome:
        raise Refused([Finding("appeal_decided", N_("此项复议或诉讼已有结果"), clause="R-TIME-06")])
    reason_given(data["reason"], N_("请写明决定要点"))
    _judge(row, appeal.kind, appeal.filed_on, data["decided_on"], now)
    appeal.outcome, appeal.decided_on = data["outcome"], data["decided_on"]
    appeal.decision, appeal.reason = data["decision"], data["reason"]
    said = f"{data['decision']} {data['reason']}"
    if appeal.outcome == Outcome.OVERTURNED:
        appeal.carried_out_by, appeal.carried_out_at = actor.id, now
        reopened(actor, row, said, now)
    else:
        written(actor, "decide_appeal", row, now, clause="R-TIME-06", reason=said)
    return appeal


def appeal(appeal_id: UUID) -> CaseAppeal:
    """One appeal of the present scope; raises `NotFound`."""
    return found(CaseAppeal, appeal_id)

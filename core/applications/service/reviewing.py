"""First review: started, the photo looked at again, a conclusion proposed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from core.applications.models import Case, PhotoLook
from core.applications.rules.photo import judge_overruled
from core.applications.rules.states import CaseState
from core.applications.service.confirming import record_look
from core.applications.service.following import moving, written
from core.applications.service.photos import doubts_of
from core.foundation.access import Actor
from core.foundation.db import locked, one_transaction, session
from core.foundation.errors import Refused
from core.foundation.findings import N_, Finding


@one_transaction
def start_review(actor: Actor, case_id: UUID, now: datetime) -> Case:
    """Take a confirmed case into review."""
    row = locked(Case, case_id)
    moving(row, CaseState.IN_REVIEW, "O")
    row.review_started_at = now
    row.assigned_to = row.assigned_to or actor.id
    written(actor, "start_review", row, now)
    return row


@one_transaction
def look_at_photo(actor: Actor, case_id: UUID, accepted: bool, reason: str, now: datetime) -> Case:
    """The second look at the photo, at approval (R-PHOTO-06); a look that refuses needs its reason."""
    row = locked(Case, case_id)
    if row.state not in (CaseState.IN_REVIEW, CaseState.PROPOSED_RECOGNISED):
        moving(row, CaseState.PROPOSED_RECOGNISED, "O")
    if not accepted and len(reason.strip()) < 2:
        raise Refused([Finding("reason_missing", N_("请写明原因"), clause="二(三)", field="reason")])
    refusals = judge_overruled(doubts_of(row), reason) if accepted else []
    if refusals:
        raise Refused(refusals)
    statement = select(PhotoLook).where(PhotoLook.case_id == case_id, PhotoLook.stage == "approval")
    known = session().scalars(statement).one_or_none()
    if known is None:
        record_look(actor, row, "approval", accepted, reason, now)
    else:
        known.accepted, known.reason, known.by, known.at = accepted, reason, actor.id, now
    written(actor, "look_at_photo", row, now, clause="二(三)", accepted=accepted)
    return row


@one_transaction
def propose(actor: Actor, case_id: UUID, result: str, reason: str, now: datetime) -> Case:
    """The first reviewer proposes to recognise or to refuse; a refusal with its reason."""
    row = locked(Case, case_id)
    target = CaseState.PROPOSED_RECOGNISED if result == "recognised" else CaseState.PROPOSED_REFUSED
    moving(row, target, "O")
    if target is CaseState.PROPOSED_REFUSED and len(reason.strip()) < 4:
        raise Refused(
            [
                Finding(
                    "refusal_reason_missing",
                    N_("不予认定须写明理由"),
                    clause="R-TIME-01",
                    field="reason",
                    remedy=N_("请写明不符合哪项条件"),
                )
            ]
        )
    row.proposal, row.proposal_reason = result, reason
    row.proposed_at, row.reviewed_by = now, actor.id
    written(actor, "propose", row, now, result=result)
    return row

"""A record is not automatically a bar: a named officer weighs it, another signs (R-CHECK-05)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from core.checks.models import CriminalCheck
from core.checks.rules import CheckState, judge_review
from core.checks.service.reading import move
from core.foundation import audit, clock
from core.foundation.access import Actor
from core.foundation.db import locked, one_transaction
from core.foundation.errors import Refused
from core.foundation.findings import N_, Finding

PROPOSALS = ("clear_after_review", "disqualifying")


@one_transaction
def start_review(actor: Actor, check_id: UUID, now: datetime) -> CriminalCheck:
    """Take an unclear answer or a record into review by people."""
    row = locked(CriminalCheck, check_id)
    move(row, CheckState.UNDER_REVIEW, "O", actor, now)
    return row


@one_transaction
def propose(actor: Actor, check_id: UUID, proposal: str, reason: str, now: datetime) -> CriminalCheck:
    """The officer proposes what the record means, with reasons."""
    row = locked(CriminalCheck, check_id)
    if row.state != CheckState.UNDER_REVIEW:
        raise Refused([_nothing_to_sign()])
    findings = judge_review(proposal, reason, actor.id, None)
    if findings:
        raise Refused(findings)
    row.review_proposal, row.review_reason, row.reviewed_by = proposal, reason, actor.id
    audit.record(
        actor, "checks.propose", "check", row.id, province_code=row.province_code, now=now, clause="一(二)",
        proposal=proposal,
    )  # fmt: skip
    return row


def _nothing_to_sign() -> Finding:
    return Finding("review_not_open", N_("没有等待处理的审查意见"), clause="一(二)", remedy=N_("请刷新页面"))


@one_transaction
def sign(actor: Actor, check_id: UUID, agreed: bool, now: datetime) -> CriminalCheck:
    """The head signs the proposal, or sends it back to the officer; never the proposer's own."""
    row = locked(CriminalCheck, check_id)
    if row.state != CheckState.UNDER_REVIEW or row.review_proposal not in PROPOSALS:
        raise Refused([_nothing_to_sign()])
    findings = judge_review(row.review_proposal, row.review_reason, row.reviewed_by, actor.id)
    if findings:
        raise Refused(findings)
    if not agreed:
        row.review_proposal, row.reviewed_by = "", None
        return row
    row.decided_by = actor.id
    row.decided_on = row.decided_on or clock.beijing(now).date()
    move(row, row.review_proposal, "H", actor, now)
    return row


@one_transaction
def annul(actor: Actor, check_id: UUID, reason: str, now: datetime) -> CriminalCheck:
    """The head voids a disqualifying answer proven wrong (same name, quashed judgement); a new check is then due."""
    row = locked(CriminalCheck, check_id)
    if len(reason.strip()) < 4:
        raise Refused([Finding("review_reason_missing", N_("请写明错误及其证明"), clause="一(二)", field="reason")])
    if row.state != CheckState.DISQUALIFYING:
        raise Refused([_nothing_to_sign()])
    move(row, CheckState.SUPERSEDED, "H", actor, now, reason=reason)
    return row

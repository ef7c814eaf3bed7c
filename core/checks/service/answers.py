"""Answers by three doors (collected, called back, typed in by two officers): all end in `record_results`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from core.checks.models import CriminalCheck, StrayResult
from core.checks.rules import OUTCOMES, CheckState, Fit, judge_answer, judge_typed
from core.checks.service.reading import move
from core.foundation.access import Actor
from core.foundation.db import locked, new_id, one_transaction, session
from core.foundation.errors import Refused
from core.foundation.findings import N_, Finding
from core.hooks.types import CheckResult


@one_transaction
def record_results(
    actor: Actor, province_code: str, results: Iterable[CheckResult], door: str, now: datetime
) -> dict[str, int]:
    """Take answers in: each is located by its reference, applied once; what fits nothing is kept aside.

    Returns how many were applied, repeated, unknown and contradicting.
    """
    tally = dict.fromkeys(Fit, 0)
    for result in sorted(results, key=lambda item: item.reference):
        row = _by_reference(province_code, result.reference)
        batched = row is not None and row.batch_id is not None
        fit = judge_answer(row.state if row else None, result.outcome, batched=batched)
        if row is not None and fit is Fit.APPLY:
            _apply(row, result, door, actor, now)
        elif fit is not Fit.REPEATED:
            _keep_aside(province_code, result, fit, door, now)
        tally[fit] += 1
    return {str(fit): count for fit, count in tally.items()}


def _by_reference(province_code: str, reference: str) -> CriminalCheck | None:
    statement = (
        select(CriminalCheck)
        .where(CriminalCheck.reference == reference, CriminalCheck.province_code == province_code)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return session().scalars(statement).one_or_none()


def _apply(row: CriminalCheck, result: CheckResult, door: str, actor: Actor, now: datetime) -> None:
    if row.state == CheckState.REQUESTED:
        row.sent_at = now
        move(row, CheckState.SENT, "X", actor, now)
    row.decided_on, row.answered_at, row.door = result.decided_on, now, door
    row.agency_reference, row.detail = result.agency_reference[:80], result.detail or None
    move(row, OUTCOMES[result.outcome], "X", actor, now, door=door)


def _keep_aside(province_code: str, result: CheckResult, fit: Fit, door: str, now: datetime) -> None:
    session().add(
        StrayResult(
            id=new_id(), province_code=province_code, territory=province_code, reference=result.reference[:80],
            outcome=result.outcome, why=fit, door=door, at=now,
        )
    )  # fmt: skip


@one_transaction
def type_in(actor: Actor, check_id: UUID, outcome: str, decided_on: date, detail: str, now: datetime) -> CriminalCheck:
    """The first officer types in an answer on paper; it counts only when a second one confirms it."""
    row = locked(CriminalCheck, check_id)
    if row.state not in (CheckState.SENT, CheckState.OVERDUE):
        raise Refused([_not_waiting()])
    row.typed_outcome, row.typed_on, row.typed_by = outcome, decided_on, actor.id
    row.detail = detail or None
    return row


def _not_waiting() -> Finding:
    return Finding("check_not_waiting", N_("该核查当前不在等待答复"), clause="一(二)", remedy=N_("请刷新页面"))


@one_transaction
def confirm_typed(actor: Actor, check_id: UUID, outcome: str, decided_on: date, now: datetime) -> CriminalCheck:
    """The second officer types the same answer in again, from the paper; only alike answers are taken."""
    row = locked(CriminalCheck, check_id)
    if row.state not in (CheckState.SENT, CheckState.OVERDUE) or row.typed_by is None:
        raise Refused([_not_waiting()])
    findings = judge_typed(row.typed_by, actor.id, row.typed_outcome, outcome)
    if row.typed_on != decided_on:
        findings.append(Finding("check_typed_differ", N_("两次录入的日期不一致"), clause="一(二)", field="decided_on"))
    if findings:
        raise Refused(findings)
    row.decided_on, row.answered_at, row.door = decided_on, now, "typed"
    move(row, OUTCOMES[outcome], "O", actor, now, door="typed")
    return row

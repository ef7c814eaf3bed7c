"""Reading checks; the one place that moves a check's state."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.checks.models import CheckBatch, CriminalCheck, StrayResult
from core.checks.rules import CHECK_MOVES, CheckFacts
from core.foundation import audit, outbox
from core.foundation.access import Actor
from core.foundation.db import found, keyring, session
from core.foundation.errors import Refused
from core.foundation.paging import Page, Paging, paged


def checks(paging: Paging, state: str = "") -> Page[CriminalCheck]:
    """Checks of the present scope."""
    statement = select(CriminalCheck)
    if state:
        statement = statement.where(CriminalCheck.state == state)
    return paged(statement, paging, {"requested_at": CriminalCheck.requested_at, "state": CriminalCheck.state})


def check(check_id: UUID) -> CriminalCheck:
    """One check of the present scope; raises `NotFound`."""
    return found(CriminalCheck, check_id)


def history_of(case_id: UUID) -> list[CriminalCheck]:
    """Every check of a case, the newest first."""
    statement = select(CriminalCheck).where(CriminalCheck.case_id == case_id)
    return list(session().scalars(statement.order_by(CriminalCheck.requested_at.desc()).limit(50)))


def facts_of(check_id: UUID | None) -> CheckFacts | None:
    """A check as the gate needs it; None when none was asked for."""
    if check_id is None:
        return None
    row = found(CriminalCheck, check_id)
    return CheckFacts(row.state, row.decided_on, keyring().rewrap(row.document_index), row.name)


def batches(paging: Paging) -> Page[CheckBatch]:
    """Batches of the present scope, the newest first."""
    ordered = Paging(paging.number, paging.size, "created_at", True)
    return paged(select(CheckBatch), ordered, {"created_at": CheckBatch.created_at})


def strays(paging: Paging) -> Page[StrayResult]:
    """Answers that fitted no open check, the newest first."""
    ordered = Paging(paging.number, paging.size, "at", True)
    return paged(select(StrayResult), ordered, {"at": StrayResult.at})


def move(row: CriminalCheck, state: str, who: str, actor: Actor, now: datetime, **detail: Any) -> None:
    """Move a check, write it down, and tell the case; raises `Refused` for a move that is not listed."""
    findings = CHECK_MOVES.judge(row.state, state, who)
    if findings:
        raise Refused(findings)
    before, row.state = row.state, state
    audit.record(
        actor, f"checks.{state}", "check", row.id, province_code=row.province_code, now=now, clause="一(二)",
        before=before, case=str(row.case_id), **detail,
    )  # fmt: skip
    outbox.post("checks.recorded", row.province_code, now=now, check_id=row.id, case_id=row.case_id)

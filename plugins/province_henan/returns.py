"""Returned workbooks: found by a job, looked at by an officer, taken in one transaction or refused."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.sdk.actions import AgencyRefused, read_file, record_act, record_check_results, settings, store_file
from core.sdk.pages import Conflict, Refused
from core.sdk.tables import Page, Paging, found, locked, new_id, one_transaction, paged, session
from core.sdk.values import N_, Finding
from plugins.province_henan import exchange, workbook
from plugins.province_henan.models import Return

CODE = "41"
STATES = {"waiting": N_("待核对"), "taken": N_("已采用"), "refused": N_("已退回")}


def returns(paging: Paging) -> Page[Return]:
    """Returned workbooks, the newest first."""
    return paged(select(Return), Paging(paging.number, paging.size, "seen_at", True), {"seen_at": Return.seen_at})


def one_return(return_id: UUID) -> Return:
    """One returned workbook; raises `NotFound`."""
    return found(Return, return_id)


def look(now: datetime) -> int:
    """The job: fetch what lies in `in/` and is not known yet; returns how many were new.

    Raises `AgencyUnavailable` when the exchange cannot be reached; a badly signed file is noted and passed over.
    """
    given, new = settings(CODE), 0
    for batch in exchange.waiting(given):
        try:
            data = exchange.fetch(given, batch)
        except AgencyRefused as refusal:
            record_act(CODE, "return_not_signed", batch, reason=str(refusal))
            continue
        new += bring(batch, data, now) is not None
    return new


@one_transaction
def bring(batch: str, data: bytes, now: datetime) -> Return | None:
    """Keep a returned workbook for looking at; None when these very bytes are known."""
    sha256 = hashlib.sha256(data).hexdigest()
    if session().scalar(select(Return.id).where(Return.batch == batch, Return.sha256 == sha256)) is not None:
        return None
    row = Return(
        id=new_id(), province_code=CODE, territory=CODE, batch=batch, sha256=sha256, state="waiting", seen_at=now,
        file_id=store_file(CODE, f"{batch}.xlsx", data),
    )  # fmt: skip
    session().add(row)
    session().flush()
    record_act(CODE, "return_seen", row.id, batch=batch, sha256=sha256)
    return row


def reading(row: Return, today: date) -> workbook.Reading:
    """What a returned workbook says, against what was sent."""
    sent = exchange.sent(settings(CODE), row.batch)
    if sent is None:
        words = N_("没有本批次发出的工作簿，无法核对")
        return workbook.Reading(faults=(Finding("return_without_sent", words, clause=workbook.CLAUSE, field="file"),))
    return workbook.compare(sent, read_file(CODE, row.file_id)[1], today)


@one_transaction
def take(actor: Any, return_id: UUID, version: int, today: date, now: datetime) -> dict[str, int]:
    """An officer confirms the preview: its answers are taken, once. Returns how many were applied, repeated, …

    Raises `Conflict` when somebody decided meanwhile, `Refused` when any row is at fault.
    """
    row = _waiting(return_id, version)
    read = reading(row, today)
    if read.faults:
        raise Refused(read.faults)
    if not read.results:
        words = N_("工作簿中没有任何答复")
        raise Refused([Finding("return_empty", words, clause=workbook.CLAUSE, field="file")])
    counts = record_check_results(CODE, read.results)
    row.state, row.decided_by, row.decided_at = "taken", actor.id, now
    row.applied, row.repeated = counts["apply"], counts["repeated"]
    record_act(CODE, "return_taken", row.id, actor, batch=row.batch, sha256=row.sha256, **counts)
    return counts


@one_transaction
def refuse(actor: Any, return_id: UUID, version: int, reason: str, now: datetime) -> Return:
    """An officer sends a workbook back with the reason; nothing of it is taken."""
    row = _waiting(return_id, version)
    row.state, row.decided_by, row.decided_at, row.reason = "refused", actor.id, now, reason[:200]
    record_act(CODE, "return_refused", row.id, actor, batch=row.batch, reason=row.reason)
    return row


def _waiting(return_id: UUID, version: int) -> Return:
    row = locked(Return, return_id)
    if row.state != "waiting" or row.version != version:
        raise Conflict()
    return row


def masked(number: str) -> str:
    """A document number as the page shows it."""
    return f"{number[:4]}…{number[-4:]}" if len(number) > 9 else "…"


def shown(rows: Iterable[workbook.Row]) -> list[workbook.Row]:
    """Rows for the page, by line, at most 500."""
    return sorted(rows, key=lambda row: row.line)[:500]

"""Asking for checks: requested with the case, sent in batches through the province's hook, collected, cancelled."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from core.calendar import service as calendar
from core.checks.models import CheckBatch, CriminalCheck
from core.checks.rules import AWAITING, OPEN_GATE, CheckState
from core.checks.service.answers import record_results
from core.checks.service.reading import move
from core.foundation import clock, outbox
from core.foundation.access import SYSTEM, Actor
from core.foundation.db import found, locked, new_id, one_transaction, session
from core.foundation.errors import ProvinceFault
from core.hooks import types
from core.hooks.discovery import host_for
from core.hooks.host import Moment

BATCH = 200
GATHER = timedelta(seconds=1)
FIRST_POLL = 2
LONGEST_POLL = 3600
TRIES = 5


@one_transaction
def request(
    actor: Actor,
    *,
    province_code: str,
    territory: str,
    case_id: UUID,
    person_id: UUID,
    name: str,
    document_kind: str,
    document_number: str,
    document_index: str,
    now: datetime,
) -> CriminalCheck:
    """Ask for a check of a case's person; it is sent with the province's next batch."""
    check_id = new_id()
    row = CriminalCheck(
        id=check_id,
        province_code=province_code,
        territory=territory,
        person_id=person_id,
        case_id=case_id,
        reference=f"XT{province_code}{check_id.hex[-16:].upper()}",
        name=name,
        document_kind=document_kind,
        document_number=document_number,
        document_index=document_index,
        state=CheckState.REQUESTED,
        requested_at=now,
    )
    session().add(row)
    outbox.post("checks.batch", province_code, now=now, after=GATHER, key=f"checks.batch:{province_code}")
    return row


@one_transaction
def _prepare(province_code: str, now: datetime) -> list[UUID]:
    """Put what is requested into batches, committed before anybody is called; returns batches to send."""
    statement = (
        select(CriminalCheck)
        .where(CriminalCheck.state == CheckState.REQUESTED, CriminalCheck.batch_id.is_(None))
        .order_by(CriminalCheck.requested_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    rows = list(session().scalars(statement))
    if rows:
        batch = CheckBatch(
            id=new_id(), province_code=province_code, territory=province_code, state="prepared", size=len(rows),
            receipts=[], created_at=now,
        )  # fmt: skip
        session().add(batch)
        for row in rows:
            row.batch_id = batch.id
    prepared = select(CheckBatch.id).where(CheckBatch.state == "prepared").order_by(CheckBatch.created_at)
    session().flush()
    return list(session().scalars(prepared.limit(50)))


def send_batches(province_code: str, attempts: int, now: datetime) -> None:
    """The job: send every prepared batch; a fault is tried again, then the batch is for officers' hands."""
    moment = Moment(calendar.rules_on(clock.beijing(now).date())[1], now)
    while ids := _prepare(province_code, now):
        for batch_id in ids:
            batch = _batch_value(batch_id)
            try:
                receipts = host_for(province_code).submit_criminal_checks(moment, batch)
            except ProvinceFault as fault:
                _note_failure(batch_id, str(fault.detail or fault.kind), attempts + 1 >= TRIES, now)
                if attempts + 1 >= TRIES:
                    continue
                raise
            _sent(batch_id, receipts, now)


def _batch_value(batch_id: UUID) -> types.CheckBatch:
    statement = select(CriminalCheck).where(CriminalCheck.batch_id == batch_id).order_by(CriminalCheck.id)
    subjects = tuple(
        types.CheckSubject(row.reference, row.name, row.document_kind, row.document_number)
        for row in session().scalars(statement)
    )
    session().rollback()
    return types.CheckBatch(str(batch_id), subjects)


def _of_batch(batch_id: UUID) -> list[CriminalCheck]:
    return list(session().scalars(select(CriminalCheck).where(CriminalCheck.batch_id == batch_id)))


@one_transaction
def _sent(batch_id: UUID, receipts: list[types.CheckReceipt], now: datetime) -> None:
    batch = locked(CheckBatch, batch_id)
    if batch.state not in ("prepared", "failed"):
        return
    batch.state, batch.sent_at, batch.last_error = "sent", now, ""
    batch.receipts = [types.to_json(receipt) for receipt in receipts]
    batch.channel = receipts[0].channel if receipts else "paper"
    for row in _of_batch(batch_id):
        if row.state in (CheckState.REQUESTED, CheckState.FAILED):
            row.sent_at, row.door = now, batch.channel
            move(row, CheckState.SENT, "X", SYSTEM, now, batch=str(batch_id))
    if batch.channel != "paper":
        _poll_later(batch, now)


@one_transaction
def _note_failure(batch_id: UUID, error: str, last: bool, now: datetime) -> None:
    batch = locked(CheckBatch, batch_id)
    batch.last_error = error
    if not last:
        return
    batch.state = "failed"
    for row in _of_batch(batch_id):
        if row.state == CheckState.REQUESTED:
            move(row, CheckState.FAILED, "X", SYSTEM, now, batch=str(batch_id))


def _poll_later(batch: CheckBatch, now: datetime) -> None:
    pause = min(FIRST_POLL * 2 ** min(batch.polls, 12), LONGEST_POLL)
    outbox.post(
        "checks.collect", batch.province_code, now=now, after=timedelta(seconds=pause),
        key=f"checks.collect:{batch.id}", batch_id=batch.id,
    )  # fmt: skip


def collect(batch_id: UUID, now: datetime) -> None:
    """The job: fetch what the agency has answered of a batch; asks again, ever less often, while some are open."""
    batch = found(CheckBatch, batch_id)
    if not any(row.state in AWAITING for row in _of_batch(batch_id)):
        _done(batch_id)
        return
    receipts = [types.from_json(types.CheckReceipt, item) for item in batch.receipts]
    province_code = batch.province_code
    session().rollback()
    moment = Moment(calendar.rules_on(clock.beijing(now).date())[1], now)
    session().rollback()
    try:
        results = host_for(province_code).collect_criminal_checks(moment, receipts)
    except ProvinceFault:
        results = []  # counted by the breaker; the checks stay pending and are asked for again
    if results:
        record_results(SYSTEM, province_code, results, "collected", now)
    _asked_again(batch_id, now)


@one_transaction
def _done(batch_id: UUID) -> None:
    locked(CheckBatch, batch_id).state = "done"


@one_transaction
def _asked_again(batch_id: UUID, now: datetime) -> None:
    batch = locked(CheckBatch, batch_id)
    if not any(row.state in AWAITING for row in _of_batch(batch_id)):
        batch.state = "done"
        return
    batch.polls += 1
    _poll_later(batch, now)


@one_transaction
def send_by_hand(actor: Actor, check_id: UUID, now: datetime) -> CriminalCheck:
    """An officer carries a failed, unclear or late check to the department by hand."""
    row = locked(CriminalCheck, check_id)
    move(row, CheckState.SENT, "O", actor, now, door="paper")
    row.door, row.sent_at = "paper", now
    row.typed_outcome, row.typed_by, row.typed_on = "", None, None
    return row


@one_transaction
def cancel_for(actor: Actor, case_id: UUID, now: datetime) -> None:
    """A case has ended: what is still open of its checks is cancelled."""
    rows = session().scalars(select(CriminalCheck).where(CriminalCheck.case_id == case_id))
    for row in rows:
        if row.state in AWAITING or row.state in (CheckState.UNCLEAR, CheckState.RECORD_FOUND):
            move(row, CheckState.CANCELLED, "X", actor, now)


@one_transaction
def replace(actor: Actor, check_id: UUID | None, now: datetime) -> None:
    """A new check takes the place of a clear one that no longer fits its person or its day."""
    row = locked(CriminalCheck, check_id) if check_id else None
    if row is not None and row.state in OPEN_GATE:
        move(row, CheckState.SUPERSEDED, "X", actor, now)

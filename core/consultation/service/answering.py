"""Officers' side: what waits in the territory, answered, escalated to the centre and back, ended."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from core.consultation.models import Enquiry, EnquiryAttachment, EnquiryInbox
from core.consultation.rules import (
    CLOSES_AFTER,
    ENQUIRY_MOVES,
    WAITING,
    in_time,
    is_overdue,
    judge_reply,
)
from core.consultation.service import articles
from core.consultation.service.asking import Thread, close_row, due, letter, thread_of
from core.foundation import audit, clock, outbox
from core.foundation.access import SYSTEM, Actor
from core.foundation.db import found, locked, one_transaction, session
from core.foundation.errors import Conflict, NotFound, Refused
from core.foundation.findings import N_, Finding
from core.foundation.paging import Page, Paging, paged
from core.foundation.storage import storage

BATCH = 500


def letter_of(actor: Actor) -> str:
    """Who acts, as the rulebook's letter: N the centre, P a province, H a head, O any other officer."""
    if actor.kind == "system":
        return "X"
    if not actor.prefix:
        return "N"
    return "P" if "province_officer" in actor.roles else "H" if "institution_head" in actor.roles else "O"


def enquiries(paging: Paging, state: str = "", late: bool = False, today: date | None = None) -> Page[Enquiry]:
    """Enquiries of the present scope in one state ("waiting": open or escalated); `late` only those past their day."""
    statement = select(Enquiry)
    if state == "waiting":
        statement = statement.where(Enquiry.state.in_(WAITING))
    elif state:
        statement = statement.where(Enquiry.state == state)
    if late:
        statement = statement.where(Enquiry.state.in_(WAITING), Enquiry.due_on < today)
    return paged(statement, paging, {"asked_at": Enquiry.asked_at, "due_on": Enquiry.due_on})


def waiting(today: date) -> tuple[int, int, int]:
    """How many enquiries of the present scope are open, escalated, and past their day."""
    statement = select(Enquiry.state, func.count()).where(Enquiry.state.in_(WAITING)).group_by(Enquiry.state)
    counted = {row[0]: row[1] for row in session().execute(statement)}
    late = select(func.count()).select_from(Enquiry).where(Enquiry.state.in_(WAITING), Enquiry.due_on < today)
    return counted.get("open", 0), counted.get("escalated", 0), session().scalar(late) or 0


def thread(enquiry_id: UUID) -> Thread:
    """One enquiry of the present scope with everything in it; raises `NotFound`."""
    return thread_of(found(Enquiry, enquiry_id), notes=True)


def attachment(enquiry_id: UUID, attachment_id: UUID) -> tuple[EnquiryAttachment, bytes]:
    """A file of an enquiry of the present scope, as it came; raises `NotFound`."""
    row = found(EnquiryAttachment, attachment_id)
    if row.enquiry_id != enquiry_id:
        raise NotFound()
    return row, storage().get(row.file_key)


def _at(enquiry_id: UUID, version: int) -> Enquiry:
    row = locked(Enquiry, enquiry_id)
    if row.version != version:
        raise Conflict()
    return row


def _written(actor: Actor, verb: str, row: Enquiry, now: datetime, **detail: Any) -> None:
    audit.record(
        actor, f"consultation.{verb}", "enquiry", row.id, province_code=row.province_code, now=now, clause="一(五)",
        **detail,
    )  # fmt: skip


@one_transaction
def answer(actor: Actor, enquiry_id: UUID, data: dict[str, Any], now: datetime) -> Enquiry:
    """Answer the asker; by mail too where they gave an address. `data`: body, article_id (quoted) or None, version.

    Raises `Refused` for what is answered already, `Conflict` when somebody else was quicker.
    """
    row = _at(enquiry_id, data["version"])
    quoted = articles.quoted(data["article_id"]) if data.get("article_id") else ""
    body = "\n\n".join(part for part in (data["body"].strip(), quoted) if part)
    findings = judge_reply(row.state, body)
    if findings:
        raise Refused(findings)
    made = letter(row, "out", body, now, written_by=actor.id)
    row.state, row.answered_at, row.answered_by = "answered", now, actor.id
    row.took_hours = int((now - row.asked_at).total_seconds() // 3600)
    row.timely = in_time(row.due_on, clock.beijing(now).date())
    session().flush()
    _written(actor, "answer", row, now, timely=row.timely)
    if "@" in row.contact:
        outbox.post("consultation.send", row.province_code, now=now, letter_id=made.id)
    return row


@one_transaction
def note(actor: Actor, enquiry_id: UUID, body: str, now: datetime) -> Enquiry:
    """Write a note that officers alone see: the centre's advice, or what was found out."""
    row = found(Enquiry, enquiry_id)
    letter(row, "note", body, now, written_by=actor.id)
    _written(actor, "note", row, now)
    return row


@one_transaction
def escalate(actor: Actor, enquiry_id: UUID, reason: str, version: int, now: datetime) -> Enquiry:
    """Hand an open enquiry to the centre, saying why; it stays in the institution's list, and either may answer."""
    row = _at(enquiry_id, version)
    if not reason.strip():
        words = N_("请写明为何转国家中心")
        raise Refused([Finding("enquiry_escalation_reason", words, clause="一(五)", field="reason")])
    _escalate(actor, row, "asked", now)
    letter(row, "note", reason, now, written_by=actor.id)
    return row


def _escalate(actor: Actor, row: Enquiry, why: str, now: datetime) -> None:
    findings = ENQUIRY_MOVES.judge(row.state, "escalated", letter_of(actor))
    if findings:
        raise Refused(findings)
    row.state, row.escalated_at, row.escalated_why = "escalated", now, why
    session().flush()
    _written(actor, "escalate", row, now, why=why)


@one_transaction
def close(actor: Actor, enquiry_id: UUID, version: int, now: datetime) -> Enquiry:
    """End an answered enquiry."""
    row = _at(enquiry_id, version)
    close_row(row, now)
    session().flush()
    _written(actor, "close", row, now)
    return row


def advance(today: date, now: datetime) -> int:
    """The daily work: what nobody answered in time goes to the centre, what was answered long ago ends."""
    done = _fill_dues()
    while moved := _escalate_late(today, now):
        done += moved
    while moved := _close_old(now):
        done += moved
    return done


@one_transaction
def _fill_dues() -> int:
    statement = select(Enquiry).where(Enquiry.state.in_(WAITING), Enquiry.due_on.is_(None)).limit(BATCH)
    count = 0
    for row in session().scalars(statement):
        row.due_on = due(row.asked_at)
        count += row.due_on is not None
    return count


@one_transaction
def _escalate_late(today: date, now: datetime) -> int:
    statement = select(Enquiry).where(Enquiry.state == "open", Enquiry.due_on < today).order_by(Enquiry.id)
    rows = [row for row in session().scalars(statement.limit(BATCH)) if is_overdue(row.state, row.due_on, today)]
    for row in rows:
        _escalate(SYSTEM, row, "overdue", now)
    return len(rows)


@one_transaction
def _close_old(now: datetime) -> int:
    statement = select(Enquiry).where(Enquiry.state == "answered", Enquiry.answered_at < now - CLOSES_AFTER)
    rows = list(session().scalars(statement.order_by(Enquiry.id).limit(BATCH)))
    for row in rows:
        close_row(row, now)
        session().flush()
        _written(SYSTEM, "close", row, now)
    return len(rows)


def inbox_of(row: Enquiry) -> EnquiryInbox | None:
    """The mailbox that answers an enquiry: that of its institution, where it is in use."""
    statement = select(EnquiryInbox).where(
        EnquiryInbox.institution_code == row.institution_code, EnquiryInbox.enabled
    )  # fmt: skip
    return session().scalars(statement).one_or_none()

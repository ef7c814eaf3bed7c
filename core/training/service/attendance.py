"""Who came: by institution and by named officer; typed in, taken from a workbook or fetched from the province."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.accounts import service as accounts
from core.accounts.models import Account
from core.calendar import service as calendar
from core.filing import service as filing
from core.foundation import audit
from core.foundation.access import Actor
from core.foundation.db import new_id, one_transaction, session
from core.foundation.errors import Conflict, NotFound, Refused
from core.foundation.paging import Page, Paging, paged
from core.foundation.tables import Sheets
from core.hooks import types
from core.hooks.discovery import host_for
from core.hooks.host import Moment
from core.training import workbook
from core.training.models import Attendance, Attendee
from core.training.service import planning
from core.training.service.planning import record

WHOLE = Paging(1, 5000)
SHOWN = 100


def attendance(meeting_id: UUID, paging: Paging = WHOLE) -> Page[Attendance]:
    """Who of the present scope was invited and came, by institution."""
    statement = select(Attendance).where(Attendance.meeting_id == meeting_id)
    return paged(statement, paging, {"institution_code": Attendance.institution_code})


def presence(meeting_id: UUID, institution_code: str) -> Attendance:
    """One institution of the present scope at a meeting; raises `NotFound`."""
    statement = select(Attendance).where(
        Attendance.meeting_id == meeting_id, Attendance.institution_code == institution_code
    )
    row = session().scalars(statement).one_or_none()
    if row is None:
        raise NotFound()
    return row


def shown(item: Attendance) -> str:
    """An institution's count as pages show it: "" until it is recorded."""
    return str(item.attendees) if item.recorded_at else ""


def attendees(meeting_id: UUID, codes: Iterable[str]) -> dict[str, list[Attendee]]:
    """Named officers of the present scope who came, by institution."""
    statement = (
        select(Attendee)
        .where(Attendee.meeting_id == meeting_id, Attendee.institution_code.in_(list(codes)))
        .order_by(Attendee.institution_code, Attendee.name)
        .limit(20_000)
    )
    found: dict[str, list[Attendee]] = {}
    for row in session().scalars(statement):
        found.setdefault(row.institution_code, []).append(row)
    return found


def officers_of(institution_code: str) -> list[Account]:
    """Active officers of an institution, who may have been at a meeting."""
    body = filing.institution(institution_code)
    return accounts.officers_at(body.code, body.division)


def _write(actor: Actor, row: Attendance, count: int, named: dict[UUID, str], now: datetime) -> None:
    """Put down one institution's attendance: no fewer than its named officers."""
    row.attendees, row.recorded_by, row.recorded_at = max(count, len(named)), actor.id, now
    present = {
        old.account_id: old
        for old in session().scalars(
            select(Attendee).where(
                Attendee.meeting_id == row.meeting_id, Attendee.institution_code == row.institution_code
            )
        )
    }
    for account_id in present.keys() - named.keys():
        session().delete(present[account_id])
    for account_id in named.keys() - present.keys():
        session().add(
            Attendee(
                id=new_id(), province_code=row.province_code, territory=row.territory, meeting_id=row.meeting_id,
                institution_code=row.institution_code, account_id=account_id, name=named[account_id],
                recorded_by=actor.id, recorded_at=now,
            )
        )  # fmt: skip


@one_transaction
def record_presence(
    actor: Actor, meeting_id: UUID, institution_code: str, data: dict[str, Any], now: datetime
) -> Attendance:
    """Record how many of an institution came and which of its officers; `data`: attendees, officers, version."""
    row = planning.open_for_record(meeting_id)
    item = presence(meeting_id, institution_code)
    if item.version != data["version"]:
        raise Conflict()
    chosen = {person.id: person.display_name for person in officers_of(institution_code)}
    named = {account_id: chosen[account_id] for account_id in data["officers"] if account_id in chosen}
    if len(named) < len(set(data["officers"])):
        raise Conflict()  # somebody left the institution since the page was shown
    _write(actor, item, data["attendees"], named, now)
    record(actor, "training.presence", row, now, institution=institution_code, named=len(named))
    return item


@one_transaction
def record_attendance(
    actor: Actor, meeting_id: UUID, counts: dict[str, int], now: datetime, seen: dict[str, str] | None = None
) -> int:
    """Write how many of each institution came (by code), named officers untouched; returns how many were written.

    `seen` is what the page showed for them ("" unrecorded): raises `Conflict` where it has changed since.
    """
    row = planning.open_for_record(meeting_id)
    items = list(session().scalars(select(Attendance).where(Attendance.meeting_id == meeting_id)))
    known = [item for item in items if item.institution_code in counts]
    if seen is not None and any(shown(item) != seen.get(item.institution_code) for item in known):
        raise Conflict()
    named = attendees(meeting_id, [item.institution_code for item in known])
    for item in known:
        least = len(named.get(item.institution_code, []))
        item.attendees = max(counts[item.institution_code], least)
        item.recorded_by, item.recorded_at = actor.id, now
    record(
        actor, "training.attendance", row, now, institutions=len(known),
        unknown=sorted(counts.keys() - {item.institution_code for item in known})[:20],
    )  # fmt: skip
    return len(known)


def fetch(meeting_id: UUID, actor: Actor, now: datetime) -> None:
    """The job: fetch attendance from the province's system; an empty answer leaves it to be typed in."""
    row = planning.meeting(actor, meeting_id)
    moment = Moment(calendar.rules_on(row.held_on)[1], now)
    ref = types.MeetingRef(str(row.id), row.held_on)
    host = host_for(row.province_code)
    session().rollback()
    records = host.fetch_training_attendance(moment, ref)
    if records:
        record_attendance(actor, meeting_id, {item.institution_code: item.attendees for item in records}, now)


@one_transaction
def reply(actor: Actor, meeting_id: UUID, institution_code: str, data: dict[str, Any], now: datetime) -> Attendance:
    """An invited institution says how many will come and whom to remind; `data`: expected, contact, version."""
    item = presence(meeting_id, institution_code)
    if item.version != data["version"]:
        raise Conflict()
    if planning.meeting(actor, meeting_id).state != "planned":
        raise Refused(planning.MEETING_MOVES.judge("held", "planned"))
    item.expected, item.contact = data["expected"], data["contact"] or None
    audit.record(
        actor, "training.reply", "meeting", meeting_id, province_code=item.province_code, now=now, clause="一(五)",
        institution=institution_code, expected=item.expected,
    )  # fmt: skip
    return item


def sheet(actor: Actor, meeting_id: UUID) -> Sheets:
    """A meeting's attendance as the sheets of a workbook, to be kept or filled in and brought back."""
    row = planning.meeting(actor, meeting_id)
    items = attendance(meeting_id).rows
    codes = [item.institution_code for item in items]
    names = filing.names_of(codes)
    came = attendees(meeting_id, codes)
    people = {person.id: person for person in accounts.officers_under(row.province_code)}
    counted = [
        (item.institution_code, names.get(item.institution_code, ""), item.attendees if item.recorded_at else "")
        for item in items
    ]
    named = [
        (code, people[one.account_id].username or "", one.name)
        for code in codes
        for one in came.get(code, [])
        if one.account_id in people
    ]
    return workbook.sheets(counted, named)


@one_transaction
def record_workbook(actor: Actor, meeting_id: UUID, data: bytes, now: datetime) -> int:
    """Take attendance from a workbook, whole or not at all; returns how many institutions were written.

    Raises `Refused` naming each faulty line: unknown or repeated institutions and officers, no number.
    """
    row = planning.open_for_record(meeting_id)
    read = workbook.read(data)
    items = {item.institution_code: item for item in attendance(meeting_id).rows}
    people = {str(person.username): person for person in accounts.officers_under(row.province_code)}
    named_at = {line.code for line in read.officers} & items.keys()
    at = {code: {person.id for person in officers_of(code)} for code in named_at}
    faults = workbook.judge_lines(read, items.keys(), {name: person.id for name, person in people.items()}, at)
    if faults:
        raise Refused(faults[:SHOWN])
    for line in read.counts:
        named = {
            people[one.username].id: people[one.username].display_name for one in read.officers if one.code == line.code
        }
        _write(actor, items[line.code], line.attendees, named, now)
    record(actor, "training.workbook", row, now, institutions=len(read.counts), named=len(read.officers))
    return len(read.counts)

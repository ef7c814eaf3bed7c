"""Reminders of a meeting to the contacts that institutions named, through the outbox."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from core.foundation import mail, outbox
from core.foundation.access import Actor
from core.foundation.db import found, one_transaction, session
from core.foundation.errors import Refused
from core.foundation.findings import N_
from core.foundation.i18n import say
from core.training.models import Attendance, Meeting
from core.training.rules import MEETING_MOVES
from core.training.service import planning
from core.training.service.planning import record

BEFORE = timedelta(days=7)


def _post(row: Meeting, now: datetime, *, again: bool) -> int:
    """Promise a reminder to each invited contact; those reminded before are passed over unless `again`."""
    statement = select(Attendance).where(Attendance.meeting_id == row.id, Attendance.contact.is_not(None))
    if not again:
        statement = statement.where(Attendance.reminded_at.is_(None))
    items = list(session().scalars(statement.limit(5000)))
    for item in items:
        item.reminded_at = now
        outbox.post("training.remind", item.province_code, now=now, attendance_id=item.id)
    return len(items)


@one_transaction
def remind(today: date, now: datetime) -> int:
    """The daily job: remind each institution once of meetings in the coming week; returns how many."""
    statement = select(Meeting).where(
        Meeting.state == "planned", Meeting.held_on >= today, Meeting.held_on <= today + BEFORE
    )
    return sum(_post(row, now, again=False) for row in session().scalars(statement.limit(500)))


@one_transaction
def remind_now(actor: Actor, meeting_id: UUID, now: datetime) -> int:
    """The province reminds everybody of a planned meeting now; returns how many letters were promised."""
    row = found(Meeting, meeting_id)
    if row.state != "planned":
        raise Refused(MEETING_MOVES.judge(row.state, "planned"))
    count = _post(row, now, again=True)
    record(actor, "training.remind", row, now, institutions=count)
    return count


def tell(attendance_id: UUID, reference: str, actor: Actor) -> None:
    """The job: send one reminder; a meeting cancelled or held meanwhile needs none. Raises `OSError`."""
    item = found(Attendance, attendance_id)
    row = planning.meeting(actor, item.meeting_id)
    if row.state != "planned" or not item.contact:
        return
    words = say(
        N_("%(title)s定于%(day)s在%(place)s召开，请按时参加。"), title=row.title, day=row.held_on, place=row.place
    )
    letter = mail.Letter(item.contact, say(N_("培训会议提醒")), words, reference)
    session().rollback()
    mail.send(letter)

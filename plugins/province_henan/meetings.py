"""The province's own record of meetings: who came, by county, and the make-up session for the absent."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from core.sdk.actions import institutions, record_act
from core.sdk.pages import Refused
from core.sdk.tables import Page, Paging, found, locked, new_id, one_transaction, paged, session
from core.sdk.values import N_, AttendanceRecord, Finding
from plugins.province_henan.models import Meeting, Presence

CODE = "41"


def meetings(paging: Paging) -> Page[Meeting]:
    """Meetings, the newest first."""
    return paged(select(Meeting), Paging(paging.number, paging.size, "held_on", True), {"held_on": Meeting.held_on})


def meeting(meeting_id: UUID) -> Meeting:
    """One meeting; raises `NotFound`."""
    return found(Meeting, meeting_id)


def presences(meeting_id: UUID) -> dict[str, int]:
    """How many came, by institution, of those written down."""
    statement = select(Presence.institution_code, Presence.people).where(Presence.meeting_id == meeting_id)
    return {row[0]: row[1] for row in session().execute(statement)}


def expected(row: Meeting) -> dict[str, str]:
    """Institutions that belong to a meeting, by code: all, at a make-up session those absent from the first."""
    everyone = institutions(CODE)
    if row.make_up_of is None:
        return everyone
    came = {code for code, people in presences(row.make_up_of).items() if people}
    return {code: name for code, name in everyone.items() if code not in came}


@one_transaction
def enter(actor: Any, data: dict[str, Any]) -> Meeting:
    """Enter a meeting; `data`: id, held_on, title, place, make_up_of. The same form again is the same meeting."""
    known = session().scalars(select(Meeting).where(Meeting.id == data["id"])).one_or_none()
    if known is not None:
        return known
    if data["make_up_of"] is not None and data["held_on"] <= meeting(data["make_up_of"]).held_on:
        words = N_("补课应在原会议之后")
        raise Refused([Finding("make_up_early", words, clause="一(五)", field="held_on")])
    row = Meeting(province_code=CODE, territory=CODE, **data)
    session().add(row)
    session().flush()
    record_act(CODE, "meeting_entered", row.id, actor, held_on=row.held_on.isoformat())
    return row


@one_transaction
def write_down(actor: Any, meeting_id: UUID, counts: dict[str, int]) -> int:
    """Write down how many of each institution came; returns how many were written."""
    row = locked(Meeting, meeting_id)
    allowed = expected(row)
    known = {
        item.institution_code: item
        for item in session().scalars(select(Presence).where(Presence.meeting_id == meeting_id))
    }
    written = {code: people for code, people in counts.items() if code in allowed}
    for code, people in written.items():
        if code in known:
            known[code].people = people
        else:
            session().add(
                Presence(
                    id=new_id(), province_code=CODE, territory=CODE, meeting_id=meeting_id, institution_code=code,
                    people=people,
                )
            )  # fmt: skip
    record_act(CODE, "attendance_written", meeting_id, actor, institutions=len(written))
    return len(written)


def attendance_on(day: date) -> list[AttendanceRecord]:
    """Who came on a day, by institution, as the core asks for it."""
    statement = (
        select(Presence.institution_code, func.sum(Presence.people))
        .join(Meeting, (Meeting.id == Presence.meeting_id) & (Meeting.province_code == Presence.province_code))
        .where(Meeting.held_on == day)
        .group_by(Presence.institution_code)
        .order_by(Presence.institution_code)
    )
    return [AttendanceRecord(code, int(people)) for code, people in session().execute(statement)]

"""Verbs of training meetings: plan, hold, record attendance by institution."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.calendar import service as calendar
from core.filing import service as filing
from core.foundation import audit, clock, outbox
from core.foundation.access import Actor
from core.foundation.db import found, locked, new_id, one_transaction, session
from core.foundation.errors import ProvinceFault, Refused
from core.foundation.findings import Finding
from core.foundation.paging import Page, Paging, paged
from core.hooks import types
from core.hooks.discovery import host_for
from core.hooks.host import Moment
from core.training.models import Attendance, Meeting
from core.training.rules import MEETING_MOVES, judge_year


def meetings(paging: Paging) -> Page[Meeting]:
    """Meetings of the present scope, the newest first."""
    ordered = Paging(paging.number, paging.size, "held_on", True)
    return paged(select(Meeting), ordered, {"held_on": Meeting.held_on})


def meeting(meeting_id: UUID) -> Meeting:
    """One meeting of the present scope; raises `NotFound`."""
    return found(Meeting, meeting_id)


def attendance(meeting_id: UUID) -> list[Attendance]:
    """Who was invited and came, by institution."""
    statement = select(Attendance).where(Attendance.meeting_id == meeting_id).order_by(Attendance.institution_code)
    return list(session().scalars(statement.limit(2000)))


@one_transaction
def plan(actor: Actor, data: dict[str, Any], now: datetime) -> Meeting:
    """Plan a meeting; every institution of the province is invited. `data`: id, held_on, place, title, contents."""
    known = session().scalars(select(Meeting).where(Meeting.id == data["id"])).one_or_none()
    if known is not None:
        return known
    province = actor.province_code
    row = Meeting(
        **data, province_code=province, territory=province, year=data["held_on"].year, state="planned",
        created_by=actor.id, created_at=now,
    )  # fmt: skip
    session().add(row)
    session().flush()
    for body in filing.institutions(province):
        session().add(
            Attendance(
                id=new_id(), province_code=province, territory=body.division, meeting_id=row.id,
                institution_code=body.code, names=[],
            )
        )  # fmt: skip
    _record(actor, "training.plan", row, now)
    return row


@one_transaction
def move(actor: Actor, meeting_id: UUID, state: str, now: datetime) -> Meeting:
    """Hold, record or cancel a meeting; a held one's attendance is fetched from the province's system in a job."""
    row = locked(Meeting, meeting_id)
    findings = MEETING_MOVES.judge(row.state, state, "P")
    if findings:
        raise Refused(findings)
    row.state = state
    if state == "held":
        outbox.post("training.fetch", row.province_code, now=now, meeting_id=row.id)
    _record(actor, f"training.{state}", row, now)
    return row


@one_transaction
def record_attendance(actor: Actor, meeting_id: UUID, counts: dict[str, int], now: datetime) -> int:
    """Write how many of each institution came (by code); unknown institutions are passed over."""
    row = locked(Meeting, meeting_id)
    changed = 0
    for item in attendance(meeting_id):
        if item.institution_code in counts:
            item.attendees = counts[item.institution_code]
            item.recorded_by, item.recorded_at = actor.id, now
            changed += 1
    _record(actor, "training.attendance", row, now, institutions=changed)
    return changed


def fetch(meeting_id: UUID, actor: Actor, now: datetime) -> None:
    """The job: fetch attendance from the province's system; an empty answer leaves it to be typed in."""
    row = meeting(meeting_id)
    moment = Moment(calendar.rules_on(row.held_on)[1], now)
    ref = types.MeetingRef(str(row.id), row.held_on)
    host = host_for(row.province_code)
    session().rollback()
    records = host.fetch_training_attendance(moment, ref)
    if records:
        record_attendance(actor, meeting_id, {item.institution_code: item.attendees for item in records}, now)


def judge(province_code: str, year: int, now: datetime) -> list[Finding]:
    """What a province's year of meetings still lacks."""
    statement = select(Meeting.contents).where(
        Meeting.province_code == province_code, Meeting.year == year, Meeting.state.in_(("held", "recorded"))
    )
    rules = calendar.rules_on(clock.beijing(now).date())[1]
    try:
        wanted = host_for(province_code).training_policy(Moment(rules, now)).meetings
    except ProvinceFault:
        wanted = 0
    return judge_year(session().scalars(statement), rules, wanted)


def _record(actor: Actor, verb: str, row: Meeting, now: datetime, **detail: Any) -> None:
    audit.record(actor, verb, "meeting", row.id, province_code=row.province_code, now=now, clause="一(五)", **detail)

"""Planning, changing, holding, filing away and cancelling a meeting; who is invited to it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from core.calendar import service as calendar
from core.filing import service as filing
from core.foundation import audit, clock, outbox
from core.foundation.access import NATION, Actor, current_scope, territory, within
from core.foundation.db import found, locked, new_id, one_transaction, session
from core.foundation.errors import Conflict, ProvinceFault, Refused
from core.foundation.findings import N_, Finding
from core.foundation.paging import Page, Paging, paged
from core.hooks.discovery import host_for
from core.hooks.host import Moment
from core.training.models import Attendance, Meeting
from core.training.rules import MEETING_MOVES, TOOK_PLACE, MeetingFacts, judge_held, judge_meeting, judge_recorded


def readable(actor: Actor) -> AbstractContextManager[None]:
    """The scope in which an officer reads meetings: they are province-wide, so a county's officer sees them too."""
    if actor.kind != "officer":
        return within(current_scope())
    return within(territory(actor.province_code) if actor.prefix else NATION)


def meetings(actor: Actor, paging: Paging) -> Page[Meeting]:
    """Meetings of the actor's province (the centre: of all), the newest first."""
    ordered = Paging(paging.number, paging.size, "held_on", True)
    with readable(actor):
        return paged(select(Meeting), ordered, {"held_on": Meeting.held_on})


def meeting(actor: Actor, meeting_id: UUID) -> Meeting:
    """One meeting of the actor's province; raises `NotFound`."""
    with readable(actor):
        return found(Meeting, meeting_id)


def judge_draft(data: dict[str, Any], province_code: str, now: datetime) -> list[Finding]:
    """What the rules say of a meeting as it is to be; `data` as `plan` takes it."""
    original = found(Meeting, data["make_up_of"]) if data.get("make_up_of") else None
    facts = MeetingFacts(
        data["held_on"], frozenset(data["contents"]), data["hours"], original.held_on if original else None
    )
    rules = calendar.rules_on(clock.beijing(now).date())[1]
    try:
        hours = host_for(province_code).training_policy(Moment(rules, now)).hours
    except ProvinceFault:
        hours = 0
    findings = judge_meeting(facts, hours)
    if original is not None and original.state not in TOOK_PLACE:
        words = N_("原会议尚未召开，不能安排补课")
        findings.append(Finding("training_make_up_of_unheld", words, clause="一(五)"))
    return findings


def _check(data: dict[str, Any], province_code: str, now: datetime) -> None:
    refusals = [finding for finding in judge_draft(data, province_code, now) if finding.refuses]
    if refusals:
        raise Refused(refusals)


@one_transaction
def plan(actor: Actor, data: dict[str, Any], now: datetime) -> Meeting:
    """Plan a meeting: every institution of the province is invited, to a make-up session the absent ones.

    `data`: id, held_on, place, title, contents, and where given agenda, hours, make_up_of.
    """
    data = dict[str, Any](agenda="", hours=0, make_up_of=None) | data
    held_on: date = data["held_on"]
    known = session().scalars(select(Meeting).where(Meeting.id == data["id"])).one_or_none()
    if known is not None:
        return known
    province = actor.province_code
    _check(data, province, now)
    row = Meeting(
        **data, province_code=province, territory=province, year=held_on.year, state="planned",
        created_by=actor.id, created_at=now,
    )  # fmt: skip
    session().add(row)
    session().flush()
    invited = _invite(row)
    record(actor, "training.plan", row, now, invited=invited)
    return row


def _invite(row: Meeting) -> int:
    """Invite those not yet invited; contacts are taken over from their last meeting. Returns how many."""
    present = select(Attendance.institution_code).where(Attendance.meeting_id == row.id)
    known = set(session().scalars(present))
    wanted = set(absent_from(row.make_up_of)) if row.make_up_of else None
    bodies = [
        body
        for body in filing.institutions(row.province_code)
        if body.code not in known and (wanted is None or body.code in wanted)
    ]
    contacts = _contacts(row.province_code, [body.code for body in bodies])
    for body in bodies:
        session().add(
            Attendance(
                id=new_id(), province_code=row.province_code, territory=body.division, meeting_id=row.id,
                institution_code=body.code, contact=contacts.get(body.code),
            )
        )  # fmt: skip
    return len(bodies)


def absent_from(meeting_id: UUID) -> list[str]:
    """Codes of the institutions that were invited to a meeting and did not come."""
    statement = select(Attendance.institution_code).where(
        Attendance.meeting_id == meeting_id, Attendance.attendees == 0
    )
    return list(session().scalars(statement))


def _contacts(province_code: str, codes: Iterable[str]) -> dict[str, str]:
    statement = (
        select(Attendance.institution_code, Attendance.contact)
        .where(
            Attendance.province_code == province_code,
            Attendance.institution_code.in_(list(codes)),
            Attendance.contact.is_not(None),
        )
        .order_by(Attendance.id)
        .limit(10_000)
    )
    return {code: contact for code, contact in session().execute(statement) if contact}


def make_up_draft(actor: Actor, meeting_id: UUID) -> dict[str, Any]:
    """What a make-up session's form begins with; raises `NotFound`."""
    row = meeting(actor, meeting_id)
    names = ("title", "place", "agenda", "hours", "contents")
    return {name: getattr(row, name) for name in names} | {"make_up_of": str(row.id)}


@one_transaction
def change(actor: Actor, meeting_id: UUID, data: dict[str, Any], version: int, now: datetime) -> Meeting:
    """Change a planned meeting; raises `Conflict` when somebody else did meanwhile."""
    row = locked(Meeting, meeting_id)
    if row.version != version:
        raise Conflict()
    if row.state != "planned":
        raise Refused(MEETING_MOVES.judge(row.state, "planned"))
    _check(data | {"make_up_of": row.make_up_of}, row.province_code, now)
    for name in ("held_on", "place", "title", "agenda", "hours", "contents"):
        setattr(row, name, data[name])
    row.year = row.held_on.year
    record(actor, "training.change", row, now)
    return row


@one_transaction
def move(actor: Actor, meeting_id: UUID, state: str, now: datetime, reason: str = "") -> Meeting:
    """Hold, file away or cancel a meeting; a held one's attendance is fetched from the province's system in a job."""
    row = locked(Meeting, meeting_id)
    findings = MEETING_MOVES.judge(row.state, state, "P") or _judge_move(row, state, reason, now)
    if findings:
        raise Refused(findings)
    row.state = state
    detail: dict[str, Any] = {"reason": reason} if reason else {}
    if state == "held":
        detail["invited_since"] = _invite(row)  # institutions that came into being since it was planned
        outbox.post("training.fetch", row.province_code, now=now, meeting_id=row.id)
    record(actor, f"training.{state}", row, now, **detail)
    return row


def _judge_move(row: Meeting, state: str, reason: str, now: datetime) -> list[Finding]:
    if state == "held":
        return judge_held(row.held_on, clock.beijing(now).date())
    if state == "recorded":
        counted = select(func.count(), func.count(Attendance.recorded_at), func.sum(Attendance.attendees))
        invited, written, came = session().execute(counted.where(Attendance.meeting_id == row.id)).one()
        return judge_recorded(int(came or 0), invited - written)
    if not reason.strip():
        return [Finding("training_reason_missing", N_("请写明取消会议的原因"), clause="一(五)", field="reason")]
    return []


def open_for_record(meeting_id: UUID) -> Meeting:
    """A meeting whose attendance may be written: held or filed away; raises `NotFound`, `Refused`."""
    row = found(Meeting, meeting_id)
    if row.state not in TOOK_PLACE:
        words = N_("会议尚未召开，不能登记出席情况")
        raise Refused([Finding("training_not_held", words, clause="一(五)", remedy=N_("请先标记为已召开"))])
    return row


def record(actor: Actor, verb: str, row: Meeting, now: datetime, **detail: Any) -> None:
    audit.record(actor, verb, "meeting", row.id, province_code=row.province_code, now=now, clause="一(五)", **detail)

"""一(四) The working contact with exam departments: named people, and meetings held together."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.evidence.models import ExamConference, ExamContact
from core.evidence.rules import judge_conference, judge_contact
from core.foundation import audit, clock
from core.foundation.access import Actor
from core.foundation.db import found, locked, one_transaction, session
from core.foundation.errors import Conflict, Refused
from core.foundation.paging import Page, Paging, paged

CONTACT = ("name", "unit", "post", "telephone", "mail", "remark")
CONFERENCE = ("held_on", "place", "topic", "participants", "minutes")


def contacts(paging: Paging, past: bool = False) -> Page[ExamContact]:
    """Contacts of the present scope in force (with `past`, former ones too), by unit."""
    statement = select(ExamContact)
    if not past:
        statement = statement.where(ExamContact.ended_on.is_(None))
    return paged(statement, paging, {"unit": ExamContact.unit})


def contact(contact_id: UUID) -> ExamContact:
    """One contact of the present scope; raises `NotFound`."""
    return found(ExamContact, contact_id)


def conferences(paging: Paging) -> Page[ExamConference]:
    """Joint meetings of the present scope, the newest first."""
    ordered = Paging(paging.number, paging.size, "held_on", True)
    return paged(select(ExamConference), ordered, {"held_on": ExamConference.held_on})


def conference(conference_id: UUID) -> ExamConference:
    """One meeting of the present scope; raises `NotFound`."""
    return found(ExamConference, conference_id)


@one_transaction
def save_contact(actor: Actor, contact_id: UUID, data: dict[str, Any], now: datetime) -> ExamContact:
    """Add a contact, or change one; `data`: those of `CONTACT` and version (0: a new one). Raises `Refused`."""
    findings = judge_contact(data["telephone"], data["mail"])
    if findings:
        raise Refused(findings)
    row = _row(ExamContact, contact_id, data["version"], actor)
    for name in CONTACT:
        setattr(row, name, data[name])
    session().flush()
    _written(actor, "contact", row, now)
    return row


@one_transaction
def end_contact(actor: Actor, contact_id: UUID, version: int, now: datetime) -> ExamContact:
    """A contact is one no longer; what is known of them goes a year later."""
    row = _row(ExamContact, contact_id, version, actor)
    row.ended_on = row.ended_on or clock.beijing(now).date()
    session().flush()
    _written(actor, "contact_end", row, now)
    return row


@one_transaction
def save_conference(actor: Actor, conference_id: UUID, data: dict[str, Any], now: datetime) -> ExamConference:
    """Put a joint meeting on record, or change it; `data`: those of `CONFERENCE` and version (0: a new one)."""
    findings = judge_conference(data["held_on"], clock.beijing(now).date())
    if findings:
        raise Refused(findings)
    row = _row(ExamConference, conference_id, data["version"], actor)
    for name in CONFERENCE:
        setattr(row, name, data[name])
    session().flush()
    _written(actor, "conference", row, now)
    return row


def _row(model: type[Any], row_id: UUID, version: int, actor: Actor) -> Any:
    if version:
        row = locked(model, row_id)
        if row.version != version:
            raise Conflict()
        return row
    known = session().scalars(select(model).where(model.id == row_id)).one_or_none()
    if known is not None:
        return known
    row = model(id=row_id, province_code=actor.province_code, territory=actor.prefix, recorded_by=actor.id)
    session().add(row)
    return row


def _written(actor: Actor, verb: str, row: Any, now: datetime) -> None:
    audit.record(
        actor, f"exam.{verb}", row.__tablename__, row.id, province_code=row.province_code, now=now, clause="一(四)"
    )  # fmt: skip

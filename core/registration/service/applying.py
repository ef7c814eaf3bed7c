"""The teacher's verbs: begin, save, submit, withdraw; and the school's, for many teachers at once (R-REG-08)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.foundation.access import NATION, Actor, within
from core.foundation.db import one_transaction, session
from core.foundation.errors import NotFound, Refused
from core.foundation.findings import N_, Finding, Severity
from core.people import service as people
from core.registration.models import Registration
from core.registration.rules import EDITABLE, REGISTRATION_MOVES, RegistrationState
from core.registration.service.entering import (
    Entry,
    ground,
    judge_entries,
    judge_open,
    kind_of,
    own_school,
    refuse,
    rows_of,
)
from core.registration.service.moving import freed, judged_move, locked_rows, move, written

FORM = (
    "post", "subject", "appointed_on", "probation_passed_on", "registered_on", "training_hours", "appraisals",
    "absence_terms", "absence_reason", "fit",
)  # fmt: skip


def form_of(data: dict[str, Any]) -> dict[str, Any]:
    """The declared part of an application, as it is kept: days as ISO texts."""
    return {name: kept(data.get(name)) for name in FORM}


def kept(value: Any) -> Any:
    """A value as it is kept: days as ISO texts."""
    return value.isoformat() if isinstance(value, date) else value


def _own(actor: Actor, registration_id: UUID) -> Registration:
    row = locked_rows([registration_id])[0]
    if row.person_id != actor.person_id:
        raise NotFound()
    return row


@one_transaction
def start(actor: Actor, registration_id: UUID, plan_id: UUID, school_code: str, now: datetime) -> Registration:
    """A teacher begins an application under an open plan from their school; raises `Refused` with every reason.

    Repeating it with the same id gives the same draft.
    """
    known = session().scalars(select(Registration).where(Registration.id == registration_id)).one_or_none()
    if known is not None:
        return known
    person = people.of_actor(actor)
    on = ground(plan_id, school_code, now)
    entry = Entry(person.name, person.document_number, "", {}, person.document_kind, id=registration_id)
    open_already = [f for f in judge_entries([entry], on)[entry.id] if f.code == "registration_open_already"]
    refuse([*judge_open(on), *open_already])
    row = rows_of([entry], on, RegistrationState.DRAFT, now)[0]
    written(actor, "start", row, now)
    return row


@one_transaction
def save(actor: Actor, registration_id: UUID, data: dict[str, Any], version: int, now: datetime) -> Registration:
    """Keep what the teacher typed, however incomplete: certificate_number and the form's fields."""
    row = _own(actor, registration_id)
    if row.state not in EDITABLE:
        raise Refused(REGISTRATION_MOVES.judge(row.state, RegistrationState.SUBMITTED, "A"))
    if row.version != version:
        remedy = N_("再次保存即以本页内容为准；要看已保存的内容，请重新打开此页")
        raise Refused([Finding("changed_meanwhile", N_("您打开页面后，此内容已被修改"), clause="§4", remedy=remedy)])
    row.certificate_number = data["certificate_number"]
    row.certificate_kind = kind_of(row.certificate_number, {})
    row.form = form_of(data)
    row.first = not data.get("registered_on")
    written(actor, "save", row, now)
    return row


def judge_submission(row: Registration, now: datetime) -> list[Finding]:
    """What stands between a draft and its submission."""
    on = ground(row.plan_id, row.territory, now)
    entry = Entry(row.person_name, row.document_number, row.certificate_number, row.form, row.document_kind, id=row.id)
    returned = row.state == RegistrationState.RETURNED
    return [*judge_open(on, entering=not returned), *judge_entries([entry], on)[entry.id]]


@one_transaction
def submit(actor: Actor, registration_id: UUID, now: datetime) -> Registration:
    """Hand a draft or a returned application to the school; raises `Refused` with every reason."""
    row = _own(actor, registration_id)
    judged_move([row], RegistrationState.SUBMITTED, "A")
    refuse(judge_submission(row, now))
    row.submitted_at, row.return_reason = now, ""
    move(actor, [row], RegistrationState.SUBMITTED, "submit", now)
    return row


@one_transaction
def withdraw(actor: Actor, registration_id: UUID, now: datetime) -> Registration:
    """Withdraw before the school has endorsed; the teacher may apply again in the window."""
    row = _own(actor, registration_id)
    judged_move([row], RegistrationState.WITHDRAWN, "A")
    move(actor, [row], RegistrationState.WITHDRAWN, "withdraw", now)
    freed([row])
    return row


@one_transaction
def apply_many(
    actor: Actor, plan_id: UUID, school_code: str, entries: Sequence[Entry], now: datetime, conduct: str = ""
) -> list[UUID]:
    """A school applies for its teachers, all or none; returns the ids. Sent twice, it is done once.

    With `conduct` the school's word on all of them is given at once. Raises `Refused`, fields "line-N" from 0.
    """
    actor.must("registration.endorse")
    on = ground(plan_id, own_school(actor, school_code), now)
    refuse(judge_open(on))
    ids = [entry.id for entry in entries]
    if ids and session().scalar(select(Registration.id).where(Registration.id == ids[0])) is not None:
        return ids
    found = judge_entries(entries, on)
    faults = [
        _at(number, finding)
        for number, entry in enumerate(entries)
        for finding in found[entry.id]
        if finding.severity is Severity.REFUSAL
    ]
    if faults:
        raise Refused(faults)
    rows = rows_of(entries, on, RegistrationState.SUBMITTED, now)
    for row in rows:
        row.conduct = conduct or row.conduct
        written(actor, "submit", row, now, by_school=True)
    return ids


def _at(number: int, finding: Finding) -> Finding:
    return Finding(
        finding.code, finding.message, finding.clause, finding.severity, f"line-{number}", finding.remedy,
        finding.params,
    )  # fmt: skip


@one_transaction
def bind(actor: Actor, now: datetime) -> int:
    """Give a person who signed up the registrations that a school handed in for them; returns how many."""
    person = people.of_actor(actor)
    layers = people.document_index(person.document_number).layers
    statement = select(Registration).where(
        Registration.document_index.in_(layers), Registration.person_id.is_(None)
    )  # fmt: skip
    with within(NATION):
        rows = list(session().scalars(statement.limit(50)))
        for row in rows:
            row.person_id = person.id
            written(actor, "bind", row, now)
        session().flush()
    return len(rows)

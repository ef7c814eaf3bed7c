"""Reading cases: queues, one case with all that hangs on it, and a person's own."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from core.applications.models import (
    Case,
    CaseAppeal,
    CaseEvidence,
    CaseHold,
    CaseNote,
    MaterialRequest,
    PhotoLook,
)
from core.applications.rules.states import OPEN
from core.checks import service as checks
from core.checks.models import CriminalCheck
from core.foundation import audit
from core.foundation.access import Actor
from core.foundation.audit import AuditEntry
from core.foundation.db import found, session
from core.foundation.errors import NotFound
from core.foundation.paging import Page, Paging, paged
from core.foundation.storage import storage

SORTS = {
    "submitted_at": Case.submitted_at,
    "reference": Case.reference,
    "state": Case.state,
    "due_on": Case.due_on,
    "name": Case.person_name,
    "owner": Case.owner,
}


# What a queue shows; the form and the sealed contact stay in the database.
QUEUE = (
    Case.id, Case.version, Case.reference, Case.person_name, Case.document_masked, Case.kind, Case.subject,
    Case.institution_code, Case.state, Case.owner, Case.check_state, Case.due_on, Case.submitted_at,
    Case.assigned_to, Case.certificate_number, Case.confirm_last,
)  # fmt: skip
_QUEUE = select(*QUEUE).where(Case.submitted_at.is_not(None))
_OPEN = Case.state.in_([str(item) for item in OPEN])
_COUNTS = select(Case.state, func.count()).where(Case.submitted_at.is_not(None)).group_by(Case.state)


@dataclass(frozen=True, slots=True)
class Overview:
    """A case and everything that hangs on it, each list bounded."""

    case: Case
    evidence: list[CaseEvidence]
    materials: list[MaterialRequest]
    looks: list[PhotoLook]
    notes: list[CaseNote]
    holds: list[CaseHold]
    checks: list[CriminalCheck]
    appeals: list[CaseAppeal]
    timeline: list[AuditEntry]

    @property
    def cv(self) -> list[dict[str, str]]:
        """The person's life so far, line by line."""
        lines = self.contact.get("cv", [])
        return lines if isinstance(lines, list) else []

    @property
    def contact(self) -> dict[str, Any]:
        """The sealed part of the form."""
        return dict(json.loads(self.case.contact or "{}"))


DECIDING = ("confirmed", "in_review", "proposed_recognised", "proposed_refused")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a queue is narrowed to; "" and None leave it open.

    `late`: "amber" past the 30 calendar days counted from a plan's last day before `amber_before`, "breach" past
    the statutory limit on `today`.
    """

    state: str = ""
    kind: str = ""
    institution: str = ""
    owner: str = ""
    reference: str = ""
    name: str = ""
    assigned_to: UUID | None = None
    open_only: bool = False
    late: str = ""
    today: date | None = None
    amber_before: date | None = None


def cases(paging: Paging, wanted: Wanted) -> Page[Any]:
    """The queue of the present scope; drafts are nobody's business but the applicant's."""
    statement: Any = _QUEUE
    same = {
        Case.state: wanted.state, Case.kind: wanted.kind, Case.institution_code: wanted.institution,
        Case.owner: wanted.owner, Case.assigned_to: wanted.assigned_to, Case.person_name: wanted.name.strip(),
        Case.reference: wanted.reference.strip().upper(),
    }  # fmt: skip
    for column, value in same.items():
        if value:
            statement = statement.where(column == value)
    if wanted.open_only and not wanted.state:
        statement = statement.where(_OPEN)
    if wanted.late:
        statement = statement.where(Case.state.in_(DECIDING))
    if wanted.late == "amber":
        statement = statement.where(Case.confirm_last < wanted.amber_before)
    if wanted.late == "breach":
        statement = statement.where(Case.due_on < wanted.today)
    return paged(statement, paging, SORTS, entities=False)


def counts_by_state() -> dict[str, int]:
    """How many cases of the present scope stand in each state."""
    return {row[0]: row[1] for row in session().execute(_COUNTS)}


def workload(institution_code: str) -> dict[UUID, int]:
    """Open cases of an institution's officers, by account."""
    statement = (
        select(Case.assigned_to, func.count())
        .where(
            Case.institution_code == institution_code,
            Case.assigned_to.is_not(None),
            Case.state.in_([str(item) for item in OPEN]),
        )
        .group_by(Case.assigned_to)
    )
    return {account: count for account, count in session().execute(statement) if account}


def case(case_id: UUID) -> Case:
    """One case of the present scope; raises `NotFound`."""
    return found(Case, case_id)


def case_of_person(actor: Actor, case_id: UUID) -> Case:
    """The actor's own case; raises `NotFound` for anybody else's."""
    row = found(Case, case_id)
    if row.person_id != actor.person_id:
        raise NotFound()
    return row


def cases_of_person(person_id: UUID) -> list[Case]:
    """A person's cases, the newest first."""
    statement = select(Case).where(Case.person_id == person_id).order_by(Case.created_at.desc()).limit(50)
    return list(session().scalars(statement))


def overview(row: Case, *, timeline: bool = True) -> Overview:
    """Everything of one case: a fixed number of queries, however long it is."""

    def of(model: Any, order: Any) -> list[Any]:
        statement = select(model).where(model.case_id == row.id).order_by(order).limit(200)
        return list(session().scalars(statement))

    return Overview(
        case=row,
        evidence=of(CaseEvidence, CaseEvidence.kind),
        materials=of(MaterialRequest, MaterialRequest.asked_at),
        looks=of(PhotoLook, PhotoLook.at),
        notes=of(CaseNote, CaseNote.at),
        holds=of(CaseHold, CaseHold.at),
        checks=checks.history_of(row.id),
        appeals=of(CaseAppeal, CaseAppeal.recorded_at),
        timeline=audit.history("case", row.id) if timeline else [],
    )


def photo(row: Case) -> bytes:
    """The stored photo of a case that the caller may see; raises `NotFound`."""
    if not row.photo_key:
        raise NotFound()
    return storage().get(row.photo_key)


def signature(row: Case) -> bytes:
    """The uploaded signature of a case that the caller may see; raises `NotFound`."""
    if not row.signature_key:
        raise NotFound()
    return storage().get(row.signature_key)

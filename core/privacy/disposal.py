"""Disposing of what has been kept long enough, in batches, and the certificate that says what went."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, or_, select, update

from core.accounts.models import SignIn
from core.applications.models import (
    Case,
    CaseAppeal,
    CaseEvidence,
    CaseHold,
    CaseNote,
    MaterialRequest,
    OpenApplication,
    PhotoLook,
)
from core.applications.rules.states import CaseState
from core.checks.models import CriminalCheck
from core.consultation.models import Enquiry, EnquiryAttachment, EnquiryLetter
from core.evidence.models import ExamContact, ExamScreening, RegisterImport
from core.foundation import audit, clock, tallies
from core.foundation.access import SYSTEM
from core.foundation.db import one_transaction, session
from core.foundation.outbox import MessageState, OutboxMessage
from core.foundation.storage import storage
from core.privacy.rules import BY_KIND, TABLE, Retention
from core.registration.models import OpenRegistration, Registration, RegistrationObjection, RegistrationUpload

BATCH = 200
KEPT_FILES = ("register_files", "registration_files")  # their rows stay, with the checksum
ENDED = tuple(str(s) for s in (CaseState.DRAFT, CaseState.DISCARDED, CaseState.WITHDRAWN, CaseState.LAPSED))
PARTS = (CaseEvidence, MaterialRequest, PhotoLook, CaseNote, CaseHold, CaseAppeal)


def _instant(day: date) -> datetime:
    return datetime.combine(day, time.min, clock.BEIJING)


def _cases(before: date) -> tuple[Any, ColumnElement[bool]]:
    ended = func.coalesce(Case.withdrawn_at, Case.discarded_at, Case.lapsed_at, Case.created_at)
    return Case, Case.state.in_(ENDED) & Case.confirmed_at.is_(None) & (ended < _instant(before))


def _check_details(before: date) -> tuple[Any, ColumnElement[bool]]:
    return CriminalCheck, CriminalCheck.detail.is_not(None) & (CriminalCheck.answered_at < _instant(before))


def _register_files(before: date) -> tuple[Any, ColumnElement[bool]]:
    done = RegisterImport.state.in_(("in_force", "superseded", "refused"))
    return RegisterImport, done & (RegisterImport.file_key != "") & (RegisterImport.started_at < _instant(before))


def _enquiries(before: date) -> tuple[Any, ColumnElement[bool]]:
    return Enquiry, (Enquiry.state == "closed") & (Enquiry.closed_at < _instant(before))


def _objectors(before: date) -> tuple[Any, ColumnElement[bool]]:
    item = RegistrationObjection
    return item, item.contact.is_not(None) & (item.decided_at < _instant(before))


def _screenings(before: date) -> tuple[Any, ColumnElement[bool]]:
    return ExamScreening, (ExamScreening.file_key != "") & (ExamScreening.asked_at < _instant(before))


def _exam_contacts(before: date) -> tuple[Any, ColumnElement[bool]]:
    return ExamContact, ExamContact.ended_on < before


def _messages(before: date) -> tuple[Any, ColumnElement[bool]]:
    return OutboxMessage, (OutboxMessage.state == MessageState.DONE) & (OutboxMessage.done_at < _instant(before))


def _sign_ins(before: date) -> tuple[Any, ColumnElement[bool]]:
    return SignIn, SignIn.ended_at.is_not(None) & (SignIn.ended_at < _instant(before))


def _registrations(before: date) -> tuple[Any, ColumnElement[bool]]:
    ended = Registration.state.in_(("draft", "withdrawn", "lapsed")) & Registration.confirmed_at.is_(None)
    return Registration, ended & (Registration.created_at < _instant(before))


def _registration_files(before: date) -> tuple[Any, ColumnElement[bool]]:
    done = RegistrationUpload.state.in_(("done", "refused", "checked"))
    old = RegistrationUpload.started_at < _instant(before)
    return RegistrationUpload, done & old & (RegistrationUpload.file_key != "")


DUE: dict[str, Callable[[date], tuple[Any, ColumnElement[bool]]]] = {
    "ended_cases": _cases,
    "check_details": _check_details,
    "register_files": _register_files,
    "ended_registrations": _registrations,
    "registration_files": _registration_files,
    "objectors": _objectors,
    "enquiries": _enquiries,
    "screenings": _screenings,
    "exam_contacts": _exam_contacts,
    "messages": _messages,
    "sign_ins": _sign_ins,
}


def due(today: date) -> dict[str, int]:
    """How much of each kind is due for disposal, over the present scope."""
    found = {}
    for line in TABLE:
        before = line.goes_before(today)
        if before is not None:
            model, criterion = DUE[line.kind](before)
            found[line.kind] = session().scalar(select(func.count()).select_from(model).where(criterion)) or 0
    return found


def dispose(kind: str, today: date, now: datetime) -> Iterator[dict[str, Any]]:
    """Dispose of a kind batch by batch; yields each batch's certificate, as the audit trail keeps it.

    Stop and repeat at will. Files go after the commit: a stop in between leaves a file without its row, never the
    reverse.
    """
    line = BY_KIND[kind]
    while batch := _batch(line, today, now):
        certificate, files = batch
        for key in files:
            storage().drop(key)
        yield certificate


@one_transaction
def _batch(line: Retention, today: date, now: datetime) -> tuple[dict[str, Any], list[str]] | None:
    before = line.goes_before(today)
    if before is None:
        return None
    model, criterion = DUE[line.kind](before)
    rows = list(session().scalars(select(model).where(criterion).order_by(model.id).limit(BATCH)))
    if not rows:
        return None
    ids = [row.id for row in rows]
    files = _files(line.kind, rows, ids)
    if line.kind == "ended_cases":
        tallies.take_off(rows)
    _remove(line.kind, model, ids)
    certificate = {
        "kind": line.kind,
        "before": before.isoformat(),
        "rows": len(ids),
        "files": len(files),
        "sha256_of_ids": hashlib.sha256("\n".join(sorted(str(i) for i in ids)).encode()).hexdigest(),
    }
    audit.record(SYSTEM, "privacy.dispose", "retention", line.kind, province_code="", now=now, clause=line.clause,
                 **certificate)  # fmt: skip
    return certificate, files


def _files(kind: str, rows: list[Any], ids: list[UUID]) -> list[str]:
    if kind in KEPT_FILES:
        return [row.file_key for row in rows]
    if kind == "screenings":
        return [key for row in rows for key in (row.file_key, row.result_key) if key]
    if kind == "enquiries":
        kept = select(EnquiryAttachment.file_key).where(EnquiryAttachment.enquiry_id.in_(ids))
        return list(session().scalars(kept.limit(BATCH * 1000)))
    if kind != "ended_cases":
        return []
    keys = [row.photo_key for row in rows]
    for column, owner in ((CaseEvidence.upload_key, CaseEvidence), (MaterialRequest.answer_key, MaterialRequest)):
        keys += session().scalars(select(column).where(owner.case_id.in_(ids)))
    return [key for key in keys if key]


def _remove(kind: str, model: Any, ids: list[UUID]) -> None:
    current = session()
    quiet = {"synchronize_session": False}
    if kind == "check_details":
        current.execute(update(model).where(model.id.in_(ids)).values(detail=None), execution_options=quiet)
    elif kind == "objectors":
        bare = update(model).where(model.id.in_(ids)).values(said_by=None, contact=None)
        current.execute(bare, execution_options=quiet)
    elif kind in KEPT_FILES:
        current.execute(update(model).where(model.id.in_(ids)).values(file_key=""), execution_options=quiet)
    elif kind == "screenings":
        bare = update(model).where(model.id.in_(ids)).values(file_key="", result_key="")
        current.execute(bare, execution_options=quiet)
    else:
        if kind == "enquiries":
            for owned in (EnquiryAttachment, EnquiryLetter):
                current.execute(delete(owned).where(owned.enquiry_id.in_(ids)), execution_options=quiet)
        if kind == "ended_cases":
            for part in PARTS:
                current.execute(delete(part).where(part.case_id.in_(ids)), execution_options=quiet)
            current.execute(delete(OpenApplication).where(OpenApplication.case_id.in_(ids)), execution_options=quiet)
        if kind == "ended_registrations":
            opened = delete(OpenRegistration).where(OpenRegistration.case_id.in_(ids))
            current.execute(opened, execution_options=quiet)
        current.execute(delete(model).where(model.id.in_(ids)), execution_options=quiet)
    current.expire_all()


def proofs(limit: int = 500) -> list[audit.AuditEntry]:
    """The certificates of disposal, the newest first."""
    statement = select(audit.AuditEntry).where(or_(audit.AuditEntry.verb == "privacy.dispose"))
    return list(session().scalars(statement.order_by(audit.AuditEntry.at.desc()).limit(limit)))

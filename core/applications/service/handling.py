"""Working a case: assignment, notes, requests for papers with answer and reminder, holds, reveals."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any
from uuid import UUID

from core.accounts import service as accounts
from core.applications.models import Case, CaseHold, CaseNote, MaterialRequest
from core.applications.rules.form import CONTACT_FIELDS
from core.applications.rules.states import OPEN, CaseState
from core.applications.service.evidence import judge_upload
from core.applications.service.following import written
from core.applications.service.reading import case_of_person
from core.calendar import service as calendar
from core.calendar.rules import WORKING_DAYS
from core.evidence.rules import judge_extra_material
from core.foundation import audit, clock, outbox
from core.foundation.access import Actor
from core.foundation.db import found, locked, new_id, one_transaction, session
from core.foundation.errors import NotFound, Refused
from core.foundation.findings import N_, Finding
from core.foundation.storage import storage
from core.people import service as people

EXAMINED = frozenset(
    {CaseState.CONFIRMED, CaseState.IN_REVIEW, CaseState.PROPOSED_RECOGNISED, CaseState.PROPOSED_REFUSED}
)


def _open(row: Case) -> None:
    if row.state not in OPEN:
        raise Refused([Finding("case_ended", N_("申请已办结，不能再办理此事项"), clause="§4.1")])


@one_transaction
def assign(actor: Actor, case_id: UUID, account_id: UUID, now: datetime) -> Case:
    """Give a case to an officer of the territory who may review."""
    row = locked(Case, case_id)
    _open(row)
    candidates = {a.id: a for a in accounts.officers_in(row.territory, "applications.review")}
    if account_id not in candidates:
        raise Refused(
            [Finding("officer_unfit", N_("所选人员不能办理本机构的申请"), clause="三(二)", field="account_id")]
        )
    row.assigned_to = account_id
    written(actor, "assign", row, now, to=candidates[account_id].display_name)
    return row


def reason_given(reason: str, message: str, least: int = 2) -> None:
    """Raise `Refused` unless a reason of some length is given."""
    if len(reason.strip()) < least:
        raise Refused([Finding("reason_missing", message, clause="§4.1", field="reason")])


def _children(row: Case, ident: UUID | None = None) -> dict[str, object]:
    return {
        "id": ident or new_id(),
        "province_code": row.province_code,
        "territory": row.territory,
        "person_id": row.person_id,
        "case_id": row.id,
    }


@one_transaction
def add_note(actor: Actor, case_id: UUID, text: str, now: datetime, ident: UUID | None = None) -> CaseNote:
    """Write a note for colleagues; the applicant never sees it. A form's `ident` sent twice writes once."""
    row = locked(Case, case_id)
    known = session().get(CaseNote, (row.province_code, ident)) if ident else None
    if known is not None:
        return known
    note = CaseNote(**_children(row, ident), text=text, by=actor.id, at=now)
    session().add(note)
    return note


@one_transaction
def ask_material(
    actor: Actor, case_id: UUID, what: str, due_on: date | None, now: datetime, ident: UUID | None = None
) -> MaterialRequest:
    """Ask the applicant for a missing paper (补正), by a due date; copies are never asked for (一(一)).

    A form's `ident` sent twice asks once.
    """
    row = locked(Case, case_id)
    known = session().get(MaterialRequest, (row.province_code, ident)) if ident else None
    if known is not None:
        return known
    if row.state != CaseState.IN_REVIEW:
        raise Refused([Finding("not_in_review", N_("审核中才能发补正通知"), clause="R-APPL-02")])
    findings = judge_extra_material(what, 0)
    today = clock.beijing(now).date()
    rules = calendar.rules_by_id(row.yearbook_id)
    due = due_on or WORKING_DAYS.after(today, rules.v.material_request_days)
    if due <= today:
        findings.append(Finding("due_in_past", N_("补正期限应晚于今天"), clause="R-APPL-02", field="due_on"))
    if findings:
        raise Refused(findings)
    asked = MaterialRequest(**_children(row, ident), what=what, due_on=due, asked_by=actor.id, asked_at=now)
    session().add(asked)
    written(actor, "ask_material", row, now, clause="R-APPL-02", due_on=due.isoformat(), reason=what)
    outbox.post("applications.tell_material", row.province_code, now=now, case_id=row.id, request_id=asked.id)
    return asked


@one_transaction
def answer_material(
    actor: Actor, case_id: UUID, request_id: UUID, answer: str, data: bytes, now: datetime
) -> MaterialRequest:
    """The applicant answers a request, with a picture or PDF of the original where `data` is given."""
    case_of_person(actor, case_id)
    asked = locked(MaterialRequest, request_id)
    if asked.case_id != case_id:
        raise NotFound()
    if asked.closed_at is not None:
        raise Refused([Finding("material_closed", N_("此项补正已办结"), clause="R-APPL-02")])
    if data:
        suffix, findings = judge_upload(data)
        if findings:
            raise Refused(findings)
        asked.answer_key = storage().put(data, suffix).key
    asked.answer, asked.answered_at = answer, now
    written(actor, "answer_material", found(Case, case_id), now, clause="R-APPL-02")
    return asked


def answered_with(row: Case, request_id: UUID) -> tuple[bytes, str]:
    """The file an applicant answered with, and its ending; the caller may see the case."""
    asked = found(MaterialRequest, request_id)
    if asked.case_id != row.id or not asked.answer_key:
        raise NotFound()
    return storage().get(asked.answer_key), asked.answer_key.rpartition(".")[2]


@one_transaction
def close_material(actor: Actor, request_id: UUID, now: datetime) -> MaterialRequest:
    """The officer is content with the answer, or drops the request."""
    asked = locked(MaterialRequest, request_id)
    asked.closed_at, asked.closed_by = now, actor.id
    written(actor, "close_material", found(Case, asked.case_id), now, clause="R-APPL-02")
    return asked


@one_transaction
def hold(actor: Actor, case_id: UUID, reason: str, now: datetime) -> CaseHold:
    """Hold the conclusion until lifted, with the reason."""
    row = locked(Case, case_id)
    _open(row)
    reason_given(reason, N_("请写明暂停原因"))
    held = CaseHold(**_children(row), kind="officer", reason=reason, by=actor.id, at=now)
    session().add(held)
    written(actor, "hold", row, now, reason=reason)
    return held


@one_transaction
def lift_hold(actor: Actor, hold_id: UUID, reason: str, now: datetime) -> CaseHold:
    """Lift a hold, with the reason."""
    held = locked(CaseHold, hold_id)
    reason_given(reason, N_("请写明恢复理由"))
    if held.lifted_at is None:
        held.lifted_by, held.lifted_at, held.lift_reason = actor.id, now, reason
        written(actor, "lift_hold", found(Case, held.case_id), now, reason=reason)
    return held


@one_transaction
def reveal(actor: Actor, case_id: UUID, reason: str, now: datetime) -> dict[str, Any]:
    """Show document number and contact to an officer who says why; the reveal is written down (R-SEC-03)."""
    row = found(Case, case_id)
    reason_given(reason, N_("请写明查看原因"))
    person = people.by_id(row.person_id)
    if person is None:
        raise NotFound()
    audit.record(
        actor, "applications.reveal", "case", row.id, province_code=row.province_code, now=now, clause="三(二)",
        reason=reason,
    )  # fmt: skip
    contact = json.loads(row.contact or "{}")
    return {
        "document_number": person.document_number,
        "mobile": person.mobile,
        "contact": {name: contact.get(name, "") for name in CONTACT_FIELDS if name != "cv"},
    }


@one_transaction
def record_medical(actor: Actor, case_id: UUID, result: str, hospital: str, on: date, now: datetime) -> Case:
    """Write the designated hospital's result down (R-COND-05)."""
    row = locked(Case, case_id)
    if row.state not in EXAMINED:
        raise Refused([Finding("medical_not_now", N_("受理后、作出结论前才能录入体检结果"), clause="R-COND-05")])
    if on > clock.beijing(now).date():
        raise Refused([Finding("medical_in_future", N_("体检日期不能晚于今天"), clause="R-COND-05", field="on")])
    row.medical_result, row.medical_hospital, row.medical_on = result, hospital, on
    written(actor, "record_medical", row, now, clause="R-COND-05", result=result)
    return row

"""Working a case: assignment, notes, requests for papers with answer and reminder, holds, reveals."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from core.accounts import service as accounts
from core.applications.models import Case, CaseHold, CaseNote, MaterialRequest
from core.applications.rules.states import OPEN, CaseState
from core.applications.service.following import written
from core.applications.service.reading import case_of_person
from core.calendar import service as calendar
from core.calendar.rules import WORKING_DAYS
from core.evidence.rules import judge_extra_material
from core.foundation import audit, clock
from core.foundation.access import Actor
from core.foundation.db import found, locked, new_id, one_transaction, session
from core.foundation.errors import NotFound, Refused
from core.foundation.findings import N_, Finding
from core.people import service as people


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


def _children(row: Case) -> dict[str, object]:
    return {
        "id": new_id(),
        "province_code": row.province_code,
        "territory": row.territory,
        "person_id": row.person_id,
        "case_id": row.id,
    }


@one_transaction
def add_note(actor: Actor, case_id: UUID, text: str, now: datetime) -> CaseNote:
    """Write a note for colleagues; the applicant never sees it."""
    row = found(Case, case_id)
    note = CaseNote(**_children(row), text=text, by=actor.id, at=now)
    session().add(note)
    return note


@one_transaction
def ask_material(actor: Actor, case_id: UUID, what: str, due_on: date | None, now: datetime) -> MaterialRequest:
    """Ask the applicant for a missing paper (补正), by a due date; copies are never asked for (一(一))."""
    row = locked(Case, case_id)
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
    asked = MaterialRequest(**_children(row), what=what, due_on=due, asked_by=actor.id, asked_at=now)
    session().add(asked)
    written(actor, "ask_material", row, now, clause="R-APPL-02", due_on=due.isoformat())
    return asked


@one_transaction
def answer_material(actor: Actor, case_id: UUID, request_id: UUID, answer: str, now: datetime) -> MaterialRequest:
    """The applicant answers a request."""
    case_of_person(actor, case_id)
    asked = locked(MaterialRequest, request_id)
    if asked.case_id != case_id:
        raise NotFound()
    if asked.closed_at is not None:
        raise Refused([Finding("material_closed", N_("此项补正已办结"), clause="R-APPL-02")])
    asked.answer, asked.answered_at = answer, now
    written(actor, "answer_material", found(Case, case_id), now, clause="R-APPL-02")
    return asked


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
    held = CaseHold(**_children(row), kind="officer", reason=reason, by=actor.id, at=now)
    session().add(held)
    written(actor, "hold", row, now, reason=reason)
    return held


@one_transaction
def lift_hold(actor: Actor, hold_id: UUID, reason: str, now: datetime) -> CaseHold:
    """Lift a hold, with the reason."""
    held = locked(CaseHold, hold_id)
    if held.lifted_at is None:
        held.lifted_by, held.lifted_at, held.lift_reason = actor.id, now, reason
        written(actor, "lift_hold", found(Case, held.case_id), now, reason=reason)
    return held


@one_transaction
def reveal(actor: Actor, case_id: UUID, reason: str, now: datetime) -> dict[str, str]:
    """Show document number and mobile to an officer who says why; the reveal is written down (R-SEC-03)."""
    row = found(Case, case_id)
    if len(reason.strip()) < 2:
        raise Refused([Finding("reason_missing", N_("请写明查看原因"), clause="三(二)", field="reason")])
    person = people.by_id(row.person_id)
    if person is None:
        raise NotFound()
    audit.record(
        actor, "applications.reveal", "case", row.id, province_code=row.province_code, now=now, clause="三(二)",
        reason=reason,
    )  # fmt: skip
    return {"document_number": person.document_number, "mobile": person.mobile}

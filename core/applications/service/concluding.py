"""The conclusion: by a second officer, only when the gate is open; number and blank in the same transaction."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select

from core.applications.models import Case, CaseHold, MaterialRequest, PhotoLook
from core.applications.rules.conclusion import ConclusionFacts, judge_conclusion, unsettled
from core.applications.rules.states import CaseState
from core.applications.service.confirming import ask_check
from core.applications.service.drafting import kept_evidence, province_facts
from core.applications.service.following import moving, written
from core.calendar import service as calendar
from core.certificates import service as certificates
from core.checks import service as checks
from core.checks.rules import AWAITING, OPEN_GATE
from core.filing import service as filing
from core.foundation.access import Actor
from core.foundation.db import locked, one_transaction, session
from core.foundation.errors import NotFound, ProvinceFault, Refused
from core.foundation.findings import N_, Finding, Verdict, verdict
from core.hooks.discovery import host_for
from core.hooks.host import Moment
from core.hooks.types import ExtraMaterial
from core.people import service as people
from core.people.models import Person


def gate(row: Case, concluder: object, result: str, reason: str, today: date, now: datetime) -> Verdict:
    """Everything that stands between a case and its conclusion, for the screen and for the verb."""
    person = _person(row)
    rules = calendar.rules_by_id(row.yearbook_id)
    local, fault = _province(row, person, Moment(rules, now))
    holds = session().scalars(select(CaseHold.reason).where(CaseHold.case_id == row.id, CaseHold.lifted_at.is_(None)))
    facts = ConclusionFacts(
        today=today,
        result=result,
        name=person.name,
        document_index=people.document_index(person.document_number),
        check=checks.facts_of(row.check_id),
        bars=people.bars_of(person.document_number),
        photo_looks=_count(PhotoLook, row, PhotoLook.accepted),
        holds=tuple(holds),
        materials_open=_count(MaterialRequest, row, MaterialRequest.closed_at.is_(None)),
        evidence_unsettled=unsettled([(i.result, i.original_seen_at is not None) for i in kept_evidence(row.id)]),
        reviewer=row.reviewed_by,
        concluder=concluder,
        reason=reason,
        province_fault=fault,
        medical_result=row.medical_result,
        medical_on=row.medical_on,
    )
    judged = judge_conclusion(facts, rules)
    return judged if result == "refused" else judged + verdict(("province", local))


def _count(model: type, row: Case, criterion: object) -> int:
    statement = select(func.count()).select_from(model).where(model.case_id == row.id, criterion)  # type: ignore
    return session().scalar(statement) or 0


def _person(row: Case) -> Person:
    person = people.by_id(row.person_id)
    if person is None:
        raise NotFound()
    return person


def _province(row: Case, person: Person, moment: Moment) -> tuple[list[Finding], str]:
    host = host_for(row.province_code)
    if host.held:
        return [], "held"
    try:
        return host.judge_application(moment, province_facts(row, person)), ""
    except ProvinceFault as fault:
        return [], fault.kind


def extra_materials(row: Case, now: datetime) -> list[ExtraMaterial]:
    """Originals the province asks to see besides the nation's; a fault of the province asks for none."""
    moment = Moment(calendar.rules_by_id(row.yearbook_id), now)
    try:
        return host_for(row.province_code).extra_materials(moment, province_facts(row, _person(row)))
    except ProvinceFault:
        return []


@one_transaction
def conclude(actor: Actor, case_id: UUID, result: str, reason: str, today: date, now: datetime) -> Case:
    """Conclude as proposed: recognised (with certificate number and blank) or refused (with reasons).

    Raises `Refused` with everything that stands in the way; nothing is decided by silence.
    """
    row = locked(Case, case_id)
    target = CaseState.RECOGNISED if result == "recognised" else CaseState.REFUSED
    moving(row, target, "H")
    reason = reason or row.proposal_reason
    people.settle(_person(row).document_number)  # a decision that bars them comes before or after, never between
    judged = gate(row, actor.id, result, reason, today, now)
    if judged.refused:
        raise Refused(judged)
    row.conclusion, row.conclusion_reason = result, reason
    row.concluded_at, row.concluded_by = now, actor.id
    if target is CaseState.RECOGNISED:
        certificate = certificates.issue(actor, _recognition(row), _holder(row, _person(row)), today, now)
        row.certificate_number = certificate.number
    else:
        checks.cancel_for(actor, row.id, now)
    written(actor, "conclude", row, now, clause="R-TIME-01", result=result)
    return row


def _recognition(row: Case) -> certificates.Recognition:
    return certificates.Recognition(
        case_id=row.id,
        province_code=row.province_code,
        territory=row.territory,
        institution_code=row.institution_code,
        institution_name=filing.institution(row.institution_code).name,
        kind=row.kind,
        subject=row.subject,
        photo_key=row.photo_key,
    )


def _holder(row: Case, person: Person) -> certificates.Holder:
    return certificates.Holder(
        person.id, person.name, person.sex, person.birth_date, person.document_number,
        row.form.get("ethnic_group", ""),
    )  # fmt: skip


@one_transaction
def step_back(actor: Actor, case_id: UUID, reason: str, now: datetime) -> Case:
    """The head sends a proposal back to review, with the reason."""
    row = locked(Case, case_id)
    moving(row, CaseState.IN_REVIEW, "H")
    if len(reason.strip()) < 2:
        raise Refused([Finding("reason_missing", N_("请写明原因"), clause="§4.1", field="reason")])
    row.proposal, row.proposal_reason, row.proposed_at = "", "", None
    written(actor, "step_back", row, now, reason=reason)
    return row


@one_transaction
def reopen(actor: Actor, case_id: UUID, reason: str, now: datetime) -> Case:
    """Mend an own error found before the paper is handed over: back to review, the number voided.

    A refusal is taken up again only by the decision of a review or a court (`decide_appeal`).
    """
    row = locked(Case, case_id)
    if row.state == CaseState.REFUSED:
        raise Refused(
            [
                Finding(
                    "appeal_decision_missing",
                    N_("不予认定的决定只能依复议决定或判决重新审核"),
                    clause="R-TIME-06",
                    remedy=N_("请先登记复议或诉讼及其结果"),
                )
            ]
        )
    return reopened(actor, row, reason, now)


def reopened(actor: Actor, row: Case, reason: str, now: datetime) -> Case:
    """The concluded case back in review; called within a verb."""
    moving(row, CaseState.IN_REVIEW, "P")
    if len(reason.strip()) < 4:
        raise Refused([Finding("reason_missing", N_("请写明复议决定或错误原因"), clause="§4.1", field="reason")])
    certificates.void(actor, row.id, reason, now)
    row.conclusion, row.conclusion_reason, row.proposal, row.proposal_reason = "", "", "", ""
    row.concluded_at, row.concluded_by, row.certificate_number = None, None, ""
    row.reopened_at, row.reopen_reason = now, reason
    if row.check_state not in OPEN_GATE and row.check_state not in AWAITING:
        ask_check(actor, row, now)
    written(actor, "reopen", row, now, clause="R-TIME-06", reason=reason)
    return row

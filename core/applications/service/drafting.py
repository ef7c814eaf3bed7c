"""The applicant's verbs: start, save, photo, submit, change again, withdraw, discard."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.applications.models import Case, CaseEvidence, OpenApplication
from core.applications.rules import undertaking as undertaking_rules
from core.applications.rules.competence import Body, judge_competence
from core.applications.rules.eligibility import judge_application
from core.applications.rules.form import CONTACT_FIELDS, FORM_FIELDS, REQUIRED, AbilityBasis, ApplicationForm
from core.applications.rules.life import Stage
from core.applications.rules.states import EDITABLE, CaseState
from core.applications.service.following import end_if_final, follow, moving, written
from core.calendar import service as calendar
from core.calendar.rules import judge_business_open, judge_not_in_maintenance
from core.checks import service as checks
from core.evidence.rules import EvidenceKind
from core.filing import service as filing
from core.foundation import clock, outbox
from core.foundation.access import Actor
from core.foundation.db import locked, new_id, one_transaction, session
from core.foundation.errors import NotFound, ProvinceFault, Refused
from core.foundation.findings import N_, Finding, Verdict, verdict
from core.hooks import types
from core.hooks.discovery import host_for
from core.hooks.host import Moment
from core.people import service as people
from core.people.models import Person
from core.people.rules import masked_number
from core.plans import service as plans
from core.rulesets.loader import RuleSet


def _reference(province_code: str, case_id: UUID) -> str:
    return f"A{province_code}{case_id.hex[:8].upper()}{case_id.hex[-6:].upper()}"


def own_case(actor: Actor, case_id: UUID) -> Case:
    """The actor's own case, locked for changing; raises `NotFound` for anybody else's."""
    row = locked(Case, case_id)
    if row.person_id != actor.person_id:
        raise NotFound()
    return row


@one_transaction
def start(actor: Actor, case_id: UUID, plan_id: UUID, today: date, now: datetime) -> Case:
    """Begin an application under a plan whose online window is open; raises `Refused` with every reason.

    Repeating it with the same id gives the same case.
    """
    known = session().scalars(select(Case).where(Case.id == case_id)).one_or_none()
    if known is not None:
        return known
    plan = plans.plan(plan_id)
    rules = calendar.rules_by_id(plan.yearbook_id)
    person = _person(actor)
    season_key = f"{plan.year}-{plan.season}"
    findings = [*judge_business_open(plan.business, today, rules), *_judge_window(plan, today)]
    findings += _bars_now(person, today)
    if session().get(OpenApplication, (person.id, season_key)) is not None:
        findings.append(_open_already())
    if findings:
        raise Refused(findings)
    row = Case(
        id=case_id, province_code=plan.province_code, territory=plan.territory, person_id=person.id,
        reference=_reference(plan.province_code, case_id), plan_id=plan.id, yearbook_id=plan.yearbook_id,
        season_key=season_key, institution_code=plan.institution_code, kind="", place_basis="",
        person_name=person.name, document_masked=masked_number(person.document_number),
        document_index=person.document_index, form={}, contact="{}", state=CaseState.DRAFT, owner="applicant",
        entry_last=plan.entry_end, confirm_last=plan.confirm_end, created_at=now,
    )  # fmt: skip
    session().add(row)
    session().add(
        OpenApplication(person_id=person.id, season_key=season_key, province_code=row.province_code, case_id=row.id)
    )
    written(actor, "start", row, now, clause="R-APPL-01")
    return row


def _person(actor: Actor) -> Person:
    person = people.by_id(actor.person_id) if actor.person_id else None
    if person is None:
        raise NotFound()
    return person


def _bars_now(person: Person, today: date) -> list[Finding]:
    from_register = people.bars_of(person.document_number)
    return people.rules.judge_bars(from_register, today)


def _judge_window(plan: Any, today: date) -> list[Finding]:
    if plan.business == "recognition" and plans.window_open(plan, today):
        return []
    return [
        Finding(
            "outside_entry_window",
            N_("网报时间为%(first)s至%(last)s"),
            clause="二(一)",
            remedy=N_("请在网报时间内申请，或选择其他认定机构的计划"),
            params={"first": plan.entry_start.isoformat(), "last": plan.entry_end.isoformat()},
        )
    ]


def _open_already() -> Finding:
    return Finding(
        "application_open_already",
        N_("本时段您已有一份申请，每人每次只能申请一种资格"),
        clause="R-APPL-01",
        remedy=N_("请先撤回原申请"),
    )


@one_transaction
def save(actor: Actor, case_id: UUID, data: dict[str, Any], version: int, now: datetime) -> Case:
    """Keep what was filled in so far; nothing is judged but who and when. `version` guards against stale forms."""
    row = own_case(actor, case_id)
    must_be_editable(row)
    if row.version != version:
        raise Refused(
            [
                Finding(
                    "changed_meanwhile",
                    N_("您打开页面后，此内容已被修改"),
                    clause="§4.1",
                    remedy=N_("再次保存即以本页内容为准；要看已保存的内容，请重新打开此页"),
                )
            ]
        )
    _fill(row, data)
    follow(row)
    return row


def must_be_editable(row: Case) -> None:
    """Refuse unless the applicant may change the form now."""
    if row.state not in EDITABLE:
        raise Refused(
            [
                Finding(
                    "not_editable",
                    N_("当前状态不能修改申请"),
                    clause="§4.1",
                    remedy=N_("网报期内可先撤回到草稿再修改"),
                )
            ]
        )


def _fill(row: Case, data: dict[str, Any]) -> None:
    form = {name: _plain(data.get(name)) for name in FORM_FIELDS}
    row.form = {name: value for name, value in form.items() if value not in (None, "")}
    contact = {name: _plain(data.get(name)) for name in CONTACT_FIELDS}
    row.contact = json.dumps({name: value for name, value in contact.items() if value}, ensure_ascii=False)
    row.kind, row.subject = data.get("kind") or "", data.get("subject") or ""
    row.place_basis = data.get("place_basis") or ""
    row.photo_taken_on = data.get("photo_taken_on")
    row.confirmation_point = data.get("confirmation_point")


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


@one_transaction
def submit(actor: Actor, case_id: UUID, undertaking: bool, today: date, now: datetime) -> Case:
    """Submit: every national rule, then the province's; all faults at once. Comparison starts in a job."""
    row = own_case(actor, case_id)
    moving(row, CaseState.SUBMITTED, "A")
    rules = calendar.rules_by_id(row.yearbook_id)
    person = _person(actor)
    judged = judge_submission(row, person, undertaking, today, rules)
    judged += _province(row, person, Moment(rules, now))
    if judged.refused:
        raise Refused(judged)
    row.submitted_at, row.returned_at, row.return_reason = now, None, ""
    row.undertaking_version, row.undertaken_at = undertaking_rules.VERSION, now
    row.person_name = person.name
    _keep_evidence(row)
    outbox.post("applications.compare", row.province_code, now=now, case_id=row.id)
    written(actor, "submit", row, now, clause="R-APPL-01")
    return row


def judge_submission(row: Case, person: Person, undertaking: bool, today: date, rules: RuleSet) -> Verdict:
    """The national verdict on a case as it stands."""
    plan = plans.live(row.plan_id)
    in_time = [] if row.state == CaseState.RETURNED else _judge_window(plan, today)
    if row.state == CaseState.RETURNED and not plan.entry_start <= today <= plan.confirm_end:
        in_time = _judge_window(plan, today)
    body = _body(row.institution_code)
    return judge_application(_form(row, person, undertaking, today), rules) + verdict(
        ("judge_window", in_time),
        ("judge_business_open", judge_business_open("recognition", today, rules)),
        ("judge_not_in_maintenance", judge_not_in_maintenance(today, rules)),
        ("judge_competence", judge_competence(row.kind, body, rules)),
    )


def _body(code: str) -> Body:
    found = filing.competence_of(code)
    kinds = {*found.kinds, *(kind for item in found.also for kind in item["kinds"])}
    return Body(found.code, found.province_code, found.level, found.division, tuple(sorted(kinds)))


def _form(row: Case, person: Person, undertaking: bool, today: date) -> ApplicationForm:
    form, contact = row.form, json.loads(row.contact or "{}")
    until = form.get("exam_valid_until")
    return ApplicationForm(
        today=today,
        document_kind=person.document_kind,
        kind=row.kind,
        subject=row.subject,
        place_basis=row.place_basis,
        education_level=form.get("education_level", ""),
        putonghua_level=form.get("putonghua_level", ""),
        ability_basis=form.get("ability_basis", ""),
        teacher_training=form.get("teacher_training") == "yes",
        exam_kind=form.get("exam_kind", ""),
        exam_subject=form.get("exam_subject", ""),
        exam_certificate=form.get("exam_certificate", ""),
        exam_valid_until=date.fromisoformat(until) if until else None,
        photo_taken_on=row.photo_taken_on,
        has_photo=bool(row.photo_key),
        undertaking=undertaking,
        ethnic_group=form.get("ethnic_group", ""),
        skill=form.get("skill", ""),
        post_code=contact.get("post_code", ""),
        telephone=contact.get("telephone", ""),
        mail=contact.get("mail", ""),
        stages=tuple(Stage(**line) for line in contact.get("cv", [])),
        missing=tuple(name for name in REQUIRED if not form.get(name) and not contact.get(name)),
        bars=people.bars_of(person.document_number),
    )


def province_facts(row: Case, person: Person) -> types.ApplicationFacts:
    """What a province may see of a case: facts, no name and no document number."""
    return types.ApplicationFacts(
        reference=row.reference,
        kind=row.kind,
        subject=row.subject,
        place_basis=row.place_basis,
        institution_code=row.institution_code,
        education_level=row.form.get("education_level", ""),
        putonghua_level=row.form.get("putonghua_level", ""),
        birth_year=person.birth_date.year,
        submitted_on=clock.beijing(row.submitted_at).date() if row.submitted_at else None,
    )


def _province(row: Case, person: Person, moment: Moment) -> Verdict:
    try:
        local = host_for(row.province_code).judge_application(moment, province_facts(row, person))
    except ProvinceFault:
        local = []  # the draft may go in; the conclusion is held until the province's rules can be asked
    return verdict(("province", local))


_CLAIMS = {
    EvidenceKind.EDUCATION: {"level": "education_level", "number": "education_certificate"},
    EvidenceKind.PUTONGHUA: {"level": "putonghua_level", "number": "putonghua_certificate"},
    EvidenceKind.EXAM: {
        "level": "exam_kind",
        "subject": "exam_subject",
        "number": "exam_certificate",
        "valid_until": "exam_valid_until",
    },
    EvidenceKind.RESIDENCE: {},
}


def _keep_evidence(row: Case) -> None:
    """One item for each claim; a changed claim is compared anew, an unchanged one keeps its result."""
    with session().no_autoflush:  # nothing pending touches evidence
        known = {item.kind: item for item in kept_evidence(row.id)}
    for kind, mapping in _CLAIMS.items():
        if not _claims(row, kind):
            if kind in known:
                session().delete(known[kind])
            continue
        claimed = {name: str(row.form.get(source, "")) for name, source in mapping.items()}
        if kind is EvidenceKind.RESIDENCE:
            claimed = {"division": row.territory, "basis": row.place_basis}
        item = known.get(kind)
        if item is None:
            session().add(
                CaseEvidence(
                    id=new_id(), province_code=row.province_code, territory=row.territory, person_id=row.person_id,
                    case_id=row.id, kind=kind, claimed=claimed, differences=[],
                )
            )  # fmt: skip
        elif item.claimed != claimed:
            item.claimed, item.result, item.differences, item.compared_at = claimed, "", [], None
            item.original_seen_by, item.original_seen_at = None, None


def _claims(row: Case, kind: EvidenceKind) -> bool:
    if kind is EvidenceKind.EXAM:
        return row.form.get("ability_basis") != AbilityBasis.DIRECT
    return kind is not EvidenceKind.PUTONGHUA or bool(row.form.get("putonghua_certificate"))


def kept_evidence(case_id: UUID) -> list[CaseEvidence]:
    """A case's items of evidence."""
    return list(session().scalars(select(CaseEvidence).where(CaseEvidence.case_id == case_id)))


@one_transaction
def to_draft(actor: Actor, case_id: UUID, today: date, now: datetime) -> Case:
    """Take a submitted case back to change it, while the online window is open."""
    row = own_case(actor, case_id)
    moving(row, CaseState.DRAFT, "A")
    findings = _judge_window(plans.live(row.plan_id), today)
    if findings:
        raise Refused(findings)
    row.submitted_at = None
    written(actor, "to_draft", row, now)
    return row


@one_transaction
def withdraw(actor: Actor, case_id: UUID, now: datetime) -> Case:
    """Withdraw before a conclusion is proposed; open checks are cancelled."""
    row = own_case(actor, case_id)
    moving(row, CaseState.WITHDRAWN, "A")
    row.withdrawn_at = now
    checks.cancel_for(actor, row.id, now)
    written(actor, "withdraw", row, now)
    return row


@one_transaction
def discard(actor: Actor, case_id: UUID, now: datetime) -> Case:
    """Delete a draft: it is kept as discarded, and the person may start anew."""
    row = own_case(actor, case_id)
    moving(row, CaseState.DISCARDED, "A")
    row.discarded_at = now
    written(actor, "discard", row, now)
    end_if_final(row)
    return row

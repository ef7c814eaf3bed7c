"""Evidence of a case: compared in a job; only what did not match may be asked for, and the original seen."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from core.applications.models import Case, CaseEvidence
from core.applications.service.following import written
from core.applications.service.reading import case_of_person
from core.calendar import service as calendar
from core.evidence import service as registers
from core.evidence.rules import EvidenceKind, needs_original
from core.foundation import audit
from core.foundation.access import SYSTEM, Actor
from core.foundation.db import found, locked, one_transaction, session
from core.foundation.errors import NotFound, ProvinceFault, Refused
from core.foundation.findings import N_, Finding
from core.foundation.storage import storage
from core.hooks import types
from core.hooks.discovery import host_for
from core.hooks.host import Moment
from core.people import service as people

LARGEST_UPLOAD = 5 * 1024 * 1024
_MAGIC = {b"\xff\xd8\xff": ".jpg", b"%PDF-": ".pdf"}


def compare_case(case_id: UUID, attempts: int, now: datetime) -> None:
    """The job: compare with the national registers, then ask the province about what they could not settle."""
    national = _compare_nationally(case_id, now)
    if not national:
        return
    row = found(Case, case_id)
    moment = Moment(calendar.rules_by_id(row.yearbook_id), now)
    province_code = row.province_code
    session().rollback()
    try:
        answers = host_for(province_code).compare_evidence(moment, national)
    except ProvinceFault:
        if attempts < 3:
            raise
        answers = []
    if answers:
        _take_answers(case_id, answers, now)


@one_transaction
def _compare_nationally(case_id: UUID, now: datetime) -> list[types.EvidenceQuestion]:
    row = locked(Case, case_id)
    person = people.by_id(row.person_id)
    questions = []
    for item in session().scalars(select(CaseEvidence).where(CaseEvidence.case_id == case_id)):
        if item.result or person is None:
            continue
        document = people.document_index(person.document_number)
        compared = registers.compare_with_register(item.kind, document, row.person_name, item.claimed)
        item.result, item.differences = compared.result, list(compared.differences)
        item.register, item.compared_at = "national", now
        if needs_original(item.result):
            questions.append(
                types.EvidenceQuestion(str(item.id), item.kind, person.name, person.document_number, dict(item.claimed))
            )
    written(SYSTEM, "compare", row, now, clause="一(一)")
    return questions


@one_transaction
def _take_answers(case_id: UUID, answers: list[types.EvidenceAnswer], now: datetime) -> None:
    row = locked(Case, case_id)
    items = {
        str(item.id): item for item in session().scalars(select(CaseEvidence).where(CaseEvidence.case_id == case_id))
    }
    for answer in answers:
        item = items.get(answer.reference)
        if item is not None and item.result != "matched":
            item.result, item.differences = answer.result, list(answer.differences)
            item.register, item.compared_at = answer.register[:60], now
    written(SYSTEM, "compare", row, now, clause="一(一)", register="province")


@one_transaction
def mark_original_seen(actor: Actor, evidence_id: UUID, now: datetime) -> CaseEvidence:
    """An officer has seen the original of an item that did not compare well; no copy is kept (R-EVID-03, -05)."""
    item = locked(CaseEvidence, evidence_id)
    if not needs_original(item.result):
        raise Refused(
            [
                Finding(
                    "paper_not_needed",
                    N_("比对无误或尚在比对的材料不得要求提交"),
                    clause="一(一)",
                    remedy=N_("无须核验原件"),
                )
            ]
        )
    item.original_seen_by, item.original_seen_at = actor.id, now
    audit.record(
        actor, "applications.original_seen", "case", item.case_id, province_code=item.province_code, now=now,
        clause="一(一)", kind=item.kind,
    )  # fmt: skip
    return item


@one_transaction
def upload_original(actor: Actor, case_id: UUID, kind: str, data: bytes, now: datetime) -> CaseEvidence:
    """The applicant uploads a picture of the original, only where it may be asked for."""
    case_of_person(actor, case_id)
    statement = select(CaseEvidence).where(
        CaseEvidence.case_id == case_id, CaseEvidence.kind == str(EvidenceKind(kind))
    )
    item = locked(CaseEvidence, session().scalars(statement).one().id)
    findings = [] if needs_original(item.result) else [_not_needed()]
    suffix, wrong = judge_upload(data)
    findings += wrong
    if findings:
        raise Refused(findings)
    kept = storage().put(data, suffix)
    if item.upload_key:
        storage().drop(item.upload_key)
    item.upload_key, item.upload_sha256 = kept.key, kept.sha256
    audit.record(
        actor, "applications.upload", "case", case_id, province_code=item.province_code, now=now,
        clause="一(一)", kind=kind, sha256=kept.sha256,
    )  # fmt: skip
    return item


def _not_needed() -> Finding:
    return Finding("paper_not_needed", N_("此项已比对无误，无须提交"), clause="一(一)", field="file")


def judge_upload(data: bytes) -> tuple[str, list[Finding]]:
    """The ending that a file's content deserves, and what is wrong with the file."""
    suffix = next((ending for start, ending in _MAGIC.items() if data.startswith(start)), "")
    if suffix and len(data) <= LARGEST_UPLOAD:
        return suffix, []
    return suffix, [
        Finding(
            "upload_form",
            N_("请上传不大于5兆字节的JPG或PDF文件"),
            clause="一(一)",
            field="file",
            remedy=N_("上传原件的照片或扫描件"),
        )
    ]


def uploaded(row: Case, evidence_id: UUID) -> tuple[bytes, str]:
    """The picture of an original that the applicant uploaded, and its ending; the caller may see the case."""
    item = found(CaseEvidence, evidence_id)
    if item.case_id != row.id or not item.upload_key:
        raise NotFound()
    return storage().get(item.upload_key), item.upload_key.rpartition(".")[2]

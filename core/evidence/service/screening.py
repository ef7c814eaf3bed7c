"""一(四) "Would this person be barred?": asked by the exam side one by one, by list or by file; no reason is told."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.evidence.models import ExamScreening
from core.evidence.rules import HEADINGS, judge_candidate
from core.foundation import audit, clock, limits, outbox
from core.foundation.access import Actor
from core.foundation.db import found, locked, one_transaction, session
from core.foundation.errors import NotFound, Refused
from core.foundation.findings import N_, Finding
from core.foundation.i18n import say
from core.foundation.paging import Page, Paging, paged
from core.foundation.storage import storage
from core.foundation.tables import Sheets, rows
from core.people import service as people
from core.people.rules import normalise_number

RATE = "120 per hour"
MOST_LINES = 100_000
SHOWN_FAULTS = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a candidate would be barred, and until when: None with `barred` is for life."""

    document_number: str
    barred: bool
    until: date | None


def _spend(actor: Actor) -> None:
    if not limits.spend(RATE, "exam", str(actor.id)):
        words, remedy = N_("查询过于频繁"), N_("请一小时后再查，或上传名单批量查询")
        raise Refused([Finding("screening_rate", words, clause="一(四)", field="document_number", remedy=remedy)])


def _answers(numbers: Iterable[str], day: date) -> list[Answer]:
    wanted = [normalise_number(number) for number in numbers]
    standing = people.screen(wanted, day)
    return [
        Answer(number, number in standing, standing[number].ends_on if number in standing else None)
        for number in wanted
    ]  # fmt: skip


@one_transaction
def ask(actor: Actor, numbers: list[str], day: date | None, now: datetime) -> list[Answer]:
    """Ask about some candidates for a day, by default today; each question stands in the trail.

    Raises `Refused` for what is no document number, and for who asks too often.
    """
    _spend(actor)
    findings = [finding for number in numbers for finding in judge_candidate(normalise_number(number))]
    if findings:
        raise Refused(findings[:1])
    answers = _answers(numbers, day or clock.beijing(now).date())
    marks = [str(people.document_index(answer.document_number))[:24] for answer in answers]
    audit.record(
        actor, "exam.screen", "exam_screening", "question", province_code=actor.province_code, now=now, clause="一(四)",
        documents=marks, barred=sum(answer.barred for answer in answers),
    )  # fmt: skip
    return answers


def screenings(actor: Actor, paging: Paging) -> Page[ExamScreening]:
    """The files that the actor's own exam department asked about, the newest first."""
    statement = select(ExamScreening).where(ExamScreening.province_code == actor.province_code)
    ordered = Paging(paging.number, paging.size, "asked_at", True)
    return paged(statement, ordered, {"asked_at": ExamScreening.asked_at})


def screening(actor: Actor, screening_id: UUID) -> ExamScreening:
    """One of them; raises `NotFound`."""
    row = found(ExamScreening, screening_id)
    if row.province_code != actor.province_code:
        raise NotFound()
    return row


@one_transaction
def start_screening(
    actor: Actor, screening_id: UUID, file_name: str, data: bytes, day: date | None, now: datetime
) -> ExamScreening:
    """Keep a file of document numbers and promise its answers; the same form again is the same question."""
    known = session().get(ExamScreening, screening_id)
    if known is not None:
        return screening(actor, screening_id)
    if not data:
        raise Refused([Finding("register_empty", N_("请选择文件"), clause="一(四)", field="file")])
    _spend(actor)
    kept = storage().put(data, ".screening")
    row = ExamScreening(
        id=screening_id, province_code=actor.province_code, state="waiting", file_name=file_name[:200],
        file_key=kept.key, file_sha256=kept.sha256, on_day=day or clock.beijing(now).date(), asked_by=actor.id,
        asked_at=now,
    )  # fmt: skip
    session().add(row)
    session().flush()
    audit.record(
        actor, "exam.screen_file", "exam_screening", row.id, province_code=row.province_code, now=now, clause="一(四)",
        sha256=kept.sha256,
    )  # fmt: skip
    outbox.post("exam.screen", row.province_code, now=now, screening_id=row.id)
    return row


def run_screening(screening_id: UUID, now: datetime) -> None:
    """The job: answer a whole file, or refuse it naming its faulty lines; a repeat changes nothing."""
    row = found(ExamScreening, screening_id)
    if row.state != "waiting":
        return
    data, day = storage().get(row.file_key), row.on_day
    session().rollback()
    faults: list[dict[str, Any]] = []
    numbers: list[str] = []
    try:
        for line, cells in rows(data, ("document_number",), headings=HEADINGS, most=MOST_LINES, clause="一(四)"):
            text = cells["document_number"]
            wrong = judge_candidate(normalise_number(text) if isinstance(text, str) else "")
            faults += [{"line": line, "message": item.message} for item in wrong]
            numbers.append(str(text))
    except Refused as refusal:
        faults = [{"line": 1, "message": item.message, "params": item.params} for item in refusal.findings]
    if not faults and not numbers:
        faults = [{"line": 1, "message": N_("文件没有数据行")}]
    answers = [] if faults else _answers(numbers, day)
    _finish(screening_id, answers, faults, now)


@one_transaction
def _finish(screening_id: UUID, answers: list[Answer], faults: list[dict[str, Any]], now: datetime) -> None:
    row = locked(ExamScreening, screening_id)
    if row.state != "waiting":
        return
    row.state, row.finished_at, row.total = "refused" if faults else "done", now, len(answers)
    row.faults, row.fault_count = faults[:SHOWN_FAULTS], len(faults)
    row.barred = sum(answer.barred for answer in answers)
    if answers:
        lines = [(a.document_number, a.barred, a.until.isoformat() if a.until else "") for a in answers]
        row.result_key = storage().put(json.dumps(lines).encode(), ".answers").key


def result(actor: Actor, screening_id: UUID) -> Sheets:
    """The answers of a file as the sheet of a workbook; raises `NotFound` where there are none (any more)."""
    row = screening(actor, screening_id)
    if not row.result_key:
        raise NotFound()
    lines = json.loads(storage().get(row.result_key))
    yes, no, life = say(N_("是")), say(N_("否")), say(N_("长期"))
    head = (say(N_("证件号码")), say(N_("是否受限")), say(N_("受限至")))
    told = [(number, yes, until or life) if barred else (number, no, "") for number, barred, until in lines]
    return {row.on_day.isoformat(): (head, told)}

"""An employer's list of certificates: taken with the people's consent, answered line by line by the public's rule."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.certificates.models.batches import VerificationBatch
from core.certificates.service.verification import verify
from core.foundation import audit, clock, outbox, tables
from core.foundation.access import Actor
from core.foundation.db import locked, one_transaction, session
from core.foundation.errors import NotFound, Refused
from core.foundation.findings import N_, Finding

CLAUSE = "R-CERT-10"
COLUMNS = ("number", "name")
HEADINGS = {"number": N_("证书号码"), "name": N_("姓名")}
MOST_LINES = 1000
KEPT_DAYS = 7
A_DAY = 5


def _finding(code: str, message: str, field: str, remedy: str = "", **params: Any) -> Finding:
    return Finding(code, message, clause=CLAUSE, field=field, remedy=remedy, params=params)


def read_lines(data: bytes) -> list[list[str]]:
    """[number, name] of each line of an XLSX or CSV; raises `Refused` with every faulty line."""
    found, faults = [], []
    for line, cells in tables.rows(data, COLUMNS, headings=HEADINGS, most=MOST_LINES, clause=CLAUSE):
        number, name = cells.get("number"), cells.get("name")
        if not isinstance(number, str) or not number.strip():
            message = N_("第%(line)s行：证书号码须为文本格式的单元格")
            faults.append(_finding("batch_line", message, "file", N_("请将该列设为文本后重新填写"), line=line))
        elif not isinstance(name, str) or not name.strip():
            faults.append(_finding("batch_line", N_("第%(line)s行：缺少姓名"), "file", line=line))
        else:
            found.append(["".join(number.split())[:40], name.strip()[:60]])
    if faults:
        raise Refused(faults[:50])
    if not found:
        raise Refused([_finding("batch_empty", N_("文件没有数据行"), "file", N_("请使用模板填写号码和姓名"))])
    return found


@one_transaction
def send_batch(
    actor: Actor, batch_id: UUID, employer: str, purpose: str, consent: bool, data: bytes, now: datetime
) -> VerificationBatch:
    """Take an employer's list; it is answered in a job. The sender states that each person agreed to be checked."""
    known = session().get(VerificationBatch, batch_id)
    if known is not None and known.person_id == actor.person_id:
        return known
    if actor.person_id is None or known is not None:
        raise NotFound()
    if not consent:
        raise Refused([_finding("batch_consent", N_("须确认名单中每个人都已同意查验"), "consent")])
    if not data:
        raise Refused([_finding("batch_file", N_("请选择文件"), "file")])
    _within_a_day(actor.person_id, now)
    lines = read_lines(data)
    row = VerificationBatch(
        id=batch_id, person_id=actor.person_id, employer=employer, purpose=purpose, consented_at=now,
        lines=json.dumps(lines, ensure_ascii=False), count=len(lines), answers="", created_at=now,
        dispose_on=clock.beijing(now).date() + timedelta(days=KEPT_DAYS),
    )  # fmt: skip
    session().add(row)
    audit.record(
        actor, "certificates.batch", "verification_batch", row.id, province_code="", now=now, clause=CLAUSE,
        count=row.count, employer=employer,
    )  # fmt: skip
    outbox.post("certificates.batch", now=now, batch_id=row.id)
    return row


def _within_a_day(person_id: UUID, now: datetime) -> None:
    statement = select(VerificationBatch.id).where(
        VerificationBatch.person_id == person_id, VerificationBatch.created_at > now - timedelta(days=1)
    )
    if len(list(session().scalars(statement.limit(A_DAY)))) >= A_DAY:
        message = N_("一天最多提交%(most)s份名单")
        raise Refused([_finding("batch_too_many", message, "file", N_("请明天再提交"), most=A_DAY)])


@one_transaction
def answer(batch_id: UUID, now: datetime) -> None:
    """The job: each line by the same rule as the public's own verification; done once."""
    row = locked(VerificationBatch, batch_id)
    if row.done_at is not None or row.disposed_at is not None:
        return
    found = [verify(number, name) for number, name in json.loads(row.lines)]
    row.answers = json.dumps([item.state if item else "no_record" for item in found])
    row.done_at = now


def batch(actor: Actor, batch_id: UUID) -> VerificationBatch:
    """One list of the actor's own; raises `NotFound`."""
    row = session().get(VerificationBatch, batch_id)
    if row is None or row.person_id != actor.person_id:
        raise NotFound()
    return row


def batches(actor: Actor) -> list[VerificationBatch]:
    """The actor's lists, the newest first."""
    statement = select(VerificationBatch).where(VerificationBatch.person_id == actor.person_id)
    return list(session().scalars(statement.order_by(VerificationBatch.created_at.desc()).limit(50)))


def answered_lines(row: VerificationBatch) -> list[tuple[str, str, str]]:
    """(number, name, result) of each line; [] while it waits and after it was disposed of."""
    if not row.answers:
        return []
    pairs = zip(json.loads(row.lines), json.loads(row.answers), strict=True)
    return [(number, name, result) for (number, name), result in pairs]


@one_transaction
def dispose(now: datetime) -> int:
    """Empty lists whose days are over; returns how many."""
    statement = (
        select(VerificationBatch)
        .where(VerificationBatch.disposed_at.is_(None), VerificationBatch.dispose_on <= clock.beijing(now).date())
        .limit(500)
    )
    rows = list(session().scalars(statement))
    for row in rows:
        row.lines, row.answers, row.disposed_at = "[]", "", now
    return len(rows)

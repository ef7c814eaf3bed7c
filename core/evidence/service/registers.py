"""Registers: imported in a job, whole or not at all; asked when a case's evidence is compared."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select

from core.calendar import service as calendar
from core.evidence.models import RegisterEntry, RegisterImport
from core.evidence.rules import (
    REGISTER_MOVES,
    REQUIRED,
    Comparison,
    EvidenceKind,
    RegisterLine,
    compare,
    is_day,
    judge_exam_line,
    judge_register_line,
    replaces_by_number,
)
from core.foundation import audit, clock, outbox
from core.foundation.access import Actor
from core.foundation.crypto import Fingerprint
from core.foundation.db import bulk_insert, found, locked, new_id, one_transaction, session
from core.foundation.errors import Refused
from core.foundation.findings import N_, Finding
from core.foundation.paging import Page, Paging, paged
from core.foundation.storage import storage
from core.foundation.tables import expected_rows, rows
from core.people.rules import normalise_number
from core.people.service import document_index

SHOWN_FAULTS = 200
STEP = 5000
CHUNK = 400
_COLUMNS = [
    "id", "import_id", "kind", "document_index", "name", "number", "level", "subject", "division", "issued_on",
    "valid_until",
]  # fmt: skip


def imports(paging: Paging) -> Page[RegisterImport]:
    """Imports, the newest first."""
    ordered = Paging(paging.number, paging.size, "started_at", True)
    return paged(select(RegisterImport), ordered, {"started_at": RegisterImport.started_at})


def newest_import(kind: EvidenceKind) -> RegisterImport | None:
    """The newest import of a register that is in force; None where none is."""
    statement = select(RegisterImport).where(RegisterImport.kind == str(kind), RegisterImport.state == "in_force")
    return session().scalars(statement.order_by(RegisterImport.finished_at.desc()).limit(1)).first()


def one_import(import_id: UUID) -> RegisterImport:
    """One import; raises `NotFound`."""
    return found(RegisterImport, import_id)


@one_transaction
def start_import(
    actor: Actor, import_id: UUID, kind: str, file_name: str, data: bytes, replaces_all: bool, now: datetime,
    preview: bool = False,
) -> RegisterImport:  # fmt: skip
    """Keep the file and promise the job; sending the same form again gives the same import.

    With `preview` nothing is written before somebody has seen what would be, and confirmed it.
    """
    known = session().get(RegisterImport, import_id)
    if known is not None:
        return known
    if not data:
        raise Refused([Finding("register_empty", N_("请选择文件"), clause="一(一)", field="file")])
    kept = storage().put(data, ".register")
    row = RegisterImport(
        id=import_id, kind=kind, file_name=file_name[:200], file_key=kept.key, file_sha256=kept.sha256,
        replaces_all=replaces_all, preview=preview, state="waiting", started_by=actor.id, started_at=now,
    )  # fmt: skip
    session().add(row)
    audit.record(
        actor, "evidence.import", "register_import", row.id, province_code="", now=now, clause="一(一)",
        kind=kind, sha256=kept.sha256,
    )  # fmt: skip
    outbox.post("evidence.import", now=now, import_id=row.id)
    return row


def run_import(import_id: UUID, now: datetime) -> None:
    """The job: check every row, then write all in one transaction; one bad row and nothing is written.

    Lines take the place of those that the register holds under the same certificate (or of the same person where
    there is none), so that the same file again changes nothing.
    """
    row = one_import(import_id)
    if row.state not in ("waiting", "checking", "writing"):
        return
    kind, data = EvidenceKind(row.kind), storage().get(row.file_key)
    waits = row.preview and row.confirmed_at is None
    session().rollback()
    _progress(import_id, "checking", 0, expected_rows(data))
    try:
        total, faults = _check(import_id, kind, data)
    except Refused as refusal:
        faults = [_fault(1, "file", item.message, item.params) for item in refusal.findings]
        total = 0
    if faults or not total:
        _refuse(import_id, total, faults or [_fault(1, "file", N_("文件没有数据行"), {})], now)
        return
    if waits:
        _previewed(import_id, total, _standing(kind, data))
        return
    _progress(import_id, "writing", total, total)
    _write(import_id, kind, data, total, now)


def _fault(line: int, column: str, message: str, params: dict[str, Any]) -> dict[str, Any]:
    return {"line": line, "column": column, "message": message, "params": params}


def _check(import_id: UUID, kind: EvidenceKind, data: bytes) -> tuple[int, list[dict[str, Any]]]:
    faults: list[dict[str, Any]] = []
    months = _months() if kind is EvidenceKind.EXAM else 0
    seen: dict[tuple[str, str], int] = {}
    total = 0
    for line, cells in rows(data, REQUIRED[kind], clause="一(一)"):
        total += 1
        wrong = judge_register_line(kind, cells)
        if not wrong and months:
            wrong = judge_exam_line({name: str(cell).strip() for name, cell in cells.items()}, months)
        faults += [_fault(line, item.column, item.message, item.params) for item in wrong]
        if not wrong:
            key = (normalise_number(str(cells["document_number"])), str(cells.get("number", "")))
            if key in seen:
                faults.append(_fault(line, "number", N_("与第%(line)s行重复"), {"line": str(seen[key])}))
            seen[key] = line
        if total % STEP == 0:
            _progress(import_id, "checking", total)
    return total, faults


def _months() -> int:
    """How long a certificate of the exam or of ability may be valid; 0 in a year without rules."""
    yearbook = calendar.in_force(clock.today().year) or calendar.newest()
    if yearbook is None:
        return 0
    values = calendar.rules_of(yearbook).v
    return max(values.exam_valid_months, values.ability_certificate_valid_months)


def _same(kind: EvidenceKind, data: bytes) -> Iterator[Any]:
    """Criteria, some hundred lines each, of what the register holds in the place of a file's lines."""
    part: list[str] = []
    for _line, cells in rows(data, REQUIRED[kind], clause="一(一)"):
        if replaces_by_number(kind):
            part.append(str(cells["number"]).strip())
        else:
            part += document_index(str(cells["document_number"])).layers
        if len(part) >= CHUNK:
            yield _among(kind, part)
            part = []
    if part:
        yield _among(kind, part)


def _among(kind: EvidenceKind, part: list[str]) -> Any:
    column = RegisterEntry.number if replaces_by_number(kind) else RegisterEntry.document_index
    return (RegisterEntry.kind == str(kind)) & column.in_(part)


def _standing(kind: EvidenceKind, data: bytes) -> int:
    """How many lines of the register a file would replace."""
    counted = select(func.count()).select_from(RegisterEntry)
    return sum(session().scalar(counted.where(criterion)) or 0 for criterion in _same(kind, data))


@one_transaction
def _previewed(import_id: UUID, total: int, standing: int) -> None:
    row = locked(RegisterImport, import_id)
    if row.state == "checking":
        row.state, row.total, row.done, row.replaced = "checked", total, total, standing


@one_transaction
def confirm_import(actor: Actor, import_id: UUID, now: datetime) -> RegisterImport:
    """Let what was previewed be written; raises `Refused` for anything else."""
    row = _answered(actor, "evidence.confirm", import_id, "writing", now)
    row.confirmed_at = now
    outbox.post("evidence.import", now=now, import_id=row.id)
    return row


@one_transaction
def discard_import(actor: Actor, import_id: UUID, now: datetime) -> RegisterImport:
    """Let a preview go: nothing is written. Raises `Refused` for anything else."""
    row = _answered(actor, "evidence.discard", import_id, "discarded", now)
    row.finished_at = now
    return row


def _answered(actor: Actor, verb: str, import_id: UUID, state: str, now: datetime) -> RegisterImport:
    row = locked(RegisterImport, import_id)
    findings = REGISTER_MOVES.judge(row.state, state, "N")
    if findings:
        raise Refused(findings)
    row.state = state
    audit.record(actor, verb, "register_import", row.id, province_code="", now=now, clause="一(一)")
    return row


@one_transaction
def _progress(import_id: UUID, state: str, done: int, expected: int | None = None) -> None:
    row = locked(RegisterImport, import_id)
    row.state, row.done = state, done
    row.total = max(row.total if expected is None else expected, done)


@one_transaction
def _refuse(import_id: UUID, total: int, faults: list[dict[str, Any]], now: datetime) -> None:
    row = locked(RegisterImport, import_id)
    row.state, row.total, row.finished_at = "refused", total, now
    row.fault_count, row.faults = len(faults), faults[:SHOWN_FAULTS]


@one_transaction
def _write(import_id: UUID, kind: EvidenceKind, data: bytes, total: int, now: datetime) -> None:
    row = locked(RegisterImport, import_id)
    if row.state == "in_force":
        return
    if row.replaces_all:
        session().execute(delete(RegisterEntry).where(RegisterEntry.kind == str(kind)))
        earlier = select(RegisterImport).where(RegisterImport.kind == row.kind, RegisterImport.state == "in_force")
        for old in session().scalars(earlier):
            old.state = "superseded"
    else:
        row.replaced = 0
        for criterion in list(_same(kind, data)):
            gone = session().execute(delete(RegisterEntry).where(criterion))
            row.replaced += int(gone.rowcount)  # type: ignore[attr-defined]
    bulk_insert(RegisterEntry.__table__, _COLUMNS, _entries(import_id, kind, data))
    row.state, row.total, row.done, row.finished_at = "in_force", total, total, now


def _entries(import_id: UUID, kind: EvidenceKind, data: bytes) -> Iterator[tuple[Any, ...]]:
    for _line, cells in rows(data, REQUIRED[kind], clause="一(一)"):
        text = {key: str(value) for key, value in cells.items()}
        yield (
            new_id(),
            import_id,
            str(kind),
            document_index(text["document_number"]),
            text["name"],
            text.get("number", ""),
            text.get("level", ""),
            text.get("subject", ""),
            text.get("division", ""),
            _day(text.get("issued_on", "")),
            _day(text.get("valid_until", "")),
        )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if is_day(text) else None


def compare_with_register(kind: str, document: Fingerprint, name: str, claimed: dict[str, str]) -> Comparison:
    """Compare claims with the national register of a kind; without any import the register cannot be asked.

    `document` is the blind index of the person's document number.
    """
    available = session().scalar(
        select(RegisterImport.id).where(RegisterImport.kind == kind, RegisterImport.state == "in_force").limit(1)
    )
    if available is None:
        return compare(kind, name, claimed, None)
    of_person = select(RegisterEntry).where(RegisterEntry.document_index.in_(document.layers))
    entries = session().scalars(of_person.where(RegisterEntry.kind == kind).limit(50))
    lines = [
        RegisterLine(row.name, row.number, row.level, row.subject, row.division, row.valid_until) for row in entries
    ]
    return compare(kind, name, claimed, lines)

"""Correction, replacement, re-issue: asked by the holder or by an officer for them; the number stays (R-CERT-05)."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.accounts.rules import judge_four_eyes
from core.certificates.models import Certificate, CertificateChange, CertificatePiece
from core.certificates.rules import (
    CHANGE_MOVES,
    CORRECTABLE,
    PIECE_MOVES,
    ChangeKind,
    PieceState,
    judge_change,
    judge_old_piece,
)
from core.certificates.rules.changes import CAUSE_OF
from core.certificates.service.files import keep
from core.certificates.service.pieces import assign, close, live_piece, public_row, written
from core.certificates.service.verification import name_index
from core.foundation import audit, clock
from core.foundation.access import Actor
from core.foundation.db import found, locked, one_transaction, session
from core.foundation.errors import Conflict, NotAllowed, Refused
from core.foundation.findings import Finding
from core.foundation.paging import Page, Paging, paged
from core.people.rules import judge_identity_number

OLD_PIECE = {
    ChangeKind.CORRECTION: PieceState.CORRECTED_AWAY,
    ChangeKind.IDENTITY: PieceState.CORRECTED_AWAY,
    ChangeKind.REPLACEMENT: PieceState.RETURNED_DAMAGED,
    ChangeKind.REISSUE: PieceState.REPLACED,
}


@one_transaction
def request_change(
    actor: Actor, change_id: UUID, certificate_id: UUID, kind: str, values: dict[str, str], reason: str,
    proof: bytes, now: datetime,
) -> CertificateChange:  # fmt: skip
    """Ask for a change. `values` are the corrected name, sex, birth_date, document_number ("" where it stays).

    A re-issue reports the paper lost at once. Raises `Refused` with everything that stands in the way.
    """
    known = session().scalars(select(CertificateChange).where(CertificateChange.id == change_id)).one_or_none()
    if known is not None:
        return known
    row = locked(Certificate, certificate_id)
    piece = live_piece(row.id)
    values = {key: values.get(key, "") for key in CORRECTABLE if values.get(key)}
    found_ = judge_change(kind, values, reason, bool(proof), piece.state if piece else "", row.state)
    found_ += _judge_document(values, now)
    if found_ or piece is None:
        raise Refused(found_)
    change = CertificateChange(
        id=change_id, province_code=row.province_code, territory=row.territory, person_id=row.person_id,
        certificate_id=row.id, institution_code=row.institution_code, kind=kind, reason=reason,
        asked=json.dumps(values, ensure_ascii=False), before="{}", by_holder=actor.kind == "applicant",
        state="requested", old_piece_id=piece.id, requested_by=actor.id, requested_at=now,
    )  # fmt: skip
    if proof:
        stored = keep(proof, "proof")
        change.proof_key, change.proof_sha256 = stored.key, stored.sha256
    session().add(change)
    if kind == ChangeKind.REISSUE and piece.state == PieceState.HANDED_OVER:
        piece.state = PieceState.REPORTED_LOST
        written(actor, "report_lost", piece, now, reason=reason)
    _written(actor, "request_change", change, now, kind=kind, reason=reason)
    return change


def _judge_document(values: dict[str, str], now: datetime) -> list[Finding]:
    number = values.get("document_number", "")
    if not re.fullmatch(r"\d{17}[\dXx]", number, re.ASCII):
        return []
    found_ = judge_identity_number(number, clock.beijing(now).date())
    return [
        Finding(f.code, f.message, f.clause, f.severity, "document_number", f.remedy, f.params)
        for f in found_
        if f.refuses
    ]


@one_transaction
def carry_out(actor: Actor, change_id: UUID, taken_back: bool, now: datetime) -> CertificateChange:
    """Carry a change out: the old piece ends, the values change, the next blank is taken; the number stays.

    What an officer asked for, another officer carries out. Raises `Refused`.
    """
    change = _moving(change_id, "done", "O")
    findings = judge_old_piece(change.kind, taken_back)
    if not change.by_holder:
        findings += judge_four_eyes(change.requested_by, actor.id)
    if findings:
        raise Refused(findings)
    row = locked(Certificate, change.certificate_id)
    piece = live_piece(row.id)
    if piece is None or row.state != "in_force":
        raise Conflict()
    kind = ChangeKind(change.kind)
    after = OLD_PIECE[kind]
    findings = PIECE_MOVES.judge(piece.state, after, "O")
    if findings:
        raise Refused(findings)
    close(actor, piece, after, change.reason, now)
    _apply(row, change)
    fresh = assign(actor, row, CAUSE_OF[kind], now, change.reason)
    change.state, change.new_piece_id = "done", fresh.id
    change.decided_by, change.decided_at = actor.id, now
    _written(actor, "carry_out_change", change, now, kind=change.kind, blank=fresh.blank)
    return change


def _apply(row: Certificate, change: CertificateChange) -> None:
    values = json.loads(change.asked)
    if not values:
        return
    change.before = json.dumps({key: str(getattr(row, key)) for key in values}, ensure_ascii=False)
    for key, value in values.items():
        setattr(row, key, date.fromisoformat(value) if key == "birth_date" else value)
    if "name" in values:
        public_row(row).name_index = name_index(row.name)


@one_transaction
def refuse_change(actor: Actor, change_id: UUID, reason: str, now: datetime) -> CertificateChange:
    """Refuse a change, with the reason; a paper reported lost stays so until it is found or asked for again."""
    change = _moving(change_id, "refused", "O")
    change.state, change.decided_by, change.decided_at, change.decision_reason = "refused", actor.id, now, reason
    _written(actor, "refuse_change", change, now, reason=reason)
    return change


@one_transaction
def withdraw_change(actor: Actor, change_id: UUID, now: datetime) -> CertificateChange:
    """Whoever asked takes it back; a paper reported lost has then been found."""
    change = _moving(change_id, "withdrawn", "A")
    if actor.kind != "applicant" and change.requested_by != actor.id:
        raise NotAllowed()
    change.state, change.decided_at = "withdrawn", now
    piece = live_piece(change.certificate_id)
    if change.kind == ChangeKind.REISSUE and piece is not None and piece.state == PieceState.REPORTED_LOST:
        piece.state = PieceState.HANDED_OVER
        written(actor, "found_again", piece, now)
    _written(actor, "withdraw_change", change, now)
    return change


def _moving(change_id: UUID, state: str, who: str) -> CertificateChange:
    change = locked(CertificateChange, change_id)
    findings = CHANGE_MOVES.judge(change.state, state, who)
    if findings:
        raise Refused(findings)
    return change


def _written(actor: Actor, verb: str, change: CertificateChange, now: datetime, **detail: Any) -> None:
    audit.record(
        actor, f"certificates.{verb}", "certificate", change.certificate_id, province_code=change.province_code,
        now=now, clause="R-CERT-05", change=str(change.id), after=change.state, **detail,
    )  # fmt: skip


def change(change_id: UUID) -> CertificateChange:
    """One change of the present scope; raises `NotFound`."""
    return found(CertificateChange, change_id)


def changes(paging: Paging, state: str = "") -> Page[CertificateChange]:
    """Changes of the present scope, the newest first."""
    statement = select(CertificateChange)
    if state:
        statement = statement.where(CertificateChange.state == state)
    return paged(statement, Paging(paging.number, paging.size, "at", True), {"at": CertificateChange.requested_at})


def changes_of(certificate_ids: list[UUID]) -> list[CertificateChange]:
    """Changes of some certificates, the oldest first."""
    statement = select(CertificateChange).where(CertificateChange.certificate_id.in_(certificate_ids))
    return list(session().scalars(statement.order_by(CertificateChange.requested_at).limit(200)))


def live_pieces(certificate_ids: list[UUID]) -> dict[UUID, CertificatePiece]:
    """The latest piece of each of some certificates."""
    statement = select(CertificatePiece).where(CertificatePiece.certificate_id.in_(certificate_ids))
    rows = session().scalars(statement.order_by(CertificatePiece.number).limit(500))
    return {row.certificate_id: row for row in rows}

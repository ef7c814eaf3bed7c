"""Pieces of paper: taken, printed, misprinted, handed over, taken back. One certificate, at most one live piece."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from core.certificates.models import Certificate, CertificateNumber, CertificatePiece
from core.certificates.rules import (
    LIVE,
    PIECE_MOVES,
    Account,
    Cause,
    Item,
    PieceState,
    judge_spoilage_record,
)
from core.certificates.rules.codes import LogEvent
from core.certificates.service import holders, ledger, transparency
from core.certificates.service.files import keep
from core.certificates.service.holders import province_holder
from core.certificates.service.ledger import Act
from core.certificates.service.seasons import batch_on
from core.certificates.service.spoilage import spoiled_row
from core.certificates.service.stock import take_one
from core.certificates.service.trained import require_trained
from core.foundation import audit, clock
from core.foundation.access import Actor
from core.foundation.db import locked, new_id, one_transaction, session
from core.foundation.errors import Conflict, Refused
from core.foundation.findings import N_, Finding


def assign(
    actor: Actor, row: Certificate, cause: str, now: datetime, remark: str = "", piece_id: UUID | None = None
) -> CertificatePiece:
    """Take the next blank for a certificate: a piece that waits to be printed, in the caller's transaction.

    `cause` is "" for the first; others count as extra blanks of the batch (R-STOCK-05). Raises `Refused` without stock.
    """
    piece_id = piece_id or new_id()
    season = batch_on(clock.beijing(now).date())[0] if cause else ""
    holder, stretch = take_one(Item.BLANK, row.institution_code, piece_id, actor, now, cause, season)
    series = ledger.series([stretch[0]])[stretch[0]]
    last = 0
    if cause:
        statement = select(func.max(CertificatePiece.number)).where(CertificatePiece.certificate_id == row.id)
        last = session().scalar(statement) or 0
    piece = CertificatePiece(
        id=piece_id, province_code=row.province_code, territory=row.territory, person_id=row.person_id,
        certificate_id=row.id, number=last + 1, institution_code=row.institution_code, holder_code=holder.code,
        series=stretch[0], serial=stretch[1], blank=ledger.serial_text(series, stretch[1]), cause=cause,
        remark=remark, state=PieceState.ASSIGNED, assigned_at=now,
    )  # fmt: skip
    session().add(piece)
    if cause:
        number = public_row(row)
        number.piece = piece.number  # an older paper no longer stands, whatever is printed on it
        day = clock.beijing(now).date()
        event = LogEvent.CORRECTED if cause == Cause.CORRECTION else LogEvent.REPRINTED
        transparency.note(row.number, event, piece.number, row.name, day, now)
    return piece


@one_transaction
def mark_printed(actor: Actor, piece_id: UUID, now: datetime) -> CertificatePiece:
    """The piece came well out of the printer; only somebody trained prints (R-TRAIN-04)."""
    require_trained(actor, now)
    row = moving(piece_id, PieceState.PRINTED, "O")
    row.state, row.printed_by, row.printed_at = PieceState.PRINTED, actor.id, now
    written(actor, "print", row, now, blank=row.blank)
    return row


@one_transaction
def misprint(
    actor: Actor, piece_id: UUID, spoilage_id: UUID, note: str, photo: bytes, returned: bool, now: datetime
) -> CertificatePiece:
    """One step for a misprint: the blank is spoiled, the next one taken, and counted among the batch's causes.

    Returns the new piece, waiting to be printed.
    """
    row = moving(piece_id, PieceState.SPOILED, "O")
    findings = judge_spoilage_record(Cause.MISPRINT, note, bool(photo), returned)
    if findings:
        raise Refused(findings)
    row.state, row.closed_by, row.closed_at, row.reason = PieceState.SPOILED, actor.id, now, note
    session().flush()
    _waste(actor, row, Cause.MISPRINT, note, photo, returned, spoilage_id, now)
    written(actor, "misprint", row, now, blank=row.blank, reason=note)
    return assign(actor, locked(Certificate, row.certificate_id), Cause.MISPRINT, now, note)


@one_transaction
def hand_over(actor: Actor, piece_id: UUID, how: str, to: str, now: datetime) -> CertificatePiece:
    """The paper reaches its holder: signed for in person (`how` "signature") or sent ("courier", its number)."""
    row = moving(piece_id, PieceState.HANDED_OVER, "O")
    if len(to.strip()) < 2:
        raise Refused([Finding("hand_over_proof", N_("请填写领取人签名或邮寄单号"), clause="§4.2", field="to")])
    row.state, row.handed_by, row.handed_at = PieceState.HANDED_OVER, actor.id, now
    row.handed_how, row.handed_to = how, to
    written(actor, "hand_over", row, now, how=how)
    return row


def close(actor: Actor, row: CertificatePiece, state: PieceState, reason: str, now: datetime) -> None:
    """End a piece within a verb's transaction; a paper taken back awaits destruction like any spoiled one."""
    before = row.state
    row.state, row.closed_by, row.closed_at, row.reason = state, actor.id, now, reason
    session().flush()
    if state in (PieceState.RETURNED_DAMAGED, PieceState.CORRECTED_AWAY, PieceState.SURRENDERED):
        _waste(actor, row, Cause.WITHDRAWN, reason, b"", True, new_id(), now)
    written(actor, f"piece_{state}", row, now, before=before, reason=reason)


def _waste(
    actor: Actor, row: CertificatePiece, cause: str, note: str, photo: bytes, returned: bool, spoilage_id: UUID,
    now: datetime,
) -> None:  # fmt: skip
    holder = holders.place(row.holder_code)
    # the province's row too: the next blank may be taken from it, and locks go in one order
    ledger.lock(Item.BLANK, province_holder(holder.province_code), holder.code)
    season = batch_on(clock.beijing(now).date())[0]
    stretch = (row.series, row.serial, row.serial)
    spoiled = spoiled_row(spoilage_id, holder, Item.BLANK, stretch, cause, actor, season, now)
    spoiled.note, spoiled.returned, spoiled.piece_id = note, returned, row.id
    if photo:
        stored = keep(photo, "photo")
        spoiled.photo_key, spoiled.photo_sha256 = stored.key, stored.sha256
    session().add(spoiled)
    kind = "take_back" if cause == Cause.WITHDRAWN else "spoil"
    act = Act(kind, actor.id, now, cause, season, spoilage_id, note)
    ledger.shift(Item.BLANK, stretch, (holder, Account.USED), (holder, Account.SPOILED), act)


def moving(piece_id: UUID, state: str, who: str) -> CertificatePiece:
    """The piece, locked, if it may become `state`; raises `Refused`."""
    row = locked(CertificatePiece, piece_id)
    findings = PIECE_MOVES.judge(row.state, state, who)
    if findings:
        raise Refused(findings)
    return row


def live_piece(certificate_id: UUID) -> CertificatePiece | None:
    """The one live piece of a certificate, locked for changing."""
    statement = (
        select(CertificatePiece)
        .where(CertificatePiece.certificate_id == certificate_id, CertificatePiece.state.in_(LIVE))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return session().scalars(statement).one_or_none()


def pieces(certificate_id: UUID) -> list[CertificatePiece]:
    """Every piece of a certificate, the first first."""
    statement = select(CertificatePiece).where(CertificatePiece.certificate_id == certificate_id)
    return list(session().scalars(statement.order_by(CertificatePiece.number).limit(100)))


def written(actor: Actor, verb: str, row: CertificatePiece, now: datetime, **detail: Any) -> None:
    """Audit a piece's move under its certificate."""
    audit.record(
        actor, f"certificates.{verb}", "certificate", row.certificate_id, province_code=row.province_code, now=now,
        clause="§4.2", piece=row.number, after=row.state, **detail,
    )  # fmt: skip


def public_row(row: Certificate) -> CertificateNumber:
    """The verification row of a certificate, locked; raises `Conflict` when it is not there."""
    number = session().get(CertificateNumber, row.number, with_for_update=True, populate_existing=True)
    if number is None:
        raise Conflict()
    return number

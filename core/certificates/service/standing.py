"""How a record stands: voided before hand-over, revoked or forfeited by a penalty, restored when that is annulled.

The public's row follows in the same transaction.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from core.certificates.models import Certificate
from core.certificates.rules import CERTIFICATE_MOVES, PIECE_MOVES, CertificateState, PieceState
from core.certificates.rules.codes import LogEvent
from core.certificates.service import transparency
from core.certificates.service.pieces import close, live_piece, public_row
from core.foundation import audit, clock
from core.foundation.access import Actor
from core.foundation.db import locked, one_transaction, session
from core.foundation.errors import Conflict, Refused
from core.foundation.findings import N_, Finding

EVENTS = {
    CertificateState.VOIDED: LogEvent.VOIDED,
    CertificateState.REVOKED: LogEvent.REVOKED,
    CertificateState.LOST_QUALIFICATION: LogEvent.FORFEITED,
    CertificateState.IN_FORCE: LogEvent.RESTORED,
}


@one_transaction
def void(actor: Actor, case_id: UUID, reason: str, now: datetime) -> None:
    """An own error found before the paper was handed over: the number is burnt, the record and its reason stay.

    Raises `Refused` when the paper is in the holder's hands: then only a penalty or a correction helps.
    """
    statement = select(Certificate).where(Certificate.case_id == case_id, Certificate.state != CertificateState.VOIDED)
    for row in session().scalars(statement):
        piece = live_piece(row.id)
        if piece is not None and not PIECE_MOVES.allows(piece.state, PieceState.SURRENDERED, "O"):
            raise Refused(
                [
                    Finding(
                        "certificate_handed_over",
                        N_("证书已发放，不能作废"),
                        clause="§4.1",
                        remedy=N_("证书有误的办理信息更正；依法应撤销的立案处理"),
                    )
                ]
            )
        row.void_reason = reason
        _become(actor, row, CertificateState.VOIDED, "P", now, reason=reason)
        if piece is not None:
            close(actor, piece, PieceState.SURRENDERED, reason, now)


@one_transaction
def revoke(actor: Actor, certificate_id: UUID, decision: str, now: datetime) -> Certificate:
    """A revocation in force marks the record and recalls the paper; for the penalties area, in its transaction."""
    return _penalise(actor, certificate_id, CertificateState.REVOKED, decision, now)


@one_transaction
def forfeit(actor: Actor, certificate_id: UUID, decision: str, now: datetime) -> Certificate:
    """The qualification is lost by law; for the penalties area, in its transaction."""
    return _penalise(actor, certificate_id, CertificateState.LOST_QUALIFICATION, decision, now)


def _penalise(actor: Actor, certificate_id: UUID, state: CertificateState, decision: str, now: datetime) -> Certificate:
    row = locked(Certificate, certificate_id)
    row.decision_ref = decision
    _become(actor, row, state, "X", now, decision=decision)
    piece = live_piece(row.id)
    if piece is not None:
        after = {
            PieceState.HANDED_OVER: PieceState.RECALLED,
            PieceState.REPORTED_LOST: PieceState.DECLARED_VOID,
        }.get(PieceState(piece.state), PieceState.SURRENDERED)
        if after is PieceState.RECALLED:
            piece.state, piece.reason = after, decision
        else:
            close(actor, piece, after, decision, now)
    return row


@one_transaction
def restore(actor: Actor, certificate_id: UUID, decision: str, now: datetime) -> Certificate:
    """The decision was annulled: the record is in force again; a paper still with its holder is theirs again.

    Where the paper was taken in or declared void, the holder may ask for a re-issue.
    """
    row = locked(Certificate, certificate_id)
    row.decision_ref = decision
    _become(actor, row, CertificateState.IN_FORCE, "P", now, decision=decision)
    piece = live_piece(row.id)
    if piece is not None and piece.state == PieceState.RECALLED:
        piece.state, piece.reason = PieceState.HANDED_OVER, decision
    return row


@one_transaction
def surrender(actor: Actor, certificate_id: UUID, reason: str, now: datetime) -> None:
    """The recalled paper was handed in (收缴)."""
    _end_recall(actor, certificate_id, PieceState.SURRENDERED, "O", reason, now)


@one_transaction
def declare_void(actor: Actor, certificate_id: UUID, reason: str, now: datetime) -> None:
    """The recalled paper was not handed in and is declared void in public (公告作废)."""
    _end_recall(actor, certificate_id, PieceState.DECLARED_VOID, "P", reason, now)


def _end_recall(actor: Actor, certificate_id: UUID, state: PieceState, who: str, reason: str, now: datetime) -> None:
    row = locked(Certificate, certificate_id)
    piece = live_piece(row.id)
    if piece is None:
        raise Conflict()
    findings = PIECE_MOVES.judge(piece.state, state, who)
    if findings:
        raise Refused(findings)
    close(actor, piece, state, reason, now)


def _become(actor: Actor, row: Certificate, state: CertificateState, who: str, now: datetime, **detail: str) -> None:
    findings = CERTIFICATE_MOVES.judge(row.state, state, who)
    if findings:
        raise Refused(findings)
    number = public_row(row)
    row.state = number.state = state
    transparency.note(row.number, EVENTS[state], number.piece, row.name, clock.beijing(now).date(), now)
    audit.record(
        actor, f"certificates.{state}", "certificate", row.id, province_code=row.province_code, now=now, clause="§4.2",
        number=row.number, **detail,
    )  # fmt: skip

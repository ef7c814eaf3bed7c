"""States of a certificate and of its pieces (rulebook § 4.2)."""

from __future__ import annotations

from enum import StrEnum

from core.foundation.findings import N_, clause
from core.foundation.moves import Moves


class CertificateState(StrEnum):
    """How a certificate's record stands."""

    IN_FORCE = "in_force"
    REVOKED = "revoked"
    LOST_QUALIFICATION = "lost_qualification"
    VOIDED = "voided"


CERTIFICATE_MOVES = Moves(
    N_("证书"),
    {
        "in_force": N_("有效"),
        "revoked": N_("已撤销"),
        "lost_qualification": N_("已丧失"),
        "voided": N_("作废"),
    },
    {
        "in_force": {"revoked": "X", "lost_qualification": "X", "voided": "P"},
        "revoked": {"in_force": "P"},
        "lost_qualification": {"in_force": "P"},
    },
)


class PieceState(StrEnum):
    """Where one piece of paper stands. `assigned` is a blank taken at the conclusion and not printed yet."""

    ASSIGNED = "assigned"
    PRINTED = "printed"
    HANDED_OVER = "handed_over"
    REPORTED_LOST = "reported_lost"
    RECALLED = "recalled"
    SPOILED = "spoiled"
    REPLACED = "replaced"
    RETURNED_DAMAGED = "returned_damaged"
    CORRECTED_AWAY = "corrected_away"
    SURRENDERED = "surrendered"
    DECLARED_VOID = "declared_void"


# A certificate has at most one of these (R-CERT-06).
LIVE = (PieceState.ASSIGNED, PieceState.PRINTED, PieceState.HANDED_OVER, PieceState.REPORTED_LOST, PieceState.RECALLED)

PIECE_MOVES = Moves(
    N_("证书实物"),
    {
        "assigned": N_("待打印"),
        "printed": N_("已打印"),
        "handed_over": N_("已领取"),
        "reported_lost": N_("已挂失"),
        "recalled": N_("收缴中"),
        "spoiled": N_("废证"),
        "replaced": N_("已补发"),
        "returned_damaged": N_("损毁已收回"),
        "corrected_away": N_("更正已收回"),
        "surrendered": N_("已收缴"),
        "declared_void": N_("公告作废"),
    },
    {
        "assigned": {"printed": "O", "spoiled": "O", "surrendered": "O"},
        "printed": {"handed_over": "O", "spoiled": "O", "surrendered": "O"},
        "handed_over": {"reported_lost": "AO", "returned_damaged": "O", "recalled": "O", "corrected_away": "O"},
        "reported_lost": {"replaced": "O", "handed_over": "A", "declared_void": "P"},
        "recalled": {"surrendered": "O", "declared_void": "P", "handed_over": "P"},
    },
    {
        "assigned": ("O", N_("打印证书")),
        "printed": ("O", N_("通知领取并登记发放")),
        "reported_lost": ("O", N_("办理补发")),
        "recalled": ("O", N_("收缴证书，或公告作废")),
    },
)

PUBLIC_STATES = {
    "in_force": N_("有效"),
    "replaced": N_("此纸质证书已被新的取代"),
    "revoked": N_("已被撤销"),
    "forfeited": N_("持证人已丧失教师资格"),
    "voided": N_("已作废"),
}


@clause("R-CERT-10")
def public_state(state: str) -> str:
    """What the public is told of a record: a key of `PUBLIC_STATES`, no cause and no date (R-CERT-10)."""
    return "forfeited" if state == CertificateState.LOST_QUALIFICATION else str(state)

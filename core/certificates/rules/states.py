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

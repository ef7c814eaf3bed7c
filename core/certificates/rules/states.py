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


@clause("R-CERT-10")
def public_state(state: str) -> str:
    """What the public is told of a record: `valid`, or `invalid` whatever the cause (R-CERT-10)."""
    return "valid" if state == CertificateState.IN_FORCE else "invalid"

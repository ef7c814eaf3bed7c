"""What the public is told of a certificate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from core.certificates.models import CertificateNumber
from core.certificates.rules import public_state
from core.foundation.crypto import Fingerprint
from core.foundation.db import keyring, session


def name_index(name: str) -> Fingerprint:
    """Blind index of a holder's name."""
    return keyring().blind_index(name.strip(), "certificate name")


@dataclass(frozen=True, slots=True)
class Verified:
    """What the public is told of a certificate whose number and name both fit."""

    number: str
    state: str
    name_masked: str
    kind: str
    subject: str
    institution_name: str
    issued_on: date


_NOBODY = "0" * 64


def verify(number: str, name: str) -> Verified | None:
    """Check a certificate by number and name; None alike for an unknown number and a wrong name (R-CERT-10)."""
    row = session().get(CertificateNumber, number, populate_existing=True)
    fits = name_index(name).fits(row.name_index if row else _NOBODY)
    if row is None or not fits:
        return None
    return Verified(
        row.number,
        public_state(row.state),
        row.name_masked,
        row.kind,
        row.subject,
        row.institution_name,
        row.issued_on,
    )

"""What the public is told of a certificate."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, select

from core.certificates.models import CertificateNumber
from core.certificates.rules import public_state
from core.foundation.access import Lookup
from core.foundation.crypto import Fingerprint
from core.foundation.db import keyring


def name_index(name: str) -> Fingerprint:
    """Blind index of a holder's name."""
    return keyring().blind_index(name.strip(), "certificate name")


@dataclass(frozen=True, slots=True)
class Verified:
    """A certificate whose number and name both fit: the asker learns how it stands, and nothing else."""

    number: str
    state: str


_NOBODY = "0" * 64
_BY_NUMBER = Lookup(
    select(CertificateNumber.name_index, CertificateNumber.state).where(CertificateNumber.number == bindparam("number"))
)


def verify(number: str, name: str) -> Verified | None:
    """Check a certificate by number and name; None alike for an unknown number and a wrong name (R-CERT-10).

    A short name is often padded in print (张 三): it fits with its blanks and without.
    """
    row = _BY_NUMBER.row(number=number)
    kept = row.name_index if row else _NOBODY
    fits = name_index(name).fits(kept) | name_index("".join(name.split())).fits(kept)
    return Verified(number, public_state(row.state)) if row is not None and fits else None

"""Many certificates looked up by number at once, for areas that compare lists with the records."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from core.certificates.models import Certificate, CertificateNumber
from core.foundation.access import NATION, within
from core.foundation.crypto import Fingerprint
from core.foundation.db import session
from core.people.service import document_index

STEP = 500


@dataclass(frozen=True, slots=True)
class Known:
    """A record as far as a comparison needs it; `document` is the blind index of its holder's document number."""

    number: str
    name: str
    kind: str
    subject: str
    state: str
    document: Fingerprint


def known(numbers: Iterable[str]) -> dict[str, Known]:
    """The records of some numbers, wherever in the nation; numbers not in the system are left out."""
    wanted, found = sorted({number for number in numbers if number}), dict[str, Known]()
    of_number = (CertificateNumber.certificate_id == Certificate.id) & (
        CertificateNumber.province_code == Certificate.province_code
    )
    columns = (
        CertificateNumber.number, Certificate.name, Certificate.kind, Certificate.subject, CertificateNumber.state,
        Certificate.document_number,
    )  # fmt: skip
    with within(NATION):
        for start in range(0, len(wanted), STEP):
            statement = (
                select(*columns)
                .join(Certificate, of_number)
                .where(CertificateNumber.number.in_(wanted[start : start + STEP]))
            )
            for number, name, kind, subject, state, document in session().execute(statement):
                found[number] = Known(number, name, kind, subject, state, document_index(document))
    return found

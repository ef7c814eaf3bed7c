"""What the verbs take: a holder of a certificate, a recognition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose certificate it is, as the concluding case knows them."""

    person_id: UUID
    name: str
    sex: str
    birth_date: date
    document_number: str
    ethnic_group: str = ""


@dataclass(frozen=True, slots=True)
class Recognition:
    """What was recognised, where, by which case."""

    case_id: UUID
    province_code: str
    territory: str
    institution_code: str
    institution_name: str
    kind: str
    subject: str
    photo_key: str

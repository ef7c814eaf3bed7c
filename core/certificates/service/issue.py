"""A certificate issued with its number in the concluding transaction, and read."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from core.certificates.models import Certificate, CertificateNumber, NumberSeries
from core.certificates.rules import CertificateState, compose_number
from core.certificates.rules.codes import LogEvent
from core.certificates.service import transparency
from core.certificates.service.pieces import assign
from core.certificates.service.values import Holder, Recognition
from core.certificates.service.verification import name_index
from core.foundation import audit
from core.foundation.access import Actor
from core.foundation.db import found, insert_missing, new_id, one_transaction, session
from core.foundation.paging import Page, Paging, paged


def _next_sequence(institution_code: str, year: int) -> int:
    """The next number of an institution's unbroken series; the row's lock keeps two from taking the same."""
    key = (institution_code, year)
    row = session().get(NumberSeries, key, with_for_update=True, populate_existing=True)
    if row is None:
        insert_missing(NumberSeries, institution_code=institution_code, year=year, last=0)
        row = session().get_one(NumberSeries, key, with_for_update=True, populate_existing=True)
    row.last += 1
    session().flush()
    return row.last


@one_transaction
def issue(actor: Actor, recognition: Recognition, holder: Holder, issued_on: date, now: datetime) -> Certificate:
    """Begin a certificate's record: number, blank and record in the concluding transaction.

    Raises `Refused` when no blank is in stock.
    """
    sequence = _next_sequence(recognition.institution_code, issued_on.year)
    number = compose_number(issued_on.year, recognition.institution_code, recognition.kind, holder.sex, sequence)
    row = Certificate(
        id=new_id(), province_code=recognition.province_code, territory=recognition.territory,
        person_id=holder.person_id, number=number, case_id=recognition.case_id,
        institution_code=recognition.institution_code, institution_name=recognition.institution_name,
        kind=recognition.kind, subject=recognition.subject, name=holder.name, sex=holder.sex,
        birth_date=holder.birth_date, document_number=holder.document_number, ethnic_group=holder.ethnic_group,
        photo_key=recognition.photo_key,
        issued_on=issued_on, state=CertificateState.IN_FORCE, created_at=now,
    )  # fmt: skip
    session().add(row)
    session().add(
        CertificateNumber(
            number=number, province_code=row.province_code, certificate_id=row.id,
            name_index=name_index(holder.name), state=row.state, piece=1,
        )
    )  # fmt: skip
    piece = assign(actor, row, "", now)
    transparency.note(number, LogEvent.ISSUED, 1, holder.name, issued_on, now)
    audit.record(
        actor, "certificates.issue", "certificate", row.id, province_code=row.province_code, now=now,
        clause="二(三)", number=number, blank=piece.blank, case=str(recognition.case_id),
    )  # fmt: skip
    return row


def certificates(paging: Paging) -> Page[Certificate]:
    """Certificates of the present scope, the newest first unless sorted."""
    if not paging.sort:
        paging = Paging(paging.number, paging.size, "issued_on", True)
    return paged(select(Certificate), paging, {"issued_on": Certificate.issued_on, "number": Certificate.number})


def certificate(certificate_id: UUID) -> Certificate:
    """One certificate of the present scope; raises `NotFound`."""
    return found(Certificate, certificate_id)


def of_person(person_id: UUID) -> list[Certificate]:
    """A person's certificates."""
    statement = select(Certificate).where(Certificate.person_id == person_id)
    return list(session().scalars(statement.order_by(Certificate.issued_on.desc()).limit(20)))

"""Verbs of certificates: blanks received and allotted, a certificate issued with its number, verified by anyone."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from core.certificates.models import (
    BlankLot,
    Certificate,
    CertificateNumber,
    NumberSeries,
    StockMovement,
)
from core.certificates.rules import (
    CERTIFICATE_MOVES,
    CertificateState,
    compose_number,
    judge_blank_available,
    public_state,
)
from core.foundation import audit
from core.foundation.access import NATION, Actor, within
from core.foundation.db import found, keyring, new_id, one_transaction, session
from core.foundation.errors import Conflict, Refused
from core.foundation.findings import N_, Finding
from core.foundation.paging import Page, Paging, paged
from core.people.rules import masked_name


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose certificate it is, as the concluding case knows them."""

    person_id: UUID
    name: str
    sex: str
    birth_date: date
    document_number: str


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


def province_holder(province_code: str) -> str:
    """The code under which a province's own stock is kept."""
    return f"{province_code}000"


@one_transaction
def receive_blanks(
    actor: Actor,
    lot_id: UUID,
    holder_code: str,
    territory: str,
    prefix: str,
    first: int,
    last: int,
    now: datetime,
) -> BlankLot:
    """Take a range of blanks into a holder's stock; both serials count. No serial may be in two places."""
    known = session().scalars(select(BlankLot).where(BlankLot.id == lot_id)).one_or_none()
    if known is not None:
        return known
    if not 0 < first <= last:
        raise Refused([Finding("stock_range", N_("起止号码不正确"), clause="二(三)", field="last")])
    with within(NATION):  # a serial is one in the nation, whatever territory the officer sees
        overlap = session().scalar(
            select(func.count())
            .select_from(BlankLot)
            .where(BlankLot.prefix == prefix, BlankLot.first <= last, BlankLot.last >= first)
        )
    if overlap:
        raise Refused(
            [
                Finding(
                    "stock_serial_known",
                    N_("号段与已登记的号段重叠"),
                    clause="二(三)",
                    field="first",
                    remedy=N_("请核对起止号码"),
                )
            ]
        )
    lot = BlankLot(
        id=lot_id, province_code=holder_code[:2], territory=territory, holder_code=holder_code, prefix=prefix,
        first=first, last=last, next_serial=first, received_at=now,
    )  # fmt: skip
    session().add(lot)
    _movement(lot, "receive", last - first + 1, first, last, actor, now)
    audit.record(
        actor, "stock.receive", "blank_lot", lot.id, province_code=lot.province_code, now=now, clause="二(三)",
        prefix=prefix, first=first, last=last, holder=holder_code,
    )  # fmt: skip
    return lot


def _movement(
    lot: BlankLot, kind: str, quantity: int, first: int, last: int, actor: Actor, now: datetime, **more: Any
) -> None:
    session().add(
        StockMovement(
            id=new_id(), province_code=lot.province_code, territory=lot.territory, lot_id=lot.id,
            holder_code=lot.holder_code, kind=kind, quantity=quantity, first=first, last=last, by=actor.id,
            at=now, **more,
        )
    )  # fmt: skip


def balances() -> list[tuple[str, int]]:
    """Stock of each holder in scope: a sum of movements, never a number that is edited."""
    statement = (
        select(StockMovement.holder_code, func.sum(StockMovement.quantity))
        .group_by(StockMovement.holder_code)
        .order_by(StockMovement.holder_code)
        .limit(2000)
    )
    return [(holder, int(total)) for holder, total in session().execute(statement)]


def movements(paging: Paging) -> Page[StockMovement]:
    """The ledger of the present scope, the newest first."""
    ordered = Paging(paging.number, paging.size, "at", True)
    return paged(select(StockMovement), ordered, {"at": StockMovement.at})


def _take_blank(recognition: Recognition, certificate_id: UUID, actor: Actor, now: datetime) -> tuple[UUID, str]:
    """The next blank of the institution's stock, else of its province's; inside the conclusion's transaction."""
    holders = (recognition.institution_code, province_holder(recognition.province_code))
    with within(NATION):  # the province's stock lies above a county's territory
        for holder in holders:
            statement = (
                select(BlankLot)
                .where(
                    BlankLot.province_code == recognition.province_code,
                    BlankLot.holder_code == holder,
                    BlankLot.next_serial <= BlankLot.last,
                )
                .order_by(BlankLot.received_at, BlankLot.id)
                .limit(1)
                .with_for_update()
                .execution_options(populate_existing=True)
            )
            lot = session().scalars(statement).one_or_none()
            if lot is None:
                continue
            serial = lot.next_serial
            lot.next_serial += 1
            _movement(lot, "use", -1, serial, serial, actor, now, certificate_id=certificate_id)
            session().flush()
            return lot.id, f"{lot.prefix}{serial:0{lot.width}d}"
    raise Refused(judge_blank_available(0))


def _next_sequence(institution_code: str, year: int) -> int:
    """The next number of an institution's unbroken series; the row's lock keeps two from taking the same."""
    row = session().get(NumberSeries, (institution_code, year), with_for_update=True, populate_existing=True)
    if row is None:
        row = NumberSeries(institution_code=institution_code, year=year, last=0)
        session().add(row)
    row.last += 1
    session().flush()
    return row.last


@one_transaction
def issue(actor: Actor, recognition: Recognition, holder: Holder, issued_on: date, now: datetime) -> Certificate:
    """Begin a certificate's record: number, blank and record in the concluding transaction.

    Raises `Refused` when no blank is in stock.
    """
    certificate_id = new_id()
    lot_id, serial = _take_blank(recognition, certificate_id, actor, now)
    sequence = _next_sequence(recognition.institution_code, issued_on.year)
    number = compose_number(issued_on.year, recognition.institution_code, recognition.kind, holder.sex, sequence)
    row = Certificate(
        id=certificate_id, province_code=recognition.province_code, territory=recognition.territory,
        person_id=holder.person_id, number=number, case_id=recognition.case_id,
        institution_code=recognition.institution_code, institution_name=recognition.institution_name,
        kind=recognition.kind, subject=recognition.subject, name=holder.name, sex=holder.sex,
        birth_date=holder.birth_date, document_number=holder.document_number, photo_key=recognition.photo_key,
        issued_on=issued_on, state=CertificateState.IN_FORCE, blank_lot=lot_id, blank_serial=serial, created_at=now,
    )  # fmt: skip
    session().add(row)
    session().add(
        CertificateNumber(
            number=number, province_code=row.province_code, certificate_id=row.id, kind=row.kind,
            name_index=name_index(holder.name), name_masked=masked_name(holder.name), subject=row.subject,
            institution_name=row.institution_name, issued_on=issued_on, state=row.state,
        )
    )  # fmt: skip
    audit.record(
        actor, "certificates.issue", "certificate", row.id, province_code=row.province_code, now=now,
        clause="二(三)", number=number, blank=serial, case=str(recognition.case_id),
    )  # fmt: skip
    return row


@one_transaction
def void(actor: Actor, case_id: UUID, reason: str, now: datetime) -> None:
    """An own error found before the paper was handed over: the number is burnt, the record stays."""
    statement = select(Certificate).where(Certificate.case_id == case_id)
    for row in session().scalars(statement):
        if not CERTIFICATE_MOVES.allows(row.state, CertificateState.VOIDED, "P"):
            continue
        row.state = CertificateState.VOIDED
        number = session().get(CertificateNumber, row.number, with_for_update=True, populate_existing=True)
        if number is None:
            raise Conflict()
        number.state = CertificateState.VOIDED
        audit.record(
            actor, "certificates.void", "certificate", row.id, province_code=row.province_code, now=now,
            clause="§4.2", reason=reason,
        )  # fmt: skip


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


def name_index(name: str) -> str:
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
    fits = hmac.compare_digest(name_index(name), row.name_index if row else _NOBODY)
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

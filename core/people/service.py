"""Verbs about persons: registered once in the nation, found by blind index, barred by decision."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, or_, select

from core.foundation import audit
from core.foundation.access import Actor, Lookup
from core.foundation.crypto import Fingerprint
from core.foundation.db import keyring, locked, new_id, one_transaction, session
from core.foundation.errors import NotFound, Refused
from core.foundation.findings import N_, Finding
from core.people import rules
from core.people.models import Person, PersonBar


def document_index(number: str) -> Fingerprint:
    """Blind index of a document number, whatever width or case it was typed in."""
    return keyring().blind_index(rules.normalise_number(number), "document")


def mobile_index(mobile: str) -> Fingerprint:
    """Blind index of a mobile number."""
    return keyring().blind_index(rules.normalise_number(mobile), "mobile")


def register(data: dict[str, Any], today: date, now: datetime, findings: list[Finding]) -> Person:
    """Judge and add a person inside the caller's transaction; raises `Refused` with `findings` and its own."""
    require_registrable(data, today, findings)
    kind, number = data["document_kind"], rules.normalise_number(data["document_number"])
    mobile = rules.normalise_number(data["mobile"])
    _refuse_known(number, mobile)
    sex, born = _facts(data, number)
    person = Person(
        id=new_id(),
        name=data["name"],
        document_kind=kind,
        document_number=number,
        document_index=document_index(number),
        sex=str(sex),
        birth_date=born,
        mobile=mobile,
        mobile_index=mobile_index(mobile),
        mail=data.get("mail", ""),
        created_at=now,
    )
    session().add(person)
    session().flush()  # the account that follows refers to it
    return person


def _facts(data: dict[str, Any], number: str) -> tuple[Any, Any]:
    return data.get("sex") or rules.sex_of(number), data.get("birth_date") or rules.birth_date_of(number)


def require_registrable(data: dict[str, Any], today: date, findings: list[Finding]) -> None:
    """Raise `Refused` with `findings` and what is wrong with the data themselves; asks nobody who is known."""
    number = rules.normalise_number(data["document_number"])
    found = [
        *findings,
        *rules.judge_name(data["name"]),
        *rules.judge_document(data["document_kind"], number, today),
        *rules.judge_mobile(rules.normalise_number(data["mobile"])),
        *(rules.judge_mail(data["mail"]) if data.get("mail") else []),
    ]
    if any(finding.refuses for finding in found):
        raise Refused(found)
    sex, born = _facts(data, number)
    if not sex or not born:
        raise Refused(_missing_facts(sex, born))


def require_contact(kind: str, value: str) -> str:
    """A mobile ("mobile") or mail address ("mail") as it is kept; raises `Refused` for a malformed one."""
    value = rules.normalise_number(value) if kind == "mobile" else value.strip()
    found = rules.judge_mobile(value) if kind == "mobile" else rules.judge_mail(value)
    if found:
        raise Refused(found)
    return value


def by_mobile(mobile: str) -> Person | None:
    """The person of a mobile."""
    return session().scalars(select(Person).where(Person.mobile_index.in_(mobile_index(mobile).layers))).one_or_none()


@one_transaction
def change_contact(person_id: UUID, kind: str, value: str) -> str:
    """A person's new mobile or mail address, proven by a code; returns the old one. A taken mobile is a `Conflict`."""
    row = locked(Person, person_id)
    before = row.mobile if kind == "mobile" else row.mail
    if kind == "mobile":
        row.mobile, row.mobile_index = value, mobile_index(value)
    else:
        row.mail = value
    return before


def _missing_facts(sex: Any, born: Any) -> list[Finding]:
    gaps = (("sex", sex), ("birth_date", born))
    return [
        Finding("person_facts_missing", N_("请填写性别和出生日期"), clause="R-FILE-04", field=name)
        for name, value in gaps
        if not value
    ]


def _refuse_known(number: str, mobile: str) -> None:
    """One person, one account (R-FILE-03); the same words for document and mobile, so nothing is learned."""
    statement = select(Person.id).where(
        or_(
            Person.document_index.in_(document_index(number).layers),
            Person.mobile_index.in_(mobile_index(mobile).layers),
        )
    )
    if session().scalar(statement.limit(1)) is not None:
        raise Refused(
            [
                Finding(
                    "person_known",
                    N_("该证件号码或手机号已注册"),
                    clause="三(二)",
                    field="document_number",
                    remedy=N_("请直接登录；忘记密码可在登录页重设"),
                )
            ]
        )


def by_login(login: str) -> Person | None:
    """The person of a mobile or document number."""
    statement = select(Person).where(
        or_(
            Person.mobile_index.in_(mobile_index(login).layers), Person.document_index.in_(document_index(login).layers)
        )
    )
    return session().scalars(statement.limit(1)).one_or_none()


def of_actor(actor: Actor) -> Person:
    """The person who acts; raises `NotFound` for anybody who is none."""
    row = by_id(actor.person_id) if actor.person_id else None
    if row is None:
        raise NotFound()
    return row


def by_document(number: str) -> Person | None:
    """The person of a document number, however it was typed."""
    statement = select(Person).where(Person.document_index.in_(document_index(number).layers))
    return session().scalars(statement.limit(1)).one_or_none()


def by_id(person_id: UUID) -> Person | None:
    """One person."""
    return session().get(Person, person_id)


def settle(document_number: str) -> None:
    """Let nobody bar this person while a verb decides on them, and the reverse: held until the transaction ends."""
    statement = select(Person.id).where(Person.document_index.in_(document_index(document_number).layers))
    session().scalar(statement.limit(1).with_for_update())


_BARS = Lookup(
    select(PersonBar.kind, PersonBar.starts_on, PersonBar.ends_on).where(
        PersonBar.document_index.in_(bindparam("layers", expanding=True)), PersonBar.annulled_at.is_(None)
    )
)


def bars_of(document_number: str) -> tuple[rules.Bar, ...]:
    """Every bar not annulled for a document number, as the rules take them (一(三), R-COND-09)."""
    return tuple(
        rules.Bar(kind=rules.BarKind(row.kind), starts_on=row.starts_on, ends_on=row.ends_on)
        for row in _BARS.rows(layers=document_index(document_number).layers)
    )


def screen(document_numbers: Iterable[str], day: date) -> dict[str, rules.Bar]:
    """The gravest bar in force on a day of each document number that has one (一(四), R-EXAM-02)."""
    found = bars_of_many({rules.normalise_number(number) for number in document_numbers})
    standing = {number: rules.bar_in_force(bars, day) for number, bars in found.items()}
    return {number: bar for number, bar in standing.items() if bar is not None}


def bars_of_many(document_numbers: Iterable[str]) -> dict[str, tuple[rules.Bar, ...]]:
    """`bars_of` for many document numbers, in few queries; those without a bar are left out."""
    owners = {layer: number for number in document_numbers for layer in document_index(number).layers}
    layers, found = list(owners), dict[str, tuple[rules.Bar, ...]]()
    for start in range(0, len(layers), 500):
        statement = select(PersonBar).where(
            PersonBar.document_index.in_(layers[start : start + 500]), PersonBar.annulled_at.is_(None)
        )
        for row in session().scalars(statement):
            number = owners[row.document_index]
            bar = rules.Bar(kind=rules.BarKind(row.kind), starts_on=row.starts_on, ends_on=row.ends_on)
            found[number] = (*found.get(number, ()), bar)
    return found


def ids_of(document_indices: Iterable[str]) -> dict[str, UUID]:
    """Persons who signed up, by blind index; the others are left out."""
    wanted, found = list(document_indices), dict[str, UUID]()
    for start in range(0, len(wanted), 500):
        statement = select(Person.document_index, Person.id).where(
            Person.document_index.in_(wanted[start : start + 500])
        )
        found |= {row[0]: row[1] for row in session().execute(statement)}
    return found


@one_transaction
def record_bar(
    actor: Actor,
    document_number: str,
    kind: str,
    starts_on: date,
    ends_on: date | None,
    decision: str,
    now: datetime,
) -> PersonBar:
    """Enter a bar in the national register; the next application anywhere meets it at once."""
    actor.must("bars.record")
    return enter_bar(actor, document_number, kind, starts_on, ends_on, decision, now)


@one_transaction
def enter_bar(
    actor: Actor,
    document_number: str,
    kind: str,
    starts_on: date,
    ends_on: date | None,
    decision: str,
    now: datetime,
) -> PersonBar:
    """The bar that a decision in force brings; for the penalties area, in its transaction."""
    settle(document_number)
    row = PersonBar(
        id=new_id(),
        document_index=document_index(document_number),
        kind=kind,
        starts_on=starts_on,
        ends_on=ends_on,
        decision=decision,
        recorded_by=actor.id,
        created_at=now,
    )
    session().add(row)
    session().flush()
    audit.record(actor, "people.bar", "person_bar", row.id, province_code="", now=now, clause="R-COND-09", kind=kind)
    return row


@one_transaction
def lift_bar(actor: Actor, bar_id: UUID, decision: str, now: datetime) -> None:
    """The decision was annulled: its bar never held. The row stays, with the day on which it was lifted."""
    row = session().get(PersonBar, bar_id)
    if row is None or row.annulled_at is not None:
        return
    row.annulled_at = now
    audit.record(
        actor, "people.bar_lifted", "person_bar", row.id, province_code="", now=now, clause="§2.6", decision=decision
    )

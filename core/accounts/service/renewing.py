"""A forgotten password, a new mobile or mail address, a sign-up: each proven by a code that came by message."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from core.accounts.models import Account
from core.accounts.rules import EndReason
from core.accounts.service import codes, passwords, sessions, signing
from core.foundation import audit
from core.foundation.db import found, keyring, locked, one_transaction
from core.people import service as people


def ask_sign_up(data: dict[str, Any], today: date, now: datetime) -> UUID:
    """Judge a sign-up and send a code to its mobile; nobody learns whether the person is known. Raises `Refused`."""
    findings = passwords.judged(data["password"], data["mobile"], data["name"])
    people.require_registrable(data, today, findings)
    kept = {name: value for name, value in data.items() if name != "password"}
    kept["password_hash"] = passwords.hashed(data["password"])
    mobile = data["mobile"].strip()
    known = people.by_mobile(mobile) is not None
    send = codes.may_send(people.mobile_index(mobile))
    return codes.ask("sign_up", None, mobile if send else "", kept, now, "known" if known else "")


def finish_sign_up(code_id: UUID | None, code: str, today: date, now: datetime) -> Account:
    """The code came back: the person is registered. Raises `Refused` for a wrong code or a known person."""
    return _register(codes.require(code_id, "sign_up", code).id, today, now)


@one_transaction
def _register(code_id: UUID, today: date, now: datetime) -> Account:
    data = codes.use(code_id)
    if data.get("birth_date"):
        data["birth_date"] = date.fromisoformat(data["birth_date"])
    return signing.sign_up(data, today, now)


def ask_password(login: str, by: str, now: datetime) -> UUID:
    """Send a code for a forgotten password to the person's own mobile or mail, where there is such a person."""
    account, person = signing.applicant_and_person(login)
    key = account.id.hex if account else keyring().blind_index(login.strip().lower(), "login")
    send = codes.may_send(key)
    target = (person.mail if by == "mail" else person.mobile) if person and send else ""
    return codes.ask("password", account.id if account else None, target, {}, now)


def renew_password(code_id: UUID | None, code: str, password: str, now: datetime) -> Account:
    """The code came back: set the new password and end every session. Raises `Refused`."""
    passwords.require_good(password)
    row = codes.require(code_id, "password", code)
    if row.account_id is None:
        raise codes.not_right()
    passwords.require_good(password, found(Account, row.account_id).display_name)
    return _renew(row.id, row.account_id, passwords.hashed(password), now)


@one_transaction
def _renew(code_id: UUID, account_id: UUID, password_hash: str, now: datetime) -> Account:
    codes.use(code_id)
    account = signing.set_hash(account_id, password_hash, "accounts.renew_password", now)
    sessions.end_all(account.id, EndReason.CHANGED)
    return account


def ask_contact(account_id: UUID, kind: str, value: str, now: datetime) -> UUID:
    """Send a code to a new mobile or mail address of a person; raises `Refused` for a malformed one."""
    value = people.require_contact(kind, value)
    known = kind == "mobile" and people.by_mobile(value) is not None
    send = codes.may_send(people.mobile_index(value)) and codes.may_send(account_id.hex)
    payload = {"kind": kind, "value": value}
    return codes.ask("contact", account_id, value if send else "", payload, now, "known" if known else "")


def change_contact(account_id: UUID, code_id: UUID | None, code: str, now: datetime) -> str:
    """The code came back: the person has the new mobile or address; the old one is told. Returns which."""
    row = codes.require(code_id, "contact", code)
    if row.account_id != account_id:
        raise codes.not_right()
    return _change(account_id, row.id, now)


@one_transaction
def _change(account_id: UUID, code_id: UUID, now: datetime) -> str:
    given = codes.use(code_id)
    account = locked(Account, account_id)
    if account.person_id is None:
        raise codes.not_right()
    before = people.change_contact(account.person_id, given["kind"], given["value"])
    if before:
        codes.ask("contact", account.id, before, {}, now, "changed")
    audit.record(
        signing.actor_of(account), "accounts.change_contact", "account", account.id, province_code="", now=now,
        clause="三(二)", kind=given["kind"],
    )  # fmt: skip
    return str(given["kind"])

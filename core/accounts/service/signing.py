"""Verbs of signing in: sign up, sign in, sign out everywhere; and who is using this request."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from itsdangerous import URLSafeSerializer
from sqlalchemy import ColumnElement, and_, select

from core.accounts.models import Account
from core.accounts.rules import permissions_of
from core.accounts.service import passwords, throttle
from core.accounts.service.throttle import Source, Target
from core.foundation import audit, clock
from core.foundation.access import Actor
from core.foundation.db import found, keyring, locked, new_id, one_transaction, session
from core.foundation.errors import Refused
from core.foundation.findings import N_, Finding
from core.people import service as people
from core.people.models import Person

# No person has it: looked up where a login is unknown, so that the work is the same.
NOBODYS_PERSON = UUID(int=0)


class Holder(NamedTuple):
    """Whose session it is, to be read only: fields as in `Account`."""

    id: UUID
    kind: str
    person_id: UUID | None
    display_name: str
    roles: list[str]
    prefix: str
    institution_code: str
    active: bool
    filed_until: date | None
    epoch: int


def opens(account: Account | Holder, today: date) -> bool:
    """Whether an account lets its person in: an officer's only while the filing is in force (R-FILE-01)."""
    if account.kind != "officer":
        return account.active
    return account.active and account.filed_until is not None and today <= account.filed_until


def actor_of(account: Account | Holder) -> Actor:
    """An account as the plain value that services take."""
    if account.kind == "applicant":
        return Actor("applicant", id=account.id, name=account.display_name, person_id=account.person_id)
    return Actor(
        "officer",
        id=account.id,
        name=account.display_name,
        roles=frozenset(account.roles),
        permissions=permissions_of(account.roles),
        prefix=account.prefix,
        institution_code=account.institution_code,
    )


@one_transaction
def sign_up(data: dict[str, Any], today: date, now: datetime) -> Account:
    """A person signs up: `data` holds name, document_kind, document_number, mobile, mail, password.

    Raises `Refused` with every fault at once. One person, one account: a known document is refused with
    the advice to sign in.
    """
    judged = [] if data.get("password_hash") else passwords.judged(data["password"], data["mobile"], data["name"])
    person = people.register(data, today, now, judged)
    account = Account(
        id=new_id(),
        kind="applicant",
        person_id=person.id,
        display_name=person.name,
        password_hash=data.get("password_hash") or passwords.hashed(data["password"]),
        roles=[],
        created_at=now,
        last_sign_in_at=now,
    )
    session().add(account)
    actor = actor_of(account)
    audit.record(actor, "accounts.sign_up", "account", account.id, province_code="", now=now, clause="三(二)")
    return account


def applicant_named(login: str) -> Account | None:
    """The account of a mobile or identity number; the same work whether or not there is one."""
    return applicant_and_person(login)[0]


def applicant_and_person(login: str) -> tuple[Account | None, Person | None]:
    """The same, and whose it is."""
    person = people.by_login(login)
    return _account_of(person), person


def officer_named(username: str) -> Account | None:
    """An officer's account by its user name, whether or not it opens."""
    statement = select(Account).where(Account.username == username.strip().lower(), Account.kind == "officer")
    return session().scalars(statement).one_or_none()


def _account_of(person: Person | None) -> Account | None:
    wanted = person.id if person else NOBODYS_PERSON
    return session().scalars(select(Account).where(Account.person_id == wanted)).one_or_none()


def target(account: Account | None, login: str, what: str = "password") -> Target:
    """Whom a guess is aimed at; an unknown login is counted under its own fingerprint."""
    key = account.id.hex if account else keyring().blind_index(login.strip().lower(), "login")
    return Target(account.id if account else None, key, what)


def check_password(site: str, login: str, password: str, source: Source, serializer: URLSafeSerializer) -> Account:
    """The account of a login and password on a site ("public", "staff"); raises `Refused`.

    The same words and the same work for an unknown login, a wrong password and an account that opens nothing.
    """
    account = officer_named(login) if site == "staff" else applicant_named(login)
    aim = target(account, login)
    device = throttle.device_of(serializer, source.device, aim.account_id)
    throttle.must_pass(aim, source, device)
    right = passwords.matches(account.password_hash if account else None, password)
    if account is None or not right or not opens(account, clock.today()):
        throttle.note_failure(aim, source, device)
        raise Refused([_failed()])
    throttle.note_success(aim, source, device)
    if passwords.outdated(account.password_hash):
        _rehash(account.id, passwords.hashed(password))
    return account


def _failed() -> Finding:
    return Finding(
        "sign_in_failed",
        N_("账号或密码不正确"),
        clause="三(二)",
        field="login",
        remedy=N_("请核对后重试"),
    )


@one_transaction
def _rehash(account_id: UUID, password_hash: str) -> None:
    """Keep the password with today's parameters; nobody is signed out by it."""
    locked(Account, account_id).password_hash = password_hash


def change_password(account_id: UUID, old: str, new: str, now: datetime) -> Account:
    """Replace the password and end every session; raises `Refused`. The hashing is done outside the transaction."""
    account = found(Account, account_id)
    if not passwords.matches(account.password_hash, old):
        raise Refused([Finding("password_wrong", N_("原密码不正确"), clause="三(二)", field="old")])
    passwords.require_good(new, account.display_name, account.username or "")
    return set_hash(account_id, passwords.hashed(new), "accounts.change_password", now)


def set_password(account_id: UUID, new: str, now: datetime) -> Account:
    """Give an account a password that its person chose after proving themselves otherwise; raises `Refused`."""
    account = found(Account, account_id)
    passwords.require_good(new, account.display_name, account.username or "")
    return set_hash(account_id, passwords.hashed(new), "accounts.set_password", now)


@one_transaction
def set_hash(account_id: UUID, password_hash: str, verb: str, now: datetime) -> Account:
    """Keep a new password; raising the epoch ends every session."""
    account = locked(Account, account_id)
    account.password_hash = password_hash
    account.epoch += 1
    audit.record(
        actor_of(account), verb, "account", account.id, province_code=account.prefix[:2], now=now, clause="三(二)"
    )
    return account


def bind_officer(
    account_id: UUID | None,
    username: str,
    name: str,
    roles: list[str],
    prefix: str,
    institution_code: str,
    filed_until: date | None,
    now: datetime,
) -> Account:
    """Make an officer's account or bind a known one to what the filing says, inside the caller's transaction.

    A new account has no password yet. An account whose filing is not in force, or that lost a post or its
    place, is signed out everywhere in the same instant.
    """
    if account_id is None:
        account = Account(
            id=new_id(), kind="officer", username=username, display_name=name, password_hash="",
            roles=roles, prefix=prefix, institution_code=institution_code, filed_until=filed_until, created_at=now,
        )  # fmt: skip
        session().add(account)
        session().flush()  # the filing that follows refers to it
        return account
    account = locked(Account, account_id)
    moved = (account.prefix, account.institution_code) != (prefix, institution_code)
    if filed_until is None or moved or not set(account.roles) <= set(roles):
        account.epoch += 1
    account.display_name, account.roles = name, roles
    account.prefix, account.institution_code, account.filed_until = prefix, institution_code, filed_until
    return account


def _in_force() -> ColumnElement[bool]:
    """Criterion: officers whose filing lets them in today."""
    return and_(Account.kind == "officer", Account.active, Account.filed_until >= clock.today())


def officers_in(prefix: str, permission: str) -> list[Account]:
    """Officers in force whose territory begins with `prefix` and whose roles grant `permission`, by name."""
    statement = (
        select(Account)
        .where(_in_force(), Account.prefix.startswith(prefix, autoescape=True))
        .order_by(Account.display_name)
        .limit(500)
    )
    return [row for row in session().scalars(statement) if permission in permissions_of(row.roles)]


def names_of(ids: set[UUID]) -> dict[UUID, str]:
    """Display names of accounts, for lists."""
    if not ids:
        return {}
    rows = session().execute(select(Account.id, Account.display_name).where(Account.id.in_(ids)))
    return {row[0]: row[1] for row in rows}


def officers_at(institution_code: str, division: str) -> list[Account]:
    """Officers in force of an institution, by name: those filed under its code, or at its very division without one."""
    at = (Account.institution_code == institution_code) | (
        (Account.institution_code == "") & (Account.prefix == division)
    )
    statement = select(Account).where(_in_force(), at)
    return list(session().scalars(statement.order_by(Account.display_name).limit(500)))


def officers_under(prefix: str, limit: int = 50_000) -> list[Account]:
    """Officers in force whose territory begins with `prefix`, by user name."""
    statement = select(Account).where(_in_force(), Account.prefix.startswith(prefix, autoescape=True))
    return list(session().scalars(statement.order_by(Account.username).limit(limit)))

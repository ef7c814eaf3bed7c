"""Verbs of signing in: sign up, sign in, sign out everywhere; and who is using this request."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error
from flask import Flask, g
from flask_login import LoginManager, current_user, login_user, logout_user
from sqlalchemy import select

from core.accounts.models import Account
from core.accounts.rules import judge_password, permissions_of
from core.foundation import audit, clock
from core.foundation.access import NOBODY, NOWHERE, Actor, within
from core.foundation.db import locked, new_id, one_transaction, session
from core.foundation.errors import Refused
from core.foundation.findings import N_, Finding
from core.people import service as people
from core.people.models import Person

_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
# Verified when there is no such account, so that the answer takes as long as for a wrong password.
_NOBODYS_HASH = _hasher.hash("nobody has this password")


class SignedIn:
    """What Flask-Login keeps of an account: its id and epoch, nothing else."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, account: Account) -> None:
        self.account = account

    def get_id(self) -> str:
        """The session's own text: account and epoch."""
        return f"{self.account.id}:{self.account.epoch}"


def init(app: Flask) -> None:
    """Install Flask-Login on a site; each site knows its own kind of account alone."""
    manager = LoginManager(app)
    manager.session_protection = None
    kind = "officer" if app.config["SITE"] == "staff" else "applicant"

    @manager.user_loader
    def load(text: str) -> SignedIn | None:
        ident, _, epoch = text.partition(":")
        try:
            account = session().get(Account, UUID(ident), populate_existing=False)
        except ValueError:
            return None
        if account is None or account.kind != kind or str(account.epoch) != epoch or not opens(account, clock.today()):
            return None
        return SignedIn(account)


def opens(account: Account, today: date) -> bool:
    """Whether an account lets its person in: an officer's only while the filing is in force (R-FILE-01)."""
    if account.kind != "officer":
        return account.active
    return account.active and account.filed_until is not None and today <= account.filed_until


def present_actor() -> Actor:
    """The actor of this request, from its session; an ended account is nobody at once."""
    with within(NOWHERE):
        user = current_user._get_current_object()
    if not isinstance(user, SignedIn):
        return NOBODY
    g.account_id = user.account.id
    return actor_of(user.account)


def actor_of(account: Account) -> Actor:
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


def begin_session(account: Account) -> None:
    """Start a fresh session for `account` on this site."""
    login_user(SignedIn(account))


def end_session() -> None:
    """End this session."""
    logout_user()


@one_transaction
def sign_up(data: dict[str, Any], today: date, now: datetime) -> Account:
    """A person signs up: `data` holds name, document_kind, document_number, mobile, mail, password.

    Raises `Refused` with every fault at once. One person, one account: a known document is refused with
    the advice to sign in.
    """
    findings = judge_password(data["password"], data["mobile"], data["name"])
    person = people.register(data, today, now, findings)
    account = Account(
        id=new_id(),
        kind="applicant",
        person_id=person.id,
        display_name=person.name,
        password_hash=_hasher.hash(data["password"]),
        roles=[],
        created_at=now,
        last_sign_in_at=now,
    )
    session().add(account)
    actor = actor_of(account)
    audit.record(actor, "accounts.sign_up", "account", account.id, province_code="", now=now, clause="三(二)")
    return account


def applicant_by(login: str, password: str) -> Account | None:
    """The account of a mobile or identity number and password; None without a word on which was wrong."""
    person = people.by_login(login)
    account = _account_of(person) if person else None
    return account if _fits(account, password) else None


def officer_by(username: str, password: str) -> Account | None:
    """The account of an officer's name and password; None without a word on which was wrong."""
    account = officer_named(username)
    return account if _fits(account, password) else None


def _account_of(person: Person) -> Account | None:
    return session().scalars(select(Account).where(Account.person_id == person.id)).one_or_none()


def _fits(account: Account | None, password: str) -> bool:
    given = password[:200]
    try:
        _hasher.verify(account.password_hash if account and account.password_hash else _NOBODYS_HASH, given)
    except Argon2Error:
        return False
    return account is not None and account.password_hash != "" and opens(account, clock.today())


@one_transaction
def note_sign_in(account_id: UUID, now: datetime) -> None:
    """Record that somebody signed in."""
    account = locked(Account, account_id)
    account.last_sign_in_at = now
    audit.record(
        actor_of(account),
        "accounts.sign_in",
        "account",
        account.id,
        province_code=account.prefix[:2],
        now=now,
    )


@one_transaction
def change_password(account_id: UUID, old: str, new: str, now: datetime) -> Account:
    """Replace the password and end every other session; raises `Refused`."""
    account = locked(Account, account_id)
    if not _fits(account, old):
        raise Refused([Finding("password_wrong", N_("原密码不正确"), clause="三(二)", field="old")])
    findings = judge_password(new, name=account.display_name)
    if findings:
        raise Refused(findings)
    account.password_hash = _hasher.hash(new)
    account.epoch += 1
    audit.record(
        actor_of(account), "accounts.change_password", "account", account.id,
        province_code=account.prefix[:2], now=now, clause="三(二)",
    )  # fmt: skip
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
    lost = not set(account.roles) <= set(roles) or (account.prefix, account.institution_code) != (
        prefix,
        institution_code,
    )
    if filed_until is None or lost:
        account.epoch += 1
    account.display_name, account.roles = name, roles
    account.prefix, account.institution_code, account.filed_until = prefix, institution_code, filed_until
    return account


def set_password(account_id: UUID, new: str, now: datetime) -> Account:
    """Give an account its password inside the caller's transaction; ends its sessions. Raises `Refused`."""
    account = locked(Account, account_id)
    findings = judge_password(new, name=account.display_name)
    if findings:
        raise Refused(findings)
    account.password_hash = _hasher.hash(new)
    account.epoch += 1
    audit.record(
        actor_of(account), "accounts.set_password", "account", account.id,
        province_code=account.prefix[:2], now=now, clause="三(二)",
    )  # fmt: skip
    return account


def officer_named(username: str) -> Account | None:
    """An officer's account by its user name, whether or not it opens."""
    statement = select(Account).where(Account.username == username.strip().lower(), Account.kind == "officer")
    return session().scalars(statement).one_or_none()


def officers_in(prefix: str, permission: str) -> list[Account]:
    """Officers in force whose territory begins with `prefix` and whose roles grant `permission`, by name."""
    statement = (
        select(Account)
        .where(
            Account.kind == "officer",
            Account.active,
            Account.filed_until >= clock.today(),
            Account.prefix.startswith(prefix, autoescape=True),
        )
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
    """Active officers of an institution, by name: those filed under its code, or at its very division without one."""
    at = (Account.institution_code == institution_code) | (
        (Account.institution_code == "") & (Account.prefix == division)
    )
    statement = select(Account).where(Account.kind == "officer", Account.active, at)
    return list(session().scalars(statement.order_by(Account.display_name).limit(500)))


def officers_under(prefix: str, limit: int = 50_000) -> list[Account]:
    """Active officers whose territory begins with `prefix`, by user name."""
    statement = select(Account).where(
        Account.kind == "officer", Account.active, Account.prefix.startswith(prefix, autoescape=True)
    )
    return list(session().scalars(statement.order_by(Account.username).limit(limit)))

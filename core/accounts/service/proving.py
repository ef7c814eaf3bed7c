"""Proving again who one is, within a session: by password; recorded whatever the proof was."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from core.accounts.models import Account, SignIn
from core.accounts.service import passwords
from core.accounts.service.factors import note_failed_proof
from core.accounts.service.signing import actor_of
from core.foundation import audit
from core.foundation.db import found, one_transaction
from core.foundation.errors import Refused
from core.foundation.findings import N_, Finding
from core.people import service as people
from core.people.models import Person


def account(account_id: UUID) -> Account:
    """One account, for the pages about it."""
    return found(Account, account_id)


def contact_of(account_id: UUID) -> Person | None:
    """The person of an applicant's account, with mobile and mail."""
    person_id = found(Account, account_id).person_id
    return people.by_id(person_id) if person_id else None


def check_again(session_id: UUID, password: str, now: datetime) -> None:
    """The session's own password once more; raises `Refused`, and ends the session after some failures."""
    row = found(SignIn, session_id)
    if not passwords.matches(found(Account, row.account_id).password_hash, password):
        note_failed_proof(session_id, now)
        raise Refused([Finding("password_wrong", N_("密码不正确"), clause="三(二)", field="password")])


@one_transaction
def record_proof(account_id: UUID, factor: str, now: datetime) -> None:
    """Write down that somebody confirmed who they are."""
    row = found(Account, account_id)
    audit.record(
        actor_of(row), "accounts.confirm", "account", row.id, province_code=row.prefix[:2], now=now, clause="三(二)",
        factor=factor,
    )  # fmt: skip

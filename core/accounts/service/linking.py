"""Who an officer is at their province's single sign-on: linked by themselves, for a filed account of that province."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete, or_, select

from core.accounts.models import Account, LinkedIdentity
from core.accounts.service.signing import actor_of, opens
from core.foundation import audit
from core.foundation.db import locked, new_id, one_transaction, session
from core.foundation.errors import Refused
from core.foundation.findings import N_, Finding


def account_of(province_code: str, issuer: str, subject: str, today: date) -> Account | None:
    """The account in force of that province that is linked with this subject."""
    statement = (
        select(Account)
        .join(LinkedIdentity, LinkedIdentity.account_id == Account.id)
        .where(LinkedIdentity.issuer == issuer, LinkedIdentity.subject == subject)
    )
    account = session().scalars(statement).one_or_none()
    if account is None or account.kind != "officer" or not account.prefix.startswith(province_code):
        return None
    return account if opens(account, today) else None


def issuers_of(account_id: UUID) -> set[str]:
    """The issuers with which an account is linked."""
    return set(session().scalars(select(LinkedIdentity.issuer).where(LinkedIdentity.account_id == account_id)))


@one_transaction
def link(account_id: UUID, province_code: str, issuer: str, subject: str, now: datetime) -> None:
    """Link an account of that province; raises `Refused` for another province's, or a link that is taken."""
    account = locked(Account, account_id)
    taken = select(LinkedIdentity.id).where(
        LinkedIdentity.issuer == issuer,
        or_(LinkedIdentity.subject == subject, LinkedIdentity.account_id == account_id),
    )
    if not account.prefix.startswith(province_code) or session().scalar(taken.limit(1)) is not None:
        raise Refused(
            [
                Finding(
                    "sso_taken", N_("不能关联：不是本省账号，或已有关联"), clause="三(二)",
                    remedy=N_("请先解除原有关联"),
                )
            ]
        )  # fmt: skip
    session().add(
        LinkedIdentity(
            id=new_id(), issuer=issuer, subject=subject[:200], account_id=account_id, linked_by=account_id,
            created_at=now,
        )
    )  # fmt: skip
    _record(account, "accounts.sso_linked", issuer, now)


@one_transaction
def unlink(account_id: UUID, issuer: str, now: datetime) -> None:
    """Undo the link; undoing none is harmless."""
    account = locked(Account, account_id)
    session().execute(
        delete(LinkedIdentity).where(LinkedIdentity.account_id == account_id, LinkedIdentity.issuer == issuer)
    )
    _record(account, "accounts.sso_unlinked", issuer, now)


def _record(account: Account, verb: str, issuer: str, now: datetime) -> None:
    audit.record(
        actor_of(account), verb, "account", account.id, province_code=account.prefix[:2], now=now, clause="三(二)",
        issuer=issuer,
    )  # fmt: skip

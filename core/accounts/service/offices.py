"""What an officer above does for one below: see how they sign in, and forget a lost second factor."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from core.accounts.models import Account
from core.accounts.rules import EndReason, permissions_of
from core.accounts.service import factors, sessions
from core.accounts.service.signing import actor_of
from core.accounts.service.throttle import Source
from core.foundation import audit
from core.foundation.access import Actor
from core.foundation.db import locked, one_transaction
from core.foundation.errors import NotFound, Refused
from core.foundation.findings import N_, Finding
from core.foundation.paging import Page, Paging, paged


def officers_page(actor: Actor, paging: Paging, wanted: str = "") -> Page[Any]:
    """Officers of the actor's territory, by user name; `wanted` is part of a name or user name."""
    statement = select(Account).where(
        Account.kind == "officer", Account.prefix.startswith(actor.prefix, autoescape=True)
    )
    if wanted:
        like = Account.username.contains(wanted.lower(), autoescape=True)
        statement = statement.where(or_(like, Account.display_name.contains(wanted, autoescape=True)))
    return paged(statement, paging, {"username": Account.username, "last": Account.last_sign_in_at})


def may_reset(actor: Actor, account: Account) -> bool:
    """Whether `actor` may: for others of the own territory; for those who may reset themselves only the nation."""
    inside = account.kind == "officer" and account.prefix.startswith(actor.prefix)
    peer = "accounts.reset" in permissions_of(account.roles) and actor.prefix != ""
    return actor.may("accounts.reset") and inside and not peer and account.id != actor.id


@one_transaction
def reset_factors(actor: Actor, account_id: UUID, reason: str, source: Source, now: datetime) -> None:
    """Forget an officer's second factors and end their sessions: they enrol anew. The password stays theirs alone."""
    actor.must("accounts.reset")
    account = locked(Account, account_id)
    if account.kind != "officer" or not account.prefix.startswith(actor.prefix):
        raise NotFound()
    if not may_reset(actor, account):
        raise Refused(
            [
                Finding(
                    "reset_not_yours",
                    N_("本人和同级管理员的第二步验证须由上级或另一名国家中心人员清除"),
                    clause="三(二)",
                    remedy=N_("请联系上级"),
                )
            ]
        )
    factors.forget_factors(account)
    account.epoch += 1
    sessions.end_all(account.id, EndReason.CHANGED, source.address)
    audit.record(
        actor, "accounts.reset_factors", "account", account.id, province_code=account.prefix[:2], now=now,
        clause="三(二)", reason=reason, officer=actor_of(account).name,
    )  # fmt: skip

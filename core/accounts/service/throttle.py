"""Guessing is slowed by where it comes from and whom it is aimed at, never so that the owner is locked out.

Failures are counted for a device that signed in before (it carries a signed cookie), else for the network of the
guesser together with the account, else, from many networks, for the account: then only known devices and networks
of earlier sessions pass. An unknown account is counted like a known one, so nothing is learned (三(二)).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import select

from core.accounts.models import SignIn
from core.accounts.rules import network_of
from core.foundation import clock, limits
from core.foundation.db import session
from core.foundation.errors import Refused
from core.foundation.findings import N_, Finding

PER_DEVICE = "10 per 15 minutes"
PER_NETWORK = "5 per 15 minutes"
PER_ACCOUNT = "50 per hour"
NETWORKS_REMEMBERED = timedelta(days=90)
_NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a request comes from: address, browser, and the device cookie it carries."""

    address: str
    agent: str = ""
    device: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """What is being guessed at: `key` names the account or, where there is none, what was typed."""

    account_id: UUID | None
    key: str
    what: str = "password"


def device_mark(serializer: URLSafeSerializer, account_id: UUID) -> str:
    """The cookie of a device on which `account_id` has signed in."""
    return str(serializer.dumps([account_id.hex, clock.real_now().timestamp()]))


def device_of(serializer: URLSafeSerializer, cookie: str, account_id: UUID | None) -> str:
    """A device's name when its cookie was given for this account, else ""."""
    try:
        owner, _made = serializer.loads(cookie)
    except (BadData, ValueError, TypeError):
        return ""
    return cookie if account_id is not None and owner == account_id.hex else ""


def _known_network(target: Target, source: Source) -> bool:
    """Whether the account signed in from this network before."""
    since = clock.real_now() - NETWORKS_REMEMBERED
    statement = (
        select(SignIn.address)
        .where(SignIn.account_id == (target.account_id or _NOBODY), SignIn.stage == "open", SignIn.begun_at > since)
        .order_by(SignIn.id.desc())
        .limit(50)
    )
    network = network_of(source.address)
    return network in {network_of(address) for address in session().scalars(statement)}


def must_pass(target: Target, source: Source, device: str) -> None:
    """Raise `Refused` when this source has guessed too often at this target."""
    if device:
        slow = limits.is_spent(PER_DEVICE, target.what, target.key, device)
    else:
        slow = limits.is_spent(PER_NETWORK, target.what, target.key, network_of(source.address))
        if not slow and limits.is_spent(PER_ACCOUNT, target.what, target.key):
            slow = not _known_network(target, source)
    if slow:
        raise Refused(
            [
                Finding(
                    "sign_in_slow",
                    N_("尝试次数过多，此处暂时不能登录此账号"),
                    clause="三(二)",
                    field="login",
                    remedy=N_("请在15分钟后再试，或在登录过的设备上登录，或重设密码"),
                )
            ]
        )


def note_failure(target: Target, source: Source, device: str) -> None:
    """Count a wrong guess."""
    if device:
        limits.spend(PER_DEVICE, target.what, target.key, device)
        return
    limits.spend(PER_NETWORK, target.what, target.key, network_of(source.address))
    limits.spend(PER_ACCOUNT, target.what, target.key)


def note_success(target: Target, source: Source, device: str) -> None:
    """Forget this source's failures; the account's count from elsewhere stands."""
    if device:
        limits.forget(PER_DEVICE, target.what, target.key, device)
    else:
        limits.forget(PER_NETWORK, target.what, target.key, network_of(source.address))

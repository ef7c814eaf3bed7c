"""The second factor by code: an authenticator's six digits, and recovery codes for the day it is lost."""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID

import pyotp
import segno
from sqlalchemy import delete, func, select

from core.accounts.models import Account, Passkey, RecoveryCode, SignIn
from core.accounts.rules import EndReason
from core.accounts.service import sessions
from core.accounts.service.signing import actor_of
from core.foundation import audit, clock
from core.foundation.crypto import Fingerprint
from core.foundation.db import keyring, locked, new_id, one_transaction, session
from core.foundation.errors import Refused
from core.foundation.findings import N_, Finding

ISSUER = "Xingtan"
SKEW_STEPS = 1  # a clock may be half a minute off
RECOVERY_CODES = 10
MOST_FAILURES = 5
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another


def wrong_code() -> Refused:
    """The answer to any code that does not open, whatever was wrong with it."""
    return Refused(
        [
            Finding(
                "code_wrong",
                N_("验证码不正确或已用过"),
                clause="三(二)",
                field="code",
                remedy=N_("请等待验证器显示下一个验证码；手机时间应与标准时间一致"),
            )
        ]
    )


def has_factor(account: Account) -> bool:
    """Whether the account has a second factor."""
    return account.enrolled_at is not None


@one_transaction
def offer(session_id: UUID) -> str:
    """The secret this session may enrol; the same one until it is used, so that a reload keeps the picture."""
    row = locked(SignIn, session_id)
    if not row.offer:
        row.offer = pyotp.random_base32()
    return row.offer


def picture(secret: str, account: Account) -> str:
    """The secret as a QR code: an SVG without style or script, for the authenticator's camera."""
    address = pyotp.TOTP(secret).provisioning_uri(name=account.username or account.display_name, issuer_name=ISSUER)
    return str(segno.make(address, error="m").svg_inline(scale=5, omitsize=False, svgclass="xt-qr", lineclass=None))


def step_of(secret: str, code: str, after: int) -> int | None:
    """The time step whose code this is, within the skew; None for a wrong code or one not newer than `after`."""
    totp = pyotp.TOTP(secret)
    present = totp.timecode(clock.real_now())
    for step in range(present - SKEW_STEPS, present + SKEW_STEPS + 1):
        if step > after and secrets.compare_digest(totp.generate_otp(step), code):
            return step
    return None


def _plain(code: str) -> str:
    return "".join(code.split()).replace("-", "").lower()


@one_transaction
def enrol_totp(session_id: UUID, code: str, now: datetime) -> list[str]:
    """Keep the offered secret once a code proves that the authenticator has it; returns new recovery codes."""
    row = locked(SignIn, session_id)
    account = locked(Account, row.account_id)
    step = step_of(row.offer, _plain(code), 0) if row.offer else None
    if step is None:
        raise wrong_code()
    account.totp_secret, account.totp_step, row.offer = row.offer, step, None
    return enrolled(account, "totp", now)


def enrolled(account: Account, factor: str, now: datetime) -> list[str]:
    """Inside a transaction: the account has a second factor now. Recovery codes come with the first one."""
    first = account.enrolled_at is None
    account.enrolled_at = account.enrolled_at or now
    audit.record(
        actor_of(account), "accounts.enrol", "account", account.id, province_code=account.prefix[:2], now=now,
        clause="三(二)", factor=factor,
    )  # fmt: skip
    return _new_codes(account) if first else []


def _new_codes(account: Account) -> list[str]:
    session().execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    codes = ["".join(secrets.choice(_LETTERS) for _ in range(12)) for _ in range(RECOVERY_CODES)]
    for code in codes:
        session().add(RecoveryCode(id=new_id(), account_id=account.id, mark=_mark(account.id, code)))
    return [f"{code[:4]}-{code[4:8]}-{code[8:]}" for code in codes]


def _mark(account_id: UUID, code: str) -> Fingerprint:
    return keyring().blind_index(f"{account_id.hex}:{code}", "recovery")


@one_transaction
def renew_codes(account_id: UUID, now: datetime) -> list[str]:
    """New recovery codes, shown once; the old ones are void."""
    account = locked(Account, account_id)
    audit.record(
        actor_of(account), "accounts.recovery_codes", "account", account.id, province_code=account.prefix[:2],
        now=now, clause="三(二)",
    )  # fmt: skip
    return _new_codes(account)


def codes_left(account_id: UUID) -> int:
    """How many recovery codes are still good."""
    statement = select(func.count()).where(RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
    return session().scalar(statement) or 0


def check_code(session_id: UUID, code: str, now: datetime) -> str:
    """Take an authenticator's or a recovery code for a session's account: "totp" or "recovery".

    Raises `Refused` for a wrong code, one seen before or used; after some failures the session ends.
    """
    used = _take(session_id, _plain(code), now)
    if used:
        return used
    if _failed_too_often(session_id):
        sessions.end(session_id, EndReason.GUESSED, sessions.Source(""), now)
    raise wrong_code()


@one_transaction
def _take(session_id: UUID, code: str, now: datetime) -> str:
    row = locked(SignIn, session_id)
    account = locked(Account, row.account_id)
    if row.ended_at is not None:
        return ""
    if account.totp_secret and code.isdigit():
        step = step_of(account.totp_secret, code, account.totp_step)
        if step is not None:
            account.totp_step, row.failures = step, 0
            return "totp"
        return ""
    known = select(RecoveryCode).where(
        RecoveryCode.account_id == account.id, RecoveryCode.mark.in_(_mark(account.id, code).layers)
    )
    kept = session().scalars(known.with_for_update()).one_or_none()
    if kept is None or kept.used_at is not None:
        return ""
    kept.used_at, row.failures = clock.real_now(), 0
    audit.record(
        actor_of(account), "accounts.recovery_used", "account", account.id, province_code=account.prefix[:2],
        now=now, clause="三(二)",
    )  # fmt: skip
    return "recovery"


@one_transaction
def _failed_too_often(session_id: UUID) -> bool:
    row = locked(SignIn, session_id)
    row.failures += 1
    return row.failures >= MOST_FAILURES


def note_failed_proof(session_id: UUID, now: datetime) -> None:
    """A wrong password while confirming who one is: after some, the session ends."""
    if _failed_too_often(session_id):
        sessions.end(session_id, EndReason.GUESSED, sessions.Source(""), now)


@one_transaction
def remove_totp(account_id: UUID, now: datetime) -> None:
    """Take the authenticator away; the last second factor stays until another is there. Raises `Refused`."""
    account = locked(Account, account_id)
    others = session().scalar(select(func.count()).where(Passkey.account_id == account_id)) or 0
    if not others:
        raise last_factor()
    account.totp_secret = None
    audit.record(
        actor_of(account), "accounts.factor_removed", "account", account.id, province_code=account.prefix[:2],
        now=now, clause="三(二)", factor="totp",
    )  # fmt: skip


def last_factor() -> Refused:
    """The only second factor cannot be taken away."""
    return Refused(
        [
            Finding(
                "last_factor",
                N_("这是唯一的第二验证方式，不能移除"),
                clause="三(二)",
                remedy=N_("请先登记另一种方式"),
            )
        ]
    )


def forget_factors(account: Account) -> None:
    """Inside a transaction: an officer starts anew, as at the first sign-in."""
    account.totp_secret, account.enrolled_at = None, None
    for model in (RecoveryCode, Passkey):
        session().execute(delete(model).where(model.account_id == account.id))

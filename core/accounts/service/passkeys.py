"""The second factor by passkey (WebAuthn): registered, asked for, verified; the question is good once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import webauthn
from sqlalchemy import func, select
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from core.accounts.models import Account, Passkey, SignIn
from core.accounts.service import factors
from core.accounts.service.signing import actor_of
from core.foundation import audit, clock
from core.foundation.db import locked, new_id, one_transaction, session
from core.foundation.errors import NotFound, Refused
from core.foundation.findings import N_, Finding

MOST_KEYS = 5


@dataclass(frozen=True, slots=True)
class Site:
    """What a passkey is bound to: the host name, and the origin the browser reports."""

    host: str
    origin: str


def _not_proven() -> Refused:
    return Refused(
        [
            Finding(
                "passkey_refused",
                N_("通行密钥未能验证"),
                clause="三(二)",
                field="passkey",
                remedy=N_("请重试，或改用验证码"),
            )
        ]
    )


def of_account(account_id: UUID) -> list[Passkey]:
    """The passkeys of an account, oldest first."""
    return list(session().scalars(select(Passkey).where(Passkey.account_id == account_id).order_by(Passkey.id)))


@one_transaction
def ask_to_register(session_id: UUID, site: Site) -> str:
    """A new question for registering a key, as JSON for the browser; the session keeps what was asked."""
    row = locked(SignIn, session_id)
    account = locked(Account, row.account_id)
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=factors.ISSUER,
        user_id=account.id.bytes,
        user_name=account.username or account.display_name,
        user_display_name=account.display_name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED, user_verification=UserVerificationRequirement.PREFERRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=key.credential_id) for key in of_account(account.id)],
    )
    row.challenge = options.challenge
    return str(webauthn.options_to_json(options))


@one_transaction
def ask_to_prove(session_id: UUID, site: Site) -> str:
    """A new question to the account's keys, as JSON for the browser; "" where it has none."""
    row = locked(SignIn, session_id)
    keys = of_account(row.account_id)
    if not keys:
        return ""
    options = webauthn.generate_authentication_options(
        rp_id=site.host,
        allow_credentials=[PublicKeyCredentialDescriptor(id=key.credential_id) for key in keys],
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    row.challenge = options.challenge
    return str(webauthn.options_to_json(options))


@one_transaction
def _asked(session_id: UUID) -> bytes:
    """The question asked last, taken away: an answer given twice answers nothing."""
    row = locked(SignIn, session_id)
    asked, row.challenge = row.challenge, None
    if asked is None or row.ended_at is not None:
        return b""
    return asked


def register(session_id: UUID, answer: str, name: str, site: Site, now: datetime) -> list[str]:
    """Keep a key whose answer fits the question; returns recovery codes when it is the first factor."""
    asked = _asked(session_id)
    if not asked:
        raise _not_proven()
    try:
        made = webauthn.verify_registration_response(
            credential=answer, expected_challenge=asked, expected_rp_id=site.host, expected_origin=site.origin
        )
    except (WebAuthnException, ValueError) as fault:
        raise _not_proven() from fault
    return _keep(session_id, made.credential_id, made.credential_public_key, made.sign_count, name, now)


@one_transaction
def _keep(
    session_id: UUID, credential_id: bytes, public_key: bytes, sign_count: int, name: str, now: datetime
) -> list[str]:
    account = locked(Account, locked(SignIn, session_id).account_id)
    known = session().scalar(select(func.count()).where(Passkey.account_id == account.id)) or 0
    if known >= MOST_KEYS:
        raise Refused([Finding("passkeys_many", N_("最多登记5个通行密钥"), clause="三(二)", field="passkey")])
    session().add(
        Passkey(
            id=new_id(),
            account_id=account.id,
            credential_id=credential_id,
            public_key=public_key,
            sign_count=sign_count,
            name=name[:60],
            created_at=now,
        )
    )
    return factors.enrolled(account, "passkey", now)


def prove(session_id: UUID, answer: str, site: Site, now: datetime) -> str:
    """Take a key's answer for a session's account: "passkey". Raises `Refused`; often wrong ends the session."""
    if _proven(session_id, answer, site):
        return "passkey"
    factors.note_failed_proof(session_id, now)
    raise _not_proven()


def _proven(session_id: UUID, answer: str, site: Site) -> bool:
    asked = _asked(session_id)
    try:
        given = webauthn.helpers.parse_authentication_credential_json(answer)
        account_id = session().scalar(select(SignIn.account_id).where(SignIn.id == session_id))
        key = session().scalars(select(Passkey).where(Passkey.credential_id == given.raw_id)).one_or_none()
        if not asked or key is None or key.account_id != account_id:
            return False
        shown = webauthn.verify_authentication_response(
            credential=given,
            expected_challenge=asked,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=key.public_key,
            credential_current_sign_count=key.sign_count,
        )
    except (WebAuthnException, ValueError):
        return False
    _note_use(key.id, shown.new_sign_count)
    return True


@one_transaction
def _note_use(key_id: UUID, sign_count: int) -> None:
    key = locked(Passkey, key_id)
    key.sign_count, key.used_at = sign_count, clock.real_now()


@one_transaction
def remove(account_id: UUID, key_id: UUID, now: datetime) -> None:
    """Take a key away; the last second factor stays. Raises `Refused`, `NotFound` for another's key."""
    account = locked(Account, account_id)
    keys = of_account(account_id)
    key = next((key for key in keys if key.id == key_id), None)
    if key is None:
        raise NotFound()
    if len(keys) == 1 and not account.totp_secret:
        raise factors.last_factor()
    session().delete(key)
    audit.record(
        actor_of(account), "accounts.factor_removed", "account", account.id, province_code=account.prefix[:2],
        now=now, clause="三(二)", factor="passkey",
    )  # fmt: skip

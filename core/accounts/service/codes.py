"""One-time codes by text message or mail: asked for, sent by a job, good once and for few tries.

Whoever asks gets the same answer after the same work, whether or not there is somebody to send a code to.
"""

from __future__ import annotations

import json
import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from core.accounts.models import OneTimeCode
from core.foundation import clock, limits, mail, outbox
from core.foundation.access import NATION, within
from core.foundation.crypto import Fingerprint
from core.foundation.db import found, keyring, locked, new_id, one_transaction, session
from core.foundation.errors import Refused
from core.foundation.findings import N_, Finding
from core.foundation.i18n import say

LASTS = timedelta(minutes=10)
MOST_TRIES = 5
PER_TARGET = ("3 per 15 minutes", "10 per day")
TEXTS = {
    "sign_up": N_("注册验证码：%(code)s，10分钟内有效。请勿告诉他人。"),
    "password": N_("重设密码的验证码：%(code)s，10分钟内有效。如非本人操作请忽略，请勿告诉他人。"),
    "contact": N_("更改联系方式的验证码：%(code)s，10分钟内有效。请勿告诉他人。"),
    "known": N_("有人用此号码申请注册或绑定，但它已属于一个账号。如是本人，请直接登录或重设密码；否则请忽略。"),
    "changed": N_("您账号的联系方式已更改。如非本人操作，请立即重设密码并联系认定机构。"),
}
SUBJECT = N_("验证码")


@one_transaction
def ask(
    purpose: str, account_id: UUID | None, target: str, payload: dict[str, Any], now: datetime, text: str = ""
) -> UUID:
    """Promise a code to `target` (a mobile or a mail address; "" sends nothing); returns its id.

    `text` names another letter of `TEXTS` ("known": no code will fit).
    """
    row = OneTimeCode(
        id=new_id(), purpose=purpose, account_id=account_id, target=target, created_at=now,
        payload=json.dumps(payload | {"text": text or purpose}, ensure_ascii=False, default=str),
        expires_at=clock.real_now() + LASTS,
    )  # fmt: skip
    session().add(row)
    outbox.post("accounts.send_code", now=now, code_id=row.id)
    return row.id


def may_send(key: str) -> bool:
    """Whether another code may go to the holder of `key`; counts one. Too many are silently not sent."""
    few, many = (limits.spend(rate, "code", key) for rate in PER_TARGET)
    return few and many


def send(code_id: UUID, reference: str) -> None:
    """The job: make the code, keep its fingerprint, send it. A repeat sends a new code and voids the old."""
    with within(NATION):
        made = _make(code_id, reference)
    if made is not None:
        target, text = made
        mail.send(mail.Letter(target, say(SUBJECT), text, reference))


@one_transaction
def _make(code_id: UUID, reference: str) -> tuple[str, str] | None:
    row = locked(OneTimeCode, code_id)
    if not row.target or row.used_at is not None or row.expires_at < clock.real_now():
        return None
    text = json.loads(row.payload)["text"]
    code = f"{secrets.randbelow(10**6):06d}"
    row.mark, row.message_id = (_mark(row.id, code) if text not in ("known", "changed") else ""), UUID(reference)
    return row.target, say(TEXTS[text], code=code)


def _mark(code_id: UUID, code: str) -> Fingerprint:
    return keyring().blind_index(f"{code_id.hex}:{code.strip()}", "code")


def not_right() -> Refused:
    """The one answer to any code that does not fit."""
    return Refused(
        [
            Finding(
                "code_not_right",
                N_("验证码不正确、已用过或已过期"),
                clause="三(二)",
                field="code",
                remedy=N_("请核对收到的最新验证码；错误5次后须重新获取"),
            )
        ]
    )


def require(code_id: UUID | None, purpose: str, code: str) -> OneTimeCode:
    """The row of a right code, inside the caller's transaction once more; raises `Refused`, counting the try."""
    if code_id is None or not _try(code_id, purpose, code):
        raise not_right()
    return found(OneTimeCode, code_id)


@one_transaction
def _try(code_id: UUID, purpose: str, code: str) -> bool:
    row = locked(OneTimeCode, code_id)
    row.tries += 1
    usable = row.purpose == purpose and row.used_at is None and row.expires_at > clock.real_now()
    right = _mark(row.id, code).fits(row.mark)
    return usable and right and row.tries <= MOST_TRIES


@one_transaction
def use(code_id: UUID) -> dict[str, Any]:
    """Take the code, inside the verb it opens, and what was kept with it; raises `Refused` when it is taken."""
    row = locked(OneTimeCode, code_id)
    if row.used_at is not None:
        raise not_right()
    kept = dict(json.loads(row.payload))
    row.used_at, row.payload, row.target = clock.real_now(), "", ""  # nothing personal outlives its use
    return kept


def letter_of(code_id: UUID) -> str | None:
    """What was sent, where letters are files: for the demonstration's page alone."""
    row = session().get(OneTimeCode, code_id)
    return mail.kept(str(row.message_id)) if row and row.message_id else None

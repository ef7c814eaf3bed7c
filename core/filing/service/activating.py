"""The way in: the first officer of an empty installation, a one-time code, the first password."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from core.accounts import service as accounts
from core.accounts.models import Account
from core.filing.models import Filing
from core.filing.rules import FilingState, judge_approver, judge_particulars
from core.filing.service.proposing import particulars
from core.filing.service.reading import written
from core.filing.service.standing import enter
from core.foundation import clock, mail, outbox
from core.foundation.access import NATION, SYSTEM, Actor, within
from core.foundation.db import found, keyring, locked, one_transaction, session
from core.foundation.errors import Refused
from core.foundation.findings import N_, Finding
from core.foundation.i18n import say
from core.people.service import document_index

LASTS = timedelta(days=7)
_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
_NOBODY = "0" * 64


@one_transaction
def open_first(data: dict[str, Any], now: datetime) -> Filing:
    """File a first officer of the nation, by the operator's command; four eyes need two, so up to two.

    `data` as for `draft`, without place and undertaking (kept on paper by the operator). Raises `Refused`.
    """
    national = select(func.count()).where(Filing.territory == "", Filing.state.not_in(("withdrawn", "ended")))
    if (session().scalar(national) or 0) >= 2:
        raise Refused(
            [
                Finding(
                    "first_officers_filed", N_("国家中心已有两名备案人员"), clause="三(二)",
                    remedy=N_("其他人员由已备案人员提出、另一人审核"),
                )
            ]
        )  # fmt: skip
    who = particulars(data | {"valid_until": None}, "", "")
    findings = judge_particulars(who, clock.beijing(now).date())
    if findings:
        raise Refused(findings)
    row = Filing(
        id=data["id"], province_code="", territory="", state=FilingState.SUBMITTED, name=who.name,
        document_kind=who.document_kind, document_number=who.document_number,
        document_index=document_index(who.document_number), mobile=who.mobile, mail=data.get("mail", ""),
        username=who.username, unit=data["unit"], post=data["post"], roles=list(who.roles), created_at=now,
        submitted_at=now, approved_at=now,
    )  # fmt: skip
    session().add(row)
    enter(row, now)
    written(SYSTEM, "open_first", row, now)
    return row


@one_transaction
def new_code(actor: Actor, filing_id: UUID, now: datetime) -> str:
    """A fresh one-time code for the first or a forgotten password; only its blind index is kept."""
    row = locked(Filing, filing_id)
    if row.state != FilingState.IN_FORCE:
        raise Refused([_not_in_force()])
    code = "".join(secrets.choice(_LETTERS) for _ in range(12))
    row.invite_index, row.invite_until = _index(row, code), now + LASTS
    written(actor, "invite", row, now)
    return code


def _not_in_force() -> Finding:
    return Finding("filing_not_in_force", N_("备案未生效，不能设置密码"), clause="三(二)")


def _index(row: Filing, code: str) -> str:
    return keyring().blind_index(f"{row.id}\0{code.strip().upper()}", "invite")


def invite(filing_id: UUID, now: datetime) -> None:
    """The job: send a one-time code to the person's own mail, or mobile where there is none.

    The letter names neither the staff site nor the user name: both are told by the head in person (R-SEC-01).
    """
    with within(NATION):
        row = found(Filing, filing_id)
    if row.state != FilingState.IN_FORCE:
        return
    session().rollback()
    code = new_code(SYSTEM, filing_id, now)
    text = say(N_("您的实名备案已生效。设置密码用的一次性代码：%(code)s，七日内有效，请勿转告他人。"), code=code)
    mail.send(mail.Letter(row.mail or row.mobile, say(N_("实名备案通知")), text, f"filing-{row.id}"))


def _failed() -> Refused:
    return Refused(
        [
            Finding(
                "activation_failed", N_("用户名、证件号码或一次性代码不正确，或代码已过期"), clause="三(二)",
                field="code", remedy=N_("请核对后重试，或请上级重新发送代码"),
            )
        ]
    )  # fmt: skip


@one_transaction
def activate(username: str, document_number: str, code: str, password: str, now: datetime) -> Account:
    """Set the password with user name, document number and one-time code; one answer for whatever was wrong."""
    with within(NATION):
        account = accounts.officer_named(username)
        statement = select(Filing).where(
            Filing.account_id == (account.id if account else None), Filing.state == FilingState.IN_FORCE
        )
        row = session().scalars(statement.with_for_update()).one_or_none()
        known, given = (row.document_index, _index(row, code)) if row else (_NOBODY, _NOBODY)
        fits = hmac.compare_digest(known, document_index(document_number))
        fits = hmac.compare_digest((row.invite_index if row else "") or "none", given) and fits
        if row is None or account is None or not fits or row.invite_until is None or row.invite_until < now:
            raise _failed()
        row.invite_index = ""
        return accounts.set_password(account.id, password, now)


@one_transaction
def invite_again(actor: Actor, filing_id: UUID, now: datetime) -> Filing:
    """The level above has a fresh code sent to the person's own mail or mobile; it never sees the code."""
    actor.must("filing.approve")
    row = locked(Filing, filing_id)
    findings = judge_approver(actor.id, actor.prefix, row.territory, row.institution_code, (row.account_id,))
    if row.state != FilingState.IN_FORCE:
        findings.append(_not_in_force())
    if findings:
        raise Refused(findings)
    outbox.post("filing.invite", row.province_code, now=now, filing_id=row.id)
    written(actor, "invite_again", row, now)
    return row


@one_transaction
def reveal(actor: Actor, filing_id: UUID, reason: str, now: datetime) -> dict[str, str]:
    """Document number, mobile and mail to an officer who says why; the reveal is written down (R-SEC-03)."""
    actor.must("filing.reveal")
    row = found(Filing, filing_id)
    if len(reason.strip()) < 2:
        raise Refused([Finding("reason_missing", N_("请写明查看原因"), clause="三(二)", field="reason")])
    written(actor, "reveal", row, now, reason=reason)
    return {"document_number": row.document_number, "mobile": row.mobile, "mail": row.mail}

"""A person is proposed as a named user: drafted, completed, submitted (R-FILE-01, -03, -04)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.accounts import service as accounts
from core.filing.models import Filing
from core.filing.rules import (
    FilingState,
    Particulars,
    judge_filer,
    judge_particulars,
    judge_undertaking,
)
from core.filing.service.institutions import institution
from core.filing.service.reading import begun, claim, written
from core.filing.service.schools import school
from core.foundation import clock
from core.foundation.access import Actor
from core.foundation.db import one_transaction, session
from core.foundation.errors import Refused
from core.foundation.findings import N_, Finding
from core.foundation.images import content_format, measure
from core.foundation.storage import storage
from core.people.rules import normalise_number
from core.people.service import document_index

EDITABLE = (FilingState.DRAFT, FilingState.RETURNED)
_FIELDS = (
    "name", "document_kind", "mail", "username", "post", "roles", "valid_until", "signed_on",
)  # fmt: skip


@one_transaction
def draft(actor: Actor, data: dict[str, Any], now: datetime) -> Filing:
    """Draft a person's filing, or change one not yet submitted; every particular is judged.

    `data`: id, name, document_kind, document_number, mobile, mail, username, institution_code, province_code,
    unit, post, roles, valid_until, signed_on, undertaking (bytes or None). Raises `Refused`.
    """
    territory, unit, code = _place(actor, data)
    who = particulars(data, territory, code)
    findings = [
        *judge_filer(actor.prefix, actor.institution_code, territory, code),
        *judge_particulars(who, clock.beijing(now).date()),
    ]
    given = data.get("undertaking")
    if given:
        findings += _judge_file(given, data["signed_on"], now)
    if not unit:
        findings.append(Finding("unit_missing", N_("请填写单位名称"), clause="R-FILE-04", field="unit"))
    if findings:
        raise Refused(findings)
    row = _row(data["id"], territory[:2], actor, now)
    for name in _FIELDS:
        setattr(row, name, data[name])
    row.territory, row.unit, row.institution_code = territory, unit, code
    row.document_number, row.mobile = who.document_number, who.mobile
    row.document_index = document_index(who.document_number)
    if given:
        _keep(row, given)
    session().add(row)
    written(actor, "draft", row, now)
    return row


def particulars(data: dict[str, Any], territory: str, code: str) -> Particulars:
    """What was typed, as the rules take it."""
    return Particulars(
        data["name"], data["document_kind"], normalise_number(data["document_number"]),
        normalise_number(data["mobile"]), data["mail"], data["username"], tuple(data["roles"]), territory, code,
        data["valid_until"],
    )  # fmt: skip


def _place(actor: Actor, data: dict[str, Any]) -> tuple[str, str, str]:
    """(territory, unit, institution code) of a proposal: a school's, an institution's, or the level's own."""
    if data.get("school_code"):
        there = school(data["school_code"])
        return there.code, there.name, ""
    code = data.get("institution_code") or actor.institution_code
    if code:
        body = institution(code)
        return body.division, body.name, body.code
    return actor.prefix or data.get("province_code", ""), data.get("unit", ""), ""


def _row(filing_id: UUID, province_code: str, actor: Actor, now: datetime) -> Filing:
    row = session().scalars(select(Filing).where(Filing.id == filing_id).with_for_update()).one_or_none()
    if row is None:
        return Filing(
            id=filing_id, province_code=province_code, state=FilingState.DRAFT, drafted_by=actor.id, created_at=now
        )  # fmt: skip
    if row.state not in EDITABLE or row.province_code != province_code:
        raise Refused([Finding("filing_not_editable", N_("此备案已提交，不能再修改"), clause="§4.3")])
    row.drafted_by = actor.id
    return row


def _judge_file(data: bytes, signed_on: date | None, now: datetime) -> list[Finding]:
    kind = content_format(data) or "?"
    today = clock.beijing(now).date()
    whole = not (kind == "PDF" and b"%%EOF" not in data[-2048:]) and not (kind == "JPEG" and measure(data).fault)
    if not whole:
        return [
            Finding(
                "undertaking_broken", N_("承诺书文件不完整，无法打开"), clause="三(二)", field="undertaking",
                remedy=N_("请重新扫描后上传"),
            )
        ]  # fmt: skip
    return judge_undertaking(kind, len(data), signed_on, today)


def _keep(row: Filing, data: bytes) -> None:
    kept = storage().put(data, ".pdf" if content_format(data) == "PDF" else ".jpg")
    row.undertaking_key, row.undertaking_sha256 = kept.key, kept.sha256


@one_transaction
def submit(actor: Actor, filing_id: UUID, now: datetime) -> Filing:
    """Hand a filing to the level above; one person has one live filing in the nation (R-FILE-03)."""
    row = begun(actor, filing_id, FilingState.SUBMITTED, "H")
    today = clock.beijing(now).date()
    kind = {"": "", "f": "PDF", "g": "JPEG"}[row.undertaking_key[-1:]]
    findings = judge_undertaking(kind, 0, row.signed_on, today)
    person = claim(row)
    if person.filing_id not in (None, row.id):
        findings.append(
            Finding(
                "person_filed", N_("此人已有有效的备案，一人只能有一个账号"), clause="三(二)", field="document_number",
                remedy=N_("原单位办理工作交接、终止备案后再提交"),
            )
        )  # fmt: skip
    taken = accounts.officer_named(row.username)
    if taken is not None and taken.id != person.account_id:
        findings.append(
            Finding(
                "username_taken", N_("用户名已被使用"), clause="三(二)", field="username", remedy=N_("请换一个用户名")
            )
        )  # fmt: skip
    if findings:
        raise Refused(findings)
    person.filing_id = row.id
    row.state, row.submitted_at, row.proposed_by, row.reason = FilingState.SUBMITTED, now, actor.id, ""
    written(actor, "submit", row, now, undertaking=row.undertaking_sha256)
    return row


@one_transaction
def withdraw(actor: Actor, filing_id: UUID, now: datetime) -> Filing:
    """Take a proposal back before it is approved."""
    row = begun(actor, filing_id, FilingState.WITHDRAWN, "H")
    let_go(row)
    row.state = FilingState.WITHDRAWN
    written(actor, "withdraw", row, now)
    return row


def let_go(row: Filing) -> None:
    """Free the person for another filing; the account stays theirs."""
    person = claim(row)
    if person.filing_id == row.id:
        person.filing_id = None

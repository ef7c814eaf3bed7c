"""A filing takes effect, is changed, confirmed, suspended and ended; its account follows in the same transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from core.filing.models import Filing
from core.filing.rules import FILING_MOVES, FilingState, confirm_due, judge_filer
from core.filing.rules.naming import judge_contact, judge_posts
from core.filing.service.collecting import own_matters
from core.filing.service.proposing import let_go
from core.filing.service.reading import begun, claim, settle, written
from core.foundation import clock, outbox
from core.foundation.access import SYSTEM, Actor
from core.foundation.db import locked, one_transaction, session
from core.foundation.errors import Refused
from core.foundation.findings import N_, Finding
from core.people.rules import judge_name, normalise_number


@one_transaction
def approve(actor: Actor, filing_id: UUID, now: datetime) -> Filing:
    """The level above puts a filing in force: the account is made or bound, and invited to set its password."""
    row = begun(actor, filing_id, FilingState.IN_FORCE, "P")
    if row.state != FilingState.SUBMITTED:
        raise Refused(FILING_MOVES.judge(row.state, FilingState.SUBMITTED, "P"))
    row.approved_by, row.approved_at = actor.id, now
    enter(row, now)
    written(actor, "approve", row, now, account=str(row.account_id))
    return row


def enter(row: Filing, now: datetime) -> None:
    """Put a submitted filing in force: one year from today, its account bound to the person."""
    person = claim(row)
    person.filing_id = row.id
    row.account_id = person.account_id
    row.state, row.confirm_by = FilingState.IN_FORCE, confirm_due(clock.beijing(now).date())
    settle(row, now)
    person.account_id = row.account_id
    outbox.post("filing.invite", row.province_code, now=now, filing_id=row.id)


@one_transaction
def give_back(actor: Actor, filing_id: UUID, reason: str, now: datetime) -> Filing:
    """The level above returns a proposal with its reason."""
    row = begun(actor, filing_id, FilingState.RETURNED, "P")
    let_go(row)
    row.state, row.reason = FilingState.RETURNED, reason
    written(actor, "return", row, now, reason=reason)
    return row


@one_transaction
def update_contact(actor: Actor, filing_id: UUID, mobile: str, mail: str, now: datetime) -> Filing:
    """Register a new mobile or mail at once: it changes nothing that the person may do (R-FILE-02)."""
    row = locked(Filing, filing_id)
    findings = judge_contact(mobile, mail)
    if actor.id != row.account_id:
        findings += judge_filer(actor.prefix, actor.institution_code, row.territory, row.institution_code)
    if row.state not in (FilingState.IN_FORCE, FilingState.CHANGING, FilingState.SUSPENDED):
        findings += FILING_MOVES.judge(row.state, FilingState.CHANGING, "H")
    if findings:
        raise Refused(findings)
    row.mobile, row.mail = normalise_number(mobile), mail
    written(actor, "contact", row, now)
    return row


@one_transaction
def propose_change(actor: Actor, filing_id: UUID, data: dict[str, Any], now: datetime) -> Filing:
    """Ask for changed particulars: name, unit, post, roles, valid_until. Until registered nobody enters by it.

    Another institution or territory is no change but a hand-over and a new filing.
    """
    row = begun(actor, filing_id, FilingState.CHANGING, "H")
    findings = judge_name(data["name"]) + judge_posts(data["roles"], row.territory, row.institution_code)
    if actor.id == row.account_id:
        findings.append(_own())
    if findings:
        raise Refused(findings)
    until = data.get("valid_until")
    row.change = {
        "name": data["name"], "post": data["post"], "roles": data["roles"],
        "unit": row.unit if row.institution_code else data.get("unit") or row.unit,
        "valid_until": until.isoformat() if until else None, "by": str(actor.id),
    }  # fmt: skip
    row.state = FilingState.CHANGING
    settle(row, now)
    written(actor, "change", row, now, roles=data["roles"], post=data["post"])
    return row


def _own() -> Finding:
    return Finding("filing_own", N_("不能为自己的备案办理此事项"), clause="三(二)", remedy=N_("请负责人或上级办理"))


@one_transaction
def register_change(actor: Actor, filing_id: UUID, agreed: bool, reason: str, now: datetime) -> Filing:
    """The level above registers a change, or leaves the filing as it was; a post given up must be handed over first."""
    row = begun(actor, filing_id, FilingState.IN_FORCE, "P")
    change = row.change
    if row.state != FilingState.CHANGING or change is None:
        raise Refused(FILING_MOVES.judge(FilingState.DRAFT, FilingState.IN_FORCE, "P"))
    if change["by"] == str(actor.id):
        raise Refused([_own()])
    if agreed:
        if not set(row.roles) <= set(change["roles"]):
            _nothing_left(row)
        row.name, row.unit, row.post, row.roles = change["name"], change["unit"], change["post"], change["roles"]
        row.valid_until = datetime.fromisoformat(change["valid_until"]).date() if change["valid_until"] else None
    row.change, row.state, row.reason = None, FilingState.IN_FORCE, reason
    settle(row, now)
    written(actor, "register" if agreed else "refuse_change", row, now, reason=reason)
    return row


def _nothing_left(row: Filing) -> None:
    left = own_matters(row)
    if left:
        raise Refused(
            [
                Finding(
                    "matters_left", N_("尚有未交接的事项：%(label)s%(count)s件"), clause="一(五)",
                    remedy=N_("请先办理工作交接"), params={"label": matter.label, "count": matter.count},
                )
                for matter in left
            ]
        )  # fmt: skip


@one_transaction
def suspend(actor: Actor, filing_id: UUID, reason: str, now: datetime) -> Filing:
    """The level above shuts a person out at once; running sessions end."""
    row = begun(actor, filing_id, FilingState.SUSPENDED, "P")
    row.state, row.reason, row.change = FilingState.SUSPENDED, reason, None
    settle(row, now)
    written(actor, "suspend", row, now, reason=reason)
    return row


@one_transaction
def resume(actor: Actor, filing_id: UUID, now: datetime) -> Filing:
    """The level above lets a suspended person in again, confirmed for a year from today."""
    row = begun(actor, filing_id, FilingState.IN_FORCE, "P")
    if row.state != FilingState.SUSPENDED:
        raise Refused(FILING_MOVES.judge(FilingState.DRAFT, FilingState.IN_FORCE, "P"))
    today = clock.beijing(now).date()
    if row.valid_until is not None and row.valid_until < today:
        raise Refused(
            [Finding("filing_expired", N_("备案有效期已过"), clause="三(二)", remedy=N_("请重新办理备案或登记变更"))]
        )
    row.state, row.confirm_by, row.reason = FilingState.IN_FORCE, confirm_due(today), ""
    settle(row, now)
    written(actor, "resume", row, now)
    return row


@one_transaction
def confirm(actor: Actor, filing_id: UUID, now: datetime) -> Filing:
    """The head confirms that a person still holds the post: the filing stands for another year."""
    row = locked(Filing, filing_id)
    findings = judge_filer(actor.prefix, actor.institution_code, row.territory, row.institution_code)
    if actor.id == row.account_id:
        findings.append(_own())
    if row.state != FilingState.IN_FORCE:
        findings += FILING_MOVES.judge(FilingState.DRAFT, FilingState.IN_FORCE, "H")
    if findings:
        raise Refused(findings)
    row.confirm_by, row.confirmed_at = confirm_due(clock.beijing(now).date()), now
    settle(row, now)
    written(actor, "confirm", row, now)
    return row


@one_transaction
def end(actor: Actor, filing_id: UUID, reason: str, now: datetime) -> Filing:
    """The level above ends a filing that leaves nothing open behind; otherwise a hand-over does."""
    row = begun(actor, filing_id, FilingState.ENDED, "P")
    _nothing_left(row)
    close(row, reason, now)
    written(actor, "end", row, now, reason=reason)
    return row


def close(row: Filing, reason: str, now: datetime) -> None:
    """End a filing inside the caller's transaction: the account opens nothing, the person is free."""
    row.state, row.reason, row.ended_at, row.change, row.invite_index = FilingState.ENDED, reason, now, None, ""
    settle(row, now)
    let_go(row)


@one_transaction
def lapse(now: datetime) -> int:
    """The daily job: filings not confirmed in time, or past their end, are shown as suspended.

    They let nobody in since midnight already: the account carries the last day.
    """
    today = clock.beijing(now).date()
    statement = select(Filing).where(
        Filing.state == FilingState.IN_FORCE, or_(Filing.confirm_by < today, Filing.valid_until < today)
    )
    rows = list(session().scalars(statement.limit(5000)))
    for row in rows:
        ended = row.valid_until is not None and row.valid_until < today
        row.state, row.reason = FilingState.SUSPENDED, N_("备案有效期已过") if ended else N_("逾期未做年度确认")
        settle(row, now)
        written(SYSTEM, "lapse", row, now, reason=row.reason)
    return len(rows)

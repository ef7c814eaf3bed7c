"""Hand-over of a post: assembled from facts, signed by both, confirmed, filed; then what was open has its successor."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from core.filing.models import Filing, Handover
from core.filing.rules import (
    HANDOVER_MOVES,
    judge_approver,
    judge_counts,
    judge_filer,
    judge_returned,
    judge_signer,
    judge_successor,
)
from core.filing.service.collecting import matters_of, own_matters, pass_on
from core.filing.service.reading import by_account
from core.filing.service.standing import close
from core.foundation import audit
from core.foundation.access import Actor
from core.foundation.db import found, locked, one_transaction, session
from core.foundation.errors import NotAllowed, Refused
from core.foundation.findings import N_, Finding
from core.foundation.paging import Page, Paging, paged

OPEN = ("draft", "leaver_signed", "successor_signed", "confirmed")


def handovers(paging: Paging, state: str = "") -> Page[Handover]:
    """Hand-over lists of the present scope, the newest first."""
    statement = select(Handover)
    if state:
        statement = statement.where(Handover.state == state)
    ordered = Paging(paging.number, paging.size, "created_at", True)
    return paged(statement, ordered, {"created_at": Handover.created_at})


def handover(handover_id: UUID) -> Handover:
    """One hand-over list of the present scope; raises `NotFound`."""
    return found(Handover, handover_id)


def people_of(rows: list[Handover]) -> dict[UUID, Filing]:
    """The filings of both people of some lists, by id."""
    wanted = {ident for row in rows for ident in (row.leaver_id, row.successor_id)}
    if not wanted:
        return {}
    return {row.id: row for row in session().scalars(select(Filing).where(Filing.id.in_(wanted)))}


def open_of(filing_id: UUID) -> Handover | None:
    """The open list of a filing, as leaver or successor."""
    statement = select(Handover).where(
        or_(Handover.leaver_id == filing_id, Handover.successor_id == filing_id), Handover.state.in_(OPEN)
    )
    return session().scalars(statement.order_by(Handover.created_at).limit(1)).one_or_none()


def is_head(actor: Actor, row: Handover | Filing) -> bool:
    """Whether the actor is above a list or filing: the head of its unit, or the level above."""
    covers = not judge_filer(actor.prefix, actor.institution_code, row.territory, row.institution_code)
    return actor.may("handover.confirm") and covers


@one_transaction
def start(actor: Actor, handover_id: UUID, leaver_id: UUID, successor_id: UUID, now: datetime) -> Handover:
    """Begin a list: by the leaver or the head; it fills itself from facts."""
    leaver, successor = locked(Filing, leaver_id), found(Filing, successor_id)
    known = session().scalars(select(Handover).where(Handover.id == handover_id)).one_or_none()
    if known is not None:
        return known
    if leaver.account_id != actor.id and not is_head(actor, leaver):
        raise NotAllowed()
    findings = judge_successor(_facts(leaver), _facts(successor))
    if leaver.state not in ("in_force", "changing", "suspended"):
        findings.append(_said("leaver_not_filed", N_("交出人没有有效的备案"), "leaver_id"))
    if open_of(leaver_id) is not None:
        findings.append(_said("handover_open", N_("此人已有未办结的交接清单"), "leaver_id", N_("请继续办理该清单")))
    if findings:
        raise Refused(findings)
    row = Handover(
        id=handover_id, province_code=leaver.province_code, territory=leaver.territory, state="draft",
        leaver_id=leaver_id, successor_id=successor_id, institution_code=leaver.institution_code,
        matters=[matter.as_dict() for matter in matters_of(leaver)], counts={}, returned=[],
        created_by=actor.id, created_at=now,
    )  # fmt: skip
    session().add(row)
    _written(actor, "start", row, now)
    return row


def _facts(row: Filing) -> dict[str, Any]:
    return {
        "id": row.id, "state": row.state, "territory": row.territory, "institution_code": row.institution_code,
        "roles": list(row.roles),
    }  # fmt: skip


def _said(code: str, message: str, field: str = "", remedy: str = "") -> Finding:
    return Finding(code, message, clause="一(五)", field=field, remedy=remedy)


def _begun(handover_id: UUID, state: str, who: str) -> tuple[Handover, Filing, Filing]:
    row = locked(Handover, handover_id)
    findings = HANDOVER_MOVES.judge(row.state, state, who)
    if findings:
        raise Refused(findings)
    return row, locked(Filing, row.leaver_id), locked(Filing, row.successor_id)


def _judged(row: Handover, leaver: Filing, successor: Filing) -> None:
    """Assemble the list anew and judge it: what was true at the signature before need not be true now."""
    matters = matters_of(leaver)
    row.matters = [matter.as_dict() for matter in matters]
    findings = judge_successor(_facts(leaver), _facts(successor)) + judge_counts(matters, row.counts)
    if findings:
        raise Refused(findings)


@one_transaction
def sign_leaver(
    actor: Actor, handover_id: UUID, counts: dict[str, int], remarks: str, in_place: str, now: datetime
) -> Handover:
    """The leaver signs with the counts; for one who is gone the head signs in place, with the reason `in_place`."""
    row, leaver, successor = _begun(handover_id, "leaver_signed", "O")
    if actor.id != leaver.account_id:
        if not is_head(actor, row) or actor.id == successor.account_id:
            raise NotAllowed()
        if len(in_place.strip()) < 2:
            raise Refused([_said("in_place_reason", N_("交出人不能签字时，请写明代签原因"), "in_place")])
        row.in_place = in_place
    row.counts, row.remarks = counts, remarks
    _judged(row, leaver, successor)
    row.state, row.leaver_signed_by, row.leaver_signed_at = "leaver_signed", actor.id, now
    _written(actor, "leaver_signed", row, now, in_place=row.in_place)
    return row


@one_transaction
def sign_successor(
    actor: Actor, handover_id: UUID, counts: dict[str, int], returned: list[str], remarks: str, now: datetime
) -> Handover:
    """The successor counts again, ticks what was given back, and signs."""
    row, leaver, successor = _begun(handover_id, "successor_signed", "O")
    if actor.id != successor.account_id:
        raise NotAllowed()
    row.counts, row.returned = counts, returned
    row.remarks = "\n".join(text for text in (row.remarks, remarks) if text)
    findings = judge_returned(returned, row.remarks)
    if findings:
        raise Refused(findings)
    _judged(row, leaver, successor)
    row.state, row.successor_signed_by, row.successor_signed_at = "successor_signed", actor.id, now
    _written(actor, "successor_signed", row, now, returned=returned)
    return row


@one_transaction
def confirm_handover(actor: Actor, handover_id: UUID, now: datetime) -> Handover:
    """The head confirms what both signed."""
    row, leaver, successor = _begun(handover_id, "confirmed", "H")
    if not is_head(actor, row):
        raise NotAllowed()
    findings = judge_signer(actor.id, (leaver.account_id, successor.account_id))
    if findings:
        raise Refused(findings)
    _judged(row, leaver, successor)
    row.state, row.confirmed_by, row.confirmed_at = "confirmed", actor.id, now
    _written(actor, "confirmed", row, now)
    return row


@one_transaction
def file_handover(actor: Actor, handover_id: UUID, now: datetime) -> Handover:
    """The level above files the list: what was open is the successor's, and the leaver's account opens nothing."""
    actor.must("filing.approve")
    row, leaver, successor = _begun(handover_id, "filed", "P")
    findings = judge_approver(
        actor.id, actor.prefix, row.territory, row.institution_code,
        (leaver.account_id, successor.account_id, row.confirmed_by),
    )  # fmt: skip
    if findings:
        raise Refused(findings)
    _judged(row, leaver, successor)
    passed = pass_on(leaver, successor, now)
    session().flush()
    if own_matters(leaver):  # an area said it owns something and did not pass it on
        raise RuntimeError("a hand-over left something without an owner")
    close(leaver, N_("工作交接已备案"), now)
    row.state, row.filed_by, row.filed_at = "filed", actor.id, now
    _written(actor, "filed", row, now, passed=passed)
    return row


@one_transaction
def cancel_handover(actor: Actor, handover_id: UUID, reason: str, now: datetime) -> Handover:
    """Cancel a list before it is filed, with the reason."""
    row = locked(Handover, handover_id)
    mine = by_account(actor.id)
    party = mine is not None and mine.id in (row.leaver_id, row.successor_id)
    if not party and not is_head(actor, row):
        raise NotAllowed()
    findings = HANDOVER_MOVES.judge(row.state, "cancelled", "O" if party else "H")
    if findings:
        raise Refused(findings)
    row.state, row.reason = "cancelled", reason
    _written(actor, "cancelled", row, now, reason=reason)
    return row


def left_behind() -> list[tuple[Filing, Any]]:
    """Everything open that still belongs to an ended filing; must be empty."""
    statement = select(Filing).where(Filing.state == "ended", Filing.account_id.is_not(None)).limit(10_000)
    ended = list(session().scalars(statement))
    live = select(Filing.account_id).where(Filing.state.in_(("in_force", "changing", "suspended")))
    bound = set(session().scalars(live))
    return [(row, matter) for row in ended if row.account_id not in bound for matter in own_matters(row)]


def _written(actor: Actor, verb: str, row: Handover, now: datetime, **detail: Any) -> None:
    audit.record(
        actor, f"handover.{verb}", "handover", row.id, province_code=row.province_code, now=now, clause="一(五)",
        **detail,
    )  # fmt: skip

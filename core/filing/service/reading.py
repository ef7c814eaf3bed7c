"""Reading filings, and what every verb on one begins and ends with."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from core.accounts import service as accounts
from core.filing.models import FiledPerson, Filing
from core.filing.rules import FILING_MOVES, FilingState, in_force_until, judge_approver, judge_filer
from core.foundation import audit
from core.foundation.access import Actor
from core.foundation.db import found, locked, one_transaction, session
from core.foundation.errors import NotFound, Refused
from core.foundation.paging import Page, Paging, paged
from core.foundation.storage import storage

SORTS = {
    "created_at": Filing.created_at,
    "name": Filing.name,
    "unit": Filing.unit,
    "state": Filing.state,
    "confirm_by": Filing.confirm_by,
}


def filings(paging: Paging, state: str = "", search: str = "") -> Page[Filing]:
    """Filings of the present scope, the newest first; `search` is the beginning of a name or unit."""
    statement = select(Filing)
    if state:
        statement = statement.where(Filing.state == state)
    if search:
        statement = statement.where(
            or_(Filing.name.startswith(search, autoescape=True), Filing.unit.startswith(search, autoescape=True))
        )
    if not paging.sort:
        paging = Paging(paging.number, paging.size, "created_at", True)
    return paged(statement, paging, SORTS)


@one_transaction
def export(actor: Actor) -> list[Filing]:
    """The register of the territory for the archive, by unit and name."""
    actor.must("filing.reveal")
    return list(session().scalars(select(Filing).order_by(Filing.unit, Filing.name).limit(50_000)))


def filing(filing_id: UUID) -> Filing:
    """One filing of the present scope; raises `NotFound`."""
    return found(Filing, filing_id)


def by_account(account_id: UUID | None) -> Filing | None:
    """The live filing behind an account, within the present scope."""
    statement = (
        select(Filing)
        .where(Filing.account_id == account_id, Filing.state.in_(("in_force", "changing", "suspended")))
        .limit(1)
    )
    return session().scalars(statement).one_or_none() if account_id else None


def by_username(username: str) -> Filing | None:
    """The filing in force behind a user name."""
    account = accounts.officer_named(username)
    row = by_account(account.id) if account else None
    return row if row is not None and row.state == FilingState.IN_FORCE else None


def colleagues(row: Filing) -> list[Filing]:
    """Other people of the same unit in force who hold the posts of `row`, by name: who may succeed."""
    statement = (
        select(Filing)
        .where(
            Filing.province_code == row.province_code,
            Filing.institution_code == row.institution_code,
            Filing.territory == row.territory,
            Filing.state == FilingState.IN_FORCE,
            Filing.id != row.id,
        )
        .order_by(Filing.name)
        .limit(500)
    )
    return [other for other in session().scalars(statement) if set(row.roles) <= set(other.roles)]


def undertaking(filing_id: UUID) -> tuple[bytes, str]:
    """The signed undertaking's bytes and content type; raises `NotFound`."""
    row = filing(filing_id)
    if not row.undertaking_key:
        raise NotFound()
    data = storage().get(row.undertaking_key)
    return data, "application/pdf" if row.undertaking_key.endswith(".pdf") else "image/jpeg"


def begun(actor: Actor, filing_id: UUID, state: str, who: str) -> Filing:
    """The locked row when the move is listed and lies in the actor's hands; raises `Refused` or `NotFound`.

    Who drafted or submitted a proposal does not decide on it; nobody decides on the own filing.
    """
    actor.must({"H": "filing.propose", "P": "filing.approve"}[who])
    row = locked(Filing, filing_id)
    findings = FILING_MOVES.judge(row.state, state, who)
    if who == "H":
        findings += judge_filer(actor.prefix, actor.institution_code, row.territory, row.institution_code)
    elif who == "P":
        makers = (row.drafted_by, row.proposed_by) if row.state == FilingState.SUBMITTED else ()
        findings += judge_approver(
            actor.id, actor.prefix, row.territory, row.institution_code, (row.account_id, *makers)
        )
    if findings:
        raise Refused(findings)
    return row


def settle(row: Filing, now: datetime) -> None:
    """Make the account what the filing says, in the same transaction: in force it opens, else nothing does."""
    until = in_force_until(row.state, row.confirm_by, row.valid_until)
    account = accounts.bind_officer(
        row.account_id, row.username, row.name, list(row.roles), row.territory, row.institution_code, until, now
    )
    row.account_id, row.username = account.id, account.username or row.username


def claim(row: Filing) -> FiledPerson:
    """The person's national row, locked."""
    person = session().get(FiledPerson, row.document_index, with_for_update=True, populate_existing=True)
    if person is None:
        person = FiledPerson(document_index=row.document_index)
        session().add(person)
    return person


def written(actor: Actor, verb: str, row: Filing, now: datetime, **detail: Any) -> None:
    """Put an act on a filing into the audit trail."""
    audit.record(
        actor, f"filing.{verb}", "filing", row.id, province_code=row.province_code, now=now, clause="三(二)", **detail
    )


def due_soon(today: date, limit: int = 50) -> list[Filing]:
    """Filings in force that lapse within 30 days without being confirmed."""
    statement = (
        select(Filing)
        .where(Filing.state == FilingState.IN_FORCE, Filing.confirm_by < date.fromordinal(today.toordinal() + 30))
        .order_by(Filing.confirm_by)
        .limit(limit)
    )
    return list(session().scalars(statement))

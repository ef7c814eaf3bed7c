"""Sessions in the database: begun, looked at, moved on by a second factor, ended here or from afar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, delete, select, update

from core.accounts.models import Account, OneTimeCode, SignIn
from core.accounts.rules import EndReason, SessionFacts, browser_of, network_of, session_fault
from core.accounts.service.signing import Holder, actor_of, opens
from core.accounts.service.throttle import Source
from core.foundation import audit, clock
from core.foundation.access import Lookup
from core.foundation.db import locked, new_id, one_transaction, session
from core.foundation.errors import NotFound

SEEN_EVERY = timedelta(minutes=1)
LISTED = 50


@dataclass(frozen=True, slots=True)
class Limits:
    """What the settings say of sessions: idle minutes, longest hours, how many an officer has, and their binding."""

    idle_minutes: int = 30
    longest_hours: int = 12
    officer_sessions: int = 1
    by_network: bool = True
    fresh_minutes: int = 10


class Running(NamedTuple):
    """A session as a request needs it, to be read only: fields as in `SignIn`."""

    id: UUID
    account_id: UUID
    epoch: int
    stage: str
    factor: str
    address: str
    agent: str
    begun_at: datetime
    seen_at: datetime
    fresh_at: datetime
    ended_at: datetime | None
    ended_why: str
    ended_from: str


_COLUMNS = (
    *(getattr(SignIn, name) for name in Running._fields),
    *(getattr(Account, name) for name in Holder._fields),
)
_RUNNING = Lookup(
    select(*_COLUMNS).join(Account, SignIn.account_id == Account.id).where(SignIn.id == bindparam("session"))
)


def looked_up(session_id: UUID) -> tuple[Running, Holder] | None:
    """A session and its account: one query by primary key."""
    row = _RUNNING.row(session=session_id)
    cut = len(Running._fields)
    return (Running(*row[:cut]), Holder(*row[cut:])) if row else None


def fault_of(row: SignIn | Running, account: Account | Holder, source: Source, most: Limits) -> EndReason | None:
    """Why this session ends at this request, or None."""
    real = clock.real_now()
    bound = account.kind == "officer" and most.by_network
    facts = SessionFacts(
        opens=opens(account, clock.today()),
        same_epoch=row.epoch == account.epoch,
        idle=(real - row.seen_at).total_seconds(),
        age=(real - row.begun_at).total_seconds(),
        same_browser=row.agent == source.agent or browser_of(row.agent) == browser_of(source.agent),
        same_network=not bound
        or row.address == source.address
        or network_of(row.address) == network_of(source.address),
    )
    return session_fault(facts, most.idle_minutes * 60, most.longest_hours * 3600)


def wants_note(row: SignIn | Running) -> bool:
    """Whether "last seen" is old enough to be written again: at most once a minute."""
    return clock.real_now() - row.seen_at > SEEN_EVERY


@one_transaction
def note_seen(session_id: UUID) -> None:
    """Write when the session was last seen; an ended one stays as it is."""
    session().execute(
        update(SignIn).where(SignIn.id == session_id, SignIn.ended_at.is_(None)).values(seen_at=clock.real_now())
    )


@one_transaction
def begin(account_id: UUID, stage: str, factor: str, source: Source, now: datetime, most: Limits) -> SignIn:
    """A new session; an open one of an officer ends the older ones, whose holder is told why."""
    account = locked(Account, account_id)
    real = clock.real_now()
    row = SignIn(
        id=new_id(), account_id=account.id, epoch=account.epoch, stage=stage, factor=factor,
        address=source.address, agent=source.agent[:200], begun_at=real, seen_at=real, fresh_at=real,
    )  # fmt: skip
    session().add(row)
    if stage == "open":
        _opened(account, row, source, now, most)
    return row


@one_transaction
def move_on(session_id: UUID, stage: str, factor: str, source: Source, now: datetime, most: Limits) -> SignIn:
    """The half session went a step further: it gets a new id, and counts as proven just now."""
    row = locked(SignIn, session_id)
    if row.ended_at is not None:
        raise NotFound()
    account = locked(Account, row.account_id)
    was_open = row.stage == "open"
    after = SignIn(
        id=new_id(), account_id=row.account_id, epoch=account.epoch, stage=stage, factor=factor,
        address=row.address, agent=row.agent, begun_at=row.begun_at, seen_at=clock.real_now(),
        fresh_at=clock.real_now(),
    )  # fmt: skip
    session().add(after)
    session().delete(row)  # its id is worth nothing any more
    if stage == "open" and not was_open:
        _opened(account, after, source, now, most)
    return after


def _opened(account: Account, row: SignIn, source: Source, now: datetime, most: Limits) -> None:
    account.last_sign_in_at = now
    keep = most.officer_sessions if account.kind == "officer" else LISTED
    others = select(SignIn).where(
        SignIn.account_id == account.id, SignIn.ended_at.is_(None), SignIn.id != row.id, SignIn.stage == "open"
    )
    for older in list(session().scalars(others.order_by(SignIn.id.desc())))[keep - 1 :]:
        mark_ended(older, EndReason.ELSEWHERE, source.address)
    audit.record(
        actor_of(account), "accounts.sign_in", "account", account.id, province_code=account.prefix[:2], now=now,
        clause="三(二)", factor=row.factor,
    )  # fmt: skip


def mark_ended(row: SignIn, why: EndReason, address: str = "") -> None:
    """Inside a transaction: the session ends now; `address` is whoever ended it."""
    row.ended_at, row.ended_why, row.ended_from = clock.real_now(), why, address
    row.challenge, row.offer = None, None


@one_transaction
def end(session_id: UUID, why: EndReason, source: Source, now: datetime) -> None:
    """End one session; ending an ended one is harmless."""
    row = locked(SignIn, session_id)
    if row.ended_at is not None:
        return
    mark_ended(row, why, source.address)
    account = locked(Account, row.account_id)
    audit.record(
        actor_of(account), "accounts.session_ended", "account", account.id, province_code=account.prefix[:2],
        now=now, clause="三(二)", why=str(why),
    )  # fmt: skip


@one_transaction
def end_mine(account_id: UUID, session_id: UUID, source: Source, now: datetime) -> None:
    """End another session of one's own from here; raises `NotFound` for anybody else's."""
    row = locked(SignIn, session_id)
    if row.account_id != account_id:
        raise NotFound()
    end(session_id, EndReason.REMOTE, source, now)


@one_transaction
def end_all(account_id: UUID, why: EndReason, address: str = "") -> None:
    """End every session of an account."""
    end_others(account_id, None, why, address)


@one_transaction
def end_others(account_id: UUID, kept: UUID | None, why: EndReason, address: str = "") -> None:
    """End the sessions of an account but one."""
    running = select(SignIn).where(SignIn.account_id == account_id, SignIn.ended_at.is_(None), SignIn.id != kept)
    if kept is None:
        running = select(SignIn).where(SignIn.account_id == account_id, SignIn.ended_at.is_(None))
    for row in session().scalars(running):
        mark_ended(row, why, address)


def of_account(account_id: UUID) -> list[SignIn]:
    """The latest sessions of an account, running ones and ended ones, newest first."""
    statement = (
        select(SignIn)
        .where(SignIn.account_id == account_id, SignIn.stage == "open")
        .order_by(SignIn.ended_at.is_not(None), SignIn.seen_at.desc())
        .limit(20)
    )
    return list(session().scalars(statement))


@one_transaction
def dispose(keep: timedelta = timedelta(days=180)) -> int:
    """Forget sessions last seen long ago and codes that ran out; the audit trail keeps who signed in."""
    real = clock.real_now()
    old = delete(SignIn).where(SignIn.seen_at < real - keep)
    spent = delete(OneTimeCode).where(OneTimeCode.expires_at < real - timedelta(days=1))
    return sum(int(getattr(session().execute(statement), "rowcount", 0)) for statement in (old, spent))

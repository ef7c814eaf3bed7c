"""The outbox: the only way from a transaction to the outside.

A verb posts messages in its own transaction. A relay claims them with a lease and either runs them
in-process (embedded) or hands them to the province's RQ queue; the job's id is the message's id. A job of
the usual kind runs in one transaction with its "done" mark, so twice delivered is once done. A
`foreign` job talks to others: it owns its transactions, re-reads state, and is marked done afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import Index, String, Text, func, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from core.foundation import audit, clock
from core.foundation.access import NATION, territory, within
from core.foundation.db import Base, Keyed, in_transaction, new_id, one_transaction, session, skip_locked
from core.foundation.logs import masked

log = structlog.get_logger("xingtan.outbox")

LEASE = timedelta(seconds=90)
ASKED_SECONDS = 10  # a worker asks a job to end so long after its time-out …
KILLED_SECONDS = 75  # … and has killed its process so long after that, whatever the job does with the asking
RUNNING = "run:"  # so begins a holder who is at it; others have only been handed it
BACKOFF_SECONDS = (1, 5, 30, 120, 600, 1800, 3600)


class MessageState(StrEnum):
    """Where a message stands."""

    WAITING = "waiting"
    LEASED = "leased"
    DONE = "done"
    FAILED = "failed"


class OutboxMessage(Keyed, Base):
    """A promise to do something: `kind` names the job, `payload` holds ids only, never personal data."""

    __tablename__ = "outbox_message"
    __table_args__ = (
        Index("ix_outbox_message_open", "state", "not_before", "id"),
        Index("ix_outbox_message_key", "key", "state"),
    )

    province_code: Mapped[str] = mapped_column(String(2))
    kind: Mapped[str] = mapped_column(String(60))
    payload: Mapped[dict[str, Any]]
    key: Mapped[str] = mapped_column(String(120), default="")
    state: Mapped[str] = mapped_column(String(10), default=MessageState.WAITING)
    not_before: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    holder: Mapped[str] = mapped_column(String(40), default="")
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class Message:
    """What a job is given."""

    id: UUID
    province_code: str
    kind: str
    payload: dict[str, Any]
    attempts: int


Handler = Callable[[Message, datetime], None]


@dataclass(frozen=True, slots=True)
class Job:
    """How a kind of message is done."""

    kind: str
    handler: Handler
    foreign: bool
    timeout: int
    attempts: int

    @property
    def longest(self) -> timedelta:
        """How long one run can last, whatever it does: so long nobody else is given its message."""
        return timedelta(seconds=self.timeout + ASKED_SECONDS + KILLED_SECONDS)


JOBS: dict[str, Job] = {}
DAILY: set[str] = set()  # kinds that provinces have done once a day


def job(kind: str, *, foreign: bool = False, timeout: int = 60, attempts: int = 8) -> Callable[[Handler], Handler]:
    """Register what does messages of `kind`; `timeout` in seconds, `attempts` before it stands as failed."""

    def register(handler: Handler) -> Handler:
        if kind in JOBS and JOBS[kind].handler.__qualname__ != handler.__qualname__:
            raise ValueError(f"two jobs for message kind {kind}")
        JOBS[kind] = Job(kind, handler, foreign, timeout, attempts)
        return handler

    return register


def post(
    kind: str,
    province_code: str = "",
    *,
    now: datetime,
    after: timedelta = timedelta(0),
    key: str = "",
    **payload: Any,
) -> UUID | None:
    """Promise a job within the open transaction; returns the message's id.

    It is due `after` real time has passed: pauses are technical, what the calendar brings is the daily job's.
    With `key`, nothing is posted (None) while a message of that key still waits.
    """
    if not in_transaction():
        raise RuntimeError("a message belongs to the transaction of its cause")
    if key and _waits(key):
        return None
    message = OutboxMessage(
        id=new_id(),
        province_code=province_code,
        kind=kind,
        payload={name: str(value) if isinstance(value, UUID) else value for name, value in payload.items()},
        key=key,
        not_before=clock.real_now() + after,
        created_at=now,
    )
    session().add(message)
    return message.id


def _waits(key: str) -> bool:
    statement = (
        select(OutboxMessage.id).where(OutboxMessage.key == key, OutboxMessage.state == MessageState.WAITING).limit(1)
    )
    return session().scalar(statement) is not None


def _open(now: datetime) -> Any:
    """Criterion: waiting and due, or leased by somebody who is gone."""
    return or_(
        (OutboxMessage.state == MessageState.WAITING) & (OutboxMessage.not_before <= now),
        (OutboxMessage.state == MessageState.LEASED) & (OutboxMessage.lease_until < clock.real_now()),
    )


@one_transaction
def claim(holder: str, limit: int = 20, lease: timedelta = LEASE, kinds: Iterable[str] = ()) -> list[Message]:
    """Lease up to `limit` due messages to `holder`, oldest first."""
    statement = select(OutboxMessage).where(_open(clock.real_now()))
    if kinds:
        statement = statement.where(OutboxMessage.kind.in_(list(kinds)))
    statement = statement.order_by(OutboxMessage.id).limit(limit)
    rows = list(session().scalars(skip_locked(statement).execution_options(populate_existing=True)))
    for row in rows:
        row.state, row.holder, row.lease_until = MessageState.LEASED, holder, clock.real_now() + lease
    return [_as_message(row) for row in rows]


def _as_message(row: OutboxMessage) -> Message:
    return Message(row.id, row.province_code, row.kind, dict(row.payload), row.attempts)


def perform(message_id: UUID) -> bool:
    """Do one message, whoever delivered it and however often; returns whether it was done now.

    A fault is recorded and tried again later, with growing pauses, until its kind's attempts are used up.
    """
    with within(NATION):
        kind = session().scalar(select(OutboxMessage.kind).where(OutboxMessage.id == message_id))
        session().rollback()
    if kind is None:
        return False
    task = JOBS.get(kind)
    if task is None:
        _failed(message_id, f"no job for kind {kind}", 0)
        return False
    me = f"{RUNNING}{new_id()}"
    try:
        with audit.coming_from(f"job {kind}"):
            return _perform_foreign(task, message_id, me) if task.foreign else _perform_own(task, message_id)
    except Exception as fault:  # a job's fault is recorded, never lost, never fatal to the runner
        session().rollback()
        log.warning("job failed", kind=kind, message=str(message_id), error=type(fault).__name__)
        _failed(message_id, masked(f"{type(fault).__name__}: {fault}")[:500], task.attempts, me)
        return False


@one_transaction
def peek(message_id: UUID) -> Message | None:
    """A message as it stands, None when it is done or gone."""
    with within(NATION):
        row = session().get(OutboxMessage, message_id, populate_existing=True)
    return None if row is None or row.state in (MessageState.DONE, MessageState.FAILED) else _as_message(row)


@one_transaction
def postpone(message_id: UUID, pause: timedelta) -> None:
    """Give a message back untried: it is due again after `pause`."""
    with within(NATION):
        row = _row(message_id)
    if row is not None and row.state == MessageState.LEASED and not row.holder.startswith(RUNNING):
        row.state, row.holder, row.lease_until = MessageState.WAITING, "", None
        row.not_before = clock.real_now() + pause


def stopped(message_id: UUID) -> None:
    """The process that did a message had to be killed: one attempt less."""
    with within(NATION):
        row = session().get(OutboxMessage, message_id, populate_existing=True)
        session().rollback()
    if row is not None and row.kind in JOBS:
        _failed(message_id, "the process was killed: too long, or out of memory", JOBS[row.kind].attempts)


def _row(message_id: UUID) -> OutboxMessage | None:
    statement = select(OutboxMessage).where(OutboxMessage.id == message_id)
    return session().scalars(skip_locked(statement).execution_options(populate_existing=True)).one_or_none()


@one_transaction
def _perform_own(task: Job, message_id: UUID) -> bool:
    with within(NATION):
        row = _row(message_id)
    if row is None or row.state in (MessageState.DONE, MessageState.FAILED):
        return False
    now = clock.now()
    with within(territory(row.province_code)):
        task.handler(_as_message(row), now)
        session().flush()
    _mark_done(row, now)
    return True


def _mark_done(row: OutboxMessage, now: datetime) -> None:
    row.state, row.done_at, row.lease_until, row.last_error = MessageState.DONE, now, None, ""


def _perform_foreign(task: Job, message_id: UUID, me: str) -> bool:
    message = _take(message_id, me, task.longest)
    if message is None:
        return False
    with within(territory(message.province_code)):
        task.handler(message, clock.now())
        session().rollback()
    return _finish(message_id, me)


@one_transaction
def _take(message_id: UUID, me: str, lease: timedelta) -> Message | None:
    with within(NATION):
        row = _row(message_id)
    if row is None or row.state in (MessageState.DONE, MessageState.FAILED):
        return None
    leased = row.state == MessageState.LEASED and row.lease_until and row.lease_until > clock.real_now()
    if leased and row.holder.startswith(RUNNING):
        return None  # somebody is at it
    row.state, row.holder, row.lease_until = MessageState.LEASED, me, clock.real_now() + lease
    return _as_message(row)


@one_transaction
def _finish(message_id: UUID, me: str) -> bool:
    with within(NATION):
        row = _row(message_id)
    if row is None or row.holder != me:
        return False
    _mark_done(row, clock.now())
    return True


@one_transaction
def _failed(message_id: UUID, error: str, attempts: int, me: str = "") -> None:
    with within(NATION):
        row = _row(message_id)
    if row is None or row.state == MessageState.DONE:
        return
    if me and row.holder.startswith(RUNNING) and row.holder != me:
        return  # it is another's by now, and that one is at it
    row.attempts += 1
    row.last_error, row.lease_until, row.holder = error, None, ""
    if row.attempts >= attempts:
        row.state = MessageState.FAILED
        return
    row.state = MessageState.WAITING
    pause = BACKOFF_SECONDS[min(row.attempts, len(BACKOFF_SECONDS)) - 1]
    row.not_before = clock.real_now() + timedelta(seconds=pause)


def drain(holder: str = "drain", limit: int = 10_000) -> int:
    """Do everything that is due, in this process, until nothing is; returns how many were done."""
    done = 0
    while done < limit:
        with within(NATION):
            messages = claim(holder)
        if not messages:
            return done
        done += sum(perform(message.id) for message in messages)
    return done


@one_transaction
def retry(message_id: UUID) -> bool:
    """Give a failed message its attempts again; for the operator."""
    with within(NATION):
        row = _row(message_id)
    if row is None or row.state != MessageState.FAILED:
        return False
    row.state, row.attempts, row.not_before = MessageState.WAITING, 0, clock.real_now()
    return True


def promised(key: str) -> bool:
    """Whether a message of this key was ever posted, done or not."""
    return session().scalar(select(OutboxMessage.id).where(OutboxMessage.key == key).limit(1)) is not None


def tally() -> dict[str, int]:
    """How many messages stand in each state."""
    rows = session().execute(select(OutboxMessage.state, func.count()).group_by(OutboxMessage.state))
    return {row[0]: row[1] for row in rows}


@one_transaction
def release(holder: str) -> int:
    """Give back what `holder` leased and did not do; returns how many."""
    statement = (
        update(OutboxMessage)
        .where(OutboxMessage.holder == holder, OutboxMessage.state == MessageState.LEASED)
        .values(state=MessageState.WAITING, holder="", lease_until=None)
    )
    with within(NATION):
        result: Any = session().execute(statement)
    return int(result.rowcount)

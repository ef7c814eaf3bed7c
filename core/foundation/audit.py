"""The audit trail: who did what to what, when, from where and under which clause, before and after. Append-only.

The row is written in the verb's own transaction, with what changed in its subject: personal values stand there as
keyed codes, by which an auditor can prove that a value was this one, and read nothing. `foundation/chain.py` makes
every later alteration show.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, UniqueConstraint, event, inspect, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.foundation.access import Actor
from core.foundation.db import APPEND_ONLY, Base, Json, Keyed, Sealed, in_transaction, keyring, new_id, session
from core.foundation.paging import Page, Paging, paged

LONGEST = 80  # characters of a plain value kept as it is; a longer text is kept as its code
_CHANGES = "xingtan_changes"
_address: ContextVar[str] = ContextVar("xingtan_address", default="")


class AuditEntry(Keyed, Base):
    """One act. `detail` holds ids, states and reasons; `changes` {column: [before, after]} of the subject.

    `writer` and `number` count the entries of one writing thread without a gap, `code` is keyed and covers the
    entry and the code before it: a row that is altered or taken out of the middle shows at once, sealed or not.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_subject", "subject_id", "at"),
        Index(None, "province_code", "id"),
        Index(None, "province_code", "at"),
        Index(None, "actor_name", "at"),
        Index(None, "verb", "at"),
        UniqueConstraint("writer", "number"),
    )

    province_code: Mapped[str] = mapped_column(String(2))
    at: Mapped[datetime]
    actor_kind: Mapped[str] = mapped_column(String(12))
    actor_id: Mapped[UUID | None]
    actor_name: Mapped[str] = mapped_column(String(60))
    address: Mapped[str] = mapped_column(String(45), default="")
    verb: Mapped[str] = mapped_column(String(60))
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(60))
    clause: Mapped[str] = mapped_column(String(60), default="")
    detail: Mapped[dict[str, Any]]
    changes: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    writer: Mapped[UUID]
    number: Mapped[int]
    code: Mapped[str] = mapped_column(String(64))


class AuditSeal(Keyed, Base):
    """A link of a province's chain: number, the entry it covers and the hash up to it."""

    __tablename__ = "audit_seal"
    __table_args__ = (UniqueConstraint("province_code", "number"), UniqueConstraint("entry_id"))

    province_code: Mapped[str] = mapped_column(String(2))
    number: Mapped[int]
    entry_id: Mapped[UUID]
    hash: Mapped[str] = mapped_column(String(64))


APPEND_ONLY += ["audit_entry", "audit_seal"]


def record(
    actor: Actor,
    verb: str,
    subject_kind: str,
    subject_id: UUID | str,
    *,
    province_code: str,
    now: datetime,
    clause: str = "",
    **detail: Any,
) -> AuditEntry:
    """Write one act into the open transaction; `detail` must be JSON-able. Call it after the subject was changed."""
    if not in_transaction():
        raise RuntimeError("an audit entry belongs to the transaction of its act")
    entry = AuditEntry(
        id=new_id(),
        province_code=province_code,
        at=now,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
        address=_address.get(),
        verb=verb,
        subject_kind=subject_kind,
        subject_id=str(subject_id),
        clause=clause,
        detail=detail,
    )
    session().add(entry)
    return entry


@contextmanager
def coming_from(address: str) -> Iterator[None]:
    """What is recorded meanwhile came from this address: an IP address, "console", or a job's name."""
    token = _address.set(address[:45])
    try:
        yield
    finally:
        _address.reset(token)


def set_address(address: str) -> None:
    """The address of this request; web wiring only."""
    _address.set(address[:45])


@event.listens_for(Session, "before_flush")
def _note_changes(current: Session, context: Any, instances: Any) -> None:
    noted: dict[str, dict[str, tuple[Any, Any, bool]]] = current.info.setdefault(_CHANGES, {})
    for row in (*current.new, *current.dirty):
        subject = getattr(row, "id", None) or getattr(row, "code", None)
        if isinstance(row, AuditEntry | AuditSeal) or subject is None:
            continue
        changed = noted.setdefault(str(subject), {})
        for name, pair in _changed(row):
            changed[name] = (changed[name][0], *pair[1:]) if name in changed else pair
    for row in current.new:
        if isinstance(row, AuditEntry) and not row.changes:
            found = noted.pop(row.subject_id, {})
            row.changes = {
                name: [_shown(before, hidden), _shown(after, hidden)] for name, (before, after, hidden) in found.items()
            }


@event.listens_for(Session, "after_commit")
@event.listens_for(Session, "after_rollback")
def _forget_changes(current: Session) -> None:
    if not current.in_nested_transaction():
        current.info.pop(_CHANGES, None)


def _changed(row: Any) -> Iterator[tuple[str, tuple[Any, Any, bool]]]:
    state = inspect(row)
    # what was loaded and not set has no history; of a new row, everything was set
    touched = state.committed_state if state.persistent else state.dict
    for name in list(touched):
        attribute = state.mapper.column_attrs.get(name)
        if attribute is None or attribute.columns[0].name in ("id", "version"):
            continue
        column, past = attribute.columns[0], state.attrs[name].history
        if not past.has_changes():
            continue
        before, after = (list(past.deleted) or [None])[0], (list(past.added) or [None])[0]
        if before != after:
            hidden = isinstance(column.type, Sealed) or bool(column.info.get("personal"))
            yield name, (_kept(before), _kept(after), hidden or isinstance(before or after, dict | list))


def _kept(value: Any) -> Any:
    return str(value) if isinstance(value, dict | list) else value  # as it is now, whatever becomes of it


def _shown(value: Any, hidden: bool) -> Any:
    if value is None or value == "" or (isinstance(value, bool | int) and not hidden):
        return value
    text = value.isoformat() if isinstance(value, date | datetime) else str(value)
    return code_of(text) if hidden or isinstance(value, dict | list) or len(text) > LONGEST else text


def code_of(text: str) -> str:
    """How a personal value stands in the trail: `#` and a keyed code; equal values have equal codes."""
    return "#" + keyring().code(text, "audit value")[:26]


def history(subject_kind: str, subject_id: UUID | str, limit: int = 200) -> list[AuditEntry]:
    """What happened to one thing, oldest first; the caller has already shown it lies in its territory."""
    statement = (
        select(AuditEntry)
        .where(AuditEntry.subject_id == str(subject_id), AuditEntry.subject_kind == subject_kind)
        .order_by(AuditEntry.at, AuditEntry.id)
        .limit(limit)
    )
    return list(session().scalars(statement))


def search(
    actor: Actor,
    paging: Paging,
    *,
    province_code: str = "",
    by: str = "",
    verb: str = "",
    subject: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> Page[AuditEntry]:
    """The trail of the actor's province (of the nation for the centre's auditors), newest first.

    `by` is an officer's whole name, `verb` its beginning, `subject` a whole id; `until` is not included.
    """
    actor.must("audit.view")
    statement = select(AuditEntry)
    province = actor.province_code or province_code
    if province:
        statement = statement.where(AuditEntry.province_code == province)
    if by:
        statement = statement.where(AuditEntry.actor_name == by)
    if verb:
        statement = statement.where(AuditEntry.verb.startswith(verb, autoescape=True))
    if subject:
        statement = statement.where(AuditEntry.subject_id == subject)
    if since:
        statement = statement.where(AuditEntry.at >= since)
    if until:
        statement = statement.where(AuditEntry.at < until)
    return paged(statement, Paging(paging.number, paging.size, "at", True), {"at": AuditEntry.at})

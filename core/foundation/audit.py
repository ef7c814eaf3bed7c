"""The audit trail: who did what to what, when and under which clause. Append-only.

The row is written in the verb's own transaction. Sealing chains rows per province afterwards, in
batches, so that writers never queue on the chain's head; `verify` finds any altered row.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, UniqueConstraint, exists, func, select
from sqlalchemy.orm import Mapped, mapped_column

from core.foundation.access import Actor
from core.foundation.db import APPEND_ONLY, Base, Keyed, in_transaction, one_transaction, session


class AuditEntry(Keyed, Base):
    """One act. `detail` holds ids, states and reasons; never an identity number."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_subject", "subject_id", "at"), Index(None, "province_code", "id"))

    province_code: Mapped[str] = mapped_column(String(2))
    at: Mapped[datetime]
    actor_kind: Mapped[str] = mapped_column(String(12))
    actor_id: Mapped[UUID | None]
    actor_name: Mapped[str] = mapped_column(String(60))
    verb: Mapped[str] = mapped_column(String(60))
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(60))
    clause: Mapped[str] = mapped_column(String(60), default="")
    detail: Mapped[dict[str, Any]]


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
    """Write one act into the open transaction; `detail` must be JSON-able."""
    if not in_transaction():
        raise RuntimeError("an audit entry belongs to the transaction of its act")
    entry = AuditEntry(
        province_code=province_code,
        at=now,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
        verb=verb,
        subject_kind=subject_kind,
        subject_id=str(subject_id),
        clause=clause,
        detail=detail,
    )
    session().add(entry)
    return entry


def history(subject_kind: str, subject_id: UUID | str, limit: int = 200) -> list[AuditEntry]:
    """What happened to one thing, oldest first; the caller has already shown it lies in its territory."""
    statement = (
        select(AuditEntry)
        .where(AuditEntry.subject_id == str(subject_id), AuditEntry.subject_kind == subject_kind)
        .order_by(AuditEntry.at, AuditEntry.id)
        .limit(limit)
    )
    return list(session().scalars(statement))


def _link(previous: str, entry: AuditEntry) -> str:
    text = json.dumps(
        [
            previous,
            entry.id.hex,
            entry.province_code,
            entry.at.isoformat(),
            entry.actor_kind,
            entry.actor_id.hex if entry.actor_id else "",
            entry.actor_name,
            entry.verb,
            entry.subject_kind,
            entry.subject_id,
            entry.clause,
            entry.detail,
        ],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(text.encode()).hexdigest()


@one_transaction
def seal(limit: int = 5000) -> int:
    """Chain up to `limit` entries that have no link yet; returns how many were sealed."""
    current = session()
    sealed = exists().where(AuditSeal.entry_id == AuditEntry.id)
    entries = list(current.scalars(select(AuditEntry).where(~sealed).order_by(AuditEntry.id).limit(limit)))
    heads: dict[str, tuple[int, str]] = {}
    for entry in entries:
        code = entry.province_code
        if code not in heads:
            heads[code] = _head(code)
        number, previous = heads[code]
        heads[code] = (number + 1, _link(previous, entry))
        current.add(AuditSeal(province_code=code, number=number + 1, entry_id=entry.id, hash=heads[code][1]))
    return len(entries)


def _head(province_code: str) -> tuple[int, str]:
    statement = (
        select(AuditSeal).where(AuditSeal.province_code == province_code).order_by(AuditSeal.number.desc()).limit(1)
    )
    last = session().scalars(statement).one_or_none()
    return (last.number, last.hash) if last else (0, "")


def verify() -> Iterator[str]:
    """Walk every province's chain; yields one line for each link that does not hold."""
    current = session()
    codes = current.scalars(select(AuditSeal.province_code).distinct().order_by(AuditSeal.province_code))
    for code in list(codes):
        previous, expected = "", 1
        statement = (
            select(AuditSeal, AuditEntry)
            .outerjoin(AuditEntry, AuditEntry.id == AuditSeal.entry_id)
            .where(AuditSeal.province_code == code)
            .order_by(AuditSeal.number)
        )
        for link, entry in current.execute(statement.execution_options(yield_per=1000)):
            if link.number != expected:
                yield f"{code}: link {expected} is missing"
                expected = link.number
            if entry is None:
                yield f"{code}: the entry of link {link.number} is gone"
            elif _link(previous, entry) != link.hash:
                yield f"{code}: the entry of link {link.number} was altered"
            previous, expected = link.hash, expected + 1


def counts() -> tuple[int, int]:
    """How many entries there are, and how many are sealed."""
    current = session()
    entries = current.scalar(select(func.count()).select_from(AuditEntry)) or 0
    seals = current.scalar(select(func.count()).select_from(AuditSeal)) or 0
    return entries, seals

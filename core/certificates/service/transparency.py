"""Verbs of the transparency log: an event noted with its cause, given its place, covered by a signed head, proved."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select, tuple_

from core.certificates.models.transparency import LogEntry, LogHead, LogLeaf, LogNode, LogPending
from core.certificates.rules import merkle
from core.certificates.rules.codes import LogEvent, head_data, leaf_data
from core.foundation import outbox
from core.foundation.db import new_id, one_transaction, session, skip_locked
from core.foundation.errors import Conflict, NotFound
from core.foundation.signing import PublicKey, signer

HEAD_PURPOSE = "transparency log head"
MOST_LEAVES = 1000
BATCH = 1000


def note(number: str, event: LogEvent, piece: int, name: str, on: date, now: datetime) -> None:
    """Write an event of a certificate into the log, within the transaction of its cause."""
    data = leaf_data(number, event, piece, name, on, os.urandom(16).hex())
    entry = LogEntry(id=new_id(), number=number, data=data.decode(), hash=merkle.leaf_hash(data).hex(), at=now)
    session().add_all([entry, LogPending(entry_id=entry.id)])
    outbox.post("certificates.sequence", now=now, key="certificates.sequence")


def size() -> int:
    """How many leaves have their place."""
    last = session().scalar(select(func.max(LogLeaf.position)))
    return 0 if last is None else last + 1


@one_transaction
def sequence(now: datetime) -> int:
    """Give waiting entries their places, in the order they were written; returns how many.

    Two that do so at once meet in the leaves' key: one of them wins, the other's message is tried again.
    """
    statement = (
        select(LogPending, LogEntry.hash)
        .join(LogEntry, LogEntry.id == LogPending.entry_id)
        .order_by(LogPending.entry_id)
        .limit(BATCH)
    )
    rows = session().execute(skip_locked(statement)).all()
    if not rows:
        return 0
    count = size()
    fringe = _nodes(merkle.split((0, count)))
    leaves, made = [], []
    for pending, text in rows:
        grown = merkle.growth(count, bytes.fromhex(text), fringe.__getitem__)
        fringe |= dict(grown)
        made += [{"level": node[0], "position": node[1], "hash": value.hex()} for node, value in grown]
        leaves.append({"position": count, "entry_id": pending.entry_id})
        count += 1
    session().execute(insert(LogLeaf), leaves)
    session().execute(insert(LogNode), made)
    session().execute(delete(LogPending).where(LogPending.entry_id.in_([row[0].entry_id for row in rows])))
    if len(rows) == BATCH:
        outbox.post("certificates.sequence", now=now)
    return len(rows)


def _nodes(wanted: Iterable[merkle.Node]) -> dict[merkle.Node, bytes]:
    """Hashes of nodes, in one read."""
    keys = sorted(set(wanted))
    if not keys:
        return {}
    statement = select(LogNode.level, LogNode.position, LogNode.hash).where(
        tuple_(LogNode.level, LogNode.position).in_(keys)
    )
    found = {(level, position): bytes.fromhex(text) for level, position, text in session().execute(statement)}
    if len(found) != len(keys):
        raise Conflict()
    return found


def _spans(spans: list[merkle.Range]) -> list[bytes]:
    nodes = _nodes(node for span in spans for node in merkle.split(span))
    return [merkle.span_hash(span, nodes.__getitem__) for span in spans]


def latest_head() -> LogHead | None:
    """The newest signed head, if one was published."""
    return session().scalars(select(LogHead).order_by(LogHead.size.desc()).limit(1)).one_or_none()


def heads(limit: int = 400) -> list[LogHead]:
    """Signed heads, the newest first."""
    return list(session().scalars(select(LogHead).order_by(LogHead.size.desc()).limit(limit)))


@one_transaction
def publish_head(now: datetime) -> LogHead | None:
    """Sign the tree as it stands, once for each size; None while it is empty."""
    count = size()
    if not count:
        return None
    known = session().get(LogHead, count)
    if known is not None:
        return known
    root, at, key = _spans([(0, count)])[0], now.isoformat(timespec="seconds"), signer()
    row = LogHead(
        size=count, root=root.hex(), at=at, algorithm=key.public.algorithm, public=key.public.raw.hex(),
        signature=key.sign(HEAD_PURPOSE, head_data(count, root, at)).hex(),
    )  # fmt: skip
    session().add(row)
    return row


def publish_daily(now: datetime) -> int:
    """Give every waiting event its place, then sign a head; returns the tree's size."""
    while sequence(now) == BATCH:
        pass
    head = publish_head(now)
    return head.size if head else 0


def head_dict(row: LogHead) -> dict[str, Any]:
    """A head as it is published."""
    key = PublicKey(row.algorithm, bytes.fromhex(row.public))
    return {"size": row.size, "root": row.root, "at": row.at, "signature": row.signature, **key.as_dict()}


def consistency(first: int, second: int) -> list[str]:
    """The proof (hex) that the tree of `first` leaves is the beginning of that of `second`; raises `NotFound`."""
    if not 0 < first <= second <= size():
        raise NotFound()
    return [item.hex() for item in _spans(merkle.consistency_ranges(first, second))]


def leaves(start: int, count: int) -> list[str]:
    """Up to 1000 leaf hashes (hex) from `start`, so that a monitor can build the tree for itself."""
    statement = (
        select(LogNode.hash)
        .where(LogNode.level == 0, LogNode.position >= start)
        .order_by(LogNode.position)
        .limit(min(count, MOST_LEAVES))
    )
    return list(session().scalars(statement))


@dataclass(frozen=True, slots=True)
class Proof:
    """That one event of a certificate stands in the log: its leaf's text, place and path to the head's root."""

    leaf: str
    index: int
    path: list[str]


def proofs(number: str) -> tuple[LogHead | None, list[Proof]]:
    """The newest head and a proof for each event of a certificate that it covers; the caller has shown the name."""
    head = latest_head()
    if head is None:
        return None, []
    statement = (
        select(LogEntry.data, LogLeaf.position)
        .join(LogLeaf, LogLeaf.entry_id == LogEntry.id)
        .where(LogEntry.number == number, LogLeaf.position < head.size)
        .order_by(LogLeaf.position)
        .limit(100)
    )
    return head, [
        Proof(data, index, [item.hex() for item in _spans(merkle.inclusion_ranges(index, head.size))])
        for data, index in session().execute(statement)
    ]


def altered_entries() -> Iterator[UUID]:
    """Entries whose text no longer has the hash that the tree holds: for the invariants and the auditor."""
    statement = (
        select(LogEntry.id, LogEntry.data, LogNode.hash)
        .join(LogLeaf, LogLeaf.entry_id == LogEntry.id)
        .join(LogNode, (LogNode.level == 0) & (LogNode.position == LogLeaf.position))
        .execution_options(yield_per=1000)
    )
    for ident, data, text in session().execute(statement):
        if merkle.leaf_hash(data.encode()).hex() != text:
            yield ident

"""What makes an altered audit trail show: writers' codes, the provinces' chains, and heads kept elsewhere.

Three nets, each catching what slips through the one before:
- every writing thread numbers its entries without a gap and codes each with a key that is not in the database;
- entries are chained per province, in batches, a moment later, so that writers never queue on a chain's head;
- the chains' heads are signed once a day and kept outside: what was cut off at the end is missed by them.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import event, exists, func, select
from sqlalchemy.orm import Session

from core.foundation import access, clock
from core.foundation.audit import AuditEntry, AuditSeal
from core.foundation.crypto import digest
from core.foundation.db import keyring, new_id, one_transaction, session
from core.foundation.errors import Conflict
from core.foundation.signing import PublicKey, signer

LATELY = timedelta(minutes=10)  # longer than any transaction stays open
PURPOSE = "audit head"
_PEN = "xingtan_pen"


@dataclass
class _Pen:
    """Who writes: a thread's own number series. Thrown away whenever it is not sure what was committed."""

    writer: UUID = field(default_factory=new_id)
    number: int = 0
    code: str = ""
    process: int = field(default_factory=os.getpid)


_resting = threading.local()


def new_series() -> None:
    """Begin a series of this thread's own anew; for tests that empty the tables under it."""
    _resting.pen = None


def _pen(current: Session) -> _Pen:
    held = current.info.get(_PEN)
    root = current.get_transaction()
    if held and held[0] is root:
        return held[1]
    pen: _Pen | None = getattr(_resting, "pen", None)
    _resting.pen = None
    if pen is None or pen.process != os.getpid():
        pen = _Pen()
    current.info[_PEN] = (root, pen)
    return pen


@event.listens_for(Session, "before_flush")
def _number(current: Session, context: Any, instances: Any) -> None:
    for entry in [row for row in current.new if isinstance(row, AuditEntry)]:
        pen = _pen(current)
        pen.number += 1
        entry.writer, entry.number = pen.writer, pen.number
        entry.code = pen.code = keyring().code(_text(pen.code, entry), "audit entry")


@event.listens_for(Session, "after_commit")
def _rest(current: Session) -> None:
    if not current.in_nested_transaction() and _PEN in current.info:
        _resting.pen = current.info.pop(_PEN)[1]


@event.listens_for(Session, "after_soft_rollback")
def _throw_away(current: Session, previous: Any) -> None:
    current.info.pop(_PEN, None)


_json = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str).encode


def _text(previous: str, entry: Any) -> str:
    """What an entry, or its row, says after the one before it: the text under its code and its link."""
    parts = [
        previous, entry.id.hex, entry.province_code, entry.at.timestamp(), entry.actor_kind,
        entry.actor_id.hex if entry.actor_id else "", entry.actor_name, entry.address or "", entry.verb,
        entry.subject_kind, entry.subject_id, entry.clause or "", entry.detail, entry.changes or {},
        entry.writer.hex, entry.number,
    ]  # fmt: skip
    return _json(parts)


def _link(previous: str, entry: Any, suite: str) -> str:
    return digest(_text(previous, entry) + entry.code, suite)


@one_transaction
def seal(limit: int = 5000, within: timedelta | None = None) -> int:
    """Chain up to `limit` entries that have no link yet; returns how many were sealed.

    `within` looks only at entries of that last while, which costs the same however long the trail is.
    """
    current = session()
    statement = select(AuditEntry).where(~exists().where(AuditSeal.entry_id == AuditEntry.id))
    if within is not None:
        statement = statement.where(AuditEntry.id >= _first_id(clock.real_now() - within))
    entries = list(current.scalars(statement.order_by(AuditEntry.id).limit(limit)))
    heads: dict[str, tuple[int, str]] = {}
    for entry in entries:
        code = entry.province_code
        if code not in heads:
            heads[code] = _head(code)
        number, previous = heads[code]
        heads[code] = (number + 1, _link(previous, entry, keyring().current.suite))
        current.add(AuditSeal(province_code=code, number=number + 1, entry_id=entry.id, hash=heads[code][1]))
    return len(entries)


def seal_now() -> None:
    """Chain what was written lately, if anything; another process that is at it wins."""
    recent = AuditEntry.id >= _first_id(clock.real_now() - LATELY)
    unsealed = select(AuditEntry.id).where(recent, ~exists().where(AuditSeal.entry_id == AuditEntry.id)).limit(1)
    with access.within(access.NOWHERE), suppress(Conflict):
        if session().scalar(unsealed) is not None:
            seal(within=LATELY)


def _first_id(moment: datetime) -> UUID:
    """The smallest UUIDv7 of a moment."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)


def _head(province_code: str) -> tuple[int, str]:
    statement = (
        select(AuditSeal).where(AuditSeal.province_code == province_code).order_by(AuditSeal.number.desc()).limit(1)
    )
    last = session().scalars(statement).one_or_none()
    return (last.number, last.hash) if last else (0, "")


def counts() -> tuple[int, int]:
    """How many entries there are, and how many are sealed."""
    current = session()
    entries = current.scalar(select(func.count()).select_from(AuditEntry)) or 0
    seals = current.scalar(select(func.count()).select_from(AuditSeal)) or 0
    return entries, seals


_COLUMNS = tuple(AuditEntry.__table__.columns)  # rows of columns: a walk over millions needs no objects


def verify() -> Iterator[str]:
    """Walk every writer's series and every province's chain; yields one line for each fault, which says where."""
    yield from _verify_writers()
    yield from _verify_chains()


def _verify_writers() -> Iterator[str]:
    statement = select(*_COLUMNS).order_by(AuditEntry.writer, AuditEntry.number)
    writer, expected, previous = None, 1, ""
    for entry in session().execute(statement.execution_options(yield_per=1000)):
        if entry.writer != writer:
            writer, expected, previous = entry.writer, 1, ""
        if entry.number != expected:
            yield f"{_where(entry)}: {entry.number - expected} entries before it are gone"
            previous = ""  # its code leans on one that is not there: its own content is judged by the chain
        elif not keyring().code_holds(entry.code, _text(previous, entry), "audit entry"):
            yield f"{_where(entry)}: the entry was altered or put in"
        previous, expected = entry.code, entry.number + 1


def _where(entry: Any) -> str:
    return f"{entry.province_code or 'nation'}: entry {entry.id} ({entry.verb}, {entry.at:%Y-%m-%d %H:%M:%S})"


def _verify_chains() -> Iterator[str]:
    codes = session().scalars(select(AuditSeal.province_code).distinct().order_by(AuditSeal.province_code))
    for code in list(codes):
        place, previous, expected = code or "nation", "", 1
        statement = (
            select(*_COLUMNS, AuditSeal.number.label("link"), AuditSeal.hash, AuditSeal.entry_id)
            .select_from(AuditSeal)
            .outerjoin(AuditEntry, AuditEntry.id == AuditSeal.entry_id)
            .where(AuditSeal.province_code == code)
            .order_by(AuditSeal.number)
        )
        for row in session().execute(statement.execution_options(yield_per=1000)):
            if row.link != expected:
                yield f"{place}: links {expected} to {row.link - 1} are missing"
            elif row.id is None:
                yield f"{place}: entry {row.entry_id} of link {row.link} is gone"
            elif not any(row.hash == _link(previous, row, suite) for suite in ("aes", "sm")):
                yield f"{_where(row)}: link {row.link} does not hold, it or the entry was altered"
            previous, expected = row.hash, row.link + 1


def head(now: datetime) -> dict[str, Any]:
    """The present heads of every province's chain, signed: keep it where nobody who writes here can reach."""
    latest = select(AuditSeal.province_code, func.max(AuditSeal.number)).group_by(AuditSeal.province_code)
    heads = {code: list(_head(code)) for code, _number in session().execute(latest).all()}
    body = {"made_at": now.isoformat(timespec="seconds"), "entries": counts()[0], "heads": heads}
    signed = signer().sign(PURPOSE, _signed(body))
    return body | {"key": signer().public.as_dict(), "signature": signed.hex()}


def _signed(document: dict[str, Any]) -> bytes:
    body = {key: document.get(key) for key in ("made_at", "entries", "heads")}
    return json.dumps(body, sort_keys=True, separators=(",", ":")).encode()


def write_head(folder: Path, now: datetime) -> Path:
    """Seal what is open, then write the signed head of the day into `folder`."""
    while seal():
        pass
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{clock.beijing(now):%Y-%m-%dT%H%M%S}.json"
    path.write_text(json.dumps(head(now), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def verify_against(path: Path, trusted: PublicKey) -> Iterator[str]:
    """Compare the chains with a head kept elsewhere and signed by `trusted`; yields what is missing or otherwise."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        heads, entries = dict(document["heads"]), int(document["entries"])
        signature = bytes.fromhex(document["signature"])
    except (OSError, ValueError, KeyError, TypeError):
        yield f"{path.name}: not a head"
        return
    if not trusted.verifies(PURPOSE, _signed(document), signature):
        yield f"{path.name}: the signature does not hold"
        return
    if counts()[0] < entries:
        yield f"{path.name}: there were {entries} entries, now {counts()[0]}"
    for code, (number, hash_) in sorted(heads.items()):
        found = session().scalar(
            select(AuditSeal.hash).where(AuditSeal.province_code == code, AuditSeal.number == number)
        )
        if found != hash_:
            yield f"{code or 'nation'}: link {number} of {path.name} is {'otherwise' if found else 'gone'}"

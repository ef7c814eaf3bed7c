"""三(二) What officers take out as files: marked with name, unit, time and a number, and entered in the audit trail."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from core.filing.service.institutions import names_of
from core.filing.service.reading import by_account
from core.foundation import audit, clock
from core.foundation.access import Actor
from core.foundation.db import new_id, one_transaction

NOTHING: Mapping[str, Any] = MappingProxyType({})


def _unit(actor: Actor) -> str:
    filing = by_account(actor.id)
    return filing.unit if filing else names_of([actor.institution_code]).get(actor.institution_code, actor.prefix)


def _mark(actor: Actor, number: UUID, now: datetime) -> str:
    said = (actor.name, _unit(actor), f"{clock.beijing(now):%Y-%m-%d %H:%M}", str(number))
    return " · ".join(part for part in said if part)


@one_transaction
def take_out(
    actor: Actor, what: str, of: str, make: Callable[[str], bytes], now: datetime, detail: Mapping[str, Any] = NOTHING
) -> bytes:
    """The file that `make` writes under its mark; the number in the mark leads to the entry, which keeps its SHA-256.

    `what` says which kind of file ("stock"), `of` which one (a code or id).
    """
    number = new_id()
    data = make(_mark(actor, number, now))
    audit.record(
        actor, f"export.{what}", "export", number, province_code=actor.province_code, now=now, clause="三(二)",
        of=of, sha256=hashlib.sha256(data).hexdigest(), **detail,
    )  # fmt: skip
    return data


@one_transaction
def hand_out(actor: Actor, what: str, of: str, data: bytes, now: datetime) -> bytes:
    """A file as it came from outside, which no mark may alter; taking it is entered all the same."""
    return take_out(actor, what, of, lambda mark: data, now, {"as_received": True})

"""What every verb begins and ends with: rows locked in batches, moves judged, the act written down."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from core.foundation import audit, outbox
from core.foundation.access import Actor
from core.foundation.db import session
from core.foundation.errors import NotFound, Refused
from core.foundation.findings import N_, Finding
from core.registration.models import OpenRegistration, Registration
from core.registration.rules import REGISTRATION_MOVES, RegistrationState

STEP = 500
BATCH = 1000  # rows that a bulk verb takes at once; its caller asks again while some are left
TOLD = ("returned", "passed", "postponed", "failed", "cancelled", "lapsed")


def locked_rows(ids: Iterable[UUID]) -> list[Registration]:
    """The rows for changing, in the order of their ids; raises `NotFound` when one is not there."""
    wanted = sorted(set(ids))
    rows: list[Registration] = []
    for start in range(0, len(wanted), STEP):
        part = wanted[start : start + STEP]
        statement = select(Registration).where(Registration.id.in_(part)).order_by(Registration.id).limit(STEP)
        rows += session().scalars(statement.with_for_update().execution_options(populate_existing=True))
    if len(rows) != len(wanted):
        raise NotFound()
    return rows


def batch(state: RegistrationState, *criteria: Any, limit: int = BATCH) -> list[Registration]:
    """Up to `limit` rows of the present scope in a state, for changing."""
    statement = select(Registration).where(Registration.state == state, *criteria).order_by(Registration.id)
    locked = statement.limit(limit).with_for_update().execution_options(populate_existing=True)
    return list(session().scalars(locked))


def judged_move(rows: Iterable[Registration], state: RegistrationState, who: str) -> None:
    """Raise `Refused` unless the rulebook lists the move from each row's state."""
    faults: dict[str, list[Finding]] = {}
    for row in rows:
        if row.state not in faults:
            faults[row.state] = REGISTRATION_MOVES.judge(row.state, state, who)
    found = [finding for findings in faults.values() for finding in findings]
    if found:
        raise Refused(found)


def move(
    actor: Actor, rows: Sequence[Registration], state: RegistrationState, verb: str, now: datetime,
    clause: str = "R-REG-08", **detail: Any,
) -> None:  # fmt: skip
    """Bring rows into a state, write each act down, and promise to tell those who signed up."""
    for row in rows:
        before, row.state = row.state, state
        written(actor, verb, row, now, clause, before=before, after=str(state), **detail)
        if row.person_id is not None and state in TOLD:
            outbox.post("registration.tell", row.province_code, now=now, registration_id=row.id, state=str(state))


def written(actor: Actor, verb: str, row: Registration, now: datetime, clause: str = "R-REG-08", **detail: Any) -> None:
    """Put an act on a registration into the audit trail."""
    audit.record(
        actor, f"registration.{verb}", "registration", row.id, province_code=row.province_code, now=now, clause=clause,
        **detail,
    )  # fmt: skip


def freed(rows: Sequence[Registration]) -> None:
    """Registrations that ended without a result let their teachers apply again in the season."""
    ids = [row.id for row in rows]
    for start in range(0, len(ids), STEP):
        session().execute(delete(OpenRegistration).where(OpenRegistration.case_id.in_(ids[start : start + STEP])))


def why(reason: str, clause: str = "R-REG-08", least: int = 2) -> str:
    """A reason that was given; raises `Refused` for none."""
    if len(reason.strip()) < least:
        raise Refused([missing_reason(clause)])
    return reason.strip()


def missing_reason(clause: str) -> Finding:
    """What is said where a reason must be given and was not."""
    return Finding("reason_missing", N_("请写明原因"), clause=clause, field="reason")

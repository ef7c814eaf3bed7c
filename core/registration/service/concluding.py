"""Shown in public, concluded by another officer; the sticker from stock (R-TIME-04, R-REG-11)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.accounts.rules import judge_four_eyes
from core.calendar import service as calendar
from core.certificates import service as certificates
from core.filing import service as filing
from core.foundation import clock
from core.foundation.access import NATION, Actor, within
from core.foundation.db import found, new_id, one_transaction, session
from core.foundation.errors import Refused
from core.foundation.findings import N_, Finding
from core.registration.models import Registration, RegistrationPublicity
from core.registration.rules import (
    Outcome,
    RegistrationState,
    cycle_end,
    judge_conclusion,
    judge_proposal,
    notice_end,
    outcome_of,
)
from core.registration.service.entering import series_of
from core.registration.service.facts import judged
from core.registration.service.moving import BATCH, STEP, batch, freed, judged_move, locked_rows, move
from core.registration.service.objecting import objections_open

S = RegistrationState


@one_transaction
def publicise(
    actor: Actor, publicity_id: UUID, ids: Sequence[UUID], now: datetime
) -> RegistrationPublicity:  # fmt: skip
    """The head shows proposals of one plan in public, for the yearbook's working days; another made each proposal."""
    actor.must("registration.conclude")
    known = session().scalars(select(RegistrationPublicity).where(RegistrationPublicity.id == publicity_id))
    if (there := known.one_or_none()) is not None:
        return there
    rows = locked_rows(ids)
    judged_move(rows, S.PUBLICISED, "H")
    return _publicised(actor, publicity_id, rows, now)


@one_transaction
def publicise_all(
    actor: Actor, plan_id: UUID, now: datetime, limit: int = BATCH
) -> RegistrationPublicity | None:  # fmt: skip
    """Show up to `limit` proposals of a plan that others made; None when there are none."""
    actor.must("registration.conclude")
    rows = batch(
        S.PROPOSED, Registration.plan_id == series_of(plan_id), Registration.reviewed_by != actor.id, limit=limit
    )
    return _publicised(actor, new_id(), rows, now) if rows else None


def _publicised(
    actor: Actor, publicity_id: UUID, rows: Sequence[Registration], now: datetime
) -> RegistrationPublicity:  # fmt: skip
    if any(judge_four_eyes(row.reviewed_by, actor.id) for row in rows):
        raise Refused(judge_four_eyes(actor.id, actor.id))
    first, today = rows[0], clock.beijing(now).date()
    if len({row.plan_id for row in rows}) > 1:
        words = N_("一次公示只能包括同一计划的申请")
        raise Refused([Finding("publicity_of_one_plan", words, clause="R-TIME-04")])
    institution = first.institution_code
    made = RegistrationPublicity(
        id=publicity_id, province_code=first.province_code, territory=filing.institution(institution).division,
        plan_id=first.plan_id, institution_code=institution, opened_on=today,
        closes_on=notice_end(today, calendar.rules_by_id(first.yearbook_id)), count=len(rows), made_by=actor.id,
        made_at=now,
    )  # fmt: skip
    session().add(made)
    session().flush()
    for row in rows:
        row.publicity_id = publicity_id
    move(actor, rows, S.PUBLICISED, "publicise", now, "R-TIME-04", publicity=str(publicity_id))
    return made


def closing_days(rows: Sequence[Registration]) -> dict[UUID | None, date]:
    """The last day of each public notice that some cases are in."""
    wanted = {row.publicity_id for row in rows if row.publicity_id}
    statement = select(RegistrationPublicity.id, RegistrationPublicity.closes_on)
    return {row[0]: row[1] for row in session().execute(statement.where(RegistrationPublicity.id.in_(wanted)))}


def judge_each(actor_id: Any, rows: Sequence[Registration], now: datetime) -> dict[UUID, list[Finding]]:
    """What stands between each publicised case and its conclusion, by `actor_id`, today."""
    today = clock.beijing(now).date()
    objections, closing = objections_open([row.id for row in rows]), closing_days(rows)
    said: dict[UUID, list[Finding]] = {}
    for yearbook_id in {row.yearbook_id for row in rows}:
        part = [row for row in rows if row.yearbook_id == yearbook_id]
        facts = judged(part, today, calendar.rules_by_id(yearbook_id))
        for row in part:
            until, open_ones = closing.get(row.publicity_id), objections.get(row.id, 0)
            said[row.id] = [
                *judge_conclusion(today, until, open_ones, row.reviewed_by, actor_id),
                *judge_proposal(row.proposal, outcome_of(facts[row.id])),
            ]
    return said


@one_transaction
def conclude(actor: Actor, ids: Sequence[UUID], now: datetime) -> list[Registration]:
    """Conclude cases as proposed, all or none; raises `Refused` with everything that stands in the way."""
    actor.must("registration.conclude")
    rows = locked_rows(ids)
    judged_move(rows, S.PASSED, "H")
    found_ = [finding for findings in judge_each(actor.id, rows, now).values() for finding in findings]
    if found_:
        raise Refused({(f.code, str(f.params)): f for f in found_}.values())
    _concluded(actor, rows, now)
    return rows


@one_transaction
def conclude_all(actor: Actor, publicity_id: UUID, now: datetime, limit: int = BATCH) -> dict[str, int]:
    """Conclude the cases of a public notice that nothing stands against; {outcome: how many} and "left".

    Left are those with an open objection, or whose facts have changed since they were proposed.
    """
    actor.must("registration.conclude")
    found(RegistrationPublicity, publicity_id)
    rows = batch(S.PUBLICISED, Registration.publicity_id == publicity_id, limit=limit)
    said = judge_each(actor.id, rows, now)
    clear = [row for row in rows if not said[row.id]]
    if rows and not clear:
        raise Refused({f.code: f for findings in said.values() for f in findings}.values())
    _concluded(actor, clear, now)
    counts = {outcome.value: sum(row.conclusion == outcome for row in clear) for outcome in Outcome}
    return counts | {"left": len(rows) - len(clear)}


def _concluded(actor: Actor, rows: Sequence[Registration], now: datetime) -> None:
    today = clock.beijing(now).date()
    rules = {ident: calendar.rules_by_id(ident) for ident in {row.yearbook_id for row in rows}}
    for row in rows:
        row.conclusion, row.concluded_by, row.concluded_at = row.proposal, actor.id, now
    passed = [row for row in rows if row.conclusion == Outcome.PASSED]
    _follow_on(actor, passed, now)
    for row in passed:
        row.valid_from, row.valid_until = today, cycle_end(today, rules[row.yearbook_id])
    for outcome in Outcome:
        mine = [row for row in rows if row.conclusion == outcome]
        move(actor, mine, S(outcome.value), "conclude", now, "R-TIME-04", outcome=outcome.value)
    freed([row for row in rows if row.conclusion == Outcome.POSTPONED])


def _follow_on(actor: Actor, rows: Sequence[Registration], now: datetime) -> None:
    """A new registration takes the place of the one in force: its cycle runs from today (R-REG-13)."""
    indices = [row.document_index for row in rows]
    with within(NATION):
        for start in range(0, len(indices), STEP):
            earlier = select(Registration).where(
                Registration.document_index.in_(indices[start : start + STEP]), Registration.state == S.PASSED
            )
            old = list(session().scalars(earlier.limit(STEP * 2)))
            for row in old:
                row.ended_at = now
            move(actor, old, S.EXPIRED, "follow_on", now, "R-REG-13")
            session().flush()


@one_transaction
def apply_stickers(actor: Actor, ids: Sequence[UUID], now: datetime) -> int:
    """Stickers from stock for passed registrations, one each; those that have one are passed over. Returns how many.

    Only somebody trained applies them (R-TRAIN-04); stock is moved when a sticker is really applied (R-REG-11).
    """
    return _stuck(actor, [row for row in locked_rows(ids) if not row.sticker], now)


@one_transaction
def apply_stickers_all(actor: Actor, plan_id: UUID, now: datetime, limit: int = BATCH) -> int:
    """`apply_stickers` for up to `limit` passed registrations of a plan."""
    rows = batch(S.PASSED, Registration.plan_id == series_of(plan_id), Registration.sticker == "", limit=limit)
    return _stuck(actor, rows, now)


def _stuck(actor: Actor, rows: Sequence[Registration], now: datetime) -> int:
    actor.must("certificates.handle")
    if any(row.state != S.PASSED for row in rows):
        words = N_("只有注册合格的才粘贴注册贴")
        raise Refused([Finding("sticker_not_passed", words, clause="R-REG-11")])
    for code in sorted({row.institution_code for row in rows}):
        mine = [row for row in rows if row.institution_code == code]
        serials = certificates.use_stickers(actor, code, [row.id for row in mine], now)
        for row in mine:
            row.sticker = serials[row.id]
    return len(rows)

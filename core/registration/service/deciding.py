"""The school endorses; the county confirms and reviews, one officer proposes (R-REG-07, R-REG-08)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from core.calendar import service as calendar
from core.foundation import clock
from core.foundation.access import Actor
from core.foundation.db import one_transaction, session
from core.foundation.errors import Refused
from core.foundation.findings import N_, Finding
from core.registration.models import Registration
from core.registration.rules import CONDUCT_NAMES, Outcome, RegistrationState, conclusion_due, outcome_of
from core.registration.service.applying import kept
from core.registration.service.entering import own_school, plan_of, series_of
from core.registration.service.facts import judged
from core.registration.service.moving import BATCH, batch, judged_move, locked_rows, missing_reason, move, why, written

S = RegistrationState


@one_transaction
def endorse(
    actor: Actor, ids: Sequence[UUID], conduct: str, note: str, now: datetime
) -> list[Registration]:  # fmt: skip
    """The school has seen the papers and says what it says of the conduct; the cases go to the institution."""
    rows = locked_rows(ids)
    judged_move(rows, S.SCHOOL_ENDORSED, "S")
    if conduct not in CONDUCT_NAMES:
        raise Refused([Finding("conduct_missing", N_("请选择师德意见"), clause="R-REG-09", field="conduct")])
    if conduct != "good" and len(note.strip()) < 4:
        raise Refused([Finding("conduct_note_missing", N_("请写明情况"), clause="R-REG-09", field="note")])
    _endorsed(actor, rows, conduct, note.strip(), now)
    return rows


def _endorsed(actor: Actor, rows: Sequence[Registration], conduct: str, note: str, now: datetime) -> None:
    for row in rows:
        row.conduct, row.conduct_note = conduct or row.conduct, note
        row.endorsed_by, row.endorsed_at = actor.id, now
    move(actor, rows, S.SCHOOL_ENDORSED, "endorse", now)


@one_transaction
def endorse_all(
    actor: Actor, plan_id: UUID, school_code: str, conduct: str, now: datetime, limit: int = BATCH
) -> int:  # fmt: skip
    """Endorse a school's submitted cases with one word on conduct ("" keeps each one's own); returns how many."""
    actor.must("registration.endorse")
    code = own_school(actor, school_code)
    rows = batch(S.SUBMITTED, Registration.plan_id == series_of(plan_id), Registration.territory == code, limit=limit)
    lacking = [row for row in rows if not conduct and not row.conduct]
    if lacking or (conduct and conduct not in CONDUCT_NAMES):
        raise Refused([Finding("conduct_missing", N_("请选择师德意见"), clause="R-REG-09", field="conduct")])
    _endorsed(actor, rows, conduct, "", now)
    return len(rows)


@one_transaction
def give_back(actor: Actor, ids: Sequence[UUID], reason: str, now: datetime) -> list[Registration]:
    """The school, or the institution after it, returns cases with the reason."""
    rows = locked_rows(ids)
    letter = "S" if actor.may("registration.endorse") else "O"
    judged_move(rows, S.RETURNED, letter)
    text = why(reason)
    for row in rows:
        row.return_reason = text
    move(actor, rows, S.RETURNED, "give_back", now, reason=text)
    return rows


def _confirmed(actor: Actor, rows: Sequence[Registration], now: datetime) -> None:
    by_plan = groupby(sorted(rows, key=lambda row: row.plan_id), key=lambda row: row.plan_id)
    for plan_id, some in by_plan:
        plan = plan_of(plan_id)
        today = clock.beijing(now).date()
        if not plan.confirm_start <= today <= plan.confirm_end:
            words = N_("不在现场确认时间内（%(first)s至%(last)s）")
            params = {"first": plan.confirm_start, "last": plan.confirm_end}
            raise Refused([Finding("confirmation_closed", words, clause="二(一)", params=params)])
        due = conclusion_due(plan.confirm_end, calendar.rules_by_id(plan.yearbook_id))
        for row in some:
            row.confirmed_by, row.confirmed_at, row.due_on = actor.id, now, due
    move(actor, rows, S.CONFIRMED, "confirm", now)


@one_transaction
def confirm(actor: Actor, ids: Sequence[UUID], now: datetime) -> list[Registration]:
    """The institution takes the school's cases in, within the plan's confirmation window."""
    actor.must("registration.review")
    rows = locked_rows(ids)
    judged_move(rows, S.CONFIRMED, "O")
    _confirmed(actor, rows, now)
    return rows


@one_transaction
def confirm_all(actor: Actor, plan_id: UUID, now: datetime, limit: int = BATCH) -> int:
    """Take in whatever schools have endorsed under a plan; returns how many."""
    actor.must("registration.review")
    rows = batch(S.SCHOOL_ENDORSED, Registration.plan_id == series_of(plan_id), limit=limit)
    _confirmed(actor, rows, now)
    return len(rows)


@one_transaction
def start_review(actor: Actor, ids: Sequence[UUID], now: datetime) -> list[Registration]:
    """Take confirmed cases into review."""
    actor.must("registration.review")
    rows = locked_rows(ids)
    judged_move(rows, S.IN_REVIEW, "O")
    move(actor, rows, S.IN_REVIEW, "start_review", now)
    return rows


def _proposed(actor: Actor, rows: Sequence[Registration], now: datetime) -> dict[str, int]:
    """Propose for each what its facts come to; returns {outcome: how many}."""
    counts: dict[str, int] = {}
    today = clock.beijing(now).date()
    for yearbook_id, some in groupby(sorted(rows, key=lambda r: r.yearbook_id), key=lambda r: r.yearbook_id):
        part = list(some)
        said = judged(part, today, calendar.rules_by_id(yearbook_id))
        for row in part:
            outcome = outcome_of(said[row.id])
            row.proposal, row.reasons = outcome.value, [finding.as_dict() for finding in said[row.id]]
            row.proposed_at, row.reviewed_by = now, actor.id
            counts[outcome.value] = counts.get(outcome.value, 0) + 1
    for outcome in Outcome:
        mine = [row for row in rows if row.proposal == outcome]
        move(actor, mine, S.PROPOSED, "propose", now, "R-REG-07", outcome=outcome.value)
    return counts


@one_transaction
def propose(actor: Actor, ids: Sequence[UUID], now: datetime) -> dict[str, int]:
    """Propose what the rules make of each case in review: pass, postponed or fail, with every reason kept."""
    actor.must("registration.review")
    rows = locked_rows(ids)
    judged_move(rows, S.PROPOSED, "O")
    return _proposed(actor, rows, now)


@one_transaction
def propose_all(actor: Actor, plan_id: UUID, now: datetime, limit: int = BATCH) -> dict[str, int]:
    """Review and propose a plan's confirmed cases that nothing stands against; the others wait for a look of their own.

    Cases that would not pass are taken into review, so that an officer sees each before it is proposed.
    """
    actor.must("registration.review")
    rows = batch(S.CONFIRMED, Registration.plan_id == series_of(plan_id), limit=limit)
    if not rows:
        return {}
    move(actor, rows, S.IN_REVIEW, "start_review", now)
    rules = calendar.rules_by_id(plan_of(plan_id).yearbook_id)
    said = judged(rows, clock.beijing(now).date(), rules)
    clear = [row for row in rows if not said[row.id]]
    counts = _proposed(actor, clear, now) if clear else {}
    return counts | {"in_review": len(rows) - len(clear)}


@one_transaction
def step_back(actor: Actor, ids: Sequence[UUID], reason: str, now: datetime) -> list[Registration]:
    """The head sends proposals back to review, with the reason."""
    actor.must("registration.conclude")
    rows = locked_rows(ids)
    for row in rows:
        if row.state != S.PROPOSED:  # a publicised one goes back by an objection alone
            raise Refused([Finding("registration_publicised", N_("已公示的只能因异议退回审核"), clause="§4.2")])
    judged_move(rows, S.IN_REVIEW, "H")
    _back(actor, rows, why(reason), now)
    return rows


def _back(actor: Actor, rows: Sequence[Registration], reason: str, now: datetime) -> None:
    for row in rows:
        row.proposal, row.reasons, row.proposed_at, row.publicity_id = "", None, None, None
    move(actor, rows, S.IN_REVIEW, "step_back", now, "R-TIME-04", reason=reason)


def back_to_review(actor: Actor, row: Registration, reason: str, now: datetime) -> None:
    """A publicised case back in review for an objection that was right; called within a verb."""
    judged_move([row], S.IN_REVIEW, "H")
    _back(actor, [row], reason, now)


CORRECTABLE = ("training_hours", "appraisals", "absence_terms", "absence_reason", "fit", "appointed_on",
               "probation_passed_on", "post", "subject")  # fmt: skip


@one_transaction
def correct(
    actor: Actor, registration_id: UUID, data: dict[str, Any], version: int, now: datetime
) -> Registration:  # fmt: skip
    """The reviewing officer corrects what was declared, or notes untrue statements, with the reason (R-REG-12).

    `data`: any of `CORRECTABLE`, conduct, untrue ("", postponed, failed), reason.
    """
    actor.must("registration.review")
    row = locked_rows([registration_id])[0]
    if row.state != S.IN_REVIEW:
        judged_move([row], S.PROPOSED, "O")
    if row.version != version:
        raise Refused([Finding("changed_meanwhile", N_("您打开页面后，此内容已被他人修改"), clause="§4",
                               remedy=N_("请刷新页面，核对后再提交"))])  # fmt: skip
    if len(str(data.get("reason", "")).strip()) < 2:
        raise Refused([missing_reason("R-REG-12")])
    form = dict(row.form)
    for name in CORRECTABLE:
        if name in data:
            form[name] = kept(data[name])
    row.form = form
    row.conduct, row.untrue = data.get("conduct", row.conduct), data.get("untrue", row.untrue)
    written(actor, "correct", row, now, "R-REG-12", reason=data["reason"])
    session().flush()
    return row

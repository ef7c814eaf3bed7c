"""How registrations end: by a penalty, for untrue statements, by time; reminders before; and people told."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from core.accounts.rules import judge_four_eyes
from core.calendar import service as calendar
from core.foundation import clock, mail, outbox
from core.foundation.access import NATION, SYSTEM, Actor, within
from core.foundation.db import found, one_transaction, session
from core.foundation.errors import Refused
from core.foundation.findings import N_, Finding
from core.foundation.i18n import say
from core.people import service as people
from core.plans.models import Plan
from core.registration.models import Registration
from core.registration.rules import OPEN, REGISTRATION_MOVES, RegistrationState
from core.registration.service.moving import (
    batch,
    freed,
    judged_move,
    locked_rows,
    missing_reason,
    move,
    written,
)

S = RegistrationState


def _of_person(document_index: str, *criteria: object) -> list[Registration]:
    layers = getattr(document_index, "layers", ()) or (document_index,)
    statement = select(Registration).where(Registration.document_index.in_(layers), *criteria)  # type: ignore[arg-type]
    locked = statement.order_by(Registration.id).limit(100).with_for_update()
    return list(session().scalars(locked.execution_options(populate_existing=True)))


@one_transaction
def end_for_penalty(actor: Actor, *, document_index: str, decision: str, at: datetime) -> int:
    """A penalty in force ends the person's registrations in force, anywhere; returns how many.

    For the penalties area, in its transaction. `document_index` is `people.service.document_index` of the number.
    """
    with within(NATION):
        rows = _of_person(document_index, Registration.state == S.PASSED)
        for row in rows:
            row.decision_ref, row.ended_at = decision, at
        move(actor, rows, S.CANCELLED, "cancel", at, "一(三)", decision=decision)
        session().flush()
    return len(rows)


@one_transaction
def restore_after_annulment(actor: Actor, *, document_index: str, decision: str, at: datetime) -> int:
    """The decision that ended registrations was annulled: they stand again, or have run out meanwhile; how many."""
    today = clock.beijing(at).date()
    with within(NATION):
        rows = _of_person(
            document_index, Registration.state == S.CANCELLED, Registration.decision_ref == decision
        )  # fmt: skip
        for row in rows:
            stands = row.valid_until is not None and today < row.valid_until
            row.ended_at = None if stands else at
            move(actor, [row], S.PASSED if stands else S.EXPIRED, "restore", at, "一(三)", decision=decision)
        session().flush()
    return len(rows)


@one_transaction
def report_untrue(actor: Actor, registration_id: UUID, summary: str, now: datetime) -> Registration:
    """Untrue statements are handed to the penalties area, which keeps the link; the case waits where it is."""
    actor.must("registration.review")
    row = locked_rows([registration_id])[0]
    if len(summary.strip()) < 4:
        raise Refused([missing_reason("R-PILOT-05")])
    if row.fraud_told_at is not None or not (row.state in OPEN or row.state == S.PASSED):
        raise Refused([Finding("fraud_told_already", N_("此申请已移送，或已办结不能移送"), clause="R-PILOT-05")])
    row.fraud_summary, row.fraud_told_at, row.fraud_told_by = summary.strip(), now, actor.id
    written(actor, "fraud", row, now, "R-PILOT-05")
    outbox.post("registration.fraud_found", row.province_code, now=now, case_id=row.id)
    return row


@one_transaction
def cancel_untrue(actor: Actor, registration_id: UUID, reason: str, decision: str, now: datetime) -> Registration:
    """The head cancels a passed registration for untrue statements that another reported (R-REG-12)."""
    actor.must("registration.conclude")
    row = locked_rows([registration_id])[0]
    judged_move([row], S.CANCELLED, "H")
    findings = judge_four_eyes(row.fraud_told_by, actor.id)
    if row.fraud_told_at is None:
        words = N_("请先由经办人登记不实情况并移送")
        findings.append(Finding("fraud_not_told", words, clause="R-REG-12"))
    if len(reason.strip()) < 4:
        findings.append(missing_reason("R-REG-12"))
    if findings:
        raise Refused(findings)
    row.decision_ref, row.ended_at = decision, now
    move(actor, [row], S.CANCELLED, "cancel", now, "R-REG-12", reason=reason, decision=decision)
    return row


@one_transaction
def expire(today: date, now: datetime, limit: int = 5000) -> int:
    """The daily job: registrations whose five years are over expire; returns how many."""
    rows = batch(S.PASSED, Registration.valid_until <= today, limit=limit)
    for row in rows:
        row.ended_at = now
    move(SYSTEM, rows, S.EXPIRED, "expire", now, "R-REG-13")
    return len(rows)


@one_transaction
def lapse(today: date, now: datetime, limit: int = 5000) -> int:
    """The daily job: returned cases whose confirmation window is over lapse; returns how many."""
    over = (
        select(Plan.series)
        .where(Plan.business == "registration", Plan.state.in_(("published", "running", "closed", "cancelled")))
        .group_by(Plan.series)
        .having(func.max(Plan.confirm_end) < today)
    )
    rows = batch(S.RETURNED, Registration.plan_id.in_(over), limit=limit)
    move(SYSTEM, rows, S.LAPSED, "lapse", now)
    freed(rows)
    return len(rows)


@one_transaction
def remind(today: date, now: datetime, limit: int = 5000) -> int:
    """The daily job: teachers whose registration ends within 60 days are reminded, once each; returns how many."""
    try:
        days = calendar.rules_on(today)[1].v.registration_reminder_days
    except Refused:
        return 0
    rows = batch(
        S.PASSED, Registration.valid_until <= today + timedelta(days=days), Registration.reminded_at.is_(None),
        limit=limit,
    )  # fmt: skip
    known = _mobiles(rows)
    for row in rows:
        row.reminded_at = now
        if row.id in known:
            outbox.post("registration.remind", row.province_code, now=now, registration_id=row.id)
    return len(rows)


def _mobiles(rows: list[Registration]) -> set[UUID]:
    return {row.id for row in rows if row.person_id is not None}


def tell(registration_id: UUID, state: str, reference: str) -> None:
    """The job: tell a teacher of a turn of their registration."""
    row = found(Registration, registration_id)
    label = say(REGISTRATION_MOVES.labels[state])
    text = say(
        N_("%(name)s：您的定期注册申请（%(reference)s）现为“%(label)s”。请登录系统查看。"),
        name=row.person_name, reference=row.reference, label=label,
    )  # fmt: skip
    if row.return_reason and state == S.RETURNED:
        text += say(N_("原因：%(reason)s"), reason=row.return_reason)
    _send(row, say(N_("定期注册：%(label)s"), label=label), text, reference)


def tell_reminder(registration_id: UUID, reference: str) -> None:
    """The job: remind a teacher that their registration runs out; one ended meanwhile needs none."""
    row = found(Registration, registration_id)
    if row.state != S.PASSED:
        return
    text = say(
        N_("%(name)s：您的教师资格定期注册将于%(day)s到期，请按所在学校通知申请下一次注册。"),
        name=row.person_name, day=row.valid_until,
    )  # fmt: skip
    _send(row, say(N_("定期注册到期提醒")), text, reference)


def _send(row: Registration, subject: str, text: str, reference: str) -> None:
    person = people.by_id(row.person_id) if row.person_id else None
    if person is None:
        return
    letter = mail.Letter(person.mail or person.mobile, subject, text, reference)
    session().rollback()
    mail.send(letter)

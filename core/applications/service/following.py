"""What follows from a change: the derived status, the person told, and what time itself does to cases."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select

from core.applications.models import Case, CaseHold, MaterialRequest, OpenApplication
from core.applications.rules.conclusion import limits
from core.applications.rules.states import CASE_MOVES, FINAL, CaseFacts, CaseState, Status, derive
from core.calendar import service as calendar
from core.calendar.rules import YearNotPromulgated
from core.checks import service as checks
from core.foundation import audit, mail, outbox
from core.foundation.access import SYSTEM, Actor
from core.foundation.db import found, locked, one_transaction, session
from core.foundation.errors import NotFound, Refused
from core.foundation.findings import N_
from core.foundation.i18n import say
from core.people import service as people
from core.plans import service as plans

IN_WINDOW = (str(CaseState.DRAFT), str(CaseState.SUBMITTED), str(CaseState.RETURNED))
REMIND_BEFORE = timedelta(days=3)


def _waiting(row: Case) -> tuple[date | None, bool]:
    """Until when papers are asked for, and whether the case is held: only a review can have either."""
    if row.review_started_at is None or row.conclusion:
        return None, False
    session().flush()
    first_due = session().scalar(
        select(func.min(MaterialRequest.due_on)).where(
            MaterialRequest.case_id == row.id,
            MaterialRequest.closed_at.is_(None),
            MaterialRequest.answered_at.is_(None),
        )
    )
    open_holds = session().scalar(
        select(func.count()).select_from(CaseHold).where(CaseHold.case_id == row.id, CaseHold.lifted_at.is_(None))
    )
    return first_due, bool(open_holds)


def decide_last(row: Case) -> date | None:
    """The last day in time for the conclusion (R-TIME-02); None before confirmation and where no calendar reaches."""
    if row.confirmed_at is None:
        return None
    try:
        return limits(row.confirm_last, calendar.rules_by_id(row.yearbook_id)).breach
    except YearNotPromulgated:
        return None


def facts_of(row: Case) -> CaseFacts:
    """The facts from which a case's status is derived."""
    materials_last, holds_open = _waiting(row)
    return CaseFacts(
        submitted=row.submitted_at is not None,
        returned=row.returned_at is not None,
        withdrawn=row.withdrawn_at is not None,
        discarded=row.discarded_at is not None,
        lapsed=row.lapsed_at is not None,
        rejected_on_site=row.rejected_on_site_at is not None,
        confirmed=row.confirmed_at is not None,
        review_started=row.review_started_at is not None,
        proposal=row.proposal,
        conclusion=row.conclusion,
        check_state=row.check_state,
        materials_open=materials_last is not None,
        materials_last=materials_last,
        decide_last=decide_last(row),
        holds_open=holds_open,
        entry_last=row.entry_last,
        confirm_last=row.confirm_last,
    )


def follow(row: Case) -> Status:
    """Derive the status anew and keep it on the row, for queues."""
    status = derive(facts_of(row))
    row.state, row.owner, row.due_on = status.state, status.owner, status.due_on
    return status


def moving(row: Case, state: CaseState, who: str) -> None:
    """Raise `Refused` unless the rulebook lists the move from the case's state."""
    findings = CASE_MOVES.judge(row.state, state, who)
    if findings:
        raise Refused(findings)


def written(actor: Actor, verb: str, row: Case, now: datetime, clause: str = "§4.1", **detail: Any) -> None:
    """Follow the facts, write the act down, and promise to tell the applicant."""
    before = row.state
    status = follow(row)
    audit.record(
        actor, f"applications.{verb}", "case", row.id, province_code=row.province_code, now=now, clause=clause,
        before=before, after=str(status.state), **detail,
    )  # fmt: skip
    if before != status.state:
        end_if_final(row)
        outbox.post("applications.tell", row.province_code, now=now, case_id=row.id, state=str(status.state))


def end_if_final(row: Case) -> None:
    """A case that ended frees its person to apply again in the season."""
    if row.state in FINAL:
        opened = session().get(OpenApplication, (row.person_id, row.season_key))
        if opened is not None and opened.case_id == row.id:
            session().delete(opened)


def tell(case_id: UUID, state: str, reference: str, now: datetime) -> None:
    """The job: tell the applicant of a turn by mail, or by text message where they gave no mail."""
    row = found(Case, case_id)
    person = people.by_id(row.person_id)
    if person is None:
        return
    label = say(CASE_MOVES.labels[state])
    text = say(
        N_("%(name)s：您的教师资格认定申请（%(reference)s）现为“%(label)s”。请登录系统查看。"),
        name=person.name, reference=row.reference, label=label,
    )  # fmt: skip
    if row.return_reason and state == CaseState.RETURNED:
        text += say(N_("原因：%(reason)s"), reason=row.return_reason)
    subject = say(N_("教师资格认定申请：%(label)s"), label=label)
    mail.send(mail.Letter(person.mail or person.mobile, subject, text, reference))


@one_transaction
def plan_changed(plan_id: UUID, now: datetime) -> int:
    """The job: a plan was extended or cancelled; cases in progress take its days over and their people are told."""
    plan = plans.plan(plan_id)
    series = [version.id for version in plans.versions(plan.series)]
    statement = select(Case).where(Case.plan_id.in_(series), Case.state.in_(IN_WINDOW)).limit(10_000)
    rows = list(session().scalars(statement))
    for row in rows:
        row.entry_last, row.confirm_last = plan.entry_end, plan.confirm_end
        follow(row)
        outbox.post("applications.tell_plan", row.province_code, now=now, case_id=row.id, plan_id=plan_id)
    return len(rows)


def tell_plan(case_id: UUID, plan_id: UUID, reference: str) -> None:
    """The job: tell an applicant that their plan's days have changed, or that it was cancelled."""
    row, plan = found(Case, case_id), plans.plan(plan_id)
    person = people.by_id(row.person_id)
    if person is None:
        return
    if plan.state == "cancelled":
        text = say(N_("您申请的“%(title)s”已取消：%(reason)s"), title=plan.title, reason=plan.reason)
    else:
        text = say(
            N_("您申请的“%(title)s”已延长：网报至%(entry)s，现场确认至%(confirm)s。"),
            title=plan.title, entry=plan.entry_end.isoformat(), confirm=plan.confirm_end.isoformat(),
        )  # fmt: skip
    mail.send(mail.Letter(person.mail or person.mobile, say(N_("教师资格认定时间变更")), text, reference))


@one_transaction
def remind(today: date, now: datetime) -> int:
    """The daily job: remind people of papers due within three days, once; returns how many."""
    statement = (
        select(MaterialRequest)
        .where(
            MaterialRequest.answered_at.is_(None),
            MaterialRequest.closed_at.is_(None),
            MaterialRequest.reminded_at.is_(None),
            MaterialRequest.due_on <= today + REMIND_BEFORE,
        )
        .limit(5000)
    )
    rows = list(session().scalars(statement))
    for asked in rows:
        asked.reminded_at = now
        outbox.post(
            "applications.remind", asked.province_code, now=now, case_id=asked.case_id, due_on=asked.due_on.isoformat()
        )
    return len(rows)


def tell_reminder(case_id: UUID, due_on: str, reference: str) -> None:
    """The job: remind an applicant of papers that are due."""
    person = people.by_id(found(Case, case_id).person_id)
    if person is not None:
        text = say(N_("%(name)s：您的补正材料请在%(due)s前提交。"), name=person.name, due=due_on)
        mail.send(mail.Letter(person.mail or person.mobile, say(N_("补正提醒")), text, reference))


def tell_material(case_id: UUID, request_id: UUID, reference: str) -> None:
    """The job: tell an applicant which paper is missing, and until when."""
    asked = found(MaterialRequest, request_id)
    person = people.by_id(found(Case, case_id).person_id)
    if person is not None:
        text = say(
            N_("%(name)s：您的申请须补正：%(what)s。请在%(due)s前登录系统答复。"),
            name=person.name, what=asked.what, due=asked.due_on.isoformat(),
        )  # fmt: skip
        mail.send(mail.Letter(person.mail or person.mobile, say(N_("补正通知")), text, reference))


@one_transaction
def check_changed(case_id: UUID, check_id: UUID, now: datetime) -> None:
    """The job: a check of a case has moved; the case follows. Repeating it changes nothing."""
    try:
        row = locked(Case, case_id)
    except NotFound:  # disposed of meanwhile
        return
    if row.check_id != check_id:
        return
    state = checks.check(check_id).state
    if row.check_state != state:
        row.check_state = state
        follow(row)


@one_transaction
def lapse(today: date, now: datetime, limit: int = 2000) -> int:
    """The daily job: drafts whose window is over and submitted cases nobody came for lapse; returns how many."""
    statement = (
        select(Case)
        .where(
            or_(
                (Case.state == str(CaseState.DRAFT)) & (Case.entry_last < today),
                Case.state.in_((str(CaseState.SUBMITTED), str(CaseState.RETURNED))) & (Case.confirm_last < today),
            )
        )
        .limit(limit)
    )
    rows = list(session().scalars(statement))
    for row in rows:
        row.lapsed_at = now
        written(SYSTEM, "lapse", row, now)
    return len(rows)

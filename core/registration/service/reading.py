"""Reading registrations: queues, one case with all that hangs on it, a person's own, and what the public sees."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from core.calendar import service as calendar
from core.filing import service as filing
from core.filing.rules import is_school
from core.foundation import audit, clock
from core.foundation.access import NATION, Actor, territory, within
from core.foundation.audit import AuditEntry
from core.foundation.db import found, session
from core.foundation.errors import NotFound
from core.foundation.findings import Finding
from core.foundation.paging import Page, Paging, paged
from core.plans import service as plans
from core.plans.models import Plan
from core.registration.models import Registration, RegistrationObjection, RegistrationPublicity
from core.registration.rules import OPEN, REGISTRATION_MOVES, Outcome, RegistrationState, outcome_of
from core.registration.service.entering import plan_of, series_of
from core.registration.service.facts import judged

SORTS = {
    "submitted_at": Registration.submitted_at,
    "name": Registration.person_name,
    "state": Registration.state,
    "due_on": Registration.due_on,
}
JUDGED = (
    RegistrationState.CONFIRMED, RegistrationState.IN_REVIEW, RegistrationState.PROPOSED, RegistrationState.PUBLICISED,
)  # fmt: skip
# What a queue shows; the sealed number and the form stay in the database.
QUEUE = (
    Registration.id, Registration.reference, Registration.person_name, Registration.document_masked,
    Registration.territory, Registration.institution_code, Registration.state, Registration.proposal,
    Registration.due_on, Registration.submitted_at, Registration.sticker, Registration.first,
    Registration.certificate_number, Registration.valid_until,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a queue is narrowed to; "" and None leave it open. `owner` is a letter of who acts next."""

    state: str = ""
    owner: str = ""
    school: str = ""
    name: str = ""
    reference: str = ""
    proposal: str = ""
    plan_id: UUID | None = None
    publicity_id: UUID | None = None
    open_only: bool = False


def registrations(paging: Paging, wanted: Wanted) -> Page[Any]:
    """The queue of the present scope; drafts are nobody's business but the teacher's."""
    statement: Any = select(*QUEUE).where(Registration.state != RegistrationState.DRAFT)
    same = {
        Registration.state: wanted.state, Registration.territory: wanted.school,
        Registration.person_name: wanted.name.strip(), Registration.reference: wanted.reference.strip().upper(),
        Registration.proposal: wanted.proposal,
        Registration.plan_id: series_of(wanted.plan_id) if wanted.plan_id else None,
        Registration.publicity_id: wanted.publicity_id,
    }  # fmt: skip
    for column, value in same.items():
        if value:
            statement = statement.where(column == value)
    if wanted.owner:
        states = [s for s, (letter, _step) in REGISTRATION_MOVES.steps.items() if letter == wanted.owner]
        statement = statement.where(Registration.state.in_(states))
    elif wanted.open_only and not wanted.state:
        statement = statement.where(Registration.state.in_([str(item) for item in OPEN]))
    if not paging.sort:
        paging = Paging(paging.number, paging.size, "submitted_at")
    return paged(statement, paging, SORTS, entities=False)


def counts(plan_id: UUID | None = None) -> dict[str, int]:
    """How many registrations of the present scope stand in each state, drafts left out."""
    statement = select(Registration.state, func.count()).where(Registration.state != RegistrationState.DRAFT)
    if plan_id is not None:
        statement = statement.where(Registration.plan_id == series_of(plan_id))
    return {row[0]: row[1] for row in session().execute(statement.group_by(Registration.state))}


def registration(registration_id: UUID) -> Registration:
    """One registration of the present scope; raises `NotFound`."""
    return found(Registration, registration_id)


def of_person(actor: Actor, registration_id: UUID) -> Registration:
    """The actor's own registration; raises `NotFound` for anybody else's."""
    row = found(Registration, registration_id)
    if row.person_id is None or row.person_id != actor.person_id:
        raise NotFound()
    return row


def all_of_person(person_id: UUID) -> list[Registration]:
    """A person's registrations, the newest first."""
    statement = select(Registration).where(Registration.person_id == person_id)
    return list(session().scalars(statement.order_by(Registration.created_at.desc()).limit(50)))


def objections(registration_id: UUID) -> list[RegistrationObjection]:
    """The objections against one case, the oldest first."""
    statement = select(RegistrationObjection).where(RegistrationObjection.case_id == registration_id)
    return list(session().scalars(statement.order_by(RegistrationObjection.recorded_at).limit(100)))


def objection(registration_objection_id: UUID) -> RegistrationObjection:
    """One objection of the present scope; raises `NotFound`."""
    return found(RegistrationObjection, registration_objection_id)


def publicity_of(row: Registration) -> RegistrationPublicity | None:
    """The public notice a case is or was in."""
    if row.publicity_id is None:
        return None
    statement = select(RegistrationPublicity).where(RegistrationPublicity.id == row.publicity_id)
    with within(territory(row.province_code)):  # a school's scope does not reach its county's notice
        return session().scalars(statement).one_or_none()


def unstuck(plan_id: UUID) -> int:
    """How many passed registrations of a plan have no sticker yet."""
    statement = select(func.count()).where(
        Registration.plan_id == series_of(plan_id),
        Registration.state == RegistrationState.PASSED,
        Registration.sticker == "",
    )
    return session().scalar(statement) or 0


def plan_for(actor: Actor, plan_id: UUID) -> Plan:
    """A registration plan of the actor's territory, or over the actor's school; raises `NotFound`."""
    plan = plan_of(plan_id, actor.province_code)
    near = plan.territory.startswith(actor.prefix) or _of_school(plan, actor.prefix)
    if plan.business != "registration" or not near:
        raise NotFound()
    return plan


def _of_school(plan: Plan, prefix: str) -> bool:
    return is_school(prefix) and filing.school(prefix).institution_code == plan.institution_code


def plans_for(actor: Actor) -> list[Plan]:
    """The registration plans an officer or a school works under, the newest first."""
    statement = select(Plan).where(
        Plan.business == "registration", Plan.state.in_(("published", "running", "closed"))
    )  # fmt: skip
    scope = actor.scope
    if is_school(actor.prefix):
        statement = statement.where(Plan.institution_code == filing.school(actor.prefix).institution_code)
        scope = territory(actor.province_code)
    with within(scope):
        return list(session().scalars(statement.order_by(Plan.entry_start.desc()).limit(20)))


def open_for(actor: Actor, now: datetime) -> list[Plan]:
    """The plans under which the actor's school may hand in applications now."""
    today = clock.beijing(now).date()
    return [plan for plan in plans_for(actor) if plans.window_open(plan, today)]


def reasons_of(row: Registration, today: date) -> tuple[Outcome, list[Finding]]:
    """What the rules say against a pass while a case is being decided, else what was found then."""
    if row.state in JUDGED:
        findings = judged([row], today, calendar.rules_by_id(row.yearbook_id))[row.id]
    else:
        findings = [Finding.from_dict(item) for item in row.reasons or []]
    return outcome_of(findings), findings


def trail(row: Registration) -> list[AuditEntry]:
    """What happened to a case, the oldest first."""
    return audit.history("registration", row.id)


def publicity(publicity_id: UUID) -> RegistrationPublicity:
    """One public notice of the present scope; raises `NotFound`."""
    return found(RegistrationPublicity, publicity_id)


def publicities(paging: Paging, plan_id: UUID | None = None) -> Page[RegistrationPublicity]:
    """Public notices of the present scope, the newest first."""
    statement = select(RegistrationPublicity)
    if plan_id is not None:
        statement = statement.where(RegistrationPublicity.plan_id == series_of(plan_id))
    ordered = Paging(paging.number, paging.size, "opened_on", True)
    return paged(statement, ordered, {"opened_on": RegistrationPublicity.opened_on})


def shown(publicity_id: UUID, paging: Paging) -> Page[Any]:
    """What a public notice lists: name, school and proposed result, no number; nothing of it is sealed.

    The id only tells two of one name apart in an objection; no page of the public opens by it.
    """
    columns = (
        Registration.id, Registration.person_name, Registration.territory, Registration.proposal, Registration.first,
    )  # fmt: skip
    statement: Any = select(*columns).where(
        Registration.publicity_id == publicity_id, Registration.state == RegistrationState.PUBLICISED
    )
    with within(NATION):  # a registration is its teacher's; what the law shows in public is these columns
        return paged(statement, paging, {"name": Registration.person_name}, entities=False)


def open_publicity(publicity_id: UUID, today: date) -> RegistrationPublicity:
    """A public notice that may be objected to today; an older one is shown no more: raises `NotFound`."""
    row = found(RegistrationPublicity, publicity_id)
    if not row.opened_on <= today <= row.closes_on:
        raise NotFound()
    return row


def open_publicities(today: date, paging: Paging, province_code: str = "") -> Page[RegistrationPublicity]:
    """Public notices that may be objected to today; for the public."""
    statement = select(RegistrationPublicity).where(
        RegistrationPublicity.opened_on <= today, RegistrationPublicity.closes_on >= today
    )
    if province_code:
        statement = statement.where(RegistrationPublicity.province_code == province_code)
    return paged(statement, paging, {"closes_on": RegistrationPublicity.closes_on})


def standing(document_indices: Iterable[str]) -> dict[str, date]:
    """Until when the registrations in force of some people stand, by blind index; for other areas."""
    wanted, until = list(document_indices), dict[str, date]()
    with within(NATION):
        for start in range(0, len(wanted), 500):
            statement = select(Registration.document_index, Registration.valid_until).where(
                Registration.document_index.in_(wanted[start : start + 500]),
                Registration.state == RegistrationState.PASSED,
            )
            until |= {row[0]: row[1] for row in session().execute(statement) if row[1]}
    return until

"""What must hold of registrations (promises 24, 25, 15), as queries over live data."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased

from core.calendar import service as calendar
from core.calendar.rules import season_of
from core.certificates.models import StockMovement
from core.certificates.rules import Account, Item
from core.foundation import clock
from core.foundation.db import session
from core.foundation.invariants import holds
from core.people.models import PersonBar
from core.plans.models import PilotArea, Plan
from core.registration.models import (
    Registration,
    RegistrationObjection,
    RegistrationPublicity,
    RegistrationSurvey,
    SurveyedTeacher,
)
from core.registration.rules import OPEN_LINES, RegistrationState

S = RegistrationState


@holds(24, "二(二)")
def registration_in_its_season() -> Iterator[str]:
    """No registration in a season not open to it."""
    statement = (
        select(Registration.reference, Registration.submitted_at, Plan)
        .join(Plan, (Plan.province_code == Registration.province_code) & (Plan.id == Registration.plan_id))
        .where(Registration.submitted_at.is_not(None))
        .execution_options(yield_per=500)
    )
    for reference, submitted_at, plan in session().execute(statement):
        assert submitted_at is not None
        day, rules = clock.beijing(submitted_at).date(), calendar.rules_by_id(plan.yearbook_id)
        season = season_of(day, rules)
        if season is None or "registration" not in season.businesses or plan.business != "registration":
            yield reference


@holds(24, "二(二)")
def registration_in_its_area() -> Iterator[str]:
    """No registration outside a surveyed pilot area."""
    area = aliased(PilotArea)
    covers = and_(
        area.province_code == Registration.province_code,
        Registration.territory.startswith(area.division),
        area.surveyed_at.is_not(None),
        area.surveyed_at <= Registration.created_at,
    )
    yield from _rows(
        select(Registration.reference).outerjoin(area, covers).where(area.id.is_(None)).order_by(Registration.id)
    )


@holds(24, "R-REG-07")
def registration_passed_by_rule() -> Iterator[str]:
    """No registration passed with a reason to fail or to postpone."""
    statement = select(Registration.reference, Registration.reasons).where(
        Registration.conclusion == "passed", Registration.reasons.is_not(None)
    )
    for reference, reasons in session().execute(statement.execution_options(yield_per=500)):
        if reasons:
            yield reference
    barred = (
        select(Registration.reference)
        .join(PersonBar, PersonBar.document_index == Registration.document_index)
        .where(
            Registration.state == S.PASSED, PersonBar.annulled_at.is_(None), PersonBar.kind != "cheating",
            PersonBar.created_at <= Registration.concluded_at,
            or_(PersonBar.ends_on.is_(None), PersonBar.ends_on > Registration.valid_from),
        )
    )  # fmt: skip
    yield from _rows(barred)


@holds(24, "R-TIME-04")
def registration_two_officers() -> Iterator[str]:
    """Who proposed a registration did not conclude it."""
    yield from _rows(
        select(Registration.reference).where(
            Registration.conclusion != "", Registration.reviewed_by == Registration.concluded_by
        )
    )


@holds(24, "R-TIME-04")
def registration_after_its_notice() -> Iterator[str]:
    """No conclusion before its public notice is over, or with an objection open."""
    of_case = (RegistrationPublicity.province_code == Registration.province_code) & (
        RegistrationPublicity.id == Registration.publicity_id
    )
    statement = (
        select(Registration.reference, Registration.concluded_at, RegistrationPublicity.closes_on)
        .outerjoin(RegistrationPublicity, of_case)
        .where(Registration.conclusion != "")
        .execution_options(yield_per=500)
    )
    for reference, concluded_at, closes_on in session().execute(statement):
        if closes_on is None or concluded_at is None or clock.beijing(concluded_at).date() <= closes_on:
            yield reference
    open_ones = (
        select(Registration.reference)
        .join(RegistrationObjection, (RegistrationObjection.province_code == Registration.province_code)
              & (RegistrationObjection.case_id == Registration.id))
        .where(Registration.conclusion != "", RegistrationObjection.decision == "")
    )  # fmt: skip
    yield from _rows(open_ones)


@holds(25, "R-REG-11")
def sticker_of_its_registration() -> Iterator[str]:
    """Every used sticker belongs to one registration, which names it."""
    used = and_(StockMovement.item == Item.STICKER, StockMovement.kind == "use", StockMovement.account == Account.USED)
    orphans = (
        select(StockMovement.series, StockMovement.first)
        .outerjoin(Registration, Registration.id == StockMovement.subject_id)
        .where(used, or_(Registration.id.is_(None), Registration.sticker == ""))
    )
    unpaid = (
        select(Registration.reference)
        .outerjoin(StockMovement, and_(StockMovement.subject_id == Registration.id, used))
        .where(Registration.sticker != "", StockMovement.id.is_(None))
    )
    yield from _rows(orphans)
    yield from _rows(unpaid)


@holds(24, "R-REG-13")
def one_registration_in_force() -> Iterator[str]:
    """Nobody has two registrations in force."""
    yield from _rows(
        select(func.min(Registration.reference))
        .where(Registration.state == S.PASSED)
        .group_by(Registration.document_index)
        .having(func.count() > 1)
    )


@holds(15, "一(三)")
def registration_ended_by_decision() -> Iterator[str]:
    """Every cancelled registration names its decision."""
    yield from _rows(
        select(Registration.reference).where(Registration.state == S.CANCELLED, Registration.decision_ref == "")
    )


@holds(24, "二(二)")
def survey_settled_and_signed() -> Iterator[str]:
    """No closed survey has open lines; a second officer signed each check."""
    of_survey = (SurveyedTeacher.province_code == RegistrationSurvey.province_code) & (
        SurveyedTeacher.survey_id == RegistrationSurvey.id
    )
    yield from _rows(
        select(RegistrationSurvey.name, func.count())
        .join(SurveyedTeacher, of_survey)
        .where(
            RegistrationSurvey.state == "closed", SurveyedTeacher.state.in_(OPEN_LINES), ~SurveyedTeacher.late
        )
        .group_by(RegistrationSurvey.name)
    )  # fmt: skip
    yield from _rows(
        select(SurveyedTeacher.id).where(
            SurveyedTeacher.state.in_(("genuine", "false")),
            or_(SurveyedTeacher.signed_by.is_(None), SurveyedTeacher.signed_by == SurveyedTeacher.answered_by),
        )
    )

"""What must hold of registrations and surveys (promises 15, 24 and 25)."""

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
from core.foundation.invariants import Broken, holds
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
    """No registration was handed in in a season not open to it."""
    statement = (
        select(Registration.reference, Registration.submitted_at, Plan)
        .join(Plan, (Plan.province_code == Registration.province_code) & (Plan.id == Registration.plan_id))
        .where(Registration.submitted_at.is_not(None))
        .execution_options(yield_per=500)
    )
    for reference, submitted_at, plan in session().execute(statement):
        day = clock.beijing(submitted_at).date() if submitted_at else plan.entry_start
        season = season_of(day, calendar.rules_by_id(plan.yearbook_id))
        if season is None or "registration" not in season.businesses or plan.business != "registration":
            yield reference


@holds(24, "二(二)")
def registration_in_its_area() -> Broken:
    """No registration outside a pilot area, or before its survey was closed."""
    area = aliased(PilotArea)
    covers = and_(
        area.province_code == Registration.province_code,
        Registration.territory.startswith(area.division),
        area.surveyed_at <= Registration.created_at,
    )
    return select(Registration.reference).outerjoin(area, covers).where(area.id.is_(None))


@holds(24, "R-REG-07")
def registration_passed_by_rule() -> list[Broken]:
    """No registration passed with a reason to fail or to postpone, or its teacher barred."""
    reasons = select(Registration.reference, Registration.reasons).where(
        Registration.conclusion == "passed", Registration.reasons.is_not(None)
    )
    barred = (
        select(Registration.reference)
        .join(PersonBar, PersonBar.document_index == Registration.document_index)
        .where(
            Registration.state == S.PASSED, PersonBar.annulled_at.is_(None), PersonBar.kind != "cheating",
            PersonBar.created_at <= Registration.concluded_at,
            or_(PersonBar.ends_on.is_(None), PersonBar.ends_on > Registration.valid_from),
        )
    )  # fmt: skip
    found = session().execute(reasons.execution_options(yield_per=500))
    return [(reference for reference, said in found if said), barred]


@holds(24, "R-TIME-04")
def registration_two_officers() -> Broken:
    """Who proposed a registration did not conclude it."""
    return select(Registration.reference).where(
        Registration.conclusion != "", Registration.reviewed_by == Registration.concluded_by
    )


@holds(24, "R-TIME-04")
def registration_after_its_notice() -> list[Broken]:
    """No conclusion before its public notice is over, or with an objection open."""
    of_case = (RegistrationPublicity.province_code == Registration.province_code) & (
        RegistrationPublicity.id == Registration.publicity_id
    )
    concluded = (
        select(Registration.reference, Registration.concluded_at, RegistrationPublicity.closes_on)
        .outerjoin(RegistrationPublicity, of_case)
        .where(Registration.conclusion != "")
        .execution_options(yield_per=500)
    )
    against = (RegistrationObjection.province_code == Registration.province_code) & (
        RegistrationObjection.case_id == Registration.id
    )
    undecided = (
        select(Registration.reference)
        .join(RegistrationObjection, against)
        .where(Registration.conclusion != "", RegistrationObjection.decision == "")
    )
    early = (
        reference
        for reference, at, closes_on in session().execute(concluded)
        if at is None or closes_on is None or clock.beijing(at).date() <= closes_on
    )
    return [early, undecided]


@holds(25, "R-REG-11")
def sticker_of_its_registration() -> list[Broken]:
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
    return [orphans, unpaid]


@holds(24, "R-REG-13")
def one_registration_in_force() -> Broken:
    """Nobody has two registrations in force."""
    return (
        select(func.min(Registration.reference))
        .where(Registration.state == S.PASSED)
        .group_by(Registration.document_index)
        .having(func.count() > 1)
    )


@holds(15, "一(三)")
def registration_ended_by_decision() -> Broken:
    """Every cancelled registration names its decision."""
    return select(Registration.reference).where(Registration.state == S.CANCELLED, Registration.decision_ref == "")


@holds(24, "二(二)")
def survey_settled_and_signed() -> list[Broken]:
    """No closed survey has open lines; a second officer signed each authenticity check."""
    of_survey = (SurveyedTeacher.province_code == RegistrationSurvey.province_code) & (
        SurveyedTeacher.survey_id == RegistrationSurvey.id
    )
    left = (
        select(RegistrationSurvey.id, func.count())
        .join(SurveyedTeacher, of_survey)
        .where(RegistrationSurvey.state == "closed", SurveyedTeacher.state.in_(OPEN_LINES), ~SurveyedTeacher.late)
        .group_by(RegistrationSurvey.id)
    )
    unsigned = select(SurveyedTeacher.id).where(
        SurveyedTeacher.state.in_(("genuine", "false")),
        or_(SurveyedTeacher.signed_by.is_(None), SurveyedTeacher.signed_by == SurveyedTeacher.answered_by),
    )
    return [left, unsigned]

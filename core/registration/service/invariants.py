"""What must hold of registrations (promises 24, 25, 15), as queries over live data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased

from core.calendar import service as calendar
from core.calendar.rules import season_of
from core.certificates.models import StockMovement
from core.certificates.rules import Account, Item
from core.foundation import clock
from core.foundation.db import session
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


@dataclass(frozen=True, slots=True)
class Invariant:
    """One thing that must hold, its clause, and how to find what breaks it."""

    name: str
    text: str
    clause: str
    broken: Callable[[], Iterator[str]]


def _rows(statement: Any) -> Iterator[str]:
    for row in session().execute(statement.limit(1000)):
        yield " ".join(map(str, row))


def _closed_season() -> Iterator[str]:
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


def _closed_area() -> Iterator[str]:
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


def _passed_with_reason() -> Iterator[str]:
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


def _same_officer() -> Iterator[str]:
    yield from _rows(
        select(Registration.reference).where(
            Registration.conclusion != "", Registration.reviewed_by == Registration.concluded_by
        )
    )


def _before_its_notice() -> Iterator[str]:
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


def _stickers() -> Iterator[str]:
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


def _twice_in_force() -> Iterator[str]:
    yield from _rows(
        select(func.min(Registration.reference))
        .where(Registration.state == S.PASSED)
        .group_by(Registration.document_index)
        .having(func.count() > 1)
    )


def _cancelled_without_decision() -> Iterator[str]:
    yield from _rows(
        select(Registration.reference).where(Registration.state == S.CANCELLED, Registration.decision_ref == "")
    )


def _survey_closed_open() -> Iterator[str]:
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


INVARIANTS = (
    Invariant("registration_in_its_season", "no registration in a season not open to it", "二(二)", _closed_season),
    Invariant("registration_in_its_area", "no registration outside a surveyed pilot area", "二(二)", _closed_area),
    Invariant(
        "registration_passed_by_rule", "no registration passed with a reason to fail or postpone", "R-REG-07",
        _passed_with_reason,
    ),
    Invariant("registration_two_officers", "who proposed did not conclude", "R-TIME-04", _same_officer),
    Invariant(
        "registration_after_its_notice", "no conclusion before its public notice or an open objection", "R-TIME-04",
        _before_its_notice,
    ),
    Invariant("sticker_of_its_registration", "every used sticker belongs to one registration", "R-REG-11", _stickers),
    Invariant("one_registration_in_force", "nobody has two registrations in force", "R-REG-13", _twice_in_force),
    Invariant(
        "registration_ended_by_decision", "every cancelled registration names its decision", "一(三)",
        _cancelled_without_decision,
    ),
    Invariant(
        "survey_settled_and_signed", "no closed survey has open lines; a second officer signed each check", "二(二)",
        _survey_closed_open,
    ),
)  # fmt: skip

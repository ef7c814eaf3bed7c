"""What institutions owe of registration: told to the obligations board."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, select

from core.filing.models import School
from core.foundation.db import session
from core.foundation.obligations import Asked, Obligation, owes
from core.registration.models import Registration, RegistrationObjection, SurveyedTeacher
from core.registration.rules import OPEN_LINES
from core.registration.rules.owing import judge_concluded, judge_objected, judge_surveyed

DECIDING = ("confirmed", "in_review", "proposed", "publicised")


@owes("registrations", "institution")
def conclusions(asked: Asked) -> Iterable[Obligation]:
    """Registrations taken in and not concluded, by institution and limit."""
    statement = (
        select(Registration.province_code, Registration.institution_code, Registration.due_on, func.count())
        .where(
            Registration.province_code.in_(asked.provinces), Registration.state.in_(DECIDING),
            Registration.due_on.is_not(None),
        )
        .group_by(Registration.province_code, Registration.institution_code, Registration.due_on)
    )  # fmt: skip
    for code, place, due_on, count in session().execute(statement):
        for finding in judge_concluded(count, due_on or asked.today, asked.today):
            yield Obligation(
                finding, "O", code, place, due_on=due_on, subject=str(due_on), count=count,
                endpoint="registration.index", values={"state": "in_review"},
            )  # fmt: skip


@owes("surveys", "institution")
def surveys(asked: Asked) -> Iterable[Obligation]:
    """Lines of surveys not settled, by the institution that decides for the school."""
    statement = (
        select(SurveyedTeacher.province_code, School.institution_code, func.count())
        .join(School, School.code == SurveyedTeacher.school_code)
        .where(SurveyedTeacher.province_code.in_(asked.provinces), SurveyedTeacher.state.in_(OPEN_LINES))
        .group_by(SurveyedTeacher.province_code, School.institution_code)
    )
    for code, place, count in session().execute(statement):
        for finding in judge_surveyed(count):
            yield Obligation(finding, "O", code, place, count=count, endpoint="registration.surveys")


@owes("objections", "institution")
def objections(asked: Asked) -> Iterable[Obligation]:
    """Objections not decided, by the institution whose result they are about."""
    of_case = (Registration.province_code == RegistrationObjection.province_code) & (
        Registration.id == RegistrationObjection.case_id
    )
    statement = (
        select(Registration.province_code, Registration.institution_code, func.count())
        .join(RegistrationObjection, of_case)
        .where(RegistrationObjection.province_code.in_(asked.provinces), RegistrationObjection.decision == "")
        .group_by(Registration.province_code, Registration.institution_code)
    )
    for code, place, count in session().execute(statement):
        for finding in judge_objected(count):
            yield Obligation(finding, "H", code, place, count=count, endpoint="registration.objections")

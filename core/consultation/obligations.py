"""What institutions and the centre owe to those who asked (一(五)): told to the obligations board."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, select

from core.consultation.models import Enquiry
from core.consultation.rules import judge_waiting
from core.foundation.db import session
from core.foundation.obligations import Asked, Obligation, owes


@owes("enquiries", "institution")
def answers(asked: Asked) -> Iterable[Obligation]:
    """Open questions of each institution, due by the day of the oldest."""
    statement = (
        select(Enquiry.province_code, Enquiry.institution_code, func.count(), func.min(Enquiry.due_on))
        .where(Enquiry.province_code.in_(asked.provinces), Enquiry.state == "open")
        .group_by(Enquiry.province_code, Enquiry.institution_code)
        .limit(5000)
    )
    for province, institution, count, due in session().execute(statement):
        for finding in judge_waiting("open", count):
            yield Obligation(
                finding, "O", province, institution, due_on=due, count=count, endpoint="consultation.index",
                values={"state": "open"},
            )  # fmt: skip


@owes("escalated", "nation")
def escalated(asked: Asked) -> Iterable[Obligation]:
    """Questions handed to the centre, by province."""
    statement = (
        select(Enquiry.province_code, func.count(), func.min(Enquiry.due_on))
        .where(Enquiry.province_code.in_(asked.provinces), Enquiry.state == "escalated")
        .group_by(Enquiry.province_code)
    )
    for province, count, due in session().execute(statement):
        for finding in judge_waiting("escalated", count):
            yield Obligation(
                finding, "N", province, due_on=due, count=count, endpoint="consultation.index",
                values={"state": "escalated"},
            )  # fmt: skip

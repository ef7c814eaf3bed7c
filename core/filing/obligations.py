"""What is owed of filing and hand-over: told to the obligations board."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import func, select

from core.filing.models import Filing, Handover
from core.filing.rules import HANDOVER_MOVES, FilingState
from core.filing.rules.owing import (
    CONFIRM_AHEAD,
    judge_filings_answered,
    judge_filings_confirmed,
    judge_handover_filed,
)
from core.foundation.db import session
from core.foundation.obligations import Asked, Obligation, owes

OPEN_LISTS = tuple(state for state in HANDOVER_MOVES.steps if state not in HANDOVER_MOVES.final)


@owes("filings", "province")
def approvals(asked: Asked) -> Iterable[Obligation]:
    """Filings of institutions that wait for the province."""
    statement = (
        select(Filing.province_code, func.count())
        .where(
            Filing.province_code.in_(asked.provinces), Filing.state.in_(("submitted", "changing")),
            Filing.institution_code != "",
        )
        .group_by(Filing.province_code)
    )  # fmt: skip
    for code, count in session().execute(statement):
        for finding in judge_filings_answered(count):
            yield Obligation(
                finding, "P", code, count=count, endpoint="filing.index", values={"state": "submitted"}
            )  # fmt: skip


@owes("filings", "nation")
def national_approvals(asked: Asked) -> Iterable[Obligation]:
    """Filings of provinces' own officers that wait for the centre."""
    statement = (
        select(Filing.province_code, func.count())
        .where(
            Filing.province_code.in_(asked.provinces), Filing.state.in_(("submitted", "changing")),
            Filing.institution_code == "",
        )
        .group_by(Filing.province_code)
    )  # fmt: skip
    for code, count in session().execute(statement):
        for finding in judge_filings_answered(count):
            yield Obligation(
                finding,
                "N",
                code,
                subject="centre",
                count=count,
                endpoint="filing.index",
                values={"state": "submitted"},
            )


@owes("filings", "institution")
def confirmations(asked: Asked) -> Iterable[Obligation]:
    """Filings in force that lapse soon, by institution; those of a province's own people are the province's."""
    statement = (
        select(Filing.province_code, Filing.institution_code, func.count(), func.min(Filing.confirm_by))
        .where(
            Filing.province_code.in_(asked.provinces), Filing.state == FilingState.IN_FORCE,
            Filing.confirm_by <= asked.today + timedelta(days=CONFIRM_AHEAD),
        )
        .group_by(Filing.province_code, Filing.institution_code)
        .limit(5000)
    )  # fmt: skip
    for code, institution, count, first in session().execute(statement):
        for finding in judge_filings_confirmed(count, first or asked.today, asked.today):
            yield Obligation(
                finding, "H" if institution else "P", code, institution, due_on=first, count=count,
                endpoint="filing.index", values={"state": "in_force"},
            )  # fmt: skip


@owes("handovers", "institution")
def lists(asked: Asked) -> Iterable[Obligation]:
    """Hand-overs begun and not filed yet."""
    statement = (
        select(Handover.id, Handover.province_code, Handover.institution_code, Handover.state)
        .where(Handover.province_code.in_(asked.provinces), Handover.state.in_(OPEN_LISTS))
        .order_by(Handover.created_at)
        .limit(1000)
    )
    for row in session().execute(statement):
        for finding in judge_handover_filed(row.state, HANDOVER_MOVES.next_step(row.state)):
            yield Obligation(
                finding, HANDOVER_MOVES.owner(row.state), row.province_code, row.institution_code,
                subject=str(row.id), endpoint="filing.show_handover", values={"handover_id": row.id},
            )  # fmt: skip

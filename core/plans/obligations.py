"""What provinces owe of tables and plans: told to the obligations board."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, select

from core.calendar import service as calendar
from core.foundation.db import session
from core.foundation.obligations import Asked, Obligation, owes
from core.plans.models import Plan, PlanTable
from core.plans.rules.owing import judge_plans_answered, judge_table_filed, table_due


@owes("plan-tables", "province")
def tables(asked: Asked) -> Iterable[Obligation]:
    """The year's table, where it is not filed."""
    yearbook = calendar.in_force(asked.today.year)
    if yearbook is None:
        return
    rules = calendar.rules_of(yearbook)
    statement = select(PlanTable.province_code).where(
        PlanTable.province_code.in_(asked.provinces), PlanTable.year == rules.year,
        PlanTable.state.in_(("filed", "received")),
    )  # fmt: skip
    filed = set(session().scalars(statement.limit(5000)))
    for code in asked.provinces:
        for finding in judge_table_filed(code in filed, rules):
            yield Obligation(
                finding, "P", code, due_on=table_due(rules), subject=str(rules.year), endpoint="plans.tables"
            )


@owes("plans", "province")
def plans(asked: Asked) -> Iterable[Obligation]:
    """Plans handed in and not yet answered."""
    statement = (
        select(Plan.province_code, func.count(), func.min(Plan.entry_start))
        .where(Plan.province_code.in_(asked.provinces), Plan.state == "submitted")
        .group_by(Plan.province_code)
    )
    for code, count, first in session().execute(statement):
        for finding in judge_plans_answered(count, first):
            yield Obligation(
                finding, "P", code, due_on=first, count=count, endpoint="plans.index", values={"state": "submitted"}
            )

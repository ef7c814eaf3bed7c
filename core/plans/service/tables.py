"""The annual plan table (网报及培训计划表): filed with the centre, received or returned."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.calendar import service as calendar
from core.foundation.access import Actor, territory, within
from core.foundation.db import found, locked, one_transaction, session
from core.foundation.errors import Refused
from core.foundation.findings import N_, Finding, Verdict
from core.foundation.paging import Page, Paging, paged
from core.plans import rules
from core.plans.models import Plan, PlanTable
from core.plans.rules import (
    TABLE_MOVES,
    PlanDraft,
    TableDraft,
)
from core.plans.service.trail import written
from core.plans.service.values import draft_from, draft_of

STANDING = ("submitted", "approved", "published", "running")


def tables(paging: Paging) -> Page[PlanTable]:
    """Plan tables of the present scope, the newest first."""
    ordered = Paging(paging.number, paging.size, "drafted_at", True)
    return paged(select(PlanTable), ordered, {"drafted_at": PlanTable.drafted_at})


def table(table_id: UUID) -> PlanTable:
    """One plan table of the present scope; raises `NotFound`."""
    return found(PlanTable, table_id)


def table_rows(province_code: str, year: int) -> list[PlanDraft] | None:
    """The windows of a province's filed table; None when none is filed."""
    statement = (
        select(PlanTable)
        .where(
            PlanTable.province_code == province_code,
            PlanTable.year == year,
            PlanTable.state.in_(("filed", "received")),
        )
        .order_by(PlanTable.number.desc())
        .limit(1)
    )
    with within(territory(province_code)):  # a county sets its plans within the province's table
        row = session().scalars(statement).one_or_none()
    return None if row is None else [draft_from(item) for item in row.rows]


def judge_table(year: int, rows: list[dict[str, Any]], meetings: list[dict[str, Any]]) -> Verdict:
    """Judge a table's lines (ISO days) and meetings under the yearbooks in force."""
    table = TableDraft(
        year, tuple(draft_from(item) for item in rows), tuple(tuple(item["contents"]) for item in meetings)
    )
    return rules.judge_table(table, calendar.published())


def contradictions(row: PlanTable) -> list[Finding]:
    """Plans already set that a table contradicts."""
    statement = select(Plan).where(
        Plan.province_code == row.province_code, Plan.year == row.year, Plan.state.in_(STANDING)
    )
    plans = {
        f"{plan.institution_code} {plan.title}": draft_of(plan) for plan in session().scalars(statement.limit(5000))
    }
    return rules.judge_table_holds([draft_from(item) for item in row.rows], plans)


@one_transaction
def file_table(actor: Actor, data: dict[str, Any], now: datetime) -> PlanTable:
    """File the year's table with the centre; an earlier one is superseded. `data`: id, year, rows, meetings."""
    known = session().scalars(select(PlanTable).where(PlanTable.id == data["id"])).one_or_none()
    if known is not None:
        return known
    judged = judge_table(data["year"], data["rows"], data["meetings"])
    if judged.refused:
        raise Refused(judged)
    province = actor.province_code
    earlier = list(
        session().scalars(select(PlanTable).where(PlanTable.province_code == province, PlanTable.year == data["year"]))
    )
    for old in earlier:
        if TABLE_MOVES.allows(old.state, "superseded", "P"):
            old.state = "superseded"
    row = PlanTable(
        **data,
        province_code=province,
        territory=province,
        number=len(earlier) + 1,
        state="filed",
        drafted_by=actor.id,
        drafted_at=now,
        filed_at=now,
    )
    session().add(row)
    written(actor, "tables.file", row, now)
    return row


@one_transaction
def answer_table(actor: Actor, table_id: UUID, accepted: bool, reason: str, now: datetime) -> PlanTable:
    """The centre receives a table or returns it with its reason."""
    row = locked(PlanTable, table_id)
    state = "received" if accepted else "returned"
    findings = TABLE_MOVES.judge(row.state, state, "N")
    if not accepted and not reason.strip():
        findings.append(Finding("reason_missing", N_("请写明退回理由"), clause="§4.3", field="reason"))
    if findings:
        raise Refused(findings)
    row.state, row.returned_reason = state, reason
    row.received_at = now if accepted else None
    written(actor, f"tables.{state}", row, now)
    return row

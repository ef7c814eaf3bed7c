"""What a quarter's report holds: decisions in force, corrections to earlier quarters, totals; from the cases alone."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from core.filing import service as filing
from core.foundation.db import session
from core.foundation.errors import NotFound
from core.penalties.models import Penalty, PenaltyCertificate, PenaltyReport, PenaltyReportLine
from core.penalties.rules import FROZEN, Quarter, totals
from core.penalties.service.cases import party_of

MOST = 5000
PARTY = ("name", "sex", "document_number", "unit", "post")


def quarter_of(row: PenaltyReport) -> Quarter:
    """The quarter of a report."""
    return Quarter(row.year, row.quarter)


def _carried(row: PenaltyReport, role: str) -> Any:
    """Cases that another report of the province carries in that role."""
    return select(PenaltyReportLine.penalty_id).where(
        PenaltyReportLine.province_code == row.province_code, PenaltyReportLine.role == role,
        PenaltyReportLine.report_id != row.id,
    )  # fmt: skip


def earlier_open(row: PenaltyReport) -> bool:
    """Whether a report of the province of an earlier quarter is not signed."""
    statement = select(PenaltyReport.id).where(
        PenaltyReport.province_code == row.province_code, PenaltyReport.state.not_in(FROZEN),
        or_(PenaltyReport.year < row.year, (PenaltyReport.year == row.year) & (PenaltyReport.quarter < row.quarter)),
    )  # fmt: skip
    return session().scalar(statement.limit(1)) is not None


def cases_of(row: PenaltyReport) -> list[Penalty]:
    """Decisions in force by the quarter's end that no other report carries (R-PEN-06).

    One of an earlier quarter whose report was signed without it comes as a late one; while an earlier report is
    not signed, it belongs there.
    """
    quarter = quarter_of(row)
    statement = select(Penalty).where(
        Penalty.province_code == row.province_code, Penalty.in_force_on <= quarter.last,
        Penalty.id.not_in(_carried(row, "case")),
    )  # fmt: skip
    if earlier_open(row):
        statement = statement.where(Penalty.in_force_on >= quarter.first)
    return list(session().scalars(statement.order_by(Penalty.in_force_on, Penalty.number).limit(MOST)))


def corrections_of(row: PenaltyReport) -> list[Penalty]:
    """Decisions reversed by the quarter's end, carried as a case by this or an earlier report, not yet corrected."""
    quarter = quarter_of(row)
    statement = select(Penalty).where(
        Penalty.province_code == row.province_code, Penalty.annulled_on <= quarter.last,
        Penalty.id.not_in(_carried(row, "correction")),
    )  # fmt: skip
    if earlier_open(row):
        statement = statement.where(Penalty.annulled_on >= quarter.first)
    return list(session().scalars(statement.order_by(Penalty.annulled_on, Penalty.number).limit(MOST)))


def _certificates(province_code: str, ids: list[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    statement = select(PenaltyCertificate).where(
        PenaltyCertificate.province_code == province_code, PenaltyCertificate.penalty_id.in_(ids)
    )
    found: dict[UUID, list[dict[str, Any]]] = {}
    for one in session().scalars(statement.order_by(PenaltyCertificate.number)):
        found.setdefault(one.penalty_id, []).append(
            {
                "number": one.number, "kind": one.kind, "subject": one.subject, "institution": one.institution_name,
                "issued_on": _day(one.issued_on), "outcome": one.outcome, "outcome_on": _day(one.outcome_on),
            }
        )  # fmt: skip
    return found


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _city(territory: str, known: dict[str, str]) -> str:
    code = territory[:4]
    if code not in known:
        try:
            known[code] = filing.division(code).name
        except NotFound:
            known[code] = code
    return known[code]


def assemble(row: PenaltyReport) -> dict[str, Any]:
    """The report's content as plain data (§ 2.9): party, reason, outcome of each case; corrections; totals."""
    quarter, rows, reversed_ = quarter_of(row), cases_of(row), corrections_of(row)
    certificates = _certificates(row.province_code, [one.id for one in rows])
    bodies = filing.names_of({one.institution_code for one in (*rows, *reversed_)})
    cities: dict[str, str] = {}
    cases = [_case(one, quarter, bodies, certificates.get(one.id, []), _city(one.territory, cities)) for one in rows]
    corrections = [
        {
            "id": str(one.id), "number": one.number, "measure": one.measure, "name": one.name,
            "decision_number": one.decision_number, "body": bodies.get(one.institution_code, one.institution_code),
            "in_force_on": _day(one.in_force_on), "annulled_on": _day(one.annulled_on), "annulment": one.annulment,
            "quarter": _quarter(one.in_force_on),
        }
        for one in reversed_
    ]  # fmt: skip
    return {
        "province": row.province_code, "year": row.year, "quarter": row.quarter, "cases": cases,
        "corrections": corrections, "totals": totals(cases, len(corrections)),
        "nil": not cases and not corrections,
    }  # fmt: skip


def _quarter(day: date | None) -> str:
    return f"{Quarter.of(day).year}-{Quarter.of(day).number}" if day else ""


def _basis(one: Penalty) -> str:
    """The judgement or decision behind a loss or an exam ban."""
    kept = json.loads(one.basis)
    return " ".join(filter(None, (kept.get("body"), kept.get("number"), _day(one.basis_on))))


def _case(
    one: Penalty, quarter: Quarter, bodies: dict[str, str], certificates: list[dict[str, Any]], city: str
) -> dict[str, Any]:
    party = party_of(one)
    return {
        "id": str(one.id), "number": one.number, "measure": one.measure, "ground": one.ground,
        **{name: party.get(name, "") for name in PARTY}, "facts": one.facts, "basis": _basis(one), "law": one.law,
        "certificates": certificates, "decision_number": one.decision_number,
        "body": bodies.get(one.institution_code, one.institution_code), "in_force_on": _day(one.in_force_on),
        "bar_until": _day(one.bar_until), "served_on": _day(one.served_on), "executed_on": _day(one.executed_on),
        "execution": one.execution, "reviews": one.reviews, "city": city,
        "annulled_on": _day(one.annulled_on) if one.annulled_on and one.annulled_on <= quarter.last else "",
        "late": bool(one.in_force_on and one.in_force_on < quarter.first),
    }  # fmt: skip


def read(data: bytes) -> dict[str, Any]:
    """A signed content, as it was written."""
    return dict(json.loads(data))

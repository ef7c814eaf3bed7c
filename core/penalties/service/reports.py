"""The quarterly report's way: assembled, signed and filed by the province, received or sent back by the centre.

What is signed is written once into a file of its own with its hash; a report that was accepted is never signed again,
and what changes afterwards is a correction of a later quarter (R-PEN-06).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from core.calendar import service as calendar
from core.calendar.rules import WORKING_DAYS, YearNotPromulgated
from core.filing import service as filing
from core.foundation import audit, clock
from core.foundation.access import NATION, SYSTEM, Actor, within
from core.foundation.db import found, locked, new_id, one_transaction, session
from core.foundation.errors import Conflict, NotAllowed, ProvinceFault, Refused
from core.foundation.findings import N_, Finding
from core.foundation.paging import Page, Paging, paged
from core.foundation.storage import storage
from core.hooks.discovery import host_for
from core.hooks.host import Moment
from core.hooks.types import QuarterFacts
from core.penalties.models import Penalty, PenaltyReport, PenaltyReportCopy, PenaltyReportLine
from core.penalties.rules import (
    FIRST_YEAR,
    FROZEN,
    REPORT_MOVES,
    Quarter,
    due_day,
    judge_return,
    judge_signing,
)
from core.penalties.service.assembling import assemble, cases_of, corrections_of, earlier_open, quarter_of, read

CLAUSE = "一(三)"


def _written(actor: Actor, verb: str, row: PenaltyReport, now: datetime, **detail: Any) -> None:
    audit.record(
        actor, f"penalties.report_{verb}", "penalty_report", row.id, province_code=row.province_code, now=now,
        clause=CLAUSE, quarter=f"{row.year}-{row.quarter}", **detail,
    )  # fmt: skip


def due_on(quarter: Quarter) -> date | None:
    """When a quarter's report is due by its year's rules; None where they or the holidays are not known."""
    yearbook = calendar.in_force(quarter.year)
    try:
        return due_day(quarter, calendar.rules_of(yearbook), WORKING_DAYS) if yearbook else None
    except YearNotPromulgated:
        return None


@one_transaction
def begin(actor: Actor, province_code: str, quarter: Quarter, now: datetime) -> PenaltyReport:
    """A province's report of a quarter, begun where it is not there; of 2020 and later, of no coming quarter."""
    statement = select(PenaltyReport).where(
        PenaltyReport.province_code == province_code, PenaltyReport.year == quarter.year,
        PenaltyReport.quarter == quarter.number,
    )  # fmt: skip
    known = session().scalars(statement).one_or_none()
    if known is not None:
        return known
    if quarter.year < FIRST_YEAR or quarter.first > clock.beijing(now).date():
        message, params = N_("只能编制%(year)s年起、已经开始的季度的报告"), {"year": FIRST_YEAR}
        raise Refused([Finding("report_quarter_unfit", message, CLAUSE, field="quarter", params=params)])
    row = PenaltyReport(
        id=new_id(), province_code=province_code, territory=province_code, year=quarter.year, quarter=quarter.number,
        state="open", due_on=due_on(quarter), opened_at=now,
    )  # fmt: skip
    session().add(row)
    session().flush()
    _written(actor, "begin", row, now)
    return row


@one_transaction
def open_reports(today: date, now: datetime) -> int:
    """The daily work: every province's report of the quarter that is over, begun if it is not there; how many."""
    quarter = Quarter.of(today).before
    if quarter.year < FIRST_YEAR:
        return 0
    codes = {body.province_code for body in filing.institutions()}
    with within(NATION):
        statement = select(PenaltyReport.province_code).where(
            PenaltyReport.year == quarter.year, PenaltyReport.quarter == quarter.number
        )
        wanted = sorted(codes - set(session().scalars(statement)))
        for code in wanted:
            begin(SYSTEM, code, quarter, now)
    return len(wanted)


def report(report_id: UUID) -> PenaltyReport:
    """One report of the present scope; raises `NotFound`."""
    return found(PenaltyReport, report_id)


def reports(paging: Paging) -> Page[PenaltyReport]:
    """Reports of the present scope, the newest quarter first."""
    ordered = Paging(paging.number, paging.size, "quarter", True)
    return paged(select(PenaltyReport), ordered, {"quarter": PenaltyReport.year * 10 + PenaltyReport.quarter})


def copies(report_id: UUID) -> list[PenaltyReportCopy]:
    """What was signed, the newest first."""
    statement = select(PenaltyReportCopy).where(PenaltyReportCopy.report_id == report_id)
    return list(session().scalars(statement.order_by(PenaltyReportCopy.signed_at.desc()).limit(50)))


def content(row: PenaltyReport) -> dict[str, Any]:
    """What a report holds: as it was signed, or as it would be signed now."""
    if row.state in FROZEN and row.copy_id is not None:
        return read(storage().get(found(PenaltyReportCopy, row.copy_id).file_key))
    return assemble(row)


@one_transaction
def sign(actor: Actor, report_id: UUID, data: dict[str, Any], now: datetime) -> PenaltyReport:
    """Sign a report whose quarter is over: what it holds now is what it will say. `data`: version, nil."""
    row = _moving(actor, report_id, data["version"], "signed", "P")
    made, quarter = assemble(row), quarter_of(row)
    findings = judge_signing(quarter, clock.beijing(now).date(), earlier_open(row), made["nil"], bool(data["nil"]))
    if findings:
        raise Refused(findings)
    made |= _annex(row, made, now) | {"signer": actor.name, "signed_on": clock.beijing(now).date().isoformat()}
    _lines(row)
    copy = _copy(actor, row, made, now)
    row.state, row.nil, row.copy_id, row.due_on = "signed", made["nil"], copy.id, row.due_on or due_on(quarter)
    row.signed_by, row.signed_at = actor.id, now
    _written(actor, "sign", row, now, sha256=copy.file_sha256, nil=row.nil)
    return row


def _copy(actor: Actor, row: PenaltyReport, made: dict[str, Any], now: datetime) -> PenaltyReportCopy:
    data = json.dumps(made, ensure_ascii=False, sort_keys=True).encode()
    kept = storage().put(data, ".json")
    copy = PenaltyReportCopy(
        id=new_id(), province_code=row.province_code, territory=row.territory, report_id=row.id, file_key=kept.key,
        file_sha256=kept.sha256, signed_by=actor.id, signer=actor.name, signed_at=now,
    )  # fmt: skip
    session().add(copy)
    session().flush()
    return copy


def _annex(row: PenaltyReport, made: dict[str, Any], now: datetime) -> dict[str, Any]:
    """The province's own annex: figures in, sections of plain text out; a fault leaves it out and says so."""
    counts = made["totals"]
    facts = QuarterFacts(
        row.year, row.quarter, counts["all"]["cases"], counts["all"]["corrections"], counts["measure"], counts["ground"]
    )
    try:
        moment = Moment(calendar.rules_on(clock.beijing(now).date())[1], now)
        sections = host_for(row.province_code).quarterly_annex(moment, facts)
    except (ProvinceFault, Refused):
        return {"annex": [], "annex_missing": True}
    return {"annex": [{"title": item.title, "body": item.body} for item in sections], "annex_missing": False}


def _lines(row: PenaltyReport) -> None:
    """Which cases this report carries now; a report signed again carries them anew."""
    session().execute(delete(PenaltyReportLine).where(
        PenaltyReportLine.province_code == row.province_code, PenaltyReportLine.report_id == row.id
    ))  # fmt: skip
    for role, rows in (("case", cases_of(row)), ("correction", corrections_of(row))):
        session().add_all(
            PenaltyReportLine(
                id=new_id(), province_code=row.province_code, territory=row.territory, report_id=row.id,
                penalty_id=one.id, role=role,
            )
            for one in rows
        )  # fmt: skip
    session().flush()


def _moving(actor: Actor, report_id: UUID, version: int, after: str, who: str) -> PenaltyReport:
    row = locked(PenaltyReport, report_id)
    if row.version != version:
        raise Conflict()
    if who == "P" and actor.province_code != row.province_code:
        raise NotAllowed()
    findings = REPORT_MOVES.judge(row.state, after, who)
    if findings:
        raise Refused(findings)
    return row


@one_transaction
def file(actor: Actor, report_id: UUID, data: dict[str, Any], now: datetime) -> PenaltyReport:
    """Send a signed report to the centre. `data`: version."""
    row = _moving(actor, report_id, data["version"], "filed", "P")
    row.state, row.filed_by, row.filed_at = "filed", actor.id, now
    late = row.due_on is not None and clock.beijing(now).date() > row.due_on
    _written(actor, "file", row, now, late=late)
    return row


@one_transaction
def accept(actor: Actor, report_id: UUID, data: dict[str, Any], now: datetime) -> PenaltyReport:
    """The centre receives a report; from now on it is never altered. `data`: version."""
    row = _moving(actor, report_id, data["version"], "accepted", "N")
    row.state, row.answered_by, row.answered_at, row.return_reason = "accepted", actor.id, now, ""
    _written(actor, "accept", row, now)
    return row


@one_transaction
def send_report_back(actor: Actor, report_id: UUID, data: dict[str, Any], now: datetime) -> PenaltyReport:
    """The centre sends a report back, with the reason. `data`: version, reason."""
    row = _moving(actor, report_id, data["version"], "returned", "N")
    findings = judge_return(data["reason"])
    if findings:
        raise Refused(findings)
    row.state, row.answered_by, row.answered_at, row.return_reason = "returned", actor.id, now, data["reason"]
    _written(actor, "return", row, now, reason=data["reason"])
    return row


@dataclass(frozen=True, slots=True)
class Line:
    """A province's quarter on the board: its report, if one was begun, and whether it is late."""

    province_code: str
    quarter: Quarter
    report: PenaltyReport | None
    due_on: date | None
    late: bool
    over: bool


def board(codes: list[str], year: int, today: date) -> list[tuple[str, list[Line]]]:
    """How the quarters of a year stand in each province of `codes`, within the present scope."""
    statement = select(PenaltyReport).where(PenaltyReport.year == year, PenaltyReport.province_code.in_(codes))
    rows = {(row.province_code, row.quarter): row for row in session().scalars(statement)}
    quarters = [Quarter(year, number) for number in (1, 2, 3, 4)]
    due = {quarter: due_on(quarter) for quarter in quarters}
    return [
        (code, [_line(code, quarter, rows.get((code, quarter.number)), due[quarter], today) for quarter in quarters])
        for code in codes
    ]


def _line(code: str, quarter: Quarter, row: PenaltyReport | None, due: date | None, today: date) -> Line:
    day = (row.due_on if row else None) or due
    sent = row is not None and row.state in ("filed", "accepted")
    return Line(code, quarter, row, day, bool(not sent and day and today > day), today > quarter.last)


def unreported(today: date) -> list[str]:
    """Numbers of cases in force whose report is overdue: in no filed report though its quarter was due (R-PEN-06)."""
    filed = (
        select(PenaltyReportLine.penalty_id)
        .join(PenaltyReport, (PenaltyReport.province_code == PenaltyReportLine.province_code)
              & (PenaltyReport.id == PenaltyReportLine.report_id))
        .where(PenaltyReportLine.role == "case", PenaltyReport.state.in_(("filed", "accepted", "returned")))
    )  # fmt: skip
    statement = select(Penalty).where(Penalty.in_force_on.is_not(None), Penalty.id.not_in(filed))
    sent: dict[tuple[str, Quarter], datetime] = {
        (row.province_code, quarter_of(row)): row.signed_at
        for row in session().scalars(select(PenaltyReport).where(PenaltyReport.state.in_(("filed", "accepted"))))
        if row.signed_at is not None
    }
    return [row.number for row in session().scalars(statement) if _owed(row, sent, today)]


def _owed(row: Penalty, sent: dict[tuple[str, Quarter], datetime], today: date) -> bool:
    """Whether a report that does not carry the case could have, or the next one is overdue."""
    quarter = Quarter.of(row.in_force_on or today)
    while (signed_at := sent.get((row.province_code, quarter))) is not None:
        if row.served_at is None or row.served_at <= signed_at:
            return True
        quarter = quarter.after
    due = due_on(quarter)
    return due is not None and today > due

"""Quarterly reports on the staff site: the board, a province's list, one report with its files and its signature."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response, render_template, request
from marshmallow import Schema

from core.filing import exports
from core.foundation import clock
from core.foundation.access import officer
from core.foundation.audit import history
from core.foundation.findings import N_
from core.foundation.i18n import say
from core.foundation.web import Form, actor, listing, notify, paging, see_other
from core.hooks.discovery import present, province_name
from core.penalties import service
from core.penalties.models import PenaltyReport
from core.penalties.rules import REPORT_MOVES, Quarter
from core.penalties.schemas import BeginShape, ReasonStepShape, SignReportShape, StepShape
from core.penalties.views import printing
from core.penalties.views.words import QUARTER_NAMES, options, staff, words
from core.people.rules import masked_name, masked_number
from core.rulesets.loader import provinces


def _year() -> int:
    typed = request.args.get("year", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) == 4 else clock.today().year


@staff.get("/penalty-reports")
@officer("reports.view")
def reports() -> Any:
    """A province's reports, the newest quarter first; the centre sees every province's on the board."""
    return _reports(Form(BeginShape(), _latest()))


def _latest() -> dict[str, Any]:
    quarter = Quarter.of(clock.today()).before
    return {"year": quarter.year, "quarter": quarter.number} if quarter.year >= 2020 else {"year": 2020, "quarter": 1}


def _reports(form: Form) -> Any:
    return form.page(
        "staff/penalties/reports.html", listing=listing(service.reports(paging())), today=clock.today(),
        quarters=options(QUARTER_NAMES), nation=not actor().prefix, **words(),
    )  # fmt: skip


@staff.post("/penalty-reports")
@officer("reports.sign")
def begin() -> Any:
    """Begin a quarter's report: it assembles itself from the cases."""
    form = Form(BeginShape())
    row = form.carry_out(
        lambda data: service.begin(actor(), actor().province_code, Quarter(data["year"], data["quarter"]), clock.now())
    )
    if row is None:
        return _reports(form)
    return see_other("penalties.report", report_id=row.id)


@staff.get("/penalty-reports/board")
@officer("reports.view")
def board() -> str:
    """How each province's quarters of a year stand: received, waiting, returned, late."""
    year, own = _year(), actor().province_code
    active = [host.code for host in present().active()]
    codes = [own] if own else sorted({*provinces(), *active})
    rows = service.board(codes, year, clock.today())
    return render_template(
        "staff/penalties/board.html", rows=rows, year=year, this_year=clock.today().year,
        late=sum(line.late for _code, lines in rows for line in lines), **words(),
    )  # fmt: skip


@staff.get("/penalty-reports/<uuid:report_id>")
@officer("reports.view")
def report(report_id: UUID) -> Any:
    """One report: what it says, its totals, who signed it, and what may be done with it."""
    return _report(report_id, Form(StepShape()))


def _report(report_id: UUID, form: Form) -> Any:
    row = service.report(report_id)
    content, who = service.content(row), actor()
    letter = {"signed": "reports.sign", "filed": "reports.sign"}
    moves = [after for after in REPORT_MOVES.table.get(row.state, {}) if who.may(letter.get(after, "reports.receive"))]
    return form.page(
        "staff/penalties/report.html", row=row, content=content, moves=moves, copies=service.copies(report_id),
        quarter=service.quarter_of(row), today=clock.today(), masked=masked_name, masked_number=masked_number,
        timeline=history("penalty_report", row.id), next_step=REPORT_MOVES.next_step(row.state),
        totals=printing.totals_in_words(content), **words(),
    )  # fmt: skip


def _move(report_id: UUID, shape: Schema, verb: Callable[[dict[str, Any]], PenaltyReport], done: str) -> Any:
    form = Form(shape)
    if form.carry_out(verb) is None:
        return _report(report_id, form)
    notify(done)
    return see_other("penalties.report", report_id=report_id)


@staff.post("/penalty-reports/<uuid:report_id>/sign")
@officer("reports.sign", fresh=True)
def sign(report_id: UUID) -> Any:
    """The province signs: what the report says now is what it will say."""
    return _move(
        report_id, SignReportShape(), lambda d: service.sign(actor(), report_id, d, clock.now()),
        N_("已签发，可以上报。"),
    )  # fmt: skip


@staff.post("/penalty-reports/<uuid:report_id>/file")
@officer("reports.sign")
def file(report_id: UUID) -> Any:
    """The province sends it to the centre."""
    return _move(
        report_id, StepShape(), lambda d: service.file(actor(), report_id, d, clock.now()), N_("已上报国家中心。")
    )


@staff.post("/penalty-reports/<uuid:report_id>/accept")
@officer("reports.receive")
def accept(report_id: UUID) -> Any:
    """The centre receives it; it is never altered again."""
    return _move(report_id, StepShape(), lambda d: service.accept(actor(), report_id, d, clock.now()), N_("已接收。"))


@staff.post("/penalty-reports/<uuid:report_id>/return")
@officer("reports.receive")
def give_back(report_id: UUID) -> Any:
    """The centre sends it back, with the reason."""
    return _move(
        report_id, ReasonStepShape(), lambda d: service.send_report_back(actor(), report_id, d, clock.now()),
        N_("已退回，省级将看到原因。"),
    )  # fmt: skip


def _for_file(row: PenaltyReport) -> dict[str, Any]:
    """The content as a file may hold it: whole for those who file and receive it, for others with numbers masked."""
    content = service.content(row)
    if actor().may("reports.sign") or actor().may("reports.receive"):
        return content
    cases = [case | {"document_number": masked_number(case["document_number"])} for case in content["cases"]]
    return content | {"cases": cases}


def _named(row: PenaltyReport, end: str) -> str:
    return f"penalty-report-{row.province_code}-{row.year}Q{row.quarter}.{end}"


@staff.get("/penalty-reports/<uuid:report_id>/report.xlsx")
@officer("reports.view", fresh=True)
def report_file(report_id: UUID) -> Response:
    """The report as a workbook, marked with who took it out."""
    row = service.report(report_id)
    sheets, title = printing.sheets(_for_file(row)), _title(row)
    return exports.workbook(actor(), "penalty_report", str(row.id), sheets, _named(row, "xlsx"), title=title)


@staff.get("/penalty-reports/<uuid:report_id>/report.pdf")
@officer("reports.view", fresh=True)
def report_pdf(report_id: UUID) -> Response:
    """The report as PDF: who took it out and when stands on every page."""
    row = service.report(report_id)
    content, title, state = _for_file(row), _title(row), say(REPORT_MOVES.labels[row.state])
    return exports.page(
        actor(), "penalty_report", str(row.id), "penalty_report",
        lambda mark: printing.page(content, title, str(province_name(row.province_code)), state, mark),
        _named(row, "pdf"), "一(三)",
    )  # fmt: skip


def _title(row: PenaltyReport) -> str:
    return f"{row.year}{N_('年')}{QUARTER_NAMES[row.quarter]}{N_('行政处罚统计报告')}"

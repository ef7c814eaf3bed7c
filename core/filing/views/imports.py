"""Sheets brought in by a province: a template, a preview of every line, then all lines or none."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import ValidationError

from core.filing import exports, service, workbook
from core.filing.rules import LEVEL_NAMES, PLACE_NAMES, STAGE_NAMES
from core.filing.schemas import DivisionShape, FilingShape, NewInstitutionShape, SchoolShape, SheetShape
from core.filing.views.filings import staff
from core.foundation import clock, tables
from core.foundation.access import officer
from core.foundation.errors import Refused
from core.foundation.findings import N_, Finding
from core.foundation.i18n import joined
from core.foundation.shapes import Shape
from core.foundation.web import Form, actor, flat_errors, notify, see_other

SHAPES: dict[str, Shape] = {
    "divisions": DivisionShape(exclude=("id",)),
    "institutions": NewInstitutionShape(exclude=("id",)),
    "schools": SchoolShape(exclude=("id",)),
    "officers": FilingShape(exclude=("id", "undertaking")),
}
TITLES = {
    "divisions": N_("导入区划"), "institutions": N_("导入认定机构"), "officers": N_("导入备案人员"),
    "schools": N_("导入学校"),
}  # fmt: skip
BACK = {
    "divisions": "filing.divisions", "institutions": "filing.institutions", "schools": "filing.schools",
    "officers": "filing.index",
}  # fmt: skip


@staff.route("/divisions/import", methods=["GET", "POST"])
@officer("institutions.change")
def import_divisions() -> Any:
    """The province's cities and counties from a sheet."""
    return import_page("divisions")


@staff.route("/institutions/import", methods=["GET", "POST"])
@officer("institutions.change")
def import_institutions() -> Any:
    """The province's institutions from a sheet."""
    return import_page("institutions")


@staff.route("/filings/import", methods=["GET", "POST"])
@officer("filing.propose")
def import_officers() -> Any:
    """A register of officers from a sheet: drafts, which the level above approves one by one."""
    return import_page("officers")


@staff.get("/divisions/template.xlsx")
@officer("institutions.change")
def divisions_template() -> Response:
    """The empty sheet of divisions."""
    return template_of("divisions")


@staff.get("/institutions/template.xlsx")
@officer("institutions.change")
def institutions_template() -> Response:
    """The empty sheet of institutions."""
    return template_of("institutions")


@staff.get("/filings/template.xlsx")
@officer("filing.propose")
def officers_template() -> Response:
    """The empty sheet of officers."""
    return template_of("officers")


def template_of(what: str) -> Response:
    """The empty sheet of `what`."""
    return exports.workbook(actor(), what, "template", workbook.template(what), f"{what}-template.xlsx")


def import_page(what: str) -> Any:
    """A sheet of `what`: uploaded, previewed, brought in."""
    form = Form(SheetShape(), files=("file",))
    preview, sealed = None, ""
    if form.sent:
        form.values.pop("sealed", None)
        done = form.carry_out(lambda data: _brought(what, data))
        if done is not None:
            preview, sealed = done
            if not sealed:
                notify(N_("已导入%(count)s行。"), count=len(preview))
                return see_other(BACK[what])
    return form.page(
        "staff/filing/import.html", what=what, title=TITLES[what], back=BACK[what], preview=preview, sealed=sealed,
        heads=service.IMPORTS[what].heads, labels={*PLACE_NAMES.values(), *LEVEL_NAMES.values(), *STAGE_NAMES.values()},
        columns=workbook.SHEETS[what], most=workbook.MOST_LINES,
    )  # fmt: skip


def _brought(what: str, given: dict[str, Any]) -> tuple[list[service.Preview], str]:
    """(lines, the sealed file of a preview); sealed is "" once the lines are kept."""
    keep = not given["file"]
    if keep and not given["sealed"]:
        raise Refused([Finding("file_missing", N_("请选择XLSX文件"), clause="三(二)", field="file")])
    data = service.reopened(actor(), what, given["sealed"]) if keep else given["file"]
    if len(data) > service.MOST_BYTES:
        raise tables.unreadable(N_("文件不超过1兆"), clause="三(二)")
    lines, faults = _lines(what, data)
    if not faults or lines:
        try:
            done = service.bring_in(actor(), what, lines, clock.now(), keep=keep and not faults)
        except Refused as refusal:
            faults += refusal.findings
    if faults:
        raise Refused(sorted(faults, key=_line))
    return done, "" if keep else service.waiting(actor(), what, data)


def _line(fault: Finding) -> int:
    number = fault.field.removeprefix("line-")
    return int(number) if number.isdigit() else 0


def _lines(what: str, data: bytes) -> tuple[list[service.Line], list[Finding]]:
    """The lines that have the right shape, and what is wrong with the others."""
    heading = {column.field: column.heading for column in workbook.SHEETS[what]}
    lines, faults = [], []
    for number, raw in workbook.lines(what, data):
        try:
            lines.append(service.Line(number, dict(SHAPES[what].load(raw))))
        except ValidationError as wrong:
            for field, texts in flat_errors(wrong.normalized_messages()).items():
                params = {"column": heading.get(field.split("-")[0], field), "text": joined(texts, sign=N_("；"))}
                words, place = N_("“%(column)s”：%(text)s"), f"line-{number}"
                faults.append(Finding("import_line", words, clause="三(二)", field=place, params=params))
    return lines, faults

"""Printing: what waits, printers and their calibration, runs with their progress, each piece settled."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response

from core.certificates.models import Printer
from core.certificates.rules.printing import CROSS, LINE_NAMES, RUN_MOVES
from core.certificates.schemas import CalibrateShape, MisprintShape, OffsetsShape, PrinterShape, RunShape, SettleShape
from core.certificates.service import printing
from core.certificates.views.words import kind_names, staff
from core.foundation import clock
from core.foundation.access import officer
from core.foundation.findings import N_, Finding
from core.foundation.i18n import say, spoken
from core.foundation.shapes import EmptyShape
from core.foundation.web import Form, actor, listing, notify, paging, see_other

SIDES = {"front": N_("正面"), "back": N_("背面")}


@staff.get("/printing")
@officer("certificates.print")
def print_desk() -> Any:
    """What waits for print at the officer's institution, its printers and its runs."""
    return _desk(Form(EmptyShape()))


def _desk(form: Form) -> tuple[str, int]:
    code = actor().institution_code
    devices = printing.printers(code)
    return form.page(
        "staff/certificates/printing.html", listing=listing(printing.waiting(paging(), code)),
        printers=devices, printer_options=[(item.id, item.name) for item in devices],
        runs=printing.runs(paging(), code).rows, run_labels=RUN_MOVES.labels,
        kind_names=kind_names(),
    )  # fmt: skip


@staff.route("/printing/printers/new", methods=["GET", "POST"])
@officer("certificates.print")
def new_printer() -> Any:
    """Name a printer."""
    form = Form(PrinterShape(), {"duplex": True})
    if form.sent:
        made = form.carry_out(
            lambda d: printing.add_printer(actor(), d["id"], d["name"], d["duplex"], clock.now()),
        )
        if made is not None:
            return see_other("certificates.show_printer", printer_id=made.id)
    return form.page("staff/certificates/printer_new.html")


@staff.get("/printing/printers/<uuid:printer_id>")
@officer("certificates.print")
def show_printer(printer_id: UUID) -> Any:
    """A printer: its offsets, its calibration."""
    return _printer(printing.printer(printer_id), Form(EmptyShape()))


def _printer(row: Printer, form: Form) -> tuple[str, int]:
    names = ("front_x", "front_y", "back_x", "back_y", "version")
    form.values = {name: getattr(row, name) for name in names} | form.values
    return form.page("staff/certificates/printer.html", row=row, cross=CROSS, sides=_sides(row))


def _sides(row: Printer) -> list[tuple[str, str]]:
    return [(side, say(name)) for side, name in SIDES.items() if side == "front" or row.duplex]


@staff.get("/printing/printers/<uuid:printer_id>/calibration.pdf")
@officer("certificates.print")
def calibration(printer_id: UUID) -> Response:
    """The page to print and measure."""
    return _pdf(printing.calibration_page(printing.printer(printer_id)), "calibration.pdf")


@staff.post("/printing/printers/<uuid:printer_id>/calibrate")
@officer("certificates.print")
def calibrate(printer_id: UUID) -> Any:
    """Where the cross was measured."""
    form = Form(CalibrateShape())
    done = form.carry_out(
        lambda d: printing.calibrate(actor(), printer_id, d["side"], d["across"], d["down"], clock.now())
    )
    if done is None:
        return _printer(printing.printer(printer_id), form)
    notify(N_("偏移量已改正，请再打印一张校准页核对。"))
    return see_other("certificates.show_printer", printer_id=printer_id)


@staff.post("/printing/printers/<uuid:printer_id>/offsets")
@officer("certificates.print")
def offsets(printer_id: UUID) -> Any:
    """Offsets by hand."""
    form = Form(OffsetsShape())
    if form.carry_out(lambda d: printing.set_offsets(actor(), printer_id, d, d["version"], clock.now())) is None:
        return _printer(printing.printer(printer_id), form)
    notify(N_("偏移量已保存。"))
    return see_other("certificates.show_printer", printer_id=printer_id)


@staff.post("/printing/runs")
@officer("certificates.print", fresh=True)
def open_run() -> Any:
    """Open a run of the ticked pieces."""
    form = Form(RunShape())
    made = form.carry_out(
        lambda d: printing.open_run(actor(), d["id"], d["printer_id"], d["pieces"], clock.now()),
    )
    if made is None:
        return _desk(form)
    return see_other("certificates.show_run", run_id=made.id)


@staff.get("/printing/runs/<uuid:run_id>")
@officer("certificates.print")
def show_run(run_id: UUID) -> Any:
    """A run: how far it is, its pages and blanks, each piece to be settled."""
    page, status = _run(run_id, Form(EmptyShape()))
    headers = {"Refresh": "3"} if printing.run(run_id).state == "waiting" else {}
    return page, status, headers


def _run(run_id: UUID, form: Form) -> tuple[str, int]:
    row = printing.run(run_id)
    lines = printing.lines(run_id)
    found = {line.id: [_said(item) for item in line.findings] for line in lines}
    return form.page(
        "staff/certificates/run.html", row=row, lines=lines, found=found, run_labels=RUN_MOVES.labels,
        line_names=LINE_NAMES,
    )  # fmt: skip


def _said(item: dict[str, Any]) -> dict[str, str]:
    params = {key: say(value) if key == "name" else value for key, value in item["params"].items()}
    return spoken(Finding.from_dict(item | {"params": params}))


@staff.get("/printing/runs/<uuid:run_id>/certificates.pdf")
@officer("certificates.print", fresh=True)
def run_file(run_id: UUID) -> Response:
    """The pages: the preview is the print."""
    row = printing.run(run_id)
    data = printing.run_file(row)
    printing.taken(actor(), row, clock.now())
    return _pdf(data, "certificates.pdf")


@staff.post("/printing/runs/<uuid:run_id>/printed")
@officer("certificates.print")
def printed(run_id: UUID) -> Any:
    """The ticked pieces came out well."""
    form = Form(SettleShape())
    if form.carry_out(lambda d: printing.printed(actor(), run_id, d["lines"], clock.now())) is None:
        return _run(run_id, form)
    notify(N_("已登记打印完成。"))
    return see_other("certificates.show_run", run_id=run_id)


@staff.route("/printing/lines/<uuid:line_id>/misprint", methods=["GET", "POST"])
@officer("certificates.print")
def misprint_line(line_id: UUID) -> Any:
    """A misprint, in one step: spoiled, and the next blank taken."""
    line = printing.line(line_id)
    form = Form(MisprintShape(), files=("photo",))
    if form.sent:
        done = form.carry_out(
            lambda d: printing.misprinted(actor(), line_id, d["id"], d["note"], d["photo"], d["returned"], clock.now()),
        )
        if done is not None:
            notify(N_("打印错误已登记，已领用下一张空白证书，请在待打印中重新打印。"))
            return see_other("certificates.show_run", run_id=done.run_id)
    return form.page("staff/certificates/misprint.html", line=line)


@staff.post("/printing/runs/<uuid:run_id>/cancel")
@officer("certificates.print")
def cancel_run(run_id: UUID) -> Any:
    """Give up what was not printed."""
    form = Form(EmptyShape())
    if form.carry_out(lambda d: printing.cancel_run(actor(), run_id, clock.now())) is None:
        return _run(run_id, form)
    notify(N_("本批未打印的证书已退回待打印。"))
    return see_other("certificates.print_desk")


@staff.post("/printing/runs/<uuid:run_id>/redraw")
@officer("certificates.print")
def redraw(run_id: UUID) -> Any:
    """Try again."""
    form = Form(EmptyShape())
    if form.carry_out(lambda d: printing.redraw(actor(), run_id, clock.now())) is None:
        return _run(run_id, form)
    return see_other("certificates.show_run", run_id=run_id)


def _pdf(data: bytes, name: str) -> Response:
    return Response(
        data, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
    )  # fmt: skip

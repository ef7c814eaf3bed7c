"""For those who answer: what waits, one enquiry, the log of calls, the month in figures."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, render_template, request

from core.accounts import service as accounts
from core.consultation import service
from core.consultation.rules import ENQUIRY_MOVES, WAITING
from core.consultation.schemas import AnswerShape, AskShape, CallShape, EscalateShape, NoteShape, VersionShape
from core.consultation.views.blueprints import staff, words
from core.filing import exports
from core.filing import service as filing
from core.foundation import clock
from core.foundation.access import officer
from core.foundation.audit import history
from core.foundation.findings import N_
from core.foundation.i18n import say
from core.foundation.web import Form, actor, attachment, listing, notify, paging, see_other


def bodies() -> list[tuple[str, str]]:
    """Institutions of the officer's territory, for a select."""
    return [(body.code, body.name) for body in filing.institutions(actor().province_code, actor().prefix)]


@staff.get("/enquiries")
@officer("consultation.view")
def index() -> str:
    """Enquiries of the officer's territory: unless asked otherwise, what waits."""
    state, late = request.args.get("state", "waiting"), request.args.get("late", "") == "1"
    state = state if state in (*ENQUIRY_MOVES.labels, "waiting") else ""
    page = service.enquiries(paging(), state, late, clock.today())
    return render_template(
        "staff/consultation/index.html", listing=listing(page, "state", "late"), waiting=service.waiting(clock.today()),
        names=filing.names_of(row.institution_code for row in page.rows), states=WAITING, **words(),
    )  # fmt: skip


def _page(enquiry_id: UUID, form: Form | None = None) -> tuple[str, int]:
    thread = service.thread(enquiry_id)
    row = thread.row
    written = {item.written_by for item in thread.letters if item.written_by}
    page = render_template(
        "staff/consultation/show.html", thread=thread, row=row, body=filing.institution(row.institution_code),
        form=form or Form(AnswerShape(), {"version": row.version}), names=accounts.names_of(written),
        quotes=[(str(item.id), item.title) for item in service.quotable(row.province_code)],
        timeline=history("enquiry", row.id), **words(),
    )  # fmt: skip
    return page, form.status if form else 200


@staff.get("/enquiries/<uuid:enquiry_id>")
@officer("consultation.view")
def show(enquiry_id: UUID) -> Any:
    """One enquiry: its thread, and what may be done."""
    return _page(enquiry_id)


def _act(enquiry_id: UUID, form: Form, verb: Any, said: str) -> Any:
    service.thread(enquiry_id)
    if form.carry_out(verb) is None:
        return _page(enquiry_id, form)
    notify(said)
    return see_other("consultation.show", enquiry_id=enquiry_id)


@staff.post("/enquiries/<uuid:enquiry_id>/answer")
@officer("consultation.answer")
def answer(enquiry_id: UUID) -> Any:
    """Answer the asker."""
    return _act(
        enquiry_id, Form(AnswerShape()), lambda data: service.answer(actor(), enquiry_id, data, clock.now()),
        N_("已答复。"),
    )  # fmt: skip


@staff.post("/enquiries/<uuid:enquiry_id>/note")
@officer("consultation.answer")
def note(enquiry_id: UUID) -> Any:
    """Write a note among officers."""
    return _act(
        enquiry_id, Form(NoteShape()), lambda data: service.note(actor(), enquiry_id, data["body"], clock.now()),
        N_("备注已保存。"),
    )  # fmt: skip


@staff.post("/enquiries/<uuid:enquiry_id>/escalate")
@officer("consultation.answer")
def escalate(enquiry_id: UUID) -> Any:
    """Hand it to the centre."""
    return _act(
        enquiry_id, Form(EscalateShape()),
        lambda data: service.escalate(actor(), enquiry_id, data["reason"], data["version"], clock.now()),
        N_("已转国家中心。"),
    )  # fmt: skip


@staff.post("/enquiries/<uuid:enquiry_id>/close")
@officer("consultation.answer")
def close(enquiry_id: UUID) -> Any:
    """End an answered one."""
    return _act(
        enquiry_id, Form(VersionShape()),
        lambda data: service.close(actor(), enquiry_id, data["version"], clock.now()), N_("已办结。"),
    )  # fmt: skip


@staff.get("/enquiries/<uuid:enquiry_id>/attachments/<uuid:attachment_id>")
@officer("consultation.view")
def file(enquiry_id: UUID, attachment_id: UUID) -> Response:
    """A file that came with a letter, to be kept; never shown inside a page."""
    row, data = service.attachment(enquiry_id, attachment_id)
    return attachment(data, "application/octet-stream", row.file_name)


@staff.route("/enquiries/new", methods=["GET", "POST"])
@officer("consultation.answer")
def new() -> Any:
    """Write down what was asked on the telephone and must be looked into."""
    form = Form(AskShape(), {"institution_code": actor().institution_code})
    allowed = bodies()
    if form.sent and str(form.values.get("institution_code", "")) in {code for code, _name in allowed}:
        asked = form.carry_out(lambda data: service.ask(actor(), data, clock.now(), "phone"))
        if asked is not None:
            words_ = N_("已登记，编号%(number)s，查询码%(code)s，请告知来电人。")
            notify(words_, number=asked.row.reference, code=asked.code)
            return see_other("consultation.show", enquiry_id=asked.row.id)
    elif form.sent and form.load() is not None:
        form.errors, form.status = {"institution_code": [say(N_("请从列出的选项中选择"))]}, 422
    return form.page("staff/consultation/new.html", bodies=allowed, **words())


def _calls(form: Form) -> tuple[str, int]:
    page = service.calls(paging(), request.args.get("missed", "") == "1")
    return form.page(
        "staff/consultation/calls.html", listing=listing(page, "missed"), bodies=bodies(),
        names=filing.names_of(row.institution_code for row in page.rows), **words(),
    )  # fmt: skip


@staff.get("/enquiries/calls")
@officer("consultation.view")
def calls() -> Any:
    """The log of calls, and the form that adds to it."""
    local = clock.beijing(clock.now())
    now = {"on": local.date().isoformat(), "at": f"{local:%H:%M}", "answered": "yes"}
    return _calls(Form(CallShape(), {"institution_code": actor().institution_code, **now}))


@staff.post("/enquiries/calls")
@officer("consultation.answer")
def record_call() -> Any:
    """Write a call down."""
    form = Form(CallShape())
    done = form.carry_out(
        lambda data: service.record_call(
            actor(), data["institution_code"], {**data, "answered": data["answered"] == "yes"}, clock.now()
        )
    )
    if done is None:
        return _calls(form)
    notify(N_("来电已登记。"))
    return see_other("consultation.calls")


@staff.get("/enquiries/figures")
@officer("consultation.view")
def figures() -> str:
    """A month in figures."""
    first, following = service.month_of(request.args.get("month", ""), clock.today())
    found = service.of_month(actor(), first, following)
    return render_template(
        "staff/consultation/figures.html", found=found, names=service.names(actor(), list(found)), first=first,
        columns=service.COLUMNS, cells=service.cells,
    )  # fmt: skip


@staff.get("/enquiries/figures.xlsx")
@officer("consultation.view")
def figures_file() -> Response:
    """The month as a workbook."""
    first, following = service.month_of(request.args.get("month", ""), clock.today())
    made, month = service.sheets(actor(), first, following), f"{first:%Y-%m}"
    title = say(N_("%(month)s咨询服务情况"), month=month)
    return exports.workbook(actor(), "consultation", month, made, f"consultation-{month}.xlsx", title=title)

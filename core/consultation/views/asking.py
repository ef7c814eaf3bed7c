"""For those who ask: whom to call and when, the form, the answer by number and code, one's own questions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import render_template, request

from core.consultation import service
from core.consultation.schemas import AskShape, GoOnOwnShape, GoOnShape, ReadShape
from core.consultation.views.blueprints import public, words
from core.filing import service as filing
from core.foundation import clock
from core.foundation.access import anyone, applicant
from core.foundation.errors import NotFound
from core.foundation.findings import N_
from core.foundation.limits import limiter
from core.foundation.web import Form, actor, listing, notify, paging, see_other

ASK_RATE = "10 per hour"
READ_RATE = "30 per minute"


@public.get("/consultation")
@anyone(through_maintenance=True)
def index() -> str:
    """A province's institutions with telephone, hours, whether somebody answers now, and mailbox."""
    province = request.args.get("province", "")[:2]
    known = filing.provinces_with_institutions()
    if province not in known:
        province = ""
    rows, page = (
        service.directory(province, paging(), request.args.get("search", "")[:40], clock.now())
        if province
        else ([], None)
    )
    return render_template(
        "public/consultation/index.html", provinces=known, province=province, rows=rows,
        listing=listing(page, "province", "search") if page else None, now=clock.now(), **words(),
    )  # fmt: skip


@public.route("/consultation/ask", methods=["GET", "POST"])
@anyone()
@limiter.limit(ASK_RATE, methods=["POST"])
def ask() -> Any:
    """Ask an institution; what is told afterwards is the number and the code that opens the answer."""
    form = Form(AskShape(), {"institution_code": request.args.get("institution", "")[:5], "asker": actor().name})
    try:
        (body,) = service.shown([filing.institution(str(form.values.get("institution_code", "")))], clock.now())
    except NotFound:
        return see_other("consultation.index")
    if form.sent:
        asked = form.carry_out(lambda data: service.ask(actor(), data, clock.now()))
        if asked is not None:
            return render_template("public/consultation/asked.html", asked=asked, body=body, **words())
    return form.page("public/consultation/ask.html", body=body, days=service.reply_days(clock.today()), **words())


@public.route("/consultation/answer", methods=["GET", "POST"])
@anyone()
@limiter.limit(READ_RATE, methods=["POST"])
def read() -> Any:
    """Read the answer by number and code."""
    form = Form(ReadShape())
    thread = form.carry_out(lambda data: service.read(data["number"], data["code"])) if form.sent else None
    if thread is None:
        return form.page("public/consultation/read.html")
    typed = {name: str(form.values[name]) for name in ("number", "code")}
    return _thread(thread, typed)


def _thread(thread: service.Thread, typed: dict[str, str], form: Form | None = None) -> Any:
    """A thread as its asker sees it; `typed` number and code, or nothing for one's own."""
    body = filing.institution(thread.row.institution_code)
    page = render_template(
        "public/consultation/thread.html", thread=thread, row=thread.row, typed=typed, body=body,
        form=form or Form(GoOnShape() if typed else GoOnOwnShape()), **words(),
    )  # fmt: skip
    return page, form.status if form else 200


@public.post("/consultation/more")
@anyone()
@limiter.limit(ASK_RATE)
def go_on() -> Any:
    """Say more, by number and code."""
    form = Form(GoOnShape())
    asked = form.carry_out(lambda data: service.go_on(actor(), data, clock.now()))
    if asked is not None:
        body = filing.institution(asked.row.institution_code)
        return render_template("public/consultation/asked.html", asked=asked, body=body, **words())
    typed = {name: str(form.values.get(name, "")) for name in ("number", "code")}
    known = Form(ReadShape()).checked(typed)
    if known is None or not form.errors:  # number or code themselves are wrong
        return form.page("public/consultation/read.html")
    return _thread(service.read(known["number"], known["code"]), typed, form)


@public.get("/my/enquiries")
@applicant()
def mine() -> str:
    """A person's own questions."""
    return render_template(
        "public/consultation/mine.html", listing=listing(service.mine(actor(), paging())), **words()
    )  # fmt: skip


@public.get("/my/enquiries/<uuid:enquiry_id>")
@applicant()
def own(enquiry_id: UUID) -> Any:
    """One of a person's own questions."""
    return _thread(service.own(actor(), enquiry_id), {})


@public.post("/my/enquiries/<uuid:enquiry_id>")
@applicant()
@limiter.limit(ASK_RATE)
def go_on_own(enquiry_id: UUID) -> Any:
    """Say more about one's own question."""
    thread = service.own(actor(), enquiry_id)
    form = Form(GoOnOwnShape())
    asked = form.carry_out(lambda data: service.go_on(actor(), {**data, "enquiry_id": enquiry_id}, clock.now()))
    if asked is None:
        return _thread(thread, {}, form)
    notify(N_("已提交，答复会显示在这里。"))
    return see_other("consultation.own", enquiry_id=asked.row.id)

"""一(四) The exam side: would a candidate be barred, by question and by file; contacts and joint meetings."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, render_template, request

from core.evidence import service, workbook
from core.evidence.schemas import ConferenceShape, ContactShape, QuestionShape, ScreeningShape, VersionShape
from core.evidence.views.blueprint import staff
from core.filing import exports
from core.foundation import clock
from core.foundation.access import officer
from core.foundation.findings import N_
from core.foundation.i18n import say
from core.foundation.web import Form, actor, listing, notify, paging, see_other
from core.people.rules import masked_number

SCREENING_LABELS = {"waiting": N_("正在查询"), "done": N_("已答复"), "refused": N_("未查询")}


def _screenings(form: Form, answers: Any = ()) -> tuple[str, int]:
    page = service.screenings(actor(), paging())
    return form.page(
        "staff/evidence/screenings.html", listing=listing(page), labels=SCREENING_LABELS, answers=answers,
        masked=masked_number,
    )  # fmt: skip


@staff.get("/exam/screenings")
@officer("exam.screen")
def screenings() -> Any:
    """Ask about one candidate or a file of them; the files asked about before."""
    return _screenings(Form(QuestionShape()))


@staff.post("/exam/screenings")
@officer("exam.screen")
def question() -> Any:
    """Answer for one candidate: barred or not, and until when."""
    form = Form(QuestionShape())
    answers = form.carry_out(lambda data: service.ask(actor(), [data["document_number"]], data["on"], clock.now()))
    return _screenings(form, answers or ())


@staff.post("/exam/screenings/file")
@officer("exam.screen")
def screen_file() -> Any:
    """Take a file of candidates."""
    form = Form(ScreeningShape())
    file = request.files.get("file")
    data, name = (file.read(), file.filename or "") if file else (b"", "")
    row = form.carry_out(
        lambda given: service.start_screening(actor(), given["id"], name, data, given["on"], clock.now())
    )
    return _screenings(form) if row is None else see_other("evidence.screening", screening_id=row.id)


@staff.get("/exam/screenings/template.xlsx")
@officer("exam.screen")
def screening_template() -> Response:
    """The empty list of candidates."""
    return exports.workbook(actor(), "screening", "template", workbook.candidates(), "screening-template.xlsx")


@staff.get("/exam/screenings/<uuid:screening_id>")
@officer("exam.screen")
def screening(screening_id: UUID) -> str:
    """One file: whether it is answered, and its faulty lines."""
    return render_template(
        "staff/evidence/screening.html", row=service.screening(actor(), screening_id), labels=SCREENING_LABELS
    )  # fmt: skip


@staff.get("/exam/screenings/<uuid:screening_id>/answers.xlsx")
@officer("exam.screen")
def screening_file(screening_id: UUID) -> Response:
    """The answers as a workbook that names who took it."""
    sheets = service.screening_result(actor(), screening_id)
    name, title = "screening.xlsx", say(N_("考生受限情况查询结果"))
    return exports.workbook(actor(), "screening", str(screening_id), sheets, name, title=title)


@staff.get("/exam/contacts")
@officer("exam.liaise")
def contacts() -> str:
    """Contacts at exam departments, and meetings held together."""
    page = service.contacts(paging(), request.args.get("past", "") == "1")
    return render_template("staff/evidence/contacts.html", listing=listing(page, "past"))


@staff.route("/exam/contacts/new", methods=["GET", "POST"])
@officer("exam.liaise")
def new_contact() -> Any:
    """Add a contact."""
    form = Form(ContactShape())
    row = None
    if form.sent:
        row = form.carry_out(
            lambda data: service.save_contact(actor(), data["id"], {**data, "version": 0}, clock.now())
        )
    if row is not None:
        notify(N_("已保存。"))
        return see_other("evidence.contacts")
    return form.page("staff/evidence/contact.html", row=None)


@staff.route("/exam/contacts/<uuid:contact_id>", methods=["GET", "POST"])
@officer("exam.liaise")
def contact(contact_id: UUID) -> Any:
    """Change a contact."""
    row = service.contact(contact_id)
    initial = {name: getattr(row, name) for name in (*service.CONTACT, "version")} | {"id": str(row.id)}
    form = Form(ContactShape(), initial)
    if form.sent and form.carry_out(lambda d: service.save_contact(actor(), contact_id, d, clock.now())) is not None:
        notify(N_("已保存。"))
        return see_other("evidence.contacts")
    return form.page("staff/evidence/contact.html", row=row)


@staff.post("/exam/contacts/<uuid:contact_id>/end")
@officer("exam.liaise")
def end_contact(contact_id: UUID) -> Any:
    """A contact is one no longer."""
    row = service.contact(contact_id)
    form = Form(VersionShape())
    if form.carry_out(lambda data: service.end_contact(actor(), contact_id, data["version"], clock.now())) is None:
        form.values = {name: getattr(row, name) for name in (*service.CONTACT, "version")} | {"id": str(row.id)}
        return form.page("staff/evidence/contact.html", row=row)
    notify(N_("已标记为不再联系。"))
    return see_other("evidence.contacts")


@staff.get("/exam/conferences")
@officer("exam.liaise")
def conferences() -> str:
    """Meetings held together with exam departments."""
    return render_template("staff/evidence/conferences.html", listing=listing(service.conferences(paging())))


@staff.route("/exam/conferences/new", methods=["GET", "POST"])
@officer("exam.liaise")
def new_conference() -> Any:
    """Put a meeting on record."""
    form = Form(ConferenceShape())
    row = None
    if form.sent:
        row = form.carry_out(
            lambda data: service.save_conference(actor(), data["id"], {**data, "version": 0}, clock.now())
        )
    if row is not None:
        notify(N_("已保存。"))
        return see_other("evidence.conferences")
    return form.page("staff/evidence/conference.html", row=None)


@staff.route("/exam/conferences/<uuid:conference_id>", methods=["GET", "POST"])
@officer("exam.liaise")
def conference(conference_id: UUID) -> Any:
    """Read or change a meeting's record."""
    row = service.conference(conference_id)
    initial = {name: getattr(row, name) for name in (*service.CONFERENCE, "version")} | {"id": str(row.id)}
    form = Form(ConferenceShape(), initial)
    done = None
    if form.sent:
        done = form.carry_out(lambda d: service.save_conference(actor(), conference_id, d, clock.now()))
    if done is not None:
        notify(N_("已保存。"))
        return see_other("evidence.conferences")
    return form.page("staff/evidence/conference.html", row=row)

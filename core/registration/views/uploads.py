"""A school's workbooks: handed in, followed, confirmed; the board of what may be handed in now."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, render_template, request

from core.filing import exports
from core.foundation import clock
from core.foundation.access import officer
from core.foundation.findings import N_
from core.foundation.shapes import EmptyShape
from core.foundation.web import Form, actor, listing, notify, paging, see_other
from core.registration import service, workbook
from core.registration.schemas import UploadShape
from core.registration.views.cases import staff
from core.registration.views.words import words

KIND_NAMES = {"survey": N_("摸底名单"), "cases": N_("批量申报")}
UPLOAD_LABELS = {
    "waiting": N_("等待"), "checking": N_("校验中"), "refused": N_("未导入"), "checked": N_("待确认"),
    "writing": N_("写入中"), "done": N_("已导入"),
}  # fmt: skip


def _words() -> dict[str, Any]:
    return words() | {"kind_names": KIND_NAMES, "upload_labels": UPLOAD_LABELS, "running": service.RUNNING}


@staff.route("/registrations/uploads", methods=["GET", "POST"])
@officer("registration.endorse")
def uploads() -> Any:
    """The school's workbooks, and what may be handed in now."""
    form = Form(UploadShape())
    if form.sent:
        file = request.files.get("file")
        data, name = (file.read(), file.filename or "") if file else (b"", "")
        row = form.carry_out(
            lambda given: service.start_upload(
                actor(), given["id"], given["kind"], given["subject_id"], name, data, clock.now()
            )
        )
        if row is not None:
            return see_other("registration.upload", registration_upload_id=row.id)
    now = clock.now()
    page = render_template(
        "staff/registration/uploads.html", form=form, listing=listing(service.uploads(paging())),
        survey_id=service.survey_of(actor().prefix, now), plans=service.open_for(actor(), now),
        columns=workbook.SHEETS, most=workbook.MOST_LINES, **_words(),
    )  # fmt: skip
    return page, form.status


@staff.get("/registrations/uploads/<uuid:registration_upload_id>")
@officer("registration.endorse")
def upload(registration_upload_id: UUID) -> Any:
    """One workbook: how far it is, its faulty lines or its preview."""
    return _upload(registration_upload_id, Form(EmptyShape()))


def _upload(registration_upload_id: UUID, form: Form) -> Any:
    row = service.upload(registration_upload_id)
    page = render_template(
        "staff/registration/upload.html", row=row, form=form, preview=service.preview(row), **_words()
    )
    return page, form.status


@staff.post("/registrations/uploads/<uuid:registration_upload_id>/confirm")
@officer("registration.endorse")
def confirm_upload(registration_upload_id: UUID) -> Any:
    """Write what was previewed."""
    row, form = service.upload(registration_upload_id), Form(EmptyShape())
    if form.carry_out(lambda data: service.confirm_upload(actor(), row.id, clock.now())) is None:
        return _upload(row.id, form)
    notify(N_("已确认，正在导入。"))
    return see_other("registration.upload", registration_upload_id=row.id)


@staff.get("/registrations/uploads/survey.xlsx")
@officer("registration.endorse")
def survey_template() -> Response:
    """The empty sheet of a list for the survey."""
    return exports.workbook(actor(), "registration", "survey", workbook.template("survey"), "registration-survey.xlsx")


@staff.get("/registrations/uploads/cases.xlsx")
@officer("registration.endorse")
def cases_template() -> Response:
    """The empty sheet of applications."""
    return exports.workbook(actor(), "registration", "cases", workbook.template("cases"), "registration-cases.xlsx")

"""The province's own pages on the staff site, under /p/41/: returned workbooks, and its record of meetings."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, render_template, request

from core.sdk.actions import now, read_file, settings, today
from core.sdk.pages import (
    Day,
    Form,
    Id,
    Section,
    Shape,
    Text,
    Whole,
    actor,
    listing,
    notify,
    officer,
    paging,
    received,
    say,
    see_other,
    spoken,
)
from core.sdk.values import N_
from plugins.province_henan import jobs, meetings, returns, rules, workbook

blueprint = Blueprint("province_41", __name__, template_folder="templates")

STAFF_SECTIONS = (
    Section(N_("核查回文"), "province_41.index", "checks.view"),
    Section(N_("会议台账"), "province_41.meeting_list", "training.view"),
)
WORDS = {"clear": N_("无犯罪记录"), "record_found": N_("有犯罪记录"), "unclear": N_("无法核实")}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class DecisionShape(Shape):
    """What an officer decides about the workbook they looked at."""

    id = Id(load_default=None)
    version = Whole()
    reason = Text(200, load_default="")


class MeetingShape(Shape):
    """A meeting to enter."""

    id = Id()
    held_on = Day()
    title = Text(200)
    place = Text(200)
    make_up_of = Id(load_default=None)


@blueprint.get("/")
@officer("checks.view")
def index() -> Any:
    """Returned workbooks."""
    given = settings("41")
    return render_template(
        "province_41/index.html", listing=listing(returns.returns(paging())), states=returns.STATES,
        sftp=given["sftp_host"], document=rules.DOCUMENT,
    )  # fmt: skip


@blueprint.post("/look")
@officer("checks.send")
def look() -> Any:
    """Look for returned workbooks now, in a job."""
    jobs.ask(now())
    notify(N_("正在取回，请稍后刷新。"))
    return see_other("province_41.index")


def _preview(return_id: UUID, form: Form) -> tuple[str, int]:
    row = returns.one_return(return_id)
    read = returns.reading(row, today()) if row.state == "waiting" else workbook.Reading()
    return form.page(
        "province_41/return.html", row=row, states=returns.STATES, rows=returns.shown(read.rows), read=read,
        faults=[spoken(finding) for finding in read.faults[:200]],
        missing=[spoken(finding) for finding in read.missing[:200]], masked=returns.masked,
        words=WORDS,
    )  # fmt: skip


@blueprint.get("/returns/<uuid:return_id>")
@officer("checks.view")
def show(return_id: UUID) -> Any:
    """The preview of a returned workbook: every row, every fault by its line; nothing is taken yet."""
    return _preview(return_id, Form(DecisionShape()))


@blueprint.get("/returns/<uuid:return_id>/file")
@officer("checks.view")
def file(return_id: UUID) -> Response:
    """The returned workbook itself."""
    name, data = read_file("41", returns.one_return(return_id).file_id)
    return received(actor(), "returned_workbook", str(return_id), data, name)


@blueprint.post("/returns/<uuid:return_id>/take")
@officer("checks.send")
def take(return_id: UUID) -> Any:
    """The officer confirms the preview."""
    form = Form(DecisionShape())
    counts = form.carry_out(lambda data: returns.take(actor(), return_id, data["version"], today(), now()))
    if counts is None:
        return _preview(return_id, form)
    notify(N_("已采用%(count)s条答复。"), count=counts["apply"])
    return see_other("province_41.show", return_id=return_id)


@blueprint.post("/returns/<uuid:return_id>/refuse")
@officer("checks.send")
def refuse(return_id: UUID) -> Any:
    """The officer sends the workbook back, with the reason."""
    form = Form(DecisionShape())
    data = form.load()
    if data is not None and not data["reason"]:
        form.errors, form.status = {"reason": [say(N_("请写明退回的原因"))]}, 422
    if data is None or not form.ok:
        return _preview(return_id, form)
    returns.refuse(actor(), return_id, data["version"], data["reason"], now())
    notify(N_("已退回，未采用任何答复。"))
    return see_other("province_41.show", return_id=return_id)


@blueprint.get("/meetings")
@officer("training.view")
def meeting_list() -> Any:
    """The province's own record of meetings."""
    return render_template("province_41/meetings.html", listing=listing(meetings.meetings(paging())))


@blueprint.route("/meetings/new", methods=["GET", "POST"])
@officer("training.plan")
def new_meeting() -> Any:
    """Enter a meeting, or a make-up session for those who were absent."""
    original = request.args.get("make_up_of", type=UUID)
    first = meetings.meeting(original) if original else None
    form = Form(MeetingShape(), initial={"make_up_of": first.id, "title": first.title} if first else None)
    row = form.carry_out(lambda data: meetings.enter(actor(), data)) if form.sent else None
    if row is not None:
        notify(N_("已登记。"))
        return see_other("province_41.show_meeting", meeting_id=row.id)
    return form.page("province_41/new_meeting.html", first=first)


def _meeting_page(meeting_id: UUID, wrong: dict[str, str]) -> tuple[str, int]:
    row = meetings.meeting(meeting_id)
    page = render_template(
        "province_41/meeting.html", row=row, names=meetings.expected(row), came=meetings.presences(meeting_id),
        wrong=wrong, original=meetings.meeting(row.make_up_of) if row.make_up_of else None,
    )  # fmt: skip
    return page, 422 if wrong else 200


@blueprint.get("/meetings/<uuid:meeting_id>")
@officer("training.view")
def show_meeting(meeting_id: UUID) -> Any:
    """A meeting and who came, by county."""
    return _meeting_page(meeting_id, {})


@blueprint.post("/meetings/<uuid:meeting_id>")
@officer("training.record")
def write_down(meeting_id: UUID) -> Any:
    """Write attendance down; a blank says nothing yet."""
    typed = {key[6:]: text.strip() for key, text in request.form.items() if key.startswith("count-") and text.strip()}
    wrong = {code: text for code, text in typed.items() if not (text.isascii() and text.isdigit() and len(text) < 6)}
    if wrong:
        return _meeting_page(meeting_id, wrong)
    if not typed:
        abort(400)
    meetings.write_down(actor(), meeting_id, {code: int(text) for code, text in typed.items()})
    notify(N_("出席人数已登记。"))
    return see_other("province_41.show_meeting", meeting_id=meeting_id)

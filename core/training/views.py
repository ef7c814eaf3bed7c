"""Training meetings on the staff site."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, render_template, request

from core.filing import service as filing
from core.foundation import clock
from core.foundation.access import officer
from core.foundation.audit import history
from core.foundation.findings import N_
from core.foundation.i18n import say, spoken
from core.foundation.web import Form, Section, actor, listing, notify, paging, see_other
from core.training import service
from core.training.rules import CONTENT_NAMES, MEETING_MOVES
from core.training.schemas import MeetingShape, MoveShape

staff = Blueprint("training", __name__)

STAFF_SECTIONS = (Section(N_("培训会议"), "training.index", "training.view", order=80),)


def _words() -> dict[str, Any]:
    return {
        "labels": MEETING_MOVES.labels,
        "content_names": CONTENT_NAMES,
        "contents": [(key.value, say(name)) for key, name in CONTENT_NAMES.items()],
    }


@staff.get("/meetings")
@officer("training.view")
def index() -> str:
    """Meetings of the officer's territory, and what the year still lacks."""
    province, today = actor().province_code, clock.today()
    missing = service.judge(province, today.year, clock.now()) if province else []
    return render_template(
        "staff/training/index.html", listing=listing(service.meetings(paging())),
        findings=[spoken(finding) for finding in missing], **_words(),
    )  # fmt: skip


@staff.get("/meetings/<uuid:meeting_id>")
@officer("training.view")
def show(meeting_id: UUID) -> str:
    """One meeting and its attendance."""
    row = service.meeting(meeting_id)
    present = service.attendance(meeting_id)
    return render_template(
        "staff/training/show.html", row=row, present=present, moves=MEETING_MOVES.table.get(row.state, {}),
        names=filing.names_of(item.institution_code for item in present), timeline=history("meeting", row.id),
        **_words(),
    )  # fmt: skip


@staff.route("/meetings/new", methods=["GET", "POST"])
@officer("training.plan")
def new() -> Any:
    """Plan a meeting."""
    form = Form(MeetingShape())
    if form.sent:
        row = form.carry_out(lambda data: service.plan(actor(), data, clock.now()))
        if row is not None:
            return see_other("training.show", meeting_id=row.id)
    return form.page("staff/training/new.html", **_words())


@staff.post("/meetings/<uuid:meeting_id>/move")
@officer("training.record")
def move(meeting_id: UUID) -> Any:
    """Hold, record or cancel."""
    data = Form(MoveShape()).load() or abort(422)
    service.move(actor(), meeting_id, data["state"], clock.now())
    notify(N_("已记录。"))
    return see_other("training.show", meeting_id=meeting_id)


@staff.post("/meetings/<uuid:meeting_id>/attendance")
@officer("training.record")
def attend(meeting_id: UUID) -> Any:
    """Type attendance in: one number for each institution."""
    counts = {
        name.removeprefix("count-"): int(value)
        for name, value in request.form.items()
        if name.startswith("count-") and value.isascii() and value.isdigit() and len(value) < 6
    }
    service.record_attendance(actor(), meeting_id, counts, clock.now())
    notify(N_("出席情况已记录。"))
    return see_other("training.show", meeting_id=meeting_id)

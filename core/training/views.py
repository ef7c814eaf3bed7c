"""Training meetings on the staff site: for the province that holds them, those invited, and the centre."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, render_template, request

from core.filing import exports
from core.filing import service as filing
from core.foundation import clock
from core.foundation.access import officer
from core.foundation.audit import history
from core.foundation.errors import Refused
from core.foundation.findings import N_
from core.foundation.i18n import say, spoken
from core.foundation.web import Form, Section, actor, attachment, listing, notify, only, paging, see_other
from core.hooks.discovery import present, province_name
from core.rulesets.loader import provinces
from core.training import service
from core.training.models import Meeting
from core.training.rules import CONTENT_NAMES, MEETING_MOVES, TOOK_PLACE
from core.training.schemas import ChangeShape, MaterialShape, MeetingShape, MoveShape, PresenceShape, ReplyShape

staff = Blueprint("training", __name__)

STAFF_SECTIONS = (Section(N_("培训会议"), "training.index", "training.view", order=80, menu=N_("计划安排")),)
VERB_NAMES = {
    "training.plan": N_("计划会议"), "training.change": N_("修改会议"), "training.held": N_("标记为已召开"),
    "training.recorded": N_("归档"), "training.cancelled": N_("取消会议"), "training.reply": N_("答复邀请"),
    "training.remind": N_("发送提醒"), "training.presence": N_("登记人员"), "training.attendance": N_("登记出席人数"),
    "training.workbook": N_("导入登记表"), "training.material": N_("上传会议材料"),
    "training.material_dropped": N_("移除会议材料"),
}  # fmt: skip


def _words() -> dict[str, Any]:
    return {
        "labels": MEETING_MOVES.labels,
        "content_names": CONTENT_NAMES,
        "verb_names": VERB_NAMES,
        "contents": [(key.value, say(name)) for key, name in CONTENT_NAMES.items()],
        "province_name": province_name,
    }


@staff.get("/meetings")
@officer("training.view")
def index() -> str:
    """Meetings of the officer's province, and what the year still lacks."""
    province, year = actor().province_code, clock.today().year
    own = service.year_of(province, year, clock.now()) if province else None
    return render_template(
        "staff/training/index.html", listing=listing(service.meetings(actor(), paging())), own=own, year=year,
        findings=[spoken(finding) for finding in own.findings] if own else [], **_words(),
    )  # fmt: skip


@staff.get("/meetings/provinces")
@officer("training.view")
def by_province() -> str:
    """How each province's year of meetings stands: fulfilled, or what is lacking."""
    typed = request.args.get("year", "")
    year = int(typed) if typed.isascii() and typed.isdigit() and len(typed) == 4 else clock.today().year
    active = [host.code for host in present().active()]
    codes = [actor().province_code] if actor().prefix else sorted({*provinces(), *active})
    rows = service.years(codes, year, clock.now())
    return render_template(
        "staff/training/provinces.html", rows=rows, year=year, this_year=clock.today().year,
        lacking={row.province_code: [spoken(finding) for finding in row.findings] for row in rows},
        done=sum(row.fulfilled for row in rows), **_words(),
    )  # fmt: skip


def _warnings(row: Meeting) -> list[dict[str, str]]:
    """What the rules advise about a planned meeting, for those who can change it."""
    if row.state != "planned" or not actor().may("training.plan"):
        return []
    return [spoken(finding) for finding in service.judge_draft(vars(row), row.province_code, clock.now())]


def _page(meeting_id: UUID, form: Form | None = None, wrong: dict[str, str] | None = None) -> tuple[str, int]:
    """A meeting's page: with `wrong`, what was typed as attendance and why it cannot be."""
    row = service.meeting(actor(), meeting_id)
    present_here = service.attendance(meeting_id, paging())
    codes = [item.institution_code for item in present_here.rows]
    page = render_template(
        "staff/training/show.html", row=row, listing=listing(present_here),
        moves=MEETING_MOVES.table.get(row.state, {}),
        names=filing.names_of(codes), named=service.attendees(meeting_id, codes), shown=service.shown,
        took_place=row.state in TOOK_PLACE, materials=service.materials(actor(), meeting_id),
        original=service.meeting(actor(), row.make_up_of) if row.make_up_of else None,
        timeline=history("meeting", row.id), warnings=_warnings(row),
        form=form or Form(MaterialShape()), wrong=wrong or {}, **_words(),
    )  # fmt: skip
    return page, 422 if wrong else form.status if form else 200


@staff.get("/meetings/<uuid:meeting_id>")
@officer("training.view")
def show(meeting_id: UUID) -> Any:
    """One meeting: agenda, materials, who is invited and who came."""
    return _page(meeting_id)


@staff.route("/meetings/new", methods=["GET", "POST"])
@officer("training.plan")
def new() -> Any:
    """Plan a meeting; `make_up_of` begins a make-up session for those who were absent."""
    original = request.args.get("make_up_of", type=UUID)
    form = Form(MeetingShape(), initial=service.make_up_draft(actor(), original) if original else None)
    if form.sent:
        row = form.carry_out(lambda data: service.plan(actor(), data, clock.now()))
        if row is not None:
            notify(
                N_("已计划，本省各认定机构均已列入邀请。")
                if not row.make_up_of
                else N_("已计划，缺席机构均已列入邀请。")
            )
            return see_other("training.show", meeting_id=row.id)
    return form.page("staff/training/new.html", row=None, **_words())


@staff.route("/meetings/<uuid:meeting_id>/edit", methods=["GET", "POST"])
@officer("training.plan")
def edit(meeting_id: UUID) -> Any:
    """Change a planned meeting."""
    row = service.meeting(actor(), meeting_id)
    names = ("held_on", "place", "title", "agenda", "hours", "contents", "version")
    form = Form(ChangeShape(), initial={name: getattr(row, name) for name in names} | {"id": str(row.id)})
    if form.sent:
        done = form.carry_out(lambda data: service.change(actor(), meeting_id, data, data.pop("version"), clock.now()))
        if done is not None:
            notify(N_("已修改。"))
            return see_other("training.show", meeting_id=meeting_id)
    return form.page("staff/training/new.html", row=row, **_words())


def _act(meeting_id: UUID, form: Form, verb: Callable[[dict[str, Any]], Any], done: str) -> Any:
    """Carry a small form out: the meeting's page again, with what was wrong or what was done."""
    if form.carry_out(verb) is None and not form.ok:
        return _page(meeting_id, form)
    notify(done)
    return see_other("training.show", meeting_id=meeting_id)


@staff.post("/meetings/<uuid:meeting_id>/move")
@officer("training.record")
def move(meeting_id: UUID) -> Any:
    """Hold, file away or cancel."""
    return _act(
        meeting_id,
        Form(MoveShape()),
        lambda data: service.move(actor(), meeting_id, data["state"], clock.now(), data["reason"]),
        N_("已记录。"),
    )


@staff.post("/meetings/<uuid:meeting_id>/attendance")
@officer("training.record")
def attend(meeting_id: UUID) -> Any:
    """Type attendance in: one number for each institution; a blank is not yet recorded."""
    only("count-*", "was-*")
    typed = {key.removeprefix("count-"): text.strip() for key, text in request.form.items() if key.startswith("count-")}
    seen = {key.removeprefix("was-"): text for key, text in request.form.items() if key.startswith("was-")}
    given = {code: text for code, text in typed.items() if text and text != seen.get(code)}
    wrong = {code: text for code, text in given.items() if not (text.isascii() and text.isdigit() and len(text) < 6)}
    if wrong:
        return _page(meeting_id, wrong=wrong)
    counts = {code: int(text) for code, text in given.items()}
    try:
        service.record_attendance(actor(), meeting_id, counts, clock.now(), seen)
    except Refused as refusal:
        form = Form(MaterialShape())
        form.refuse(refusal.findings)
        return _page(meeting_id, form)
    notify(N_("出席情况已记录。"))
    return see_other("training.show", meeting_id=meeting_id)


@staff.route("/meetings/<uuid:meeting_id>/institutions/<code>", methods=["GET", "POST"])
@officer("training.record")
def institution(meeting_id: UUID, code: str) -> Any:
    """One institution at a meeting: how many came, and which of its officers."""
    row, item = service.meeting(actor(), meeting_id), service.presence(meeting_id, code)
    came = service.attendees(meeting_id, [code]).get(code, [])
    people = service.officers_of(code)
    form = Form(
        PresenceShape(),
        initial={
            "version": item.version,
            "attendees": service.shown(item),
            "officers": [str(one.account_id) for one in came],
        },
    )
    done = form.sent and form.carry_out(
        lambda data: service.record_presence(actor(), meeting_id, code, data, clock.now()) is not None
    )
    if done:
        notify(N_("出席情况已记录。"))
        return see_other("training.show", meeting_id=meeting_id)
    return form.page(
        "staff/training/institution.html", row=row, item=item, body=filing.institution(code),
        people=[(str(person.id), f"{person.display_name}（{person.username}）") for person in people],
        took_place=row.state in TOOK_PLACE,
    )  # fmt: skip


@staff.route("/meetings/<uuid:meeting_id>/reply/<code>", methods=["GET", "POST"])
@officer("training.reply")
def reply(meeting_id: UUID, code: str) -> Any:
    """An invited institution answers: how many will come, and whom to remind."""
    item = service.presence(meeting_id, code)
    form = Form(
        ReplyShape(), initial={"version": item.version, "expected": item.expected, "contact": item.contact or ""}
    )
    answer = form.carry_out(lambda d: service.reply(actor(), meeting_id, code, d, clock.now())) if form.sent else None
    if answer is not None:
        notify(N_("已答复。"))
        return see_other("training.show", meeting_id=meeting_id)
    row = service.meeting(actor(), meeting_id)  # read last: a refusal has let go of what was read, and it is wider
    return form.page("staff/training/reply.html", row=row, body=filing.institution(code))


@staff.post("/meetings/<uuid:meeting_id>/remind")
@officer("training.plan")
def remind(meeting_id: UUID) -> Any:
    """Remind everybody who named a contact."""
    only()
    count = service.remind_now(actor(), meeting_id, clock.now())
    notify(N_("已向%(count)s个机构的联系人发送提醒。"), count=count)
    return see_other("training.show", meeting_id=meeting_id)


@staff.post("/meetings/<uuid:meeting_id>/materials")
@officer("training.plan")
def add_material(meeting_id: UUID) -> Any:
    """Keep a paper of the meeting."""
    file = request.files.get("file")
    name = file.filename or "" if file else ""
    return _act(
        meeting_id,
        Form(MaterialShape(), files=("file",)),
        lambda data: service.add_material(actor(), meeting_id, data, name, clock.now()),
        N_("会议材料已保存。"),
    )


@staff.get("/meetings/<uuid:meeting_id>/materials/<uuid:material_id>")
@officer("training.view")
def material(meeting_id: UUID, material_id: UUID) -> Response:
    """A paper of the meeting, to be kept; never shown inside a page."""
    row, data = service.material(actor(), material_id)
    if row.meeting_id != meeting_id:
        abort(404)
    return attachment(data, "application/octet-stream", row.file_name)


@staff.post("/meetings/<uuid:meeting_id>/materials/<uuid:material_id>/drop")
@officer("training.plan")
def drop_material(meeting_id: UUID, material_id: UUID) -> Any:
    """Take a paper away."""
    only()
    service.drop_material(actor(), material_id, clock.now())
    notify(N_("会议材料已移除。"))
    return see_other("training.show", meeting_id=meeting_id)


@staff.get("/meetings/<uuid:meeting_id>/attendance.xlsx")
@officer("training.view")
def sheet(meeting_id: UUID) -> Response:
    """The attendance as a workbook."""
    row = service.meeting(actor(), meeting_id)
    made = service.sheet(actor(), meeting_id)
    name = f"attendance-{row.held_on}.xlsx"
    return exports.workbook(actor(), "attendance", str(meeting_id), made, name, title=row.title)


@staff.post("/meetings/<uuid:meeting_id>/sheet")
@officer("training.record")
def take_sheet(meeting_id: UUID) -> Any:
    """Take attendance from a workbook; every faulty line is named and nothing is written."""
    return _act(
        meeting_id,
        Form(MaterialShape(), files=("file",)),
        lambda data: service.record_workbook(actor(), meeting_id, data["file"], clock.now()),
        N_("出席情况已记录。"),
    )

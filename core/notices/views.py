"""Notices: drafted and filed by the province, received by the centre, read by the public."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, render_template, request

from core.calendar.rules import SEASON_NAMES
from core.foundation import clock
from core.foundation.access import anyone, officer
from core.foundation.audit import history
from core.foundation.findings import N_
from core.foundation.i18n import say, spoken
from core.foundation.shapes import EmptyShape, ReasonShape
from core.foundation.web import Form, Section, actor, listing, notify, paging, see_other
from core.hooks.discovery import province_name
from core.notices import service
from core.notices.rules import AUDIENCE_NAMES, NOTICE_MOVES
from core.notices.schemas import NoticeChangeShape, NoticeShape

public = Blueprint("notices", __name__)
staff = Blueprint("notices", __name__)

PUBLIC_SECTIONS = (Section(N_("工作通知"), "notices.index", order=30),)
STAFF_SECTIONS = (Section(N_("工作通知"), "notices.index", "notices.view", order=20, menu=N_("计划安排")),)

VERB_NAMES = {
    "notices.draft": N_("起草"), "notices.change": N_("修改"), "notices.file": N_("上报国家中心"),
    "notices.receive": N_("国家中心接收"), "notices.return": N_("国家中心退回"), "notices.publish": N_("公布"),
    "notices.withdraw": N_("撤回"),
}  # fmt: skip


def _words() -> dict[str, Any]:
    return {
        "labels": NOTICE_MOVES.labels,
        "steps": NOTICE_MOVES,
        "verb_names": VERB_NAMES,
        "audiences": [(key.value, say(name)) for key, name in AUDIENCE_NAMES.items()],
        "audience_names": AUDIENCE_NAMES,
        "seasons": [(key, say(name)) for key, name in SEASON_NAMES.items()],
        "season_names": SEASON_NAMES,
        "province_name": province_name,
    }


@public.get("/notices", endpoint="index")
@anyone()
def public_index() -> str:
    """Published notices."""
    page = service.published_notices(paging(), request.args.get("province", ""))
    return render_template("public/notices/index.html", listing=listing(page, "province"), **_words())


@public.get("/notices/<uuid:notice_id>", endpoint="show")
@anyone()
def public_show(notice_id: UUID) -> str:
    """One published notice."""
    row = service.notice(notice_id)
    if row.state != "published":
        abort(404)
    return render_template("public/notices/show.html", row=row, **_words())


@staff.get("/notices")
@officer("notices.view")
def index() -> str:
    """Notices of the officer's territory."""
    page = service.notices(paging(), request.args.get("state", ""))
    return render_template("staff/notices/index.html", listing=listing(page, "state"), **_words())


@staff.get("/notices/<uuid:notice_id>")
@officer("notices.view")
def show(notice_id: UUID) -> Any:
    """One notice, what the rules say of it, and what may be done."""
    return _page(notice_id, Form(EmptyShape()))


def _page(notice_id: UUID, form: Form) -> tuple[str, int]:
    row = service.notice(notice_id)
    judged = service.judge(row, clock.now())
    page = render_template(
        "staff/notices/show.html", row=row, form=form, findings=[spoken(f) for f in judged.findings],
        timeline=history("notice", row.id), **_words(),
    )  # fmt: skip
    return page, form.status


@staff.route("/notices/new", methods=["GET", "POST"])
@officer("notices.draft")
def new() -> Any:
    """Draft a notice."""
    today = clock.today()
    season = "first_half" if today.month < 8 else "second_half"
    form = Form(NoticeShape(), {"year": today.year, "season": season})
    if form.sent:
        row = form.carry_out(lambda data: service.draft(actor(), data, clock.now()))
        if row is not None:
            notify(N_("草稿已保存。"))
            return see_other("notices.show", notice_id=row.id)
    return form.page("staff/notices/new.html", **_words())


@staff.route("/notices/<uuid:notice_id>/edit", methods=["GET", "POST"])
@officer("notices.draft")
def edit(notice_id: UUID) -> Any:
    """Change a draft or a returned notice."""
    row = service.notice(notice_id)
    names = ("audience", "title", "body", "photo_rule", "version")
    form = Form(NoticeChangeShape(), {name: getattr(row, name) for name in names})
    if form.sent:
        changed = form.carry_out(lambda data: service.change(actor(), notice_id, data, data["version"], clock.now()))
        if changed is not None:
            notify(N_("已保存。"))
            return see_other("notices.show", notice_id=notice_id)
    return form.page("staff/notices/edit.html", row=row, **_words())


def _act(verb: Any, notice_id: UUID, said: str, *, reasoned: bool = False) -> Any:
    form = Form(ReasonShape() if reasoned else EmptyShape())

    def carry(data: dict[str, Any]) -> Any:
        return verb(actor(), notice_id, *([data["reason"]] if reasoned else []), clock.now())

    if form.carry_out(carry) is None:
        return _page(notice_id, form)
    notify(said)
    return see_other("notices.show", notice_id=notice_id)


@staff.post("/notices/<uuid:notice_id>/file")
@officer("notices.file")
def file(notice_id: UUID) -> Any:
    """Report to the centre."""
    return _act(service.file, notice_id, N_("已上报国家中心。"))


@staff.post("/notices/<uuid:notice_id>/publish")
@officer("notices.publish")
def publish(notice_id: UUID) -> Any:
    """Show on the public site."""
    return _act(service.publish, notice_id, N_("已公布。"))


@staff.post("/notices/<uuid:notice_id>/withdraw")
@officer("notices.publish")
def withdraw(notice_id: UUID) -> Any:
    """Take back, with the reason."""
    return _act(service.withdraw, notice_id, N_("已撤回。"), reasoned=True)


@staff.post("/notices/<uuid:notice_id>/receive")
@officer("notices.receive")
def receive(notice_id: UUID) -> Any:
    """The centre has it."""
    return _act(service.receive, notice_id, N_("已接收。"))


@staff.post("/notices/<uuid:notice_id>/return")
@officer("notices.receive")
def give_back(notice_id: UUID) -> Any:
    """The centre returns it, with the reason."""
    return _act(service.give_back, notice_id, N_("已退回。"), reasoned=True)

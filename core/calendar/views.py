"""The calendar on both sites; yearbooks drafted, replayed and published on the staff site."""

from __future__ import annotations

import json
import tomllib
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template

from core.calendar import service
from core.calendar.rules import BUSINESS_NAMES, SEASON_NAMES, YEARBOOK_MOVES
from core.calendar.schemas import YearbookShape
from core.foundation import clock
from core.foundation.access import anyone, officer
from core.foundation.errors import Refused
from core.foundation.findings import N_, Finding
from core.foundation.web import Form, Section, actor, listing, notify, paging, see_other

public = Blueprint("calendar", __name__)
staff = Blueprint("calendar", __name__)

PUBLIC_SECTIONS = (Section(N_("开放时间"), "calendar.show", order=20),)
STAFF_SECTIONS = (Section(N_("年度规则"), "calendar.index", "calendar.view", order=10),)


@public.get("/calendar")
@anyone(through_maintenance=True)
def show() -> str:
    """The year's open periods and maintenance; up even while the site is closed."""
    today = clock.today()
    yearbook = service.in_force(today.year)
    rules = service.rules_of(yearbook) if yearbook else None
    return render_template(
        "public/calendar/show.html",
        rules=rules,
        today=today,
        season_names=SEASON_NAMES,
        business_names=BUSINESS_NAMES,
    )


@staff.get("/yearbooks")
@officer("calendar.view")
def index() -> str:
    """Every version of every year."""
    return render_template(
        "staff/calendar/index.html",
        listing=listing(service.yearbooks(paging())),
        labels=YEARBOOK_MOVES.labels,
    )


@staff.get("/yearbooks/<uuid:yearbook_id>", endpoint="show")
@officer("calendar.view")
def show_version(yearbook_id: UUID) -> str:
    """One version: its numbers with clauses and readings, and what it would break."""
    row = service.yearbook(yearbook_id)
    return render_template(
        "staff/calendar/show.html", row=row, rules=service.rules_of(row), labels=YEARBOOK_MOVES.labels,
        season_names=SEASON_NAMES, business_names=BUSINESS_NAMES,
    )  # fmt: skip


def read_document(text: str) -> dict[str, Any]:
    """A rule set from JSON or TOML; raises `Refused` with the place of the fault."""
    try:
        return dict(json.loads(text)) if text.lstrip().startswith("{") else tomllib.loads(text)
    except (ValueError, TypeError) as fault:
        finding = Finding(
            "yearbook_unreadable",
            N_("年度规则内容有误：%(text)s"),
            clause="三(一)",
            field="document",
            params={"text": str(fault)},
        )
        raise Refused([finding]) from fault


@staff.route("/yearbooks/new", methods=["GET", "POST"])
@officer("calendar.draft")
def new() -> Any:
    """Draft the next version, from the one in force."""
    row = service.in_force(clock.today().year)
    initial = {"document": json.dumps(row.document, ensure_ascii=False, indent=1)} if row else {}
    form = Form(YearbookShape(), initial)
    if form.sent:
        drafted = form.carry_out(
            lambda data: service.draft(
                actor(), data["id"], read_document(data["document"]), data["reason"], clock.now()
            )
        )
        if drafted is not None:
            notify(N_("草稿已保存，正在用现有计划试算。"))
            return see_other("calendar.show", yearbook_id=drafted.id)
    return form.page("staff/calendar/new.html")


@staff.post("/yearbooks/<uuid:yearbook_id>/publish")
@officer("calendar.publish", fresh=True)
def publish(yearbook_id: UUID) -> Any:
    """Publish a replayed draft."""
    service.publish(actor(), yearbook_id, clock.now())
    notify(N_("已发布。"))
    return see_other("calendar.show", yearbook_id=yearbook_id)

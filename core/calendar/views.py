"""The calendar on both sites; yearbooks drafted, replayed and published on the staff site."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template

from core.accounts import service as accounts
from core.calendar import service
from core.calendar.forms import MAINTENANCE_LINES, YearbookForm, as_typed
from core.calendar.rules import BUSINESS_NAMES, SEASON_NAMES, YEARBOOK_MOVES, differences
from core.foundation import clock
from core.foundation.access import anyone, officer
from core.foundation.findings import N_
from core.foundation.i18n import say
from core.foundation.web import Section, actor, listing, notify, only, paging, see_other
from core.rulesets.labels import VALUE_NAMES
from core.rulesets.loader import national

SHIPPED_YEAR = 2020

public = Blueprint("calendar", __name__)
staff = Blueprint("calendar", __name__)

PUBLIC_SECTIONS = (Section(N_("开放时间"), "calendar.show", order=20),)
STAFF_SECTIONS = (Section(N_("年度规则"), "calendar.index", "calendar.view", order=10, menu=N_("计划安排")),)


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
    rules, before = service.rules_of(row), service.in_force(row.year)
    compared = before is not None and before.id != row.id and row.state in ("draft", "replayed")
    return render_template(
        "staff/calendar/show.html", row=row, rules=rules, labels=YEARBOOK_MOVES.labels, steps=YEARBOOK_MOVES,
        season_names=SEASON_NAMES, business_names=BUSINESS_NAMES, value_names=VALUE_NAMES, as_typed=as_typed,
        changes=differences(service.rules_of(before), rules) if before and compared else None,
        names=accounts.names_of({who for who in (row.drafted_by, row.published_by) if who}),
        same_officer=row.drafted_by == actor().id,
    )  # fmt: skip


@staff.route("/yearbooks/new", methods=["GET", "POST"])
@officer("calendar.draft")
def new() -> Any:
    """Draft the next version, from the one in force or, for a new year, from the newest."""
    row = service.in_force(clock.today().year) or service.newest()
    rules = service.rules_of(row) if row else national(SHIPPED_YEAR)
    form = YearbookForm(rules.as_document())
    if form.sent:
        drafted = form.carry_out(
            lambda data: service.draft(actor(), data["id"], data["document"], data["reason"], clock.now())
        )
        if drafted is not None:
            notify(N_("草稿已保存，正在用现有计划试算。"))
            return see_other("calendar.show", yearbook_id=drafted.id)
    return form.page(
        "staff/calendar/new.html", rules=rules, season_names=SEASON_NAMES, value_names=VALUE_NAMES,
        businesses=[(key, say(name)) for key, name in BUSINESS_NAMES.items()], lines=MAINTENANCE_LINES,
    )  # fmt: skip


@staff.post("/yearbooks/<uuid:yearbook_id>/publish")
@officer("calendar.publish", fresh=True)
def publish(yearbook_id: UUID) -> Any:
    """Publish a replayed draft."""
    only()
    service.publish(actor(), yearbook_id, clock.now())
    notify(N_("已发布。"))
    return see_other("calendar.show", yearbook_id=yearbook_id)

"""The tree of divisions: seen by every officer of the territory, kept by the province."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from core.filing import service
from core.filing.models import Division
from core.filing.rules import LEVEL_NAMES, PLACE_NAMES
from core.filing.schemas import CloseShape, DivisionShape, EmptyShape, RenameShape
from core.filing.views.filings import staff
from core.filing.views.words import VERB_NAMES
from core.foundation import clock
from core.foundation.access import officer
from core.foundation.audit import history
from core.foundation.findings import N_
from core.foundation.i18n import say
from core.foundation.web import Form, actor, listing, notify, paging, see_other


@staff.get("/divisions")
@officer("institutions.view")
def divisions() -> str:
    """Divisions of the officer's territory, past ones marked."""
    search = request.args.get("search", "").strip()[:60]
    return render_template(
        "staff/filing/divisions.html", listing=listing(service.divisions(actor().prefix, paging(), search), "search"),
        search=search, place_names=PLACE_NAMES, today=clock.today(),
    )  # fmt: skip


@staff.route("/divisions/new", methods=["GET", "POST"])
@officer("institutions.change")
def new_division() -> Any:
    """The province enters a city, a county, or a division of the XPCC."""
    form = Form(DivisionShape(), {"code": request.args.get("under", "")[:6]})
    if form.sent:
        made = form.carry_out(
            lambda data: service.add_division(
                actor(), service.NewDivision(data["code"], data["name"], data["kind"], data["valid_from"]), clock.now()
            )
        )
        if made is not None:
            notify(N_("已登记。"))
            return see_other("filing.division", code=made.code)
    fitting = [
        (key, say(name))
        for key, name in PLACE_NAMES.items()
        if key != "province" and (key != "corps_division" or service.corps(actor()))
    ]
    return form.page("staff/filing/new_division.html", kinds=fitting)


@staff.get("/divisions/<code>")
@officer("institutions.view")
def division(code: str) -> Any:
    """One division, what lies in it, and what happened to it."""
    return _page(service.division(code, actor().prefix), Form(EmptyShape()))


@staff.post("/divisions/<code>/rename")
@officer("institutions.change")
def rename_division(code: str) -> Any:
    """The province gives it a new name."""
    row, form = service.division(code, actor().prefix), Form(RenameShape())
    done = form.carry_out(
        lambda data: service.rename_division(actor(), code, data["name"], data["version"], clock.now())
    )
    return _answered(row, form, done)


@staff.post("/divisions/<code>/close")
@officer("institutions.change")
def close_division(code: str) -> Any:
    """The province closes it."""
    row, form = service.division(code, actor().prefix), Form(CloseShape())
    done = form.carry_out(
        lambda data: service.close_division(
            actor(), code, data["valid_until"], data["successor"], data["version"], clock.now()
        )
    )
    return _answered(row, form, done)


def _answered(row: Division, form: Form, done: Division | None) -> Any:
    if done is None:
        return _page(row, form)
    notify(N_("已保存。"))
    return see_other("filing.division", code=done.code)


def _page(row: Division, form: Form) -> Any:
    mine = actor().may("institutions.change") and actor().province_code == row.province_code
    form.values.setdefault("name", row.name)
    today = clock.today()
    return form.page(
        "staff/filing/division.html", row=row, may=mine and row.valid_until is None, verb_names=VERB_NAMES,
        below=service.below(row.code), bodies=service.bodies_in(row.code), place_names=PLACE_NAMES, today=today,
        level_names=LEVEL_NAMES, above=service.division(row.parent) if row.parent else None,
        heir=service.current_division(row.code, today), timeline=history("division", row.code),
    )  # fmt: skip

"""Schools: seen by the officers of their territory, kept by the institution that decides on their teachers."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, request

from core.filing import service
from core.filing.rules import STAGE_NAMES
from core.filing.schemas import SchoolChangeShape, SchoolShape
from core.filing.views.filings import staff
from core.filing.views.imports import import_page, template_of
from core.foundation import clock
from core.foundation.access import officer
from core.foundation.errors import NotFound
from core.foundation.findings import N_
from core.foundation.i18n import say
from core.foundation.web import Form, actor, listing, notify, paging, see_other


@staff.get("/schools")
@officer("schools.change")
def schools() -> str:
    """Schools of the officer's territory."""
    search = request.args.get("search", "").strip()[:60]
    page = service.schools(actor().prefix, paging(), search)
    return render_template(
        "staff/filing/schools.html", listing=listing(page, "search"), search=search, stage_names=STAGE_NAMES,
        names=service.names_of({row.institution_code for row in page.rows}),
    )  # fmt: skip


def _stages() -> list[tuple[str, str]]:
    return [(key, say(name)) for key, name in STAGE_NAMES.items()]


def _bodies() -> list[tuple[str, str]]:
    own = actor().institution_code
    bodies = service.institutions(prefix=actor().prefix)
    return [(body.code, f"{body.division} {body.name}") for body in bodies if not own or body.code == own]


@staff.route("/schools/new", methods=["GET", "POST"])
@officer("schools.change")
def new_school() -> Any:
    """Enter a school."""
    form = Form(SchoolShape(), {"institution_code": actor().institution_code, "public": True})
    if form.sent:
        made = form.carry_out(lambda data: service.add_school(actor(), _without_id(data), clock.now()))
        if made is not None:
            notify(N_("已登记。"))
            return see_other("filing.schools")
    return form.page("staff/filing/school.html", row=None, stages=_stages(), bodies=_bodies())


@staff.route("/schools/<code>", methods=["GET", "POST"])
@officer("schools.change")
def school(code: str) -> Any:
    """Change a school."""
    if not code.startswith(actor().prefix):
        raise NotFound()
    row = service.school(code)
    names = ("name", "stage", "public", "telephone", "active", "version")
    form = Form(SchoolChangeShape(), {name: getattr(row, name) for name in names})
    if form.sent:
        done = form.carry_out(
            lambda data: service.change_school(actor(), code, _without_id(data), data["version"], clock.now())
        )
        if done is not None:
            notify(N_("已保存。"))
            return see_other("filing.schools")
    return form.page("staff/filing/school.html", row=row, stages=_stages(), bodies=_bodies())


def _without_id(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name != "id"}


@staff.route("/schools/import", methods=["GET", "POST"])
@officer("schools.change")
def import_schools() -> Any:
    """Schools from a sheet."""
    return import_page("schools")


@staff.get("/schools/template.xlsx")
@officer("schools.change")
def schools_template() -> Response:
    """The empty sheet of schools."""
    return template_of("schools")

"""Institutions: seen by every officer of the territory, changed by the province."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from core.accounts import service as accounts
from core.filing import service
from core.filing.models import Institution
from core.filing.rules import KIND_NAMES, LEVEL_NAMES
from core.filing.schemas import InstitutionShape, NewInstitutionShape
from core.filing.views.filings import staff
from core.filing.views.words import FIELD_NAMES, VERB_NAMES
from core.foundation import clock
from core.foundation.access import officer
from core.foundation.audit import history
from core.foundation.errors import NotFound
from core.foundation.findings import N_
from core.foundation.i18n import say
from core.foundation.web import Form, actor, listing, notify, paging, see_other


@staff.get("/institutions")
@officer("institutions.view")
def institutions() -> str:
    """Institutions of the officer's territory, and those that name no responsible person."""
    search = request.args.get("search", "").strip()[:60]
    page = service.listed_institutions(actor().prefix, paging(), search)
    lacking = service.without_responsible(actor().prefix) if actor().may("institutions.change") else []
    return render_template(
        "staff/filing/institutions.html", listing=listing(page, "search"), lacking=lacking, search=search,
        level_names=LEVEL_NAMES,
    )  # fmt: skip


@staff.route("/institutions/new", methods=["GET", "POST"])
@officer("institutions.change")
def new_institution() -> Any:
    """The province enters an institution."""
    form = Form(NewInstitutionShape(), {"division": request.args.get("division", "")[:6]})
    if form.sent:
        made = form.carry_out(lambda data: service.register_institution(actor(), data, clock.now()))
        if made is not None:
            notify(N_("已登记。"))
            return see_other("filing.institution", code=made.code)
    return form.page(
        "staff/filing/new_institution.html", kinds=_kinds(),
        levels=[(key, say(name)) for key, name in LEVEL_NAMES.items()],
    )  # fmt: skip


def _kinds() -> list[tuple[str, str]]:
    return [(key, f"{key} {say(name)}") for key, name in KIND_NAMES.items()]


@staff.route("/institutions/<code>", methods=["GET"])
@officer("institutions.view")
def institution(code: str) -> Any:
    """One institution and what happened to it."""
    return _page(_own(code))


@staff.post("/institutions/<code>")
@officer("institutions.change")
def change_institution(code: str) -> Any:
    """The province changes it."""
    row = _own(code)
    form = Form(InstitutionShape())
    changed = form.carry_out(
        lambda data: service.change_institution(
            actor(), code, data | {"also": service.read_also(data["also"])}, clock.now()
        )
    )
    if changed is not None:
        notify(N_("已保存。"))
        return see_other("filing.institution", code=code)
    return _page(row, form)


def _own(code: str) -> Institution:
    row = service.institution(code)
    if not row.division.startswith(actor().prefix):
        raise NotFound()
    return row


def _page(row: Institution, form: Form | None = None) -> Any:
    also = "\n".join(f"{item['division']} {''.join(item['kinds'])}" for item in row.also)
    may = actor().may("institutions.change") and actor().province_code == row.province_code
    if may and form is None:
        initial = {
            name: getattr(row, name) or "" for name in ("name", "telephone", "valid_from", "valid_to", "successor")
        }  # fmt: skip
        form = Form(
            InstitutionShape(),
            initial | {"kinds": row.kinds, "also": also, "version": row.version, "responsible_id": row.responsible_id},
        )
    context = {
        "row": row, "also": also, "points": service.points_of([row.code]), "level_names": LEVEL_NAMES,
        "timeline": history("institution", row.code), "verb_names": VERB_NAMES, "field_names": FIELD_NAMES,
        "place": service.current_division(row.division, clock.today()),
        "kinds": _kinds(),
        "people": [(str(who.account_id), f"{who.name} · {who.post}") for who in service.staff_of(row.code)],
        "responsible": accounts.names_of({row.responsible_id}).get(row.responsible_id) if row.responsible_id else None,
    }  # fmt: skip
    if form is None:
        return render_template("staff/filing/institution.html", form=None, **context)
    return form.page("staff/filing/institution.html", **context)

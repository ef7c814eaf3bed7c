"""The queue of registrations and one case with all that may be done, for schools and officers alike."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request

from core.accounts import service as accounts
from core.filing import service as filing
from core.foundation import clock
from core.foundation.access import officer
from core.foundation.findings import N_, Finding
from core.foundation.i18n import spoken
from core.foundation.shapes import EmptyShape
from core.foundation.web import Form, Section, actor, listing, paging
from core.registration import service
from core.registration.models import Registration
from core.registration.rules import RegistrationState
from core.registration.views.words import options, typed_form, words, years_of

staff = Blueprint("registration", __name__)

STAFF_SECTIONS = (
    Section(N_("定期注册"), "registration.index", "registration.view", order=42, menu=N_("业务办理")),
    Section(N_("批量报送"), "registration.uploads", "registration.endorse", order=43, menu=N_("业务办理")),
    Section(N_("证书信息摸底"), "registration.surveys", "survey.view", order=45, menu=N_("业务办理")),
)
FILTERS = ("state", "owner", "proposal", "school", "name", "reference")


@staff.get("/registrations")
@officer("registration.view")
def index() -> str:
    """The queue of the officer's territory: a school sees its own teachers."""
    asked: dict[str, Any] = {name: request.args.get(name, "") for name in FILTERS}
    narrowed = any(asked[name] for name in ("state", "name", "reference"))
    page = service.registrations(
        paging(), service.Wanted(**asked, open_only=not narrowed and not request.args.get("all"))
    )
    return render_template(
        "staff/registration/index.html", listing=listing(page, *FILTERS, "all"), asked=asked,
        counts=service.counts(), schools=filing.schools_of(row.territory for row in page.rows),
        plans=service.plans_for(actor()), **words(),
    )  # fmt: skip


@staff.get("/registrations/objections")
@officer("registration.view")
def objections() -> str:
    """Objections to results shown in public: those that wait, or all; online ones and those entered by officers."""
    asked = {"reference": request.args.get("reference", "")[:24], "all": request.args.get("all", "")[:1]}
    page = service.objections_of(paging(), reference=asked["reference"], open_only=not asked["all"])
    return render_template(
        "staff/registration/objections.html", listing=listing(page, "reference", "all"), asked=asked,
        schools=filing.schools_of(row.territory for row in page.rows), decision_names=service.DECISION_NAMES,
    )  # fmt: skip


@staff.get("/registrations/<uuid:registration_id>")
@officer("registration.view")
def show(registration_id: UUID) -> Any:
    """One registration."""
    return page_of(registration_id)


def page_of(registration_id: UUID, form: Form | None = None) -> Any:
    """A case's page, with what was wrong in `form`."""
    row = service.registration(registration_id)
    shown = form or Form(EmptyShape())
    shown.values = typed_form(row) | {"conduct": row.conduct, "untrue": row.untrue} | shown.values
    by = {one for one in (row.endorsed_by, row.reviewed_by, row.concluded_by) if one}
    outcome, findings = service.reasons_of(row, clock.today())
    page = render_template(
        "staff/registration/show.html", row=row, form=shown, school=filing.school(row.territory), years=years_of(row),
        body=filing.institution(row.institution_code), names=accounts.names_of(by),
        objections=service.objections(row.id), decision_names=service.DECISION_NAMES,
        findings=[spoken(item) for item in findings], outcome=outcome, timeline=service.trail(row),
        publicity=service.publicity_of(row), gate=[spoken(item) for item in _gate(row)],
        survey=service.lines_of(row.document_index), **options(), **words(),
    )  # fmt: skip
    return page, shown.status


def _gate(row: Registration) -> list[Finding]:
    if row.state != RegistrationState.PUBLICISED or not actor().may("registration.conclude"):
        return []
    return service.judge_each(actor().id, [row], clock.now())[row.id]

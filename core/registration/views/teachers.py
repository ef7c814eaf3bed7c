"""The teacher's pages and the public's: open plans, one's own registrations, results shown in public."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request

from core.filing import service as filing
from core.foundation import clock
from core.foundation.access import anyone, applicant
from core.foundation.findings import N_, Finding
from core.foundation.i18n import spoken
from core.foundation.limits import limiter
from core.foundation.paging import Paging
from core.foundation.shapes import EmptyShape
from core.foundation.web import Form, Section, actor, listing, notify, paging, parse_id, see_other
from core.hooks.discovery import province_name
from core.plans import service as plans
from core.plans.models import Plan
from core.registration import service
from core.registration.models import Registration
from core.registration.rules import EDITABLE
from core.registration.schemas import DeclaredShape, PublicObjectionShape, StartShape
from core.registration.views.words import kept_form, options, typed_form, words, years_of

public = Blueprint("registration", __name__)

OBJECT_RATE = "10 per hour"
PUBLIC_SECTIONS = (Section(N_("定期注册"), "registration.index", order=12),)


@public.get("/registration")
@anyone()
def index() -> str:
    """What registration is, plans that are open, results shown in public."""
    today = clock.today()
    open_plans = plans.open_plans(paging(), today, "registration", request.args.get("province", ""))
    shown = service.open_publicities(today, Paging(size=50))
    codes = {row.institution_code for row in open_plans.rows} | {row.institution_code for row in shown.rows}
    return render_template(
        "public/registration/index.html", listing=listing(open_plans, "province"), publicities=shown.rows,
        names=filing.names_of(codes), province_name=province_name, provinces=filing.province_choices(), **words(),
    )  # fmt: skip


@public.get("/registration/results/<uuid:publicity_id>")
@anyone()
def publicity(publicity_id: UUID) -> Any:
    """One public notice while it is open: names, schools, proposed results, and how to object."""
    row = service.open_publicity(publicity_id, clock.today())
    page = service.shown(row.id, paging())
    return render_template(
        "public/registration/publicity.html", row=row, listing=listing(page),
        schools=filing.schools_of(item.territory for item in page.rows),
        body=filing.institution(row.institution_code), **words(),
    )  # fmt: skip


@public.route("/registration/results/<uuid:publicity_id>/objection", methods=["GET", "POST"])
@anyone()
@limiter.limit(OBJECT_RATE, methods=["POST"])
def object_to(publicity_id: UUID) -> Any:
    """Object in one's name to a result that a notice lists; what is told afterwards is the receipt's number."""
    row = service.publicity(publicity_id)
    form = Form(PublicObjectionShape(), {"about": request.args.get("about", ""), "said_by": actor().name})
    asked = str(form.values.get("about", ""))
    about = service.objected(row, parse_id(asked)) if asked else None
    context = {"row": row, "about": about, "body": filing.institution(row.institution_code)}
    if form.sent:
        made = form.carry_out(lambda data: service.object_publicly(actor(), row.id, data, clock.now()))
        if made is not None:
            return render_template("public/registration/objected.html", made=made, **context)
    return form.page(
        "public/registration/objection.html", **context, **words(),
        school=filing.school(about.territory) if about else None,
    )  # fmt: skip


@public.get("/my/registrations")
@applicant()
def mine() -> str:
    """The teacher's registrations, those that a school handed in included."""
    service.bind(actor(), clock.now())
    person = actor().person_id
    rows = service.all_of_person(person) if person else []
    return render_template(
        "public/registration/mine.html", rows=rows, schools=filing.schools_of(row.territory for row in rows), **words()
    )


@public.route("/my/registrations/new", methods=["GET", "POST"])
@applicant()
def start() -> Any:
    """Choose the plan and the school."""
    asked = request.args.get("plan", "")
    form = Form(StartShape(), {"plan_id": asked})
    if form.sent:
        row = form.carry_out(
            lambda data: service.start(actor(), data["id"], data["plan_id"], data["school_code"], clock.now())
        )
        if row is not None:
            return see_other("registration.edit", registration_id=row.id)
    page = plans.open_plans(paging(), clock.today(), "registration", request.args.get("province", ""), entering=True)
    chosen = _open_plan(str(form.values.get("plan_id") or ""))
    return form.page(
        "public/registration/start.html", listing=listing(page, "province"), chosen=chosen,
        schools=filing.schools_under(chosen.institution_code) if chosen else [],
        names=filing.names_of({row.institution_code for row in [*page.rows, *([chosen] if chosen else [])]}),
        province_name=province_name, provinces=filing.province_choices(),
    )  # fmt: skip


def _open_plan(plan_id: str) -> Plan | None:
    """The plan that was chosen, from whichever page of the list, while its window is open."""
    row = plans.plan(parse_id(plan_id)) if plan_id else None
    return row if row and row.business == "registration" and plans.window_open(row, clock.today()) else None


@public.route("/my/registrations/<uuid:registration_id>/edit", methods=["GET", "POST"])
@applicant()
def edit(registration_id: UUID) -> Any:
    """Fill in; what was typed is kept however incomplete."""
    row = service.of_person(actor(), registration_id)
    form = Form(DeclaredShape(), typed_form(row) | {"version": row.version})
    if form.sent:
        done = form.carry_out(
            lambda data: service.save(actor(), row.id, kept_form(row, data), data["version"], clock.now())
        )
        if done is not None:
            notify(N_("已保存。请核对后提交学校。"))
            return see_other("registration.show", registration_id=row.id)
        row = service.of_person(actor(), registration_id)
        if form.refused_for("changed_meanwhile"):  # told of it, who saves again means what was typed
            form.values["version"] = row.version
    elif row.state not in EDITABLE:
        return see_other("registration.show", registration_id=row.id)
    return form.page(
        "public/registration/edit.html", row=row, years=years_of(row), school=filing.school(row.territory),
        **options(), **words(),
    )  # fmt: skip


@public.get("/my/registrations/<uuid:registration_id>")
@applicant()
def show(registration_id: UUID) -> Any:
    """One's own registration: what is missing, how far it is, what came of it."""
    return _show(registration_id, Form(EmptyShape()))


def _show(registration_id: UUID, form: Form) -> Any:
    row = service.of_person(actor(), registration_id)
    told = [Finding.from_dict(item) for item in row.reasons or []] if row.conclusion or row.publicity_id else []
    page = render_template(
        "public/registration/show.html", row=row, form=form, school=filing.school(row.territory),
        body=filing.institution(row.institution_code), missing=_missing(row), editable=row.state in EDITABLE,
        findings=[spoken(finding) for finding in told], timeline=service.trail(row),
        publicity=service.publicity_of(row), **words(),
    )  # fmt: skip
    return page, form.status


def _missing(row: Registration) -> list[dict[str, str]]:
    if row.state not in EDITABLE:
        return []
    return [spoken(finding) for finding in service.judge_submission(row, clock.now())]


def _act(registration_id: UUID, verb: Any, said: str) -> Any:
    form = Form(EmptyShape())
    if form.carry_out(verb) is None:
        return _show(registration_id, form)
    notify(said)
    return see_other("registration.show", registration_id=registration_id)


@public.post("/my/registrations/<uuid:registration_id>/submit")
@applicant()
def submit(registration_id: UUID) -> Any:
    """Hand in to the school."""
    return _act(
        registration_id, lambda data: service.submit(actor(), registration_id, clock.now()), N_("已提交学校审核。")
    )


@public.post("/my/registrations/<uuid:registration_id>/withdraw")
@applicant()
def withdraw(registration_id: UUID) -> Any:
    """Withdraw before the school has endorsed."""
    return _act(registration_id, lambda data: service.withdraw(actor(), registration_id, clock.now()), N_("已撤回。"))

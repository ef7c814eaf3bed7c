"""The applicant's pages: choose a plan, fill in, photo, submit, follow, answer, withdraw."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, render_template, request

from core.applications import service
from core.applications.forms import ApplicationPage
from core.applications.models import Case
from core.applications.rules.conclusion import limits, remedies
from core.applications.rules.states import EDITABLE, FINAL, derive
from core.applications.rules.undertaking import POINTS
from core.applications.schemas import (
    AnswerShape,
    StartShape,
    SubmitShape,
    UploadShape,
)
from core.applications.service.following import facts_of
from core.applications.views.words import as_file, options, words
from core.calendar import service as calendar
from core.filing import service as filing
from core.foundation import clock
from core.foundation.access import applicant
from core.foundation.findings import N_
from core.foundation.i18n import spoken
from core.foundation.shapes import EmptyShape
from core.foundation.web import Form, Section, actor, listing, notify, paging, parse_id, see_other
from core.hooks.discovery import province_name
from core.people import service as people
from core.people.models import Person
from core.plans import service as plans

public = Blueprint("applications", __name__)

PUBLIC_SECTIONS = (Section(N_("我的申请"), "applications.mine", order=5),)


@public.get("/my")
@applicant()
def mine() -> str:
    """The person's cases."""
    person = actor().person_id
    rows = service.cases_of_person(person) if person else []
    rules = [calendar.rules_by_id(row.yearbook_id) for row in rows[:1]]
    return render_template("public/applications/mine.html", rows=rows, **(words(rules[0]) if rules else {}))


@public.route("/my/new", methods=["GET", "POST"])
@applicant()
def start() -> Any:
    """Choose under which institution's open plan to apply."""
    today = clock.today()
    form = Form(StartShape(), {"plan_id": request.args.get("plan", "")})
    if form.sent:
        row = form.carry_out(lambda data: service.start(actor(), data["id"], data["plan_id"], today, clock.now()))
        if row is not None:
            return see_other("applications.edit", case_id=row.id, kind=request.args.get("kind") or None)
    asked = request.args
    kind, province, chosen = asked.get("kind", ""), asked.get("province", ""), asked.get("plan", "")
    page = plans.open_plans(paging(), today, "recognition", province, entering=True, kind=kind)
    if chosen and parse_id(chosen) not in {row.id for row in page.rows}:
        page.rows.insert(0, plans.plan(parse_id(chosen)))
    yearbook = calendar.in_force(today.year)
    kinds = calendar.rules_of(yearbook).kinds if yearbook else ()
    return form.page(
        "public/applications/start.html",
        listing=listing(page, "kind", "province", "plan"),
        names=filing.names_of({row.institution_code for row in page.rows}),
        kinds=kinds,
        kind=kind,
        province_name=province_name,
        provinces=filing.province_choices(),
    )


def _initial(row: Case) -> dict[str, Any]:
    kept = dict(row.form) | dict(json.loads(row.contact or "{}"))
    return {"mail": _person().mail, "kind": request.args.get("kind", "")} | kept | {"version": row.version}


def _person() -> Person:
    who = actor().person_id
    return (people.by_id(who) if who else None) or abort(404)


@public.route("/my/<uuid:case_id>/edit", methods=["GET", "POST"])
@applicant()
def edit(case_id: UUID) -> Any:
    """Fill the form in; what was typed is kept however incomplete."""
    row = service.case_of_person(actor(), case_id)
    form = ApplicationPage(_initial(row))
    if form.sent:
        saved = form.carry_out(lambda data: service.save(actor(), case_id, data, data["version"], clock.now()))
        if saved is not None:
            if request.args.get("then") == "stay":
                notify(N_("已保存。"))
                return see_other("applications.edit", case_id=case_id)
            return see_other("applications.photo_page", case_id=case_id)
        if form.refused_for("changed_meanwhile"):  # told of it, who saves again means what was typed
            form.values["version"] = service.case_of_person(actor(), case_id).version
    elif row.state not in EDITABLE:
        return see_other("applications.show", case_id=case_id)
    rules = calendar.rules_by_id(row.yearbook_id)
    points = [(point.id, f"{point.name}（{point.address}）") for point in filing.points_of([row.institution_code])]
    body = filing.institution(row.institution_code)
    return form.page(
        "public/applications/edit.html", row=row, body=body, points=points, person=_person(), **words(rules),
        **options(rules, body.kinds, _person().document_kind),
    )  # fmt: skip


@public.route("/my/<uuid:case_id>/submit", methods=["GET", "POST"])
@applicant()
def check_and_submit(case_id: UUID) -> Any:
    """Look everything over, give the undertaking, submit."""
    row = service.case_of_person(actor(), case_id)
    form = Form(SubmitShape())
    if form.sent:
        done = form.carry_out(
            lambda data: service.submit(actor(), case_id, data["undertaking"], clock.today(), clock.now())
        )
        if done is not None:
            notify(N_("已提交。请按时现场确认。"))
            return see_other("applications.show", case_id=case_id)
    return _submit_page(row, form)


def _submit_page(row: Case, form: Form) -> Any:
    if row.state not in EDITABLE:
        return see_other("applications.show", case_id=row.id)
    missing = _missing(row)
    form.findings = [finding for finding in form.findings if finding not in missing]
    return form.page(
        "public/applications/submit.html", row=row, body=filing.institution(row.institution_code), person=_person(),
        all=service.overview(row, timeline=False), missing=missing, points=POINTS,
        **words(calendar.rules_by_id(row.yearbook_id)),
    )  # fmt: skip


def _missing(row: Case) -> list[dict[str, str]]:
    """What still keeps a draft from being submitted, the undertaking apart."""
    judged = service.judge_submission(row, _person(), True, clock.today(), calendar.rules_by_id(row.yearbook_id))
    return [spoken(finding) for finding in judged.refusals]


@public.post("/my/<uuid:case_id>/signature")
@applicant()
def sign(case_id: UUID) -> Any:
    """Upload the signature under the undertaking."""
    row = service.case_of_person(actor(), case_id)
    file = request.files.get("signature")
    data = file.read() if file else b""
    form = Form(EmptyShape())
    if form.carry_out(lambda given: service.attach_signature(actor(), case_id, data, clock.now())) is None:
        return _submit_page(row, form)
    notify(N_("签名已保存。"))
    return see_other("applications.check_and_submit", case_id=case_id)


@public.get("/my/<uuid:case_id>/signature.jpg")
@applicant()
def signature(case_id: UUID) -> Response:
    """The person's own signature."""
    return as_file(service.signature(service.case_of_person(actor(), case_id)), "jpg")


@public.get("/my/<uuid:case_id>/evidence/<uuid:evidence_id>")
@applicant()
def uploaded(case_id: UUID, evidence_id: UUID) -> Response:
    """What the person uploaded of an original."""
    return as_file(*service.uploaded(service.case_of_person(actor(), case_id), evidence_id))


@public.get("/my/<uuid:case_id>")
@applicant()
def show(case_id: UUID) -> str:
    """Follow one case: its state, what is missing and why, and everything that happened."""
    return _show(case_id)


def _show(case_id: UUID, form: Form | None = None) -> str:
    row = service.case_of_person(actor(), case_id)
    rules = calendar.rules_by_id(row.yearbook_id)
    told = clock.beijing(row.concluded_at).date() if row.concluded_at else None
    return render_template(
        "public/applications/show.html", row=row, all=service.overview(row), status=derive(facts_of(row)),
        plan=plans.live(row.plan_id), body=filing.institution(row.institution_code), form=form or Form(EmptyShape()),
        remedies=remedies(told, rules) if told and row.conclusion == "refused" else None,
        limits=_limits(row.confirm_last, rules) if row.confirmed_at else None, ended=row.state in FINAL,
        extras=service.extra_materials(row, clock.now()), today=clock.today(),
        missing=_missing(row) if row.state in EDITABLE else [], point=_point(row),
        **words(rules),
    )  # fmt: skip


def _point(row: Case) -> Any:
    points = filing.points_of([row.institution_code])
    return next((point for point in points if point.id == row.confirmation_point), None)


def _limits(last: date, rules: Any) -> Any:
    try:
        return limits(last, rules)
    except LookupError:
        return None


def _act(case_id: UUID, shape: Any, verb: Any, said: str) -> Any:
    form = Form(shape)
    if form.carry_out(verb) is None:
        return _show(case_id, form), form.status
    notify(said)
    return see_other("applications.show", case_id=case_id)


@public.post("/my/<uuid:case_id>/withdraw")
@applicant()
def withdraw(case_id: UUID) -> Any:
    """Withdraw the application."""
    return _act(
        case_id,
        EmptyShape(),
        lambda data: service.withdraw(actor(), case_id, clock.now()),
        N_("申请已撤回。"),
    )


@public.post("/my/<uuid:case_id>/discard")
@applicant()
def discard(case_id: UUID) -> Any:
    """Delete a draft."""
    return _act(case_id, EmptyShape(), lambda data: service.discard(actor(), case_id, clock.now()), N_("草稿已删除。"))


@public.post("/my/<uuid:case_id>/change")
@applicant()
def change(case_id: UUID) -> Any:
    """Take a submitted case back to change it, while the online window is open."""
    form = Form(EmptyShape())
    if form.carry_out(lambda data: service.to_draft(actor(), case_id, clock.today(), clock.now())) is None:
        return _show(case_id, form), form.status
    notify(N_("已退回草稿，修改后请重新提交。"))
    return see_other("applications.edit", case_id=case_id)


@public.post("/my/<uuid:case_id>/evidence")
@applicant()
def upload(case_id: UUID) -> Any:
    """Upload a picture of an original that may be asked for."""
    file = request.files.get("file")
    data = file.read() if file else b""
    return _act(
        case_id,
        UploadShape(),
        lambda given: service.upload_original(actor(), case_id, given["kind"], data, clock.now()),
        N_("已上传。"),
    )


@public.post("/my/<uuid:case_id>/materials/<uuid:material_request_id>")
@applicant()
def answer(case_id: UUID, material_request_id: UUID) -> Any:
    """Answer a request for papers, with a picture of the original where there is one."""
    file = request.files.get("file")
    data = file.read() if file else b""
    return _act(
        case_id,
        AnswerShape(),
        lambda given: service.answer_material(
            actor(), case_id, material_request_id, given["answer"], data, clock.now()
        ),
        N_("已答复。"),
    )

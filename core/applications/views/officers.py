"""The officers' pages: the queue, one case with all that may be done, and each verb as one post."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, render_template, request

from core.accounts import service as accounts
from core.applications import service
from core.applications.models import Case
from core.applications.rules.conclusion import judge_in_time, limits, remedies
from core.applications.rules.states import CASE_MOVES, OWNER_NAMES, derive
from core.applications.schemas import (
    ConfirmShape,
    LookShape,
    ProposeShape,
    WhyShape,
)
from core.applications.service.following import facts_of
from core.applications.views.words import words
from core.calendar import service as calendar
from core.calendar.rules import YearNotPromulgated
from core.checks.rules import CHECK_MOVES
from core.filing import service as filing
from core.foundation import clock
from core.foundation.access import officer
from core.foundation.findings import N_
from core.foundation.i18n import said, spoken
from core.foundation.shapes import EmptyShape
from core.foundation.web import Form, Section, actor, listing, notify, paging, see_other
from core.plans import service as plans

staff = Blueprint("applications", __name__)

STAFF_SECTIONS = (Section(N_("认定申请"), "applications.index", "applications.view", order=40, menu=N_("业务办理")),)


@staff.get("/cases")
@officer("applications.view")
def index() -> str:
    """The queue of the officer's territory."""
    asked, today = request.args, clock.today()
    rules = calendar.rules_in_force(today.year)
    amber = today - timedelta(days=rules.v.conclusion_amber_calendar_days if rules else 30)
    named = {name: asked.get(name, "") for name in FILTERS}
    narrowed = any(named[name] for name in ("state", "reference", "name"))
    page = service.cases(
        paging(),
        service.Wanted(
            **named, assigned_to=actor().id if asked.get("mine") else None, today=today, amber_before=amber,
            open_only=not narrowed and not asked.get("all"),
        ),
    )  # fmt: skip
    bodies = filing.names_within(actor().prefix)
    elsewhere = {row.institution_code for row in page.rows} - bodies.keys()
    return render_template(
        "staff/applications/index.html", listing=listing(page, *FILTERS, "mine", "all"), asked=named,
        names=accounts.names_of({row.assigned_to for row in page.rows if row.assigned_to}),
        bodies=bodies | filing.names_of(elsewhere), counts=service.counts_by_state(), labels=said(CASE_MOVES.labels),
        check_labels=said(CHECK_MOVES.labels), owner_names=said(OWNER_NAMES), today=today, amber=amber,
        deciding=service.DECIDING, institution_names=bodies,
        subjects=said({row.subject: row.subject for row in page.rows}),
        kind_names=said({kind.code: kind.name for kind in rules.kinds}) if rules else {},
    )  # fmt: skip


FILTERS = ("state", "kind", "institution", "owner", "late", "reference", "name")


def page_of(case_id: UUID, form: Form | None = None, revealed: dict[str, str] | None = None) -> tuple[str, int]:
    """A case's page with a form's faults on it, and its status."""
    row = service.case(case_id)
    rules = calendar.rules_by_id(row.yearbook_id)
    overview = service.overview(row)
    status = derive(facts_of(row))
    proposed = status.state in ("proposed_recognised", "proposed_refused")
    gate = (
        service.gate(row, actor().id, row.proposal, row.proposal_reason, clock.today(), clock.now())
        if proposed
        else None
    )
    people_ids = {note.by for note in overview.notes if note.by} | {look.by for look in overview.looks if look.by}
    people_ids.add(row.assigned_to or row.id)
    shown = form or Form(EmptyShape())
    page = render_template(
        "staff/applications/show.html", row=row, all=overview, status=status, form=shown, revealed=revealed,
        photo=[spoken(finding) for finding in service.photo_findings(row)], doubts=service.doubts_of(row),
        extras=service.extra_materials(row, clock.now()), today=clock.today(),
        plan=plans.live(row.plan_id), body=filing.institution(row.institution_code),
        gate=[spoken(f) for f in gate.findings] if gate else [], gate_closed=bool(gate and gate.refused),
        names=accounts.names_of(people_ids), remedies=_remedies(row, rules), may_recheck=service.may_recheck(row),
        officers=_candidates(row), workload=service.workload(row.institution_code), times=_times(row, rules),
        **words(rules),
    )  # fmt: skip
    return page, shown.status


def _candidates(row: Case) -> list[Any]:
    """To whom the actor may give the case."""
    may = actor().may("applications.assign")
    return accounts.officers_in(row.territory, "applications.review") if may else []


def _remedies(row: Case, rules: Any) -> Any:
    told = clock.beijing(row.concluded_at).date() if row.concluded_at and row.conclusion == "refused" else None
    return remedies(told, rules) if told else None


def _times(row: Case, rules: Any) -> Any:
    """The statutory dates and what to say of them; None where the calendar does not reach."""
    if not row.confirmed_at:
        return None
    try:
        late = judge_in_time(clock.today(), row.confirm_last, rules) if not row.concluded_at else []
        return limits(row.confirm_last, rules), [spoken(finding) for finding in late]
    except YearNotPromulgated:
        return None


@staff.get("/cases/<uuid:case_id>")
@officer("applications.view")
def show(case_id: UUID) -> Any:
    """One case: facts, evidence, checks, timeline, and what may be done next."""
    return page_of(case_id)


@staff.get("/cases/<uuid:case_id>/photo.jpg")
@officer("applications.view")
def photo(case_id: UUID) -> Response:
    """The photo, for those who may see the case."""
    return Response(service.photo(service.case(case_id)), content_type="image/jpeg")


def act(case_id: UUID, shape: Any, verb: Any, said: str) -> Any:
    """Do `verb` with what the form holds: the case's page again when refused, else back to it with `said`."""
    form = Form(shape)
    if form.carry_out(verb) is None:
        return page_of(case_id, form)
    notify(said)
    return see_other("applications.show", case_id=case_id)


def answers_of(data: dict[str, Any]) -> service.PhotoAnswers:
    """What the officer said of the photo beside the person."""
    return service.PhotoAnswers(data["bareheaded"], data["photo_recent"], data["photo_reason"])


@staff.post("/cases/<uuid:case_id>/confirm")
@officer("applications.confirm")
def confirm(case_id: UUID) -> Any:
    """On-site confirmation."""
    switch = current_app.config["SETTINGS"].confirm_in_maintenance
    period = calendar.maintenance_now()
    if period is not None and not switch:
        return calendar.closed_page(period)
    return act(
        case_id,
        ConfirmShape(),
        lambda d: service.confirm(
            actor(),
            case_id,
            d["photo_accepted"],
            d["signed_on_site"],
            clock.today(),
            clock.now(),
            switch,
            answers_of(d),
        ),
        N_("已受理，无犯罪记录核查已发起。"),
    )


@staff.post("/cases/<uuid:case_id>/originals/<uuid:evidence_id>")
@officer("applications.confirm")
def original(case_id: UUID, evidence_id: UUID) -> Any:
    """The original of an item was seen."""
    return act(
        case_id,
        EmptyShape(),
        lambda d: service.mark_original_seen(actor(), evidence_id, clock.now()),
        N_("已记录原件核验。"),
    )


@staff.post("/cases/<uuid:case_id>/return")
@officer("applications.confirm")
def give_back(case_id: UUID) -> Any:
    """Return to the applicant."""
    return act(
        case_id,
        WhyShape(),
        lambda d: service.give_back(actor(), case_id, d["reason"], clock.today(), clock.now()),
        N_("已退回申请人。"),
    )


@staff.post("/cases/<uuid:case_id>/reject")
@officer("applications.confirm")
def reject(case_id: UUID) -> Any:
    """Not accepted on site."""
    return act(
        case_id,
        WhyShape(),
        lambda d: service.reject_on_site(actor(), case_id, d["reason"], clock.now()),
        N_("已记为确认不通过。"),
    )


@staff.post("/cases/<uuid:case_id>/review")
@officer("applications.review")
def review(case_id: UUID) -> Any:
    """Begin the review."""
    return act(
        case_id,
        EmptyShape(),
        lambda d: service.start_review(actor(), case_id, clock.now()),
        N_("已开始审核。"),
    )


@staff.post("/cases/<uuid:case_id>/photo-look")
@officer("applications.review")
def look(case_id: UUID) -> Any:
    """The second look at the photo."""
    return act(
        case_id,
        LookShape(),
        lambda d: service.look_at_photo(actor(), case_id, d["accepted"] == "yes", d["reason"], clock.now()),
        N_("照片审核已记录。"),
    )


@staff.post("/cases/<uuid:case_id>/propose")
@officer("applications.review")
def propose(case_id: UUID) -> Any:
    """Propose a conclusion."""
    return act(
        case_id,
        ProposeShape(),
        lambda d: service.propose(actor(), case_id, d["result"], d["reason"], clock.now()),
        N_("意见已提交负责人。"),
    )


@staff.post("/cases/<uuid:case_id>/conclude")
@officer("applications.conclude", fresh=True)
def conclude(case_id: UUID) -> Any:
    """Conclude as proposed."""
    return act(
        case_id,
        ProposeShape(),
        lambda d: service.conclude(actor(), case_id, d["result"], d["reason"], clock.today(), clock.now()),
        N_("结论已作出。"),
    )


@staff.post("/cases/<uuid:case_id>/step-back")
@officer("applications.conclude", fresh=True)
def step_back(case_id: UUID) -> Any:
    """Send a proposal back to review."""
    return act(
        case_id,
        WhyShape(),
        lambda d: service.step_back(actor(), case_id, d["reason"], clock.now()),
        N_("已退回审核。"),
    )


@staff.post("/cases/<uuid:case_id>/reopen")
@officer("applications.reopen")
def reopen(case_id: UUID) -> Any:
    """Carry out a review decision or mend an own error."""
    return act(
        case_id,
        WhyShape(),
        lambda d: service.reopen(actor(), case_id, d["reason"], clock.now()),
        N_("已重新审核。"),
    )

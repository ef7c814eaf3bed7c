"""Applications as an API: the same verbs as the pages, each site its own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import current_app
from flask_smorest import Blueprint
from marshmallow import fields

from core.applications import service
from core.applications.models import Case
from core.applications.rules.states import derive
from core.applications.schemas import (
    ApplicationShape,
    ConfirmShape,
    ProposeShape,
    StartShape,
    SubmitShape,
    WhyShape,
)
from core.applications.service.following import facts_of
from core.calendar import service as calendar
from core.foundation import clock
from core.foundation.access import applicant, officer
from core.foundation.i18n import say
from core.foundation.paging import Paging
from core.foundation.shapes import Choice, Shape, Whole
from core.foundation.web import actor

public = Blueprint("applications_api", __name__, url_prefix="/api/v1/applications", description="One's applications")
staff = Blueprint("cases_api", __name__, url_prefix="/api/v1/cases", description="Cases of the officer's territory")


class CaseOut(Shape):
    """A case; the document number is masked."""

    id = fields.UUID()
    version = fields.Integer()
    reference = fields.String()
    institution_code = fields.String()
    kind = fields.String()
    subject = fields.String()
    person_name = fields.String()
    document_masked = fields.String()
    state = fields.String()
    owner = fields.String()
    next_step = fields.String()
    due_on = fields.Date()
    submitted_at = fields.DateTime()
    certificate_number = fields.String()


class QueueQuery(Shape):
    """Which page of the queue."""

    page = Whole(1, 10_000, load_default=1)
    state = fields.String(load_default="")
    kind = fields.String(load_default="")
    sort = fields.String(load_default="")
    direction = Choice(["asc", "desc"], load_default="asc")


class QueueOut(Shape):
    """A page of cases."""

    rows = fields.List(fields.Nested(CaseOut))
    page = fields.Integer()
    has_next = fields.Boolean()


_PLAIN = tuple(name for name in CaseOut().fields if name != "next_step")


def _plain(row: Case) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _PLAIN}


def _out(row: Case) -> dict[str, Any]:
    status = derive(facts_of(row))
    return _plain(row) | {"next_step": say(status.next_step)}


@public.route("", methods=["GET"])
@public.response(200, CaseOut(many=True))
@applicant()
def mine() -> list[dict[str, Any]]:
    """One's cases, the newest first."""
    person = actor().person_id
    return [_out(row) for row in service.cases_of_person(person)] if person else []


@public.route("", methods=["POST"])
@public.arguments(StartShape)
@public.response(201, CaseOut)
@applicant()
def start(data: dict[str, Any]) -> dict[str, Any]:
    """Begin an application under an open plan."""
    return _out(service.start(actor(), data["id"], data["plan_id"], clock.today(), clock.now()))


@public.route("/<uuid:case_id>", methods=["PUT"])
@public.arguments(ApplicationShape)
@public.response(200, CaseOut)
@applicant()
def save(data: dict[str, Any], case_id: UUID) -> dict[str, Any]:
    """Keep what is filled in so far."""
    return _out(service.save(actor(), case_id, data, data["version"], clock.now()))


@public.route("/<uuid:case_id>/submit", methods=["POST"])
@public.arguments(SubmitShape())
@public.response(200, CaseOut)
@applicant()
def submit(data: dict[str, Any], case_id: UUID) -> dict[str, Any]:
    """Submit; a refusal carries every finding."""
    return _out(service.submit(actor(), case_id, data["undertaking"], clock.today(), clock.now()))


@public.route("/<uuid:case_id>/withdraw", methods=["POST"])
@public.response(200, CaseOut)
@applicant()
def withdraw(case_id: UUID) -> dict[str, Any]:
    """Withdraw."""
    return _out(service.withdraw(actor(), case_id, clock.now()))


@staff.route("", methods=["GET"])
@staff.arguments(QueueQuery, location="query")
@staff.response(200, QueueOut)
@officer("applications.view")
def queue(data: dict[str, Any]) -> dict[str, Any]:
    """A page of the territory's cases."""
    asked = Paging(data["page"], sort=data["sort"], descending=data["direction"] == "desc")
    page = service.cases(asked, service.Wanted(state=data["state"], kind=data["kind"]))
    return {"rows": [_plain(row) for row in page.rows], "page": data["page"], "has_next": page.has_next}


@staff.route("/<uuid:case_id>", methods=["GET"])
@staff.response(200, CaseOut)
@officer("applications.view")
def show(case_id: UUID) -> dict[str, Any]:
    """One case."""
    return _out(service.case(case_id))


@staff.route("/<uuid:case_id>/confirm", methods=["POST"])
@staff.arguments(ConfirmShape)
@staff.response(200, CaseOut)
@officer("applications.confirm")
def confirm(data: dict[str, Any], case_id: UUID) -> Any:
    """On-site confirmation."""
    switch = current_app.config["SETTINGS"].confirm_in_maintenance
    period = calendar.maintenance_now()
    if period is not None and not switch:
        return calendar.closed_page(period)
    looked, signed = data["photo_accepted"], data["signed_on_site"]
    answers = service.PhotoAnswers(data["bareheaded"], data["photo_recent"], data["photo_reason"])
    return _out(service.confirm(actor(), case_id, looked, signed, clock.today(), clock.now(), switch, answers))


@staff.route("/<uuid:case_id>/review", methods=["POST"])
@staff.response(200, CaseOut)
@officer("applications.review")
def review(case_id: UUID) -> dict[str, Any]:
    """Begin the review."""
    return _out(service.start_review(actor(), case_id, clock.now()))


@staff.route("/<uuid:case_id>/propose", methods=["POST"])
@staff.arguments(ProposeShape)
@staff.response(200, CaseOut)
@officer("applications.review")
def propose(data: dict[str, Any], case_id: UUID) -> dict[str, Any]:
    """Propose a conclusion."""
    return _out(service.propose(actor(), case_id, data["result"], data["reason"], clock.now()))


@staff.route("/<uuid:case_id>/conclude", methods=["POST"])
@staff.arguments(ProposeShape)
@staff.response(200, CaseOut)
@officer("applications.conclude", fresh=True)
def conclude(data: dict[str, Any], case_id: UUID) -> dict[str, Any]:
    """Conclude as proposed."""
    done = service.conclude(actor(), case_id, data["result"], data["reason"], clock.today(), clock.now())
    return _out(done)


@staff.route("/<uuid:case_id>/step-back", methods=["POST"])
@staff.arguments(WhyShape)
@staff.response(200, CaseOut)
@officer("applications.conclude", fresh=True)
def step_back(data: dict[str, Any], case_id: UUID) -> dict[str, Any]:
    """Send a proposal back to review."""
    return _out(service.step_back(actor(), case_id, data["reason"], clock.now()))

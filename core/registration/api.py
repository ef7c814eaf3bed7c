"""Registration as an API: a teacher's own, and for schools and officers the same verbs as the pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import fields

from core.foundation import clock
from core.foundation.access import applicant, officer
from core.foundation.paging import Paging
from core.foundation.shapes import EmptyShape, Id, Shape, Text, Whole
from core.foundation.web import actor
from core.registration import service
from core.registration.schemas import (
    ConductShape,
    ObjectionDecisionShape,
    ObjectionShape,
    PublicityShape,
    RegistrationWhyShape,
)

public = Blueprint("registration_api", __name__, url_prefix="/api/v1/registrations", description="One's registrations")
staff = Blueprint("registration_api", __name__, url_prefix="/api/v1/registrations", description="Registration")


class RegistrationOut(Shape):
    """A registration and where it stands; nothing names a document."""

    id = fields.UUID()
    reference = fields.String()
    state = fields.String()
    proposal = fields.String()
    due_on = fields.Date()
    valid_until = fields.Date()
    sticker = fields.String()


class RegistrationQueuedOut(RegistrationOut):
    """The same in an officer's queue, with name and school."""

    person_name = fields.String()
    territory = fields.String()
    institution_code = fields.String()


class RegistrationListShape(Shape):
    """What a queue is narrowed to."""

    page = Whole(1, 10_000, load_default=1)
    state = Text(16, load_default="")
    school = Text(12, load_default="")
    plan_id = Id(load_default=None)


class RegistrationCountsOut(Shape):
    """How many of what was done in one stroke; `left` are those that must be handled one by one."""

    done = fields.Integer()
    left = fields.Integer()


class RegistrationReasonsOut(Shape):
    """What the rules say against a pass of a case, and what it comes to."""

    outcome = fields.String()
    findings = fields.List(fields.Dict())


@public.get("")
@applicant()
@public.response(200, RegistrationOut(many=True))
def own() -> Any:
    """The person's registrations."""
    person = actor().person_id
    return service.all_of_person(person) if person else []


@staff.get("")
@officer("registration.view")
@staff.arguments(RegistrationListShape, location="query")
@staff.response(200, RegistrationQueuedOut(many=True))
def queue(asked: dict[str, Any]) -> Any:
    """The queue of the territory, fifty a page."""
    paging = Paging(asked.pop("page"))
    return service.registrations(paging, service.Wanted(**asked)).rows


@staff.get("/<uuid:registration_id>")
@officer("registration.view")
@staff.response(200, RegistrationOut)
def one(registration_id: UUID) -> Any:
    """One registration."""
    return service.registration(registration_id)


@staff.get("/<uuid:registration_id>/reasons")
@officer("registration.view")
@staff.response(200, RegistrationReasonsOut)
def reasons(registration_id: UUID) -> Any:
    """What the rules say of it today."""
    outcome, findings = service.reasons_of(service.registration(registration_id), clock.today())
    return {"outcome": outcome, "findings": [finding.as_dict() for finding in findings]}


@staff.post("/<uuid:registration_id>/endorse")
@officer("registration.endorse")
@staff.arguments(ConductShape)
@staff.response(200, RegistrationOut)
def endorse(data: dict[str, Any], registration_id: UUID) -> Any:
    """The school endorses."""
    return service.endorse(actor(), [registration_id], data["conduct"], data["note"], clock.now())[0]


@staff.post("/<uuid:registration_id>/return")
@officer("registration.review")
@staff.arguments(RegistrationWhyShape)
@staff.response(200, RegistrationOut)
def give_back(data: dict[str, Any], registration_id: UUID) -> Any:
    """The institution returns."""
    return service.give_back(actor(), [registration_id], data["reason"], clock.now())[0]


@staff.post("/<uuid:registration_id>/confirm")
@officer("registration.review")
@staff.arguments(EmptyShape)
@staff.response(200, RegistrationOut)
def confirm(data: dict[str, Any], registration_id: UUID) -> Any:
    """Take in."""
    return service.confirm(actor(), [registration_id], clock.now())[0]


@staff.post("/<uuid:registration_id>/review")
@officer("registration.review")
@staff.arguments(EmptyShape)
@staff.response(200, RegistrationOut)
def start_review(data: dict[str, Any], registration_id: UUID) -> Any:
    """Begin the review."""
    return service.start_review(actor(), [registration_id], clock.now())[0]


@staff.post("/<uuid:registration_id>/propose")
@officer("registration.review")
@staff.arguments(EmptyShape)
@staff.response(200, RegistrationOut)
def propose(data: dict[str, Any], registration_id: UUID) -> Any:
    """Propose what the rules make of it."""
    service.propose(actor(), [registration_id], clock.now())
    return service.registration(registration_id)


@staff.post("/<uuid:registration_id>/publicise")
@officer("registration.conclude")
@staff.arguments(PublicityShape)
@staff.response(200, RegistrationOut)
def publicise(data: dict[str, Any], registration_id: UUID) -> Any:
    """Show it in public."""
    service.publicise(actor(), data["id"], [registration_id], clock.now())
    return service.registration(registration_id)


@staff.post("/<uuid:registration_id>/objections")
@officer("registration.review")
@staff.arguments(ObjectionShape)
@staff.response(200, RegistrationOut)
def object_to(data: dict[str, Any], registration_id: UUID) -> Any:
    """Record an objection."""
    service.object_to(actor(), data["id"], registration_id, data, clock.now())
    return service.registration(registration_id)


@staff.post("/objections/<uuid:registration_objection_id>")
@officer("registration.conclude")
@staff.arguments(ObjectionDecisionShape)
@staff.response(200, RegistrationOut)
def decide_objection(data: dict[str, Any], registration_objection_id: UUID) -> Any:
    """Decide an objection."""
    item = service.objection(registration_objection_id)
    service.decide_objection(actor(), item.id, data["upheld"] == "1", data["reason"], clock.now())
    return service.registration(item.case_id)


@staff.post("/plans/<uuid:plan_id>/confirm")
@officer("registration.review")
@staff.arguments(EmptyShape)
@staff.response(200, RegistrationCountsOut)
def confirm_all(data: dict[str, Any], plan_id: UUID) -> Any:
    """Take in up to a thousand cases of a plan."""
    plan = service.plan_for(actor(), plan_id)
    return {"done": service.confirm_all(actor(), plan.id, clock.now()), "left": 0}


@staff.post("/plans/<uuid:plan_id>/propose")
@officer("registration.review")
@staff.arguments(EmptyShape)
@staff.response(200, RegistrationCountsOut)
def propose_all(data: dict[str, Any], plan_id: UUID) -> Any:
    """Propose to pass whatever nothing stands against, up to a thousand."""
    plan = service.plan_for(actor(), plan_id)
    counts = service.propose_all(actor(), plan.id, clock.now())
    return {"done": counts.get("passed", 0), "left": counts.get("in_review", 0)}


@staff.post("/plans/<uuid:plan_id>/publicise")
@officer("registration.conclude")
@staff.arguments(EmptyShape)
@staff.response(200, RegistrationCountsOut)
def publicise_all(data: dict[str, Any], plan_id: UUID) -> Any:
    """Show up to a thousand proposals in public."""
    made = service.publicise_all(actor(), service.plan_for(actor(), plan_id).id, clock.now())
    return {"done": made.count if made else 0, "left": 0}


@staff.post("/publicities/<uuid:publicity_id>/conclude")
@officer("registration.conclude", fresh=True)
@staff.arguments(EmptyShape)
@staff.response(200, RegistrationCountsOut)
def conclude_all(data: dict[str, Any], publicity_id: UUID) -> Any:
    """Conclude up to a thousand cases of a public notice that nothing stands against."""
    counts = service.conclude_all(actor(), service.publicity(publicity_id).id, clock.now())
    return {"done": sum(counts[name] for name in ("passed", "postponed", "failed")), "left": counts["left"]}

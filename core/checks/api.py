"""Criminal checks as an API for officers: the queue, and answers on paper typed in by two."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import fields

from core.checks import service
from core.checks.schemas import ProposalShape, SignShape, TypedShape
from core.foundation import clock
from core.foundation.access import officer
from core.foundation.paging import Paging
from core.foundation.shapes import Shape, Whole
from core.foundation.web import actor

staff = Blueprint("checks_api", __name__, url_prefix="/api/v1/checks", description="Criminal checks of the territory")


class CheckOut(Shape):
    """A check without its content: the content is for reviewing officers' pages alone."""

    id = fields.UUID()
    case_id = fields.UUID()
    reference = fields.String()
    name = fields.String()
    state = fields.String()
    decided_on = fields.Date()
    door = fields.String()


class CheckQuery(Shape):
    """Which page of which state."""

    page = Whole(1, 10_000, load_default=1)
    state = fields.String(load_default="")


@staff.route("", methods=["GET"])
@staff.arguments(CheckQuery, location="query")
@staff.response(200, CheckOut(many=True))
@officer("checks.view")
def queue(data: dict[str, Any]) -> Any:
    """A page of the territory's checks."""
    return service.checks(Paging(data["page"]), data["state"]).rows


@staff.route("/<uuid:check_id>/type", methods=["POST"])
@staff.arguments(TypedShape)
@staff.response(200, CheckOut)
@officer("checks.enter")
def type_in(data: dict[str, Any], check_id: UUID) -> Any:
    """Type an answer in; a second officer's equal entry makes it count."""
    now = clock.now()
    if service.check(check_id).typed_by is None:
        return service.type_in(actor(), check_id, data["outcome"], data["decided_on"], data["detail"], now)
    return service.confirm_typed(actor(), check_id, data["outcome"], data["decided_on"], now)


@staff.route("/<uuid:check_id>/send", methods=["POST"])
@staff.response(200, CheckOut)
@officer("checks.send")
def send(check_id: UUID) -> Any:
    """Mark a failed, late or unclear check as carried by hand."""
    return service.send_by_hand(actor(), check_id, clock.now())


@staff.route("/<uuid:check_id>/review", methods=["POST"])
@staff.response(200, CheckOut)
@officer("checks.review")
def review(check_id: UUID) -> Any:
    """Take a record or an unclear answer into review."""
    return service.start_review(actor(), check_id, clock.now())


@staff.route("/<uuid:check_id>/propose", methods=["POST"])
@staff.arguments(ProposalShape)
@staff.response(200, CheckOut)
@officer("checks.review")
def propose(data: dict[str, Any], check_id: UUID) -> Any:
    """Propose what a record means."""
    return service.propose(actor(), check_id, data["proposal"], data["reason"], clock.now())


@staff.route("/<uuid:check_id>/sign", methods=["POST"])
@staff.arguments(SignShape)
@staff.response(200, CheckOut)
@officer("checks.decide", fresh=True)
def sign(data: dict[str, Any], check_id: UUID) -> Any:
    """The head signs or sends back."""
    return service.sign(actor(), check_id, data["agreed"] == "yes", clock.now())

"""Hand-over lists: begun, counted and signed by both, confirmed by the head, filed by the level above."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import fields

from core.filing import service
from core.filing.api.blueprints import staff
from core.filing.schemas import HandoverShape, LeaverShape, SuccessorShape
from core.foundation import clock
from core.foundation.access import officer
from core.foundation.shapes import ReasonShape, Shape
from core.foundation.web import actor, paging


class MatterOut(Shape):
    """A line of the list."""

    kind = fields.String()
    label = fields.String()
    count = fields.Integer()
    detail = fields.String()
    own = fields.Boolean()
    counted = fields.Boolean()


class HandoverOut(Shape):
    """A hand-over list and where it stands."""

    id = fields.UUID()
    state = fields.String()
    leaver_id = fields.UUID()
    successor_id = fields.UUID()
    institution_code = fields.String()
    matters = fields.List(fields.Nested(MatterOut))
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())
    returned = fields.List(fields.String())
    remarks = fields.String()
    in_place = fields.String()
    created_at = fields.DateTime()
    filed_at = fields.DateTime()


@staff.route("/handovers", methods=["GET"])
@staff.response(200, HandoverOut(many=True))
@officer("handover.draft")
def handovers() -> Any:
    """Lists of the territory, the newest first, a page at a time."""
    return service.handovers(paging()).rows


@staff.route("/handovers/<uuid:handover_id>", methods=["GET"])
@staff.response(200, HandoverOut)
@officer("handover.draft")
def handover(handover_id: UUID) -> Any:
    """One list."""
    return service.handover(handover_id)


@staff.route("/handovers", methods=["POST"])
@staff.arguments(HandoverShape)
@staff.response(201, HandoverOut)
@officer("handover.draft")
def start_handover(data: dict[str, Any]) -> Any:
    """Begin a list; it fills itself from facts. The same id again answers with the same list."""
    return service.start(actor(), data["id"], data["leaver_id"], data["successor_id"], clock.now())


@staff.route("/handovers/<uuid:handover_id>/leaver", methods=["POST"])
@staff.arguments(LeaverShape)
@staff.response(200, HandoverOut)
@officer("handover.draft")
def sign_leaver(data: dict[str, Any], handover_id: UUID) -> Any:
    """The leaver signs with what was counted by hand, or the head in place with the reason."""
    return service.sign_leaver(
        actor(), handover_id, data["counts"], data["remarks"], data["in_place"], clock.now()
    )  # fmt: skip


@staff.route("/handovers/<uuid:handover_id>/successor", methods=["POST"])
@staff.arguments(SuccessorShape)
@staff.response(200, HandoverOut)
@officer("handover.draft")
def sign_successor(data: dict[str, Any], handover_id: UUID) -> Any:
    """The successor counts again, names what was given back, and signs."""
    return service.sign_successor(
        actor(), handover_id, data["counts"], data["returned"], data["remarks"], clock.now()
    )  # fmt: skip


@staff.route("/handovers/<uuid:handover_id>/confirm", methods=["POST"])
@staff.response(200, HandoverOut)
@officer("handover.confirm")
def confirm_handover(handover_id: UUID) -> Any:
    """The head confirms what both signed."""
    return service.confirm_handover(actor(), handover_id, clock.now())


@staff.route("/handovers/<uuid:handover_id>/file", methods=["POST"])
@staff.response(200, HandoverOut)
@officer("filing.approve")
def file_handover(handover_id: UUID) -> Any:
    """The level above files the list: it takes effect, and the leaver's account closes."""
    return service.file_handover(actor(), handover_id, clock.now())


@staff.route("/handovers/<uuid:handover_id>/cancel", methods=["POST"])
@staff.arguments(ReasonShape)
@staff.response(200, HandoverOut)
@officer("handover.draft")
def cancel_handover(data: dict[str, Any], handover_id: UUID) -> Any:
    """Cancel a list that is not filed, with the reason."""
    return service.cancel_handover(actor(), handover_id, data["reason"], clock.now())

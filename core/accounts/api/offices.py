"""What an officer does for those below, in the API: lost second factors, an institution's networks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from marshmallow import fields

from core.accounts import service
from core.accounts.api.blueprints import staff
from core.accounts.schemas import NetworkShape, ResetShape
from core.accounts.service import offices
from core.accounts.views.session import source
from core.foundation import clock
from core.foundation.access import officer
from core.foundation.shapes import Shape
from core.foundation.web import actor, paging


class OfficerOut(Shape):
    """How an officer signs in."""

    id = fields.UUID()
    username = fields.String()
    display_name = fields.String()
    prefix = fields.String()
    last_sign_in_at = fields.DateTime(allow_none=True)
    enrolled_at = fields.DateTime(allow_none=True)


class NetworkOut(Shape):
    """A network of an institution."""

    id = fields.UUID()
    institution_code = fields.String()
    cidr = fields.String()
    note = fields.String()


@staff.route("/officers", methods=["GET"])
@staff.response(200, OfficerOut(many=True))
@officer("accounts.reset")
def officers() -> list[Any]:
    """Officers of the territory, one page (`page`, `q`)."""
    return list(offices.officers_page(actor(), paging(), request.args.get("q", "")).rows)


@staff.route("/officers/<uuid:account_id>/reset", methods=["POST"])
@staff.arguments(ResetShape)
@staff.response(204)
@officer("accounts.reset", fresh=True)
def reset(data: dict[str, Any], account_id: UUID) -> None:
    """Forget a lost second factor: the officer enrols anew."""
    offices.reset_factors(actor(), account_id, data["reason"], source(), clock.now())


@staff.route("/networks", methods=["GET"])
@staff.response(200, NetworkOut(many=True))
@officer("networks.change")
def networks() -> list[Any]:
    """The networks of one's institution, or of `institution` in one's province."""
    return service.networks_for(actor(), actor().institution_code or request.args.get("institution", ""))


@staff.route("/networks", methods=["POST"])
@staff.arguments(NetworkShape)
@staff.response(201, NetworkOut)
@officer("networks.change", fresh=True)
def add_network(data: dict[str, Any]) -> Any:
    """Register a network; sessions from outside end at once."""
    return service.add_network(
        actor(), data["id"], data["institution_code"], data["cidr"], data["note"], source(), clock.now()
    )


@staff.route("/networks/<uuid:network_id>", methods=["DELETE"])
@staff.response(204)
@officer("networks.change", fresh=True)
def remove_network(network_id: UUID) -> None:
    """Take a network away."""
    service.remove_network(actor(), network_id, source(), clock.now())

"""Public verification, and stock for officers, as an API."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from flask import current_app
from flask_smorest import Blueprint
from marshmallow import fields

from core.certificates import service
from core.certificates.schemas import ApproveShape, AskShape, BareShape, DispatchShape, OrderShape, VerifyShape
from core.foundation import clock
from core.foundation.access import anyone, officer
from core.foundation.limits import limiter
from core.foundation.shapes import Shape
from core.foundation.web import actor

public = Blueprint("certificates_api", __name__, url_prefix="/api/v1/certificates", description="Verification")

staff = Blueprint("certificates_api", __name__, url_prefix="/api/v1/stock", description="Stock of blanks")


def _rate() -> str:
    return str(current_app.config["SETTINGS"].verify_rate)


class VerifiedOut(Shape):
    """`result` is valid, invalid or no_record; the rest is there only when number and name fit."""

    result = fields.String()
    number = fields.String()
    name_masked = fields.String()
    kind = fields.String()
    subject = fields.String()
    institution_name = fields.String()
    issued_on = fields.Date()


@public.route("/verify", methods=["POST"])
@limiter.limit(_rate)
@public.arguments(VerifyShape)
@public.response(200, VerifiedOut)
@anyone()
def verify(data: dict[str, Any]) -> dict[str, Any]:
    """Check a certificate by number and name."""
    found = service.verify(re.sub(r"\s", "", data["number"]), data["name"])
    if found is None:
        return {"result": "no_record"}
    return {
        "result": found.state,
        "number": found.number,
        "name_masked": found.name_masked,
        "kind": found.kind,
        "subject": found.subject,
        "institution_name": found.institution_name,
        "issued_on": found.issued_on,
    }


class BalanceOut(Shape):
    """Usable blanks of a holder now."""

    holder_code = fields.String()
    quantity = fields.Integer()


class RequestOut(Shape):
    """A request for items; `ranges` are [series, first, last] as sent."""

    id = fields.UUID()
    item = fields.String()
    holder_code = fields.String()
    source_code = fields.String()
    asked = fields.Integer()
    approved = fields.Integer()
    state = fields.String()
    ranges = fields.List(fields.List(fields.Integer()))


class OrderOut(Shape):
    """An order of extra blanks; `total_with` is the batch's running total with it."""

    id = fields.UUID()
    season_key = fields.String()
    cause = fields.String()
    quantity = fields.Integer()
    total_with = fields.Integer()
    state = fields.String()


@staff.route("/balances", methods=["GET"])
@staff.response(200, BalanceOut(many=True))
@officer("stock.view")
def balances() -> Any:
    """Usable blanks of each holder of the officer's territory."""
    return [{"holder_code": code, "quantity": count} for code, count in service.balances()]


@staff.route("/requests", methods=["POST"])
@staff.arguments(AskShape)
@staff.response(201, RequestOut)
@officer("stock.keep")
def ask(data: dict[str, Any]) -> Any:
    """Ask the level above for items."""
    return service.ask(actor(), data["id"], data["item"], data["quantity"], data["season"], data["note"], clock.now())


@staff.route("/requests/<uuid:request_id>/approve", methods=["POST"])
@staff.arguments(ApproveShape)
@staff.response(200, RequestOut)
@officer("stock.allot")
def approve(data: dict[str, Any], request_id: UUID) -> Any:
    """Decide how many: above need with a reason."""
    rules = service.batch_on(clock.today())[1]
    return service.approve(actor(), request_id, data["quantity"], data["reason"], rules, clock.now())


@staff.route("/requests/<uuid:request_id>/dispatch", methods=["POST"])
@staff.arguments(DispatchShape)
@staff.response(200, RequestOut)
@officer("stock.keep")
def dispatch(data: dict[str, Any], request_id: UUID) -> Any:
    """Send what was approved: the serials named, or the oldest."""
    return service.dispatch(actor(), request_id, data["serials"], data["mark"], clock.now())


@staff.route("/requests/<uuid:request_id>/accept", methods=["POST"])
@staff.arguments(BareShape)
@staff.response(200, RequestOut)
@officer("stock.keep")
def accept(data: dict[str, Any], request_id: UUID) -> Any:
    """Sign for everything that was sent."""
    return service.accept(actor(), request_id, clock.now())


@staff.route("/orders", methods=["POST"])
@staff.arguments(OrderShape)
@staff.response(201, OrderOut)
@officer("stock.order")
def order(data: dict[str, Any]) -> Any:
    """Order extra blanks: above 1000 in the batch it waits for the written application."""
    rules = service.batch_on(clock.today())[1]
    return service.order(
        actor(), data["id"], data["season"], data["cause"], data["quantity"], data["note"], rules, clock.now()
    )

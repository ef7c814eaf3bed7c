"""Public verification, the keys and the transparency log; stock for officers: as an API."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from flask import current_app
from flask_smorest import Blueprint
from marshmallow import fields

from core.certificates import service
from core.certificates.schemas import (
    ApproveShape,
    AskShape,
    BareShape,
    CodeShape,
    DispatchShape,
    LeavesShape,
    OrderShape,
    SpanShape,
    VerifyShape,
)
from core.certificates.service import codes, transparency
from core.certificates.service.verification import verify as by_number
from core.foundation import clock
from core.foundation.access import anyone, officer
from core.foundation.errors import NotFound
from core.foundation.limits import limiter
from core.foundation.shapes import Shape
from core.foundation.web import actor

public = Blueprint("certificates_api", __name__, url_prefix="/api/v1/certificates", description="Verification")
READ_RATE = "120 per minute"

staff = Blueprint("certificates_api", __name__, url_prefix="/api/v1/stock", description="Stock of blanks")


def _rate() -> str:
    return str(current_app.config["SETTINGS"].verify_rate)


class VerifiedOut(Shape):
    """`result` is in_force, revoked, forfeited, voided or no_record; for a code also replaced, forged, unreadable."""

    result = fields.String()


class KeyOut(Shape):
    """A key that checks codes and heads."""

    key_id = fields.String()
    algorithm = fields.String()
    public = fields.String()
    first_head = fields.String()
    last_head = fields.String()


class SnapshotOut(Shape):
    """Papers that no longer stand, signed."""

    at = fields.String()
    marks = fields.List(fields.String())
    key_id = fields.String()
    signature = fields.String()


class HeadOut(Shape):
    """A signed head of the transparency log."""

    size = fields.Integer()
    root = fields.String()
    at = fields.String()
    key_id = fields.String()
    algorithm = fields.String()
    public = fields.String()
    signature = fields.String()


class ProofOut(Shape):
    """One event of a certificate: the leaf's text, its place, its path to the root."""

    leaf = fields.String()
    index = fields.Integer()
    path = fields.List(fields.String())


class ProofsOut(Shape):
    """Every event of a certificate under one head."""

    head = fields.Nested(HeadOut, allow_none=True)
    proofs = fields.List(fields.Nested(ProofOut))


class PathOut(Shape):
    """A proof's hashes, or leaves' hashes, in hex."""

    hashes = fields.List(fields.String())


@public.route("/verify", methods=["POST"])
@limiter.limit(_rate)
@public.arguments(VerifyShape())
@public.response(200, VerifiedOut)
@anyone(sessionless=True)
def verify(data: dict[str, Any]) -> dict[str, Any]:
    """Check a certificate by number and name."""
    found = by_number(re.sub(r"\s", "", data["number"]), data["name"])
    return {"result": found.state if found else "no_record"}


@public.route("/code", methods=["POST"])
@limiter.limit(_rate)
@public.arguments(CodeShape)
@public.response(200, VerifiedOut)
@anyone(sessionless=True)
def code(data: dict[str, Any]) -> dict[str, Any]:
    """Check the code on a certificate."""
    return {"result": codes.check_code(data["code"]).result}


@public.route("/keys", methods=["GET"])
@limiter.limit(READ_RATE)
@public.response(200, KeyOut(many=True))
@anyone(sessionless=True)
def keys() -> Any:
    """Every key that signs or signed codes and heads."""
    return codes.keys()


@public.route("/revoked", methods=["GET"])
@limiter.limit("20 per minute")
@public.response(200, SnapshotOut)
@anyone(sessionless=True)
def revoked() -> Any:
    """The snapshot for checking offline."""
    return codes.snapshot(clock.now())


@public.route("/log/head", methods=["GET"])
@limiter.limit(READ_RATE)
@public.response(200, HeadOut)
@anyone(sessionless=True)
def head() -> Any:
    """The newest signed head; 404 before the first."""
    row = transparency.latest_head()
    if row is None:
        raise NotFound()
    return transparency.head_dict(row)


@public.route("/log/consistency", methods=["GET"])
@limiter.limit(READ_RATE)
@public.arguments(SpanShape, location="query")
@public.response(200, PathOut)
@anyone(sessionless=True)
def consistency(data: dict[str, Any]) -> Any:
    """That the smaller tree is the beginning of the larger."""
    return {"hashes": transparency.consistency(data["first"], data["second"])}


@public.route("/log/leaves", methods=["GET"])
@limiter.limit(READ_RATE)
@public.arguments(LeavesShape, location="query")
@public.response(200, PathOut)
@anyone(sessionless=True)
def leaves(data: dict[str, Any]) -> Any:
    """Leaves' hashes in order, so that anyone can build the tree."""
    return {"hashes": transparency.leaves(data["start"], data["count"])}


@public.route("/proofs", methods=["POST"])
@limiter.limit(_rate)
@public.arguments(VerifyShape)
@public.response(200, ProofsOut)
@anyone(sessionless=True)
def proofs(data: dict[str, Any]) -> Any:
    """Each event of a certificate with its proof; nothing alike for an unknown number and a wrong name."""
    number = re.sub(r"\s", "", data["number"])
    fits = by_number(number, data["name"]) is not None
    head_row, found = transparency.proofs(number if fits else "")
    return {"head": transparency.head_dict(head_row) if head_row else None, "proofs": found}


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


@staff.route("/requests/<uuid:stock_request_id>/approve", methods=["POST"])
@staff.arguments(ApproveShape)
@staff.response(200, RequestOut)
@officer("stock.allot")
def approve(data: dict[str, Any], stock_request_id: UUID) -> Any:
    """Decide how many: above need with a reason."""
    rules = service.batch_on(clock.today())[1]
    return service.approve(actor(), stock_request_id, data["quantity"], data["reason"], rules, clock.now())


@staff.route("/requests/<uuid:stock_request_id>/dispatch", methods=["POST"])
@staff.arguments(DispatchShape)
@staff.response(200, RequestOut)
@officer("stock.keep")
def dispatch(data: dict[str, Any], stock_request_id: UUID) -> Any:
    """Send what was approved: the serials named, or the oldest."""
    return service.dispatch(actor(), stock_request_id, data["serials"], data["mark"], clock.now())


@staff.route("/requests/<uuid:stock_request_id>/accept", methods=["POST"])
@staff.arguments(BareShape)
@staff.response(200, RequestOut)
@officer("stock.keep")
def accept(data: dict[str, Any], stock_request_id: UUID) -> Any:
    """Sign for everything that was sent."""
    return service.accept(actor(), stock_request_id, clock.now())


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

"""Public verification, the keys and the transparency log as an API."""

from __future__ import annotations

import re
from typing import Any

from flask import current_app
from flask_smorest import Blueprint
from marshmallow import fields

from core.certificates.schemas import CodeShape, LeavesShape, SpanShape, VerifyShape
from core.certificates.service import codes, transparency
from core.certificates.service.verification import verify as by_number
from core.foundation import clock
from core.foundation.access import anyone
from core.foundation.errors import NotFound
from core.foundation.limits import limiter
from core.foundation.shapes import Shape

public = Blueprint("certificates_api", __name__, url_prefix="/api/v1/certificates", description="Verification")
READ_RATE = "120 per minute"


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
@public.arguments(VerifyShape)
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

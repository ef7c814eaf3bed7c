"""Public verification as an API."""

from __future__ import annotations

import re
from typing import Any

from flask import current_app
from flask_smorest import Blueprint
from marshmallow import fields

from core.certificates import service
from core.certificates.schemas import VerifyShape
from core.foundation.access import anyone
from core.foundation.limits import limiter
from core.foundation.shapes import Shape

public = Blueprint("certificates_api", __name__, url_prefix="/api/v1/certificates", description="Verification")


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

"""Public verification."""

from __future__ import annotations

import re
from typing import Any

from flask import current_app

from core.certificates import service
from core.certificates.schemas import VerifyShape
from core.certificates.views.words import kind_names, public
from core.foundation.access import anyone
from core.foundation.limits import limiter
from core.foundation.web import Form


def _rate() -> str:
    return str(current_app.config["SETTINGS"].verify_rate)


@public.route("/verify", methods=["GET", "POST"])
@limiter.limit(_rate, methods=["POST"])
@anyone()
def verify() -> Any:
    """Check a certificate by number and name; one answer for an unknown number and a wrong name."""
    form = Form(VerifyShape())
    asked, answer = False, None
    if form.sent and (data := form.load()):
        asked = True
        answer = service.verify(re.sub(r"\s", "", data["number"]), data["name"])
    return form.page(
        "public/certificates/verify.html",
        asked=asked,
        answer=answer,
        kind_names=kind_names() if answer else {},
    )

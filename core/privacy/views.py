"""Pages: a person's own data; the auditors' search."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, Response, abort, current_app, render_template, request
from marshmallow import ValidationError

from core.applications.rules.states import CASE_MOVES
from core.filing import exports
from core.foundation import audit, clock
from core.foundation.access import applicant, officer
from core.foundation.findings import N_
from core.foundation.web import Section, actor, listing, only, paging
from core.hooks.discovery import province_name
from core.penalties.rules import MEASURE_NAMES, PENALTY_MOVES
from core.privacy import service
from core.privacy.rules import TABLE
from core.privacy.schemas import SearchShape
from core.rulesets.loader import provinces

public = Blueprint("privacy", __name__)
staff = Blueprint("privacy", __name__)

STAFF_SECTIONS = (Section(N_("审计"), "privacy.trail", "audit.view", order=85),)
FILTERS = ("province", "by", "verb", "subject", "since", "until")


@public.get("/me/data")
@applicant()
def data() -> str:
    """Everything kept about the person, to read; the document number masked."""
    kept = service.own_data(actor(), clock.now())
    return render_template(
        "public/privacy/data.html", data=kept, labels=CASE_MOVES.labels, table=TABLE,
        measure_names=MEASURE_NAMES, penalty_labels=PENALTY_MOVES.labels,
    )  # fmt: skip


@public.post("/me/data.json")
@applicant(fresh=True)
def take() -> Response:
    """Everything kept about the person, whole, as a file."""
    only()
    answer = Response(current_app.json.dumps(service.take_own_data(actor(), clock.now())), mimetype="application/json")
    answer.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return answer


def _instant(day: date) -> datetime:
    return datetime.combine(day, time.min, clock.BEIJING)


def _wanted() -> dict[str, Any]:
    given = {name: value for name, value in request.args.items() if value}
    try:
        asked = SearchShape().load(given)
    except ValidationError:
        abort(400)
    since, until = asked["since"], asked["until"]
    return {
        "province_code": asked["province"],
        "by": asked["by"],
        "verb": asked["verb"],
        "subject": asked["subject"],
        "since": _instant(since) if since else None,
        "until": _instant(until + timedelta(days=1)) if until else None,
    }


@staff.get("/audit")
@officer("audit.view")
def trail() -> str:
    """Search the audit trail of the own province, or of the nation."""
    found = audit.search(actor(), paging(), **_wanted())
    values = {name: request.args.get(name, "") for name in FILTERS}
    choices = [] if actor().province_code else [(code, province_name(code)) for code in provinces()]
    return render_template("staff/privacy/trail.html", listing=listing(found, *FILTERS), values=values, places=choices)


@staff.get("/audit.csv")
@officer("audit.view", fresh=True)
def trail_file() -> Response:
    """What was found, as a file that names who took it."""
    wanted = _wanted()
    asked = {name: str(value) for name, value in wanted.items() if value}
    found = service.trail_rows(actor(), wanted)
    return exports.csv(actor(), "audit", "trail", service.HEADER, found, "audit.csv", asked)

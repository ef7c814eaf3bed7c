"""Figures and obligations as an API for officers: what the pages show, as JSON."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from core.foundation.access import officer
from core.foundation.shapes import Shape
from core.foundation.web import actor, paging
from core.oversight.rules import Spread
from core.oversight.service import Standing
from core.oversight.views.dashboards import shown
from core.oversight.views.owing import board, lines
from core.oversight.views.pictures import METRICS

staff = Blueprint("oversight_api", __name__, url_prefix="/api/v1", description="Figures and obligations")


class StandingOut(Shape):
    """How the cases of one place stand."""

    states = fields.Dict(keys=fields.String(), values=fields.Integer())
    open = fields.Integer()
    late = fields.Integer()
    recognised = fields.Integer()
    checks = fields.Integer()
    blanks = fields.Integer()


class WaitOut(Shape):
    """How long a step took, in hours."""

    count = fields.Integer()
    median = fields.Integer(allow_none=True)
    p90 = fields.Integer(allow_none=True)


class DashboardOut(Shape):
    """A territory's figures as of a moment; `parts` by province, city or institution."""

    code = fields.String()
    level = fields.String()
    season = fields.String()
    as_of = fields.AwareDateTime()
    total = fields.Nested(StandingOut)
    parts = fields.Dict(keys=fields.String(), values=fields.Nested(StandingOut))
    waits = fields.Dict(keys=fields.String(), values=fields.Nested(WaitOut))
    checks_by_age = fields.List(fields.Integer(), allow_none=True)
    stock = fields.Dict(keys=fields.String(), values=fields.Dict())
    others = fields.Dict(keys=fields.String(), values=fields.Dict())
    submitted_by_hour = fields.List(fields.Integer(), allow_none=True)


class ObligationOut(Shape):
    """Something not done yet: what, by which clause, by when, who must act, where."""

    kind = fields.String()
    message = fields.String()
    remedy = fields.String()
    clause = fields.String()
    who = fields.String()
    standing = fields.String()
    due_on = fields.Date(allow_none=True)
    province_code = fields.String()
    institution_code = fields.String()
    count = fields.Integer()
    link = fields.String()


class BoardOut(Shape):
    """A page of obligations, and how many stand how in the whole territory."""

    counts = fields.Dict(keys=fields.String(), values=fields.Integer())
    rows = fields.List(fields.Nested(ObligationOut))
    has_next = fields.Boolean()


def _standing(there: Standing) -> dict[str, Any]:
    return {"states": there.states, **{metric: there.value(metric) for metric in METRICS}}


def _wait(there: Spread) -> dict[str, Any]:
    return {"count": there.count, "median": there.median, "p90": there.p90}


def _dashboard(code: str) -> dict[str, Any]:
    made, _pictures, _title = shown(code)
    return {
        "code": made.code,
        "level": made.level,
        "season": made.season,
        "as_of": made.as_of,
        "total": _standing(made.total),
        "parts": {part: _standing(there) for part, there in made.parts.items()},
        "waits": {name: _wait(there) for name, there in made.waits.items()},
        "checks_by_age": made.checks,
        "stock": {item: {"accounts": kept.accounts, "spoiled": kept.causes} for item, kept in made.stock.items()},
        "others": made.others,
        "submitted_by_hour": made.hours,
    }


@staff.route("/dashboards", methods=["GET"])
@staff.response(200, DashboardOut)
@officer("oversight.view")
def dashboard() -> dict[str, Any]:
    """The figures of the officer's own territory; `season` narrows."""
    return _dashboard(actor().prefix)


@staff.route("/dashboards/<code>", methods=["GET"])
@staff.response(200, DashboardOut)
@officer("oversight.view")
def dashboard_of(code: str) -> dict[str, Any]:
    """The figures of a province, city or county of the territory."""
    return _dashboard(code)


@staff.route("/obligations", methods=["GET"])
@staff.response(200, BoardOut)
@officer("oversight.view")
def obligations() -> dict[str, Any]:
    """The obligations of the territory, the most pressing first; `who`, `standing`, `clause`, `part`, `page` narrow."""
    made, page = board(), paging()
    begin = (page.number - 1) * page.size
    rows = lines(made.items[begin : begin + page.size])
    counts = {str(standing): count for standing, count in made.counts.items()}
    return {"counts": counts, "rows": rows, "has_next": len(made.items) > begin + page.size}

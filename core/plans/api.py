"""Plans as an API: open windows for the public; filing and setting for officers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import fields

from core.foundation import clock
from core.foundation.access import anyone, officer
from core.foundation.shapes import Shape
from core.foundation.web import actor, paging
from core.plans import service
from core.plans.schemas import PlanShape, TableShape

public = Blueprint("plans_api", __name__, url_prefix="/api/v1/plans", description="Open windows")
staff = Blueprint("plans_api", __name__, url_prefix="/api/v1/plans", description="Plans and plan tables")


class PlanOut(Shape):
    """A plan; both days of a window count."""

    id = fields.UUID()
    institution_code = fields.String()
    business = fields.String()
    title = fields.String()
    entry_start = fields.Date()
    entry_end = fields.Date()
    confirm_start = fields.Date()
    confirm_end = fields.Date()
    state = fields.String()


class TableOut(Shape):
    """A filed plan table."""

    id = fields.UUID()
    year = fields.Integer()
    number = fields.Integer()
    state = fields.String()


@public.route("", methods=["GET"])
@public.response(200, PlanOut(many=True))
@anyone()
def open_plans() -> Any:
    """Published plans whose windows are open or to come, 50 a page (`page`)."""
    return service.open_plans(paging(), clock.today(), "recognition").rows


@staff.route("", methods=["POST"])
@staff.arguments(PlanShape)
@staff.response(201, PlanOut)
@officer("plans.draft")
def draft(data: dict[str, Any]) -> Any:
    """Draft a plan of an institution."""
    return service.draft(actor(), data, clock.now())


@staff.route("/<uuid:plan_id>/submit", methods=["POST"])
@staff.response(200, PlanOut)
@officer("plans.draft")
def submit(plan_id: UUID) -> Any:
    """Hand a plan to the province; a refusal carries every finding."""
    return service.submit(actor(), plan_id, clock.now())


@staff.route("/tables", methods=["POST"])
@staff.arguments(TableShape)
@staff.response(201, TableOut)
@officer("tables.file")
def file_table(data: dict[str, Any]) -> Any:
    """File the annual table with the centre."""
    plain = [{k: v.isoformat() if hasattr(v, "isoformat") else v for k, v in row.items()} for row in data["rows"]]
    met = [{k: v.isoformat() if hasattr(v, "isoformat") else v for k, v in m.items()} for m in data["meetings"]]
    return service.file_table(actor(), data | {"rows": plain, "meetings": met}, clock.now())

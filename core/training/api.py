"""Training meetings as an API for officers: the same verbs as JSON."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import fields

from core.foundation import clock
from core.foundation.access import officer
from core.foundation.errors import NotFound
from core.foundation.paging import Paging
from core.foundation.shapes import Shape, Whole
from core.foundation.web import actor
from core.training import service
from core.training.schemas import MeetingShape, MoveShape

staff = Blueprint("training_api", __name__, url_prefix="/api/v1/meetings", description="Training meetings")


class MeetingOut(Shape):
    """A meeting and where it stands."""

    id = fields.UUID()
    province_code = fields.String()
    year = fields.Integer()
    held_on = fields.Date()
    place = fields.String()
    title = fields.String()
    agenda = fields.String()
    hours = fields.Integer()
    contents = fields.List(fields.String())
    make_up_of = fields.UUID()
    state = fields.String()


class AttendanceOut(Shape):
    """An institution at a meeting."""

    institution_code = fields.String()
    expected = fields.Integer()
    attendees = fields.Integer()
    recorded_at = fields.DateTime()


class CountIn(Shape):
    """How many of an institution came."""

    institution_code = fields.String(required=True)
    attendees = Whole(0, 99_999)


class CountsIn(Shape):
    """Attendance of several institutions."""

    counts = fields.List(fields.Nested(CountIn), required=True)


class PageQuery(Shape):
    """Which page."""

    page = Whole(1, 10_000, load_default=1)


@staff.route("", methods=["GET"])
@staff.arguments(PageQuery, location="query")
@staff.response(200, MeetingOut(many=True))
@officer("training.view")
def index(data: dict[str, Any]) -> Any:
    """A page of the province's meetings, the newest first."""
    return service.meetings(actor(), Paging(data["page"])).rows


@staff.route("", methods=["POST"])
@staff.arguments(MeetingShape)
@staff.response(201, MeetingOut)
@officer("training.plan")
def plan(data: dict[str, Any]) -> Any:
    """Plan a meeting; every institution is invited."""
    return service.plan(actor(), data, clock.now())


@staff.route("/<uuid:meeting_id>/move", methods=["POST"])
@staff.arguments(MoveShape)
@staff.response(200, MeetingOut)
@officer("training.record")
def move(data: dict[str, Any], meeting_id: UUID) -> Any:
    """Hold, file away or cancel."""
    return service.move(actor(), meeting_id, data["state"], clock.now(), data["reason"])


@staff.route("/<uuid:meeting_id>/attendance", methods=["GET"])
@staff.arguments(PageQuery, location="query")
@staff.response(200, AttendanceOut(many=True))
@officer("training.view")
def attendance(data: dict[str, Any], meeting_id: UUID) -> Any:
    """A page of who was invited and came."""
    return service.attendance(service.meeting(actor(), meeting_id).id, Paging(data["page"])).rows


@staff.route("/<uuid:meeting_id>/attendance", methods=["PUT"])
@staff.arguments(CountsIn)
@staff.response(204)
@officer("training.record")
def attend(data: dict[str, Any], meeting_id: UUID) -> None:
    """Record how many of each institution came; raises 404 when one was not invited."""
    counts = {item["institution_code"]: item["attendees"] for item in data["counts"]}
    invited = {row.institution_code for row in service.attendance(meeting_id, Paging(1, 5000)).rows}
    if counts.keys() - invited:
        raise NotFound()
    service.record_attendance(actor(), meeting_id, counts, clock.now())

"""Notices as an API: published ones for the public; drafting, filing and receiving for officers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import fields

from core.foundation import clock
from core.foundation.access import anyone, officer
from core.foundation.shapes import ReasonShape, Shape
from core.foundation.web import actor, paging
from core.notices import service
from core.notices.schemas import NoticeShape

public = Blueprint("notices_api", __name__, url_prefix="/api/v1/notices", description="Published notices")
staff = Blueprint("notices_api", __name__, url_prefix="/api/v1/notices", description="Notices of the territory")


class NoticeOut(Shape):
    """A notice and where it stands."""

    id = fields.UUID()
    province_code = fields.String()
    year = fields.Integer()
    season = fields.String()
    audience = fields.String()
    title = fields.String()
    body = fields.String()
    photo_rule = fields.String()
    state = fields.String()


@public.route("", methods=["GET"])
@public.response(200, NoticeOut(many=True))
@anyone()
def published() -> Any:
    """Published notices, the newest first, 50 a page (`page`)."""
    return service.published_notices(paging()).rows


@staff.route("", methods=["POST"])
@staff.arguments(NoticeShape)
@staff.response(201, NoticeOut)
@officer("notices.draft")
def draft(data: dict[str, Any]) -> Any:
    """Draft a notice of the officer's province."""
    return service.draft(actor(), data, clock.now())


@staff.route("/<uuid:notice_id>/file", methods=["POST"])
@staff.response(200, NoticeOut)
@officer("notices.file")
def file(notice_id: UUID) -> Any:
    """Report a notice to the centre; a refusal carries every finding."""
    return service.file(actor(), notice_id, clock.now())


@staff.route("/<uuid:notice_id>/publish", methods=["POST"])
@staff.response(200, NoticeOut)
@officer("notices.publish")
def publish(notice_id: UUID) -> Any:
    """Show a filed notice on the public site."""
    return service.publish(actor(), notice_id, clock.now())


@staff.route("/<uuid:notice_id>/receive", methods=["POST"])
@staff.response(200, NoticeOut)
@officer("notices.receive")
def receive(notice_id: UUID) -> Any:
    """The centre has the notice."""
    return service.receive(actor(), notice_id, clock.now())


@staff.route("/<uuid:notice_id>/return", methods=["POST"])
@staff.arguments(ReasonShape)
@staff.response(200, NoticeOut)
@officer("notices.receive")
def give_back(data: dict[str, Any], notice_id: UUID) -> Any:
    """The centre returns the notice, with the reason."""
    return service.give_back(actor(), notice_id, data["reason"], clock.now())

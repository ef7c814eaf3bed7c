"""一(四) The exam side as an API: would these candidates be barred, and until when."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from core.evidence import service
from core.evidence.schemas import QuestionsShape
from core.foundation import clock
from core.foundation.access import officer
from core.foundation.shapes import Shape
from core.foundation.web import actor

staff = Blueprint("exam_api", __name__, url_prefix="/api/v1/exam", description="Would a candidate be barred?")


class AnswerOut(Shape):
    """Whether a candidate is barred; `until` null with `barred` is for life. No reason is told."""

    document_number = fields.String()
    barred = fields.Boolean()
    until = fields.Date(allow_none=True)


@staff.route("/screenings", methods=["POST"])
@staff.arguments(QuestionsShape)
@staff.response(200, AnswerOut(many=True))
@officer("exam.screen")
def screen(data: dict[str, Any]) -> Any:
    """Ask about at most 100 candidates for a day (`on`, by default today); at most 120 questions an hour."""
    return service.ask(actor(), data["document_numbers"], data["on"], clock.now())

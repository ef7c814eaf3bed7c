"""The rules desk as an API for officers."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from flask_smorest.fields import Upload
from marshmallow import fields

from core.calendar import service as calendar
from core.desk import service
from core.desk.schemas import NumberQuestion, PlanQuestion
from core.desk.views import judge_number, judge_plan
from core.foundation import clock
from core.foundation.access import officer
from core.foundation.findings import Verdict
from core.foundation.i18n import spoken
from core.foundation.shapes import Shape

staff = Blueprint("desk_api", __name__, url_prefix="/api/v1/judgements", description="The rulebook's judgements")


class FindingOut(Shape):
    """One finding in the caller's language."""

    code = fields.String()
    message = fields.String()
    remedy = fields.String()
    clause = fields.String()
    severity = fields.String()
    field = fields.String()
    source = fields.String()


class VerdictOut(Shape):
    """accept or refuse, the refusing codes, and every finding."""

    verdict = fields.String()
    codes = fields.List(fields.String())
    findings = fields.List(fields.Nested(FindingOut))


class PhotoQuestion(Shape):
    """A photo's file."""

    photo = Upload(required=True)


def as_answer(judged: Verdict) -> dict[str, Any]:
    """A verdict as the API tells it."""
    return {
        "verdict": "refuse" if judged.refused else "accept",
        "codes": judged.codes(),
        "findings": [spoken(finding) for finding in judged.findings],
    }


@staff.route("/plans", methods=["POST"])
@staff.arguments(PlanQuestion)
@staff.response(200, VerdictOut)
@officer("desk.use")
def plans(data: dict[str, Any]) -> dict[str, Any]:
    """Judge a plan's windows."""
    return as_answer(judge_plan(data))


@staff.route("/photos", methods=["POST"])
@staff.arguments(PhotoQuestion, location="files")
@staff.response(200, VerdictOut)
@officer("desk.use")
def photos(files: dict[str, Any]) -> dict[str, Any]:
    """Judge a photo, sent as the part `photo` of a multipart form."""
    rules = calendar.rules_on(clock.today())[1]
    return as_answer(service.judge_photo_bytes("photo", files["photo"].read(), rules).verdict)


@staff.route("/numbers", methods=["POST"])
@staff.arguments(NumberQuestion)
@staff.response(200, VerdictOut)
@officer("desk.use")
def numbers(data: dict[str, Any]) -> dict[str, Any]:
    """Judge an identity or certificate number."""
    return as_answer(judge_number(data, clock.today()))

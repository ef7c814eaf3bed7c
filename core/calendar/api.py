"""The calendar as an API: open periods for everyone, the rules in force for officers."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from core.calendar import service
from core.foundation import clock
from core.foundation.access import anyone, officer
from core.foundation.shapes import Shape

public = Blueprint("calendar_api", __name__, url_prefix="/api/v1/calendar", description="Open periods and maintenance")
staff = Blueprint("calendar_api", __name__, url_prefix="/api/v1/calendar", description="The rules in force")


class CalendarOut(Shape):
    """A year's seasons and maintenance, all days included."""

    year = fields.Integer()
    seasons = fields.List(fields.Dict())
    maintenance = fields.List(fields.Dict())


def _document() -> dict[str, Any]:
    return service.rules_on(clock.today())[1].as_document()


@public.route("", methods=["GET"])
@public.response(200, CalendarOut)
@anyone(through_maintenance=True)
def show() -> dict[str, Any]:
    """This year's open periods; up even while the site is closed."""
    document = _document()
    return {name: document[name] for name in ("year", "seasons", "maintenance")}


@staff.route("", methods=["GET"])
@staff.response(200)
@officer("calendar.view")
def rules() -> dict[str, Any]:
    """Every national value in force, with clause and reading."""
    return _document()

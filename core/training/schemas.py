"""Shapes of meetings and attendance."""

from __future__ import annotations

from marshmallow import fields

from core.foundation.shapes import Choice, Day, Id, Shape, Text
from core.training.rules import Content


class MeetingShape(Shape):
    """A meeting to plan."""

    id = Id()
    held_on = Day()
    place = Text(200)
    title = Text(200)
    contents = fields.List(Choice(Content), required=True)


class MoveShape(Shape):
    """What becomes of a meeting."""

    id = Id(load_default=None)
    state = Choice(["held", "recorded", "cancelled"])

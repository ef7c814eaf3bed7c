"""Shapes of plans and plan tables."""

from __future__ import annotations

from marshmallow import fields

from core.foundation.shapes import Choice, Day, Id, Shape, Text, Tick, Whole
from core.plans.rules import Business


class PlanShape(Shape):
    """A plan to draft: four days, all included in their windows."""

    id = Id()
    institution_code = Text(5, 5)
    business = Choice(Business)
    title = Text(120)
    entry_start = Day()
    entry_end = Day()
    confirm_start = Day()
    confirm_end = Day()


class PlanChangeShape(Shape):
    """A draft or returned plan as changed; `version` is what the form was made from."""

    id = Id(load_default=None)
    version = Whole(1)
    business = Choice(Business)
    title = Text(120)
    entry_start = Day()
    entry_end = Day()
    confirm_start = Day()
    confirm_end = Day()


class PilotShape(Shape):
    """A pilot area to be listed."""

    id = Id()
    division = Text(6, 2)
    since = Day()
    basis = Text(200, 4)
    private = Tick()


class PilotEndShape(Shape):
    """A pilot area's last day; `version` is what the page showed."""

    id = Id(load_default=None)
    version = Whole(1)
    until = Day()


class ExtensionShape(Shape):
    """The next version of a published plan."""

    id = Id()
    reason = Text(500, lines=True)
    entry_start = Day()
    entry_end = Day()
    confirm_start = Day()
    confirm_end = Day()


class TableRowShape(Shape):
    """One line of the annual table."""

    business = Choice(Business)
    entry_start = Day()
    entry_end = Day()
    confirm_start = Day()
    confirm_end = Day()


class TableMeetingShape(Shape):
    """One meeting of the annual table."""

    held_on = Day()
    place = Text(200)
    contents = fields.List(Choice(["deployment", "policy", "system"]), required=True)


class TableShape(Shape):
    """The annual table as the API takes it."""

    id = Id()
    year = Whole(2020, 2199)
    rows = fields.List(fields.Nested(TableRowShape), required=True)
    meetings = fields.List(fields.Nested(TableMeetingShape), load_default=list)


class TableAnswerShape(Shape):
    """The centre's answer to a table."""

    id = Id(load_default=None)
    accepted = Choice(["yes", "no"])
    reason = Text(500, lines=True, load_default="")

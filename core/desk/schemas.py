"""Shapes of what the rules desk is asked."""

from __future__ import annotations

from core.foundation.shapes import Choice, Day, Id, Shape, Text
from core.plans.rules import Business


class PlanQuestion(Shape):
    """A plan's windows; all days included."""

    id = Id(load_default=None)
    business = Choice(Business)
    entry_start = Day()
    entry_end = Day()
    confirm_start = Day()
    confirm_end = Day()


class NumberQuestion(Shape):
    """An identity or certificate number."""

    id = Id(load_default=None)
    what = Choice(["identity", "certificate"])
    number = Text(60)

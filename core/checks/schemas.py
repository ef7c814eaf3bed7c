"""Shapes of answers typed in and of reviews."""

from __future__ import annotations

from core.checks.rules import OUTCOMES
from core.foundation.shapes import Choice, Day, Id, Shape, Text


class TypedShape(Shape):
    """An answer on paper, as an officer reads it."""

    id = Id(load_default=None)
    outcome = Choice(list(OUTCOMES))
    decided_on = Day()
    detail = Text(1000, lines=True, load_default="")


class ProposalShape(Shape):
    """What a record means, with reasons."""

    id = Id(load_default=None)
    proposal = Choice(["clear_after_review", "disqualifying"])
    reason = Text(2000, lines=True)


class SignShape(Shape):
    """The head's signature."""

    id = Id(load_default=None)
    agreed = Choice(["yes", "no"])

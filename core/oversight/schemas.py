"""Shapes of oversight's input."""

from __future__ import annotations

from core.foundation.shapes import Choice, Id, Shape
from core.oversight.rules import LETTERS


class LettersShape(Shape):
    """How often an officer wants a letter of obligations."""

    id = Id(load_default=None)
    letters = Choice(list(LETTERS))

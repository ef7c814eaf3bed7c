"""Shapes of yearbooks."""

from __future__ import annotations

from core.foundation.shapes import Id, Shape, Text


class YearbookShape(Shape):
    """A draft: the rule set as TOML or JSON text, and why it is needed."""

    id = Id()
    reason = Text(500, lines=True)
    document = Text(60_000, lines=True)

"""Shapes of notices."""

from __future__ import annotations

from core.foundation.shapes import Choice, Id, Shape, Text, Whole
from core.notices.rules import Audience


class NoticeShape(Shape):
    """A notice to draft."""

    id = Id()
    year = Whole(2020, 2199)
    season = Choice(["first_half", "second_half"])
    audience = Choice(Audience)
    title = Text(200)
    body = Text(20_000, lines=True)
    photo_rule = Text(2000, lines=True, load_default="")


class NoticeChangeShape(Shape):
    """A notice to change; `version` is what the page showed."""

    id = Id(load_default=None)
    audience = Choice(Audience)
    title = Text(200)
    body = Text(20_000, lines=True)
    photo_rule = Text(2000, lines=True, load_default="")
    version = Whole(1)

"""The shape of the auditors' search."""

from __future__ import annotations

from core.foundation.shapes import Day, Shape, Text


class SearchShape(Shape):
    """What an auditor looks for; everything is optional."""

    province = Text(2, load_default="")
    by = Text(60, load_default="")
    verb = Text(60, load_default="")
    subject = Text(60, load_default="")
    since = Day(load_default=None, allow_none=True)
    until = Day(load_default=None, allow_none=True)
    page = Text(6, load_default="")
    sort = Text(40, load_default="")
    direction = Text(4, load_default="")

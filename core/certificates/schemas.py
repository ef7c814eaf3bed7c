"""Shapes of verification and stock."""

from __future__ import annotations

from core.foundation.shapes import Id, Shape, Text, Whole


class VerifyShape(Shape):
    """Number and name as printed on the certificate."""

    id = Text(40, load_default="")
    number = Text(40)
    name = Text(50)


class ReceiveShape(Shape):
    """A range of blanks taken into stock; both serials count."""

    id = Id()
    holder_code = Text(5, 5)
    prefix = Text(8, load_default="")
    first = Whole(1, 99_999_999)
    last = Whole(1, 99_999_999)

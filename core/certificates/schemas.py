"""Shapes of verification and stock."""

from __future__ import annotations

from marshmallow import fields

from core.foundation.shapes import Id, Shape, Text, Tick, Whole


class VerifyShape(Shape):
    """Number and name as printed on the certificate."""

    id = Text(40, load_default="")
    number = Text(40)
    name = Text(50)


class CodeShape(Shape):
    """The code on a certificate, as scanned."""

    id = Text(40, load_default="")
    code = Text(1200)


class BatchShape(Shape):
    """An employer's list, and the statement that its people agreed."""

    id = Id()
    employer = Text(120)
    purpose = Text(500, lines=True)
    consent = Tick()
    file = fields.Raw(load_default=b"")


class SpanShape(Shape):
    """Two sizes of the transparency log, the smaller first."""

    first = Whole(1, 2**53)
    second = Whole(1, 2**53)


class LeavesShape(Shape):
    """Leaf hashes from `start`, `count` at most."""

    start = Whole(0, 2**53, load_default=0)
    count = Whole(1, 1000, load_default=1000)


class ReceiveShape(Shape):
    """A range of blanks taken into stock; both serials count."""

    id = Id()
    holder_code = Text(5, 5)
    prefix = Text(8, load_default="")
    first = Whole(1, 99_999_999)
    last = Whole(1, 99_999_999)

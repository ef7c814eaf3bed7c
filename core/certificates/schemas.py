"""Shapes of verification and stock."""

from __future__ import annotations

from marshmallow import fields

from core.certificates.rules import EXTRA, LAST_SERIAL, SPOILING, ChangeKind, Item
from core.certificates.rules.printing import LARGEST_OFFSET
from core.foundation.shapes import Choice, Day, Id, Millimetres, Shape, Text, Tick, Whole


class VerifyShape(Shape):
    """Number and name as printed on the certificate."""

    id = Text(40, load_default="")
    number = Text(40, narrow=True)
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
    """A delivery of the printer: a range of serials (both count), or a counted lot of `last` pieces."""

    id = Id()
    item = Choice(Item, load_default=Item.BLANK.value)
    mark = Text(40)
    counted = Tick()
    first = Whole(1, LAST_SERIAL, load_default=1)
    last = Whole(1, LAST_SERIAL)


class AskShape(Shape):
    """Items asked for, or sent back."""

    id = Id()
    item = Choice(Item)
    quantity = Whole(1, 1_000_000)
    season = Text(20)
    note = Text(500, load_default="", lines=True)


class AllotShape(Shape):
    """Items sent of the upper level's own accord; above need with a reason."""

    id = Id()
    holder_code = Text(5, 5)
    item = Choice(Item)
    quantity = Whole(1, 1_000_000)
    season = Text(20)
    reason = Text(500, load_default="", lines=True)


class ApproveShape(Shape):
    """How many are approved; above need with a reason."""

    id = Id(load_default=None)
    quantity = Whole(1, 1_000_000)
    reason = Text(500, load_default="", lines=True)


class DispatchShape(Shape):
    """Which serials are sent; nothing named sends the oldest."""

    id = Id(load_default=None)
    mark = Text(40, load_default="")
    serials = Text(300, load_default="")


class DisputeShape(Shape):
    """What was counted on arrival."""

    id = Id(load_default=None)
    counted = Whole(0, 1_000_000)
    reason = Text(500, lines=True)


class WriteOffShape(Shape):
    """What never arrived."""

    id = Id(load_default=None)
    mark = Text(40)
    serials = Text(300)
    reason = Text(500, lines=True)


class OrderShape(Shape):
    """Extra blanks ordered."""

    id = Id()
    season = Text(20)
    cause = Choice(EXTRA)
    quantity = Whole(1, 1_000_000)
    note = Text(500, load_default="", lines=True)


class ReplyShape(Shape):
    """The department's reply; 0 granted is a refusal."""

    id = Id(load_default=None)
    quantity = Whole(0, 1_000_000)
    reference = Text(80)
    replied_on = Day()
    text = Text(1000, load_default="", lines=True)
    reply = fields.Raw(load_default=b"")


class FileShape(Shape):
    """A file alone."""

    id = Id(load_default=None)
    application = fields.Raw(load_default=b"")


class SpoilShape(Shape):
    """Items spoiled in stock."""

    id = Id()
    item = Choice(Item)
    mark = Text(40)
    serials = Text(300)
    cause = Choice(SPOILING)
    note = Text(500, load_default="", lines=True)
    returned = Tick()
    photo = fields.Raw(load_default=b"")


class LoseShape(Shape):
    """Items lost."""

    id = Id()
    item = Choice(Item)
    mark = Text(40)
    serials = Text(300)
    report = Text(2000, lines=True)


class DestroyShape(Shape):
    """A destruction by its protocol."""

    id = Id()
    item = Choice(Item)
    note = Text(500, load_default="", lines=True)
    protocol = fields.Raw(load_default=b"")


class MisprintShape(Shape):
    """A misprinted piece."""

    id = Id()
    note = Text(500, load_default="", lines=True)
    returned = Tick()
    photo = fields.Raw(load_default=b"")


class HandOverShape(Shape):
    """A piece handed over."""

    id = Id(load_default=None)
    how = Choice(("signature", "courier"))
    to = Text(80)


class ChangeShape(Shape):
    """A change of a certificate asked for; what stays is left blank."""

    id = Id()
    kind = Choice(ChangeKind)
    name = Text(60, load_default="")
    sex = Choice(("1", "2"), load_default="")
    birth_date = Day(load_default=None)
    document_number = Text(30, load_default="")
    reason = Text(1000, lines=True)
    proof = fields.Raw(load_default=b"")


class CarryOutShape(Shape):
    """A change carried out."""

    id = Id(load_default=None)
    taken_back = Tick()


class BareShape(Shape):
    """A post that says nothing but itself."""

    id = Id(load_default=None)


class PrinterShape(Shape):
    """A printer's name, and whether it prints both sides."""

    id = Id()
    name = Text(60)
    duplex = Tick()


class CalibrateShape(Shape):
    """Where the calibration page's cross lay, in millimetres from the left and the top edge."""

    id = Id(load_default=None)
    side = Choice(["front", "back"])
    across = Millimetres()
    down = Millimetres()


class OffsetsShape(Shape):
    """Offsets of both sides in tenths of a millimetre."""

    id = Id(load_default=None)
    version = Whole(1)
    front_x = Whole(-LARGEST_OFFSET, LARGEST_OFFSET)
    front_y = Whole(-LARGEST_OFFSET, LARGEST_OFFSET)
    back_x = Whole(-LARGEST_OFFSET, LARGEST_OFFSET)
    back_y = Whole(-LARGEST_OFFSET, LARGEST_OFFSET)


class RunShape(Shape):
    """A run: its printer and pieces."""

    id = Id()
    printer_id = Id()
    pieces = fields.List(Id(), load_default=list)


class SettleShape(Shape):
    """Lines that were printed well."""

    id = Id(load_default=None)
    lines = fields.List(Id(), load_default=list)

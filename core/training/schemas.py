"""Shapes of meetings and attendance."""

from __future__ import annotations

import re

from flask_babel import lazy_gettext as _l
from marshmallow import ValidationError, fields

from core.foundation.shapes import Choice, Day, Id, Shape, Text, Whole
from core.training.rules import Content

_CONTACT = re.compile(r"1\d{10}|[^@\s]+@[^@\s]+\.[^@\s]+")


def _contact(text: str) -> None:
    if text and not _CONTACT.fullmatch(text):
        raise ValidationError(str(_l("请填写11位手机号或电子邮箱")))


class MeetingShape(Shape):
    """A meeting to plan; `make_up_of` names the meeting it makes up for."""

    id = Id()
    held_on = Day()
    place = Text(200)
    title = Text(200)
    agenda = Text(5000, lines=True, load_default="")
    hours = Whole(0, 80, load_default=0)
    contents = fields.List(Choice(Content), required=True)
    make_up_of = Id(load_default=None)


class ChangeShape(MeetingShape):
    """A planned meeting, changed; `version` is the one the page showed."""

    version = Whole()


class MoveShape(Shape):
    """What becomes of a meeting; a cancellation says why."""

    id = Id(load_default=None)
    state = Choice(["held", "recorded", "cancelled"])
    reason = Text(1000, load_default="")


class PresenceShape(Shape):
    """An institution's attendance: how many came, and which of its named officers."""

    id = Id(load_default=None)
    version = Whole()
    attendees = Whole(0, 99_999)
    officers = fields.List(Id(), load_default=list)


class ReplyShape(Shape):
    """An institution's answer to an invitation: how many will come, and whom to remind."""

    id = Id(load_default=None)
    version = Whole()
    expected = Whole(0, 99_999)
    contact = Text(200, load_default="", validate=_contact)


class MaterialShape(Shape):
    """A file of the meeting."""

    id = Id()
    file = fields.Raw(load_default=b"")

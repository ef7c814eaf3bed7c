"""Shapes of register imports, questions about candidates, contacts and meetings."""

from __future__ import annotations

from marshmallow import fields, validate

from core.evidence.rules import EvidenceKind
from core.foundation.shapes import Choice, Day, Id, Shape, Text, Tick, Whole

AT_ONCE = 100


class ImportShape(Shape):
    """A register's file: which register, whether it replaces what was there, whether it is looked at first."""

    id = Id()
    kind = Choice(EvidenceKind)
    replaces_all = Tick()
    preview = Tick()


class QuestionShape(Shape):
    """One candidate, for a day."""

    id = Id(load_default=None)
    document_number = Text(30)
    on = Day(load_default=None)


class QuestionsShape(Shape):
    """Some candidates, for a day."""

    document_numbers = fields.List(Text(30), required=True, validate=validate.Length(1, AT_ONCE))
    on = Day(load_default=None)


class ScreeningShape(Shape):
    """A file of candidates, for a day."""

    id = Id()
    on = Day(load_default=None)


class ContactShape(Shape):
    """A named person at an exam department."""

    id = Id()
    name = Text(60)
    unit = Text(120)
    post = Text(60, load_default="")
    telephone = Text(40)
    mail = Text(120, load_default="")
    remark = Text(200, load_default="")
    version = Whole(load_default=0)


class ConferenceShape(Shape):
    """A meeting held together."""

    id = Id()
    held_on = Day()
    place = Text(120, load_default="")
    topic = Text(200)
    participants = Text(2000, load_default="", lines=True)
    minutes = Text(10_000, load_default="", lines=True)
    version = Whole(load_default=0)


class VersionShape(Shape):
    """The version that a button was pressed for."""

    id = Id(load_default=None)
    version = Whole()

"""Shapes of filings, hand-overs and institutions."""

from __future__ import annotations

from marshmallow import fields

from core.accounts.rules import Role
from core.filing.rules import KIND_NAMES, LEVEL_NAMES, PLACE_NAMES, RETURNED, STAGE_NAMES
from core.foundation.shapes import Choice, Day, Id, Shape, Text, Tick, Whole
from core.people.rules import DocumentKind


class FilingShape(Shape):
    """A person proposed as a named user; `undertaking` is the file's bytes."""

    id = Id()
    name = Text(50)
    document_kind = Choice(DocumentKind)
    document_number = Text(40)
    mobile = Text(20)
    mail = Text(120, load_default="")
    username = Text(40)
    institution_code = Text(5, load_default="")
    school_code = Text(12, load_default="")
    province_code = Text(2, load_default="")
    unit = Text(120, load_default="")
    post = Text(60)
    roles = fields.List(Choice(Role), load_default=list)
    valid_until = Day(load_default=None)
    signed_on = Day(load_default=None)
    undertaking = fields.Raw(load_default=None)


class ChangeShape(Shape):
    """Particulars to be changed."""

    id = Id(load_default=None)
    name = Text(50)
    unit = Text(120, load_default="")
    post = Text(60)
    roles = fields.List(Choice(Role), load_default=list)
    valid_until = Day(load_default=None)


class ContactShape(Shape):
    """A new mobile and mail."""

    id = Id(load_default=None)
    mobile = Text(20)
    mail = Text(120, load_default="")


class AnswerShape(Shape):
    """Whether a change is registered, and why not."""

    id = Id(load_default=None)
    agreed = Tick()
    reason = Text(1000, load_default="", lines=True)


class ActivationShape(Shape):
    """The first password of an officer: proof by user name, document and one-time code."""

    id = Id(load_default=None)
    username = Text(40)
    document_number = Text(40)
    code = Text(40)
    password = Text(128)


class HandoverShape(Shape):
    """Who hands over to whom."""

    id = Id()
    leaver_id = Id()
    successor_id = Id()


class LeaverShape(Shape):
    """The leaver's signature; counts come as count-… fields."""

    id = Id(load_default=None)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), load_default=dict)
    remarks = Text(2000, load_default="", lines=True)
    in_place = Text(500, load_default="", lines=True)


class SuccessorShape(Shape):
    """The successor's signature."""

    id = Id(load_default=None)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), load_default=dict)
    returned = fields.List(Choice(list(RETURNED)), load_default=list)
    remarks = Text(2000, load_default="", lines=True)


class EmptyShape(Shape):
    """A bare button."""

    id = Id(load_default=None)


class InstitutionShape(Shape):
    """What the province may change of an institution; `also` has one line for each further territory."""

    id = Id(load_default=None)
    version = Whole(1)
    name = Text(120)
    telephone = Text(40)
    kinds = fields.List(Choice(list(KIND_NAMES)), load_default=list)
    also = Text(2000, load_default="", lines=True)
    responsible_id = Id(load_default=None)
    valid_from = Day(load_default=None)
    valid_to = Day(load_default=None)
    successor = Text(5, load_default="")


class NewInstitutionShape(Shape):
    """An institution to be entered."""

    id = Id(load_default=None)
    code = Text(5)
    name = Text(120)
    level = Choice(list(LEVEL_NAMES))
    division = Text(12)
    kinds = fields.List(Choice(list(KIND_NAMES)), load_default=list)
    telephone = Text(40)
    valid_from = Day(load_default=None)


class DivisionShape(Shape):
    """A division to be entered."""

    id = Id(load_default=None)
    code = Text(6)
    name = Text(60)
    kind = Choice(list(PLACE_NAMES))
    valid_from = Day(load_default=None)


class SchoolShape(Shape):
    """A school to be entered."""

    id = Id(load_default=None)
    code = Text(12)
    name = Text(120)
    stage = Choice(list(STAGE_NAMES))
    public = Tick()
    institution_code = Text(5)
    telephone = Text(40)


class SchoolChangeShape(Shape):
    """What may be changed of a school."""

    id = Id(load_default=None)
    version = Whole(1)
    name = Text(120)
    stage = Choice(list(STAGE_NAMES))
    public = Tick()
    telephone = Text(40)
    active = Tick()


class RenameShape(Shape):
    """A division's new name."""

    id = Id(load_default=None)
    version = Whole(1)
    name = Text(60, least=2)


class CloseShape(Shape):
    """A division's last day, and the code that follows it."""

    id = Id(load_default=None)
    version = Whole(1)
    valid_until = Day()
    successor = Text(12, load_default="")


class SheetShape(Shape):
    """An uploaded sheet, or (`sealed`) the one just previewed, to be brought in."""

    id = Id(load_default=None)
    file = fields.Raw(load_default=None)
    sealed = fields.String(load_default="")

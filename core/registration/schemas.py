"""Shapes of registrations: what teachers declare, what schools and officers decide."""

from __future__ import annotations

from marshmallow import fields

from core.foundation.shapes import Choice, Day, Id, Shape, Text, Tick, Whole
from core.registration.rules import APPRAISAL_NAMES, CONDUCT_NAMES, LEAVE_NAMES, POST_NAMES

LEAVES = [name for name in LEAVE_NAMES if name]


class StartShape(Shape):
    """Under which plan and from which school a teacher applies."""

    id = Id()
    plan_id = Id()
    school_code = Text(12, 12)


class DeclaredShape(Shape):
    """What a teacher declares; `appraisal_N` is that of the cycle's N-th year."""

    id = Id(load_default=None)
    version = Whole(1)
    certificate_number = Text(17, load_default="")
    post = Choice(list(POST_NAMES), load_default="")
    subject = Text(60, load_default="")
    appointed_on = Day(load_default=None)
    probation_passed_on = Day(load_default=None)
    registered_on = Day(load_default=None)
    training_hours = Whole(0, 10_000, load_default=0)
    appraisal_1 = Choice(list(APPRAISAL_NAMES), load_default="missing")
    appraisal_2 = Choice(list(APPRAISAL_NAMES), load_default="missing")
    appraisal_3 = Choice(list(APPRAISAL_NAMES), load_default="missing")
    appraisal_4 = Choice(list(APPRAISAL_NAMES), load_default="missing")
    appraisal_5 = Choice(list(APPRAISAL_NAMES), load_default="missing")
    absence_terms = Whole(0, 20, load_default=0)
    absence_reason = Choice(LEAVES, load_default="")
    fit = Tick()


class CorrectionShape(Shape):
    """What the reviewing officer corrects, and why."""

    id = Id(load_default=None)
    version = Whole(1)
    training_hours = Whole(0, 10_000)
    appraisal_1 = Choice(list(APPRAISAL_NAMES), load_default="missing")
    appraisal_2 = Choice(list(APPRAISAL_NAMES), load_default="missing")
    appraisal_3 = Choice(list(APPRAISAL_NAMES), load_default="missing")
    appraisal_4 = Choice(list(APPRAISAL_NAMES), load_default="missing")
    appraisal_5 = Choice(list(APPRAISAL_NAMES), load_default="missing")
    absence_terms = Whole(0, 20, load_default=0)
    absence_reason = Choice(LEAVES, load_default="")
    fit = Tick()
    conduct = Choice(list(CONDUCT_NAMES))
    untrue = Choice(["postponed", "failed"], load_default="")
    reason = Text(1000, lines=True)


class ConductShape(Shape):
    """The school's word on a teacher's conduct."""

    id = Id(load_default=None)
    conduct = Choice(list(CONDUCT_NAMES))
    note = Text(1000, lines=True, load_default="")


class RegistrationWhyShape(Shape):
    """A reason, judged by the rule that wants it."""

    id = Id(load_default=None)
    reason = Text(1000, lines=True, load_default="")


class CancelShape(RegistrationWhyShape):
    """Why a registration is cancelled, by which decision."""

    decision = Text(80)


class PublicityShape(Shape):
    """The id of a public notice to be made."""

    id = Id()


class ObjectionShape(Shape):
    """An objection to a publicised result."""

    id = Id()
    said_by = Text(60)
    contact = Text(60)
    text = Text(2000, lines=True)


class PublicObjectionShape(ObjectionShape):
    """The same from the public, about somebody whom the notice lists."""

    about = Id()


class ObjectionDecisionShape(Shape):
    """What was decided on an objection."""

    id = Id(load_default=None)
    upheld = Choice(["1", "0"])
    reason = Text(1000, lines=True)


class IdsShape(Shape):
    """Some registrations at once; for the API."""

    ids = fields.List(Id(), required=True)


class UploadShape(Shape):
    """A workbook for a survey or a plan; the file comes beside it."""

    id = Id()
    kind = Choice(["survey", "cases"])
    subject_id = Id()


class SurveyLineShape(Shape):
    """A line of a school's list."""

    name = Text(60)
    document_number = Text(20)
    certificate_number = Text(17)


class CaseLineShape(SurveyLineShape):
    """A line of a school's applications."""

    post = Choice(list(POST_NAMES))
    subject = Text(60)
    appointed_on = Day()
    probation_passed_on = Day(load_default=None)
    registered_on = Day(load_default=None)
    training_hours = Whole(0, 10_000)
    appraisals = fields.List(Choice(list(APPRAISAL_NAMES)), load_default=list)
    absence_terms = Whole(0, 20, load_default=0)
    absence_reason = Choice(LEAVES, load_default="")
    fit = Tick()
    conduct = Choice(["good"], load_default="")


class LineShape(Shape):
    """A surveyed teacher, corrected; an empty document number keeps what is there."""

    id = Id(load_default=None)
    version = Whole(1)
    name = Text(60)
    document_number = Text(20, load_default="")
    certificate_number = Text(17)


class AskShape(Shape):
    """Which institution was asked about a certificate."""

    id = Id(load_default=None)
    asked_of = Text(120)


class AskAllShape(AskShape):
    """The same about all certificates to be checked whose numbers begin so."""

    beginning = Text(17)


class AnswerShape(Shape):
    """What the issuing institution answered."""

    id = Id(load_default=None)
    answer = Choice(["genuine", "false"])
    reference = Text(80)
    text = Text(1000, lines=True, load_default="")


class AnswerAllShape(Shape):
    """A letter that says that all it was asked about are genuine."""

    id = Id(load_default=None)
    asked_of = Text(120)
    reference = Text(80)


class SignShape(Shape):
    """Whether the second officer agrees."""

    id = Id(load_default=None)
    agreed = Choice(["1", "0"])
    reason = Text(1000, lines=True, load_default="")


class SignAllShape(Shape):
    """The letter whose answers are signed."""

    id = Id(load_default=None)
    reference = Text(80)

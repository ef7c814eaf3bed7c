"""Shapes of applications: what a person fills in, what officers send."""

from __future__ import annotations

from marshmallow import fields
from marshmallow.validate import Length

from core.applications.rules.appeal import AppealKind, Outcome
from core.applications.rules.form import AbilityBasis, PlaceBasis, Skill
from core.applications.rules.lists import AFFILIATIONS, DEGREES, ETHNIC_GROUPS, OCCUPATIONS
from core.evidence.rules import EDUCATION_LEVELS, PUTONGHUA_LEVELS, EvidenceKind
from core.foundation.shapes import Choice, Day, Id, Month, Shape, Text, Tick, Whole

KINDS = ["1", "2", "3", "4", "5", "6", "7"]
STUDY_FORMS = ["full_time", "part_time", "correspondence", "evening", "self_study", "online"]
MOST_STAGES = 20


class StartShape(Shape):
    """Under which plan to begin; `id` is the new case's, so that a form sent twice begins one case."""

    id = Id()
    plan_id = Id()


class StageShape(Shape):
    """One line of a life; an open end is blank."""

    since = Month()
    until = Month(load_default="")
    unit = Text(100)
    role = Text(40)
    witness = Text(40, load_default="")


class ApplicationShape(Shape):
    """The application form; every field may wait while it is a draft."""

    id = Id(load_default=None)
    version = Whole(1)
    kind = Choice(KINDS, load_default="")
    subject = Text(60, load_default="")
    place_basis = Choice(PlaceBasis, load_default="")
    confirmation_point = Id(load_default=None)
    ethnic_group = Choice(ETHNIC_GROUPS, load_default="")
    political_affiliation = Choice(AFFILIATIONS, load_default="")
    education_level = Choice(EDUCATION_LEVELS, load_default="")
    degree = Choice(DEGREES, load_default="")
    school = Text(100, load_default="")
    major = Text(100, load_default="")
    graduated_on = Day(load_default=None)
    study_form = Choice(STUDY_FORMS, load_default="")
    education_certificate = Text(60, narrow=True, load_default="")
    teacher_training = Choice(["yes", "no"], load_default="")
    putonghua_level = Choice(PUTONGHUA_LEVELS, load_default="")
    putonghua_certificate = Text(60, narrow=True, load_default="")
    putonghua_on = Day(load_default=None)
    putonghua_body = Text(100, load_default="")
    skill = Choice(Skill, load_default="")
    ability_basis = Choice(AbilityBasis, load_default="")
    exam_certificate = Text(60, narrow=True, load_default="")
    exam_kind = Choice(KINDS, load_default="")
    exam_subject = Text(60, load_default="")
    exam_valid_until = Day(load_default=None)
    occupation = Choice(OCCUPATIONS, load_default="")
    unit = Text(100, load_default="")
    household_place = Text(100, load_default="")
    address = Text(200, load_default="")
    post_code = Text(12, narrow=True, load_default="")
    telephone = Text(20, narrow=True, load_default="")
    mail = Text(120, narrow=True, load_default="")
    cv = fields.List(fields.Nested(StageShape), load_default=list, validate=Length(max=MOST_STAGES))
    photo_taken_on = Day(load_default=None)


class SubmitShape(Shape):
    """The undertaking, given or not."""

    id = Id(load_default=None)
    undertaking = Tick()


class UploadShape(Shape):
    """Which item of evidence a file belongs to."""

    id = Id(load_default=None)
    kind = Choice(EvidenceKind)


class AnswerShape(Shape):
    """An answer to a request for papers."""

    id = Id(load_default=None)
    answer = Text(2000, lines=True)


class ConfirmShape(Shape):
    """On-site confirmation."""

    id = Id(load_default=None)
    photo_accepted = Tick()
    bareheaded = Choice(["yes", "no", "exempt"], load_default="")
    photo_recent = Tick()
    photo_reason = Text(500, load_default="")
    signed_on_site = Tick()


class WhyShape(Shape):
    """Why; the verb says whether it may be empty."""

    id = Id(load_default=None)
    reason = Text(2000, lines=True, load_default="")


class LookShape(Shape):
    """A look at the photo."""

    id = Id(load_default=None)
    accepted = Choice(["yes", "no"])
    reason = Text(500, load_default="")


class ProposeShape(Shape):
    """The first reviewer's proposal."""

    id = Id(load_default=None)
    result = Choice(["recognised", "refused"])
    reason = Text(2000, lines=True, load_default="")


class AssignShape(Shape):
    """To whom a case is given."""

    id = Id(load_default=None)
    account_id = Id()


class NoteShape(Shape):
    """A note for colleagues."""

    id = Id(load_default=None)
    text = Text(2000, lines=True)


class MaterialShape(Shape):
    """A request for a missing paper; without a date the yearbook's days count."""

    id = Id(load_default=None)
    what = Text(1000, lines=True)
    due_on = Day(load_default=None)


class MedicalShape(Shape):
    """The designated hospital's result."""

    id = Id(load_default=None)
    medical_result = Choice(["passed", "failed"])
    hospital = Text(100)
    on = Day()


class AppealShape(Shape):
    """A review or suit that was filed; `id` is the new record's, so that a form sent twice records once."""

    id = Id(load_default=None)
    kind = Choice(AppealKind)
    filed_on = Day()
    body = Text(100)
    document = Text(60)


class AppealOutcomeShape(Shape):
    """The decision of a review or suit."""

    id = Id(load_default=None)
    outcome = Choice(Outcome)
    decided_on = Day()
    decision = Text(60)
    reason = Text(1000, lines=True)

"""Shapes of cases, their steps and reports. Every step carries the version that its page showed."""

from __future__ import annotations

from marshmallow import fields

from core.foundation.shapes import Choice, Day, Id, Shape, Text, Tick, Whole
from core.penalties.rules import Ground, Measure, Punishment, Source
from core.people.rules import DocumentKind

HOWS = ["in_person", "left", "post", "notice", "agent"]
# A case from a registration comes by its message alone.
TYPED = [str(source) for source in Source if source != Source.REGISTRATION]


class OpenPenaltyShape(Shape):
    """A case to open: on the holder of `certificate_id`, or on whom the document names."""

    id = Id()
    certificate_id = Id(load_default=None)
    measure = Choice(Measure)
    ground = Choice(Ground)
    source = Choice(TYPED)
    name = Text(60, load_default="")
    document_kind = Choice(DocumentKind, load_default=DocumentKind.RESIDENT_ID)
    document_number = Text(30, load_default="")
    sex = Choice(["1", "2"], load_default="")
    unit = Text(120, load_default="")
    post = Text(60, load_default="")
    address = Text(200, load_default="")
    summary = Text(2000, lines=True)


class StepShape(Shape):
    """What every step has."""

    id = Id(load_default=None)
    version = Whole()


class InvestigateShape(StepShape):
    """The facts found; what they rest on, for a loss or an exam ban."""

    facts = Text(5000, lines=True)
    body = Text(120, load_default="")
    number = Text(80, load_default="")
    basis_on = Day(load_default=None)
    punishment = Choice(Punishment, load_default="")
    intentional = Tick()


class NotifyShape(StepShape):
    """The notice's receipt."""

    notified_on = Day()
    law = Text(300, load_default="")


class DefenceShape(StepShape):
    """What the party stated."""

    defence = Text(5000, lines=True)


class AskHearingShape(StepShape):
    """When the party asked to be heard."""

    asked_on = Day()


class ReasonStepShape(StepShape):
    """A step that says why."""

    reason = Text(1000, lines=True)


class CallHearingShape(StepShape):
    """When and where."""

    hearing_on = Day()
    place = Text(200)


class RecordHearingShape(StepShape):
    """The record of a hearing."""

    record = Text(5000, lines=True)


class ProposePenaltyShape(StepShape):
    """What is proposed, and how the defence was weighed."""

    proposal = Text(3000, lines=True)
    weighing = Text(3000, lines=True, load_default="")
    law = Text(300, load_default="")


class DecidePenaltyShape(StepShape):
    """The decision's number."""

    decision_number = Text(60)


class ServeShape(StepShape):
    """When and how the decision reached the party; the signed receipt."""

    served_on = Day()
    how = Choice(HOWS)
    proof = fields.Raw(load_default=b"")


class ReceiptShape(StepShape):
    """The signed receipt, when it comes after the service was recorded."""

    proof = fields.Raw(load_default=b"")


class ExecuteShape(StepShape):
    """What became of the paper."""

    outcome = Choice(["surrendered", "declared_void", "none"])
    on = Day()
    note = Text(500, lines=True)


class ReviewShape(StepShape):
    """A review or suit."""

    kind = Choice(["review", "suit"])
    body = Text(120)
    asked_on = Day()
    result = Choice(["pending", "upheld", "withdrawn"])


class AnnulShape(StepShape):
    """What annulled the decision."""

    reference = Text(120)
    annulled_on = Day()
    reason = Text(1000, lines=True)


class AmendShape(StepShape):
    """What is mended of the party; a blank stays."""

    sex = Choice(["1", "2"], load_default="")
    unit = Text(120, load_default="")
    post = Text(60, load_default="")
    address = Text(200, load_default="")
    reason = Text(500, lines=True)


class RevealShape(Shape):
    """Why an officer looks at the party."""

    id = Id(load_default=None)
    reason = Text(200)


class BeginShape(Shape):
    """Which quarter's report."""

    id = Id(load_default=None)
    year = Whole(2020, 2200)
    quarter = Whole(1, 4)


class SignReportShape(StepShape):
    """A signature; `nil` says that there was no case."""

    nil = Tick()

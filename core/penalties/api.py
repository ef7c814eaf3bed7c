"""Penalty cases and quarterly reports as an API for officers: the same verbs as JSON. Nothing names the party."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import fields

from core.foundation import clock
from core.foundation.access import officer
from core.foundation.paging import Paging
from core.foundation.shapes import Shape, Whole
from core.foundation.web import actor
from core.penalties import service
from core.penalties.rules import Quarter
from core.penalties.schemas import (
    AnnulShape,
    AskHearingShape,
    BeginShape,
    CallHearingShape,
    DecidePenaltyShape,
    DefenceShape,
    ExecuteShape,
    InvestigateShape,
    NotifyShape,
    OpenPenaltyShape,
    ProposePenaltyShape,
    ReasonStepShape,
    RecordHearingShape,
    ServeShape,
    SignReportShape,
    StepShape,
)

staff = Blueprint("penalties_api", __name__, url_prefix="/api/v1", description="Penalty cases and quarterly reports")


class PenaltyOut(Shape):
    """A case and where it stands."""

    id = fields.UUID()
    number = fields.String()
    province_code = fields.String()
    institution_code = fields.String()
    measure = fields.String()
    ground = fields.String()
    source = fields.String()
    state = fields.String()
    version = fields.Integer()
    opened_on = fields.Date()
    hearing_until = fields.Date()
    decision_number = fields.String()
    decided_on = fields.Date()
    in_force_on = fields.Date()
    bar_until = fields.Date()
    annulled_on = fields.Date()
    due_on = fields.Date()


class ReportOut(Shape):
    """A quarterly report and where it stands."""

    id = fields.UUID()
    province_code = fields.String()
    year = fields.Integer()
    quarter = fields.Integer()
    state = fields.String()
    nil = fields.Boolean()
    due_on = fields.Date()
    version = fields.Integer()
    return_reason = fields.String()


class ServeIn(ServeShape):
    """Service as JSON: the signed receipt is added on the page."""

    class Meta(ServeShape.Meta):
        """The file is a page's matter."""

        exclude = ("proof",)


class PageQuery(Shape):
    """Which page."""

    page = Whole(1, 10_000, load_default=1)


@staff.route("/penalties", methods=["GET"])
@staff.arguments(PageQuery, location="query")
@staff.response(200, PenaltyOut(many=True))
@officer("penalties.view")
def index(data: dict[str, Any]) -> Any:
    """A page of the territory's cases, the newest first."""
    return service.penalties(Paging(data["page"])).rows


@staff.route("/penalties", methods=["POST"])
@staff.arguments(OpenPenaltyShape)
@staff.response(201, PenaltyOut)
@officer("penalties.handle")
def open_case(data: dict[str, Any]) -> Any:
    """Open a case."""
    return service.open_case(actor(), data, clock.now())


@staff.route("/penalties/<uuid:penalty_id>", methods=["GET"])
@staff.response(200, PenaltyOut)
@officer("penalties.view")
def show(penalty_id: UUID) -> Any:
    """One case."""
    return service.penalty(penalty_id)


@staff.route("/penalties/<uuid:penalty_id>/investigate", methods=["POST"])
@staff.arguments(InvestigateShape)
@staff.response(200, PenaltyOut)
@officer("penalties.handle")
def investigate(data: dict[str, Any], penalty_id: UUID) -> Any:
    """Close the investigation."""
    return service.investigate(actor(), penalty_id, data, clock.now())


@staff.route("/penalties/<uuid:penalty_id>/notify", methods=["POST"])
@staff.arguments(NotifyShape)
@staff.response(200, PenaltyOut)
@officer("penalties.handle")
def notify(data: dict[str, Any], penalty_id: UUID) -> Any:
    """Issue the notice."""
    return service.notify(actor(), penalty_id, data, clock.now())


@staff.route("/penalties/<uuid:penalty_id>/defence", methods=["POST"])
@staff.arguments(DefenceShape)
@staff.response(200, PenaltyOut)
@officer("penalties.handle")
def record_defence(data: dict[str, Any], penalty_id: UUID) -> Any:
    """Record what the party stated in defence."""
    return service.record_defence(actor(), penalty_id, data, clock.now())


@staff.route("/penalties/<uuid:penalty_id>/hearing-request", methods=["POST"])
@staff.arguments(AskHearingShape)
@staff.response(200, PenaltyOut)
@officer("penalties.handle")
def ask_hearing(data: dict[str, Any], penalty_id: UUID) -> Any:
    """Record that the party asked to be heard."""
    return service.ask_hearing(actor(), penalty_id, data, clock.now())


@staff.route("/penalties/<uuid:penalty_id>/hearing-notice", methods=["POST"])
@staff.arguments(CallHearingShape)
@staff.response(200, PenaltyOut)
@officer("penalties.handle")
def call_hearing(data: dict[str, Any], penalty_id: UUID) -> Any:
    """Send the notice of the hearing."""
    return service.call_hearing(actor(), penalty_id, data, clock.now())


@staff.route("/penalties/<uuid:penalty_id>/hearing", methods=["POST"])
@staff.arguments(RecordHearingShape)
@staff.response(200, PenaltyOut)
@officer("penalties.handle")
def record_hearing(data: dict[str, Any], penalty_id: UUID) -> Any:
    """Record the hearing that was held."""
    return service.record_hearing(actor(), penalty_id, data, clock.now())


@staff.route("/penalties/<uuid:penalty_id>/propose", methods=["POST"])
@staff.arguments(ProposePenaltyShape)
@staff.response(200, PenaltyOut)
@officer("penalties.handle")
def propose(data: dict[str, Any], penalty_id: UUID) -> Any:
    """Propose the decision."""
    return service.propose(actor(), penalty_id, data, clock.now())


@staff.route("/penalties/<uuid:penalty_id>/decide", methods=["POST"])
@staff.arguments(DecidePenaltyShape)
@staff.response(200, PenaltyOut)
@officer("penalties.decide", fresh=True)
def decide(data: dict[str, Any], penalty_id: UUID) -> Any:
    """Decide."""
    return service.decide(actor(), penalty_id, data, clock.now())


@staff.route("/penalties/<uuid:penalty_id>/send-back", methods=["POST"])
@staff.arguments(ReasonStepShape)
@staff.response(200, PenaltyOut)
@officer("penalties.decide", fresh=True)
def send_back(data: dict[str, Any], penalty_id: UUID) -> Any:
    """Send a proposal back for more investigation."""
    return service.send_back(actor(), penalty_id, data, clock.now())


@staff.route("/penalties/<uuid:penalty_id>/close", methods=["POST"])
@staff.arguments(ReasonStepShape)
@staff.response(200, PenaltyOut)
@officer("penalties.decide", fresh=True)
def close(data: dict[str, Any], penalty_id: UUID) -> Any:
    """Close a case that has no ground."""
    return service.close(actor(), penalty_id, data, clock.now())


@staff.route("/penalties/<uuid:penalty_id>/serve", methods=["POST"])
@staff.arguments(ServeIn)
@staff.response(200, PenaltyOut)
@officer("penalties.handle")
def serve(data: dict[str, Any], penalty_id: UUID) -> Any:
    """Record the service: the decision is in force."""
    return service.serve(actor(), penalty_id, data, clock.now())


@staff.route("/penalties/<uuid:penalty_id>/execute", methods=["POST"])
@staff.arguments(ExecuteShape)
@staff.response(200, PenaltyOut)
@officer("penalties.handle")
def execute(data: dict[str, Any], penalty_id: UUID) -> Any:
    """Record that the paper was taken in."""
    return service.execute(actor(), penalty_id, data, clock.now())


@staff.route("/penalties/<uuid:penalty_id>/annul", methods=["POST"])
@staff.arguments(AnnulShape)
@staff.response(200, PenaltyOut)
@officer("penalties.supervise", fresh=True)
def annul(data: dict[str, Any], penalty_id: UUID) -> Any:
    """Record that a review or court annulled the decision."""
    return service.annul(actor(), penalty_id, data, clock.now())


@staff.route("/penalty-reports", methods=["GET"])
@staff.arguments(PageQuery, location="query")
@staff.response(200, ReportOut(many=True))
@officer("reports.view")
def reports(data: dict[str, Any]) -> Any:
    """A page of quarterly reports, the newest quarter first."""
    return service.reports(Paging(data["page"])).rows


@staff.route("/penalty-reports", methods=["POST"])
@staff.arguments(BeginShape)
@staff.response(201, ReportOut)
@officer("reports.sign")
def begin(data: dict[str, Any]) -> Any:
    """Begin a quarter's report."""
    return service.begin(actor(), actor().province_code, Quarter(data["year"], data["quarter"]), clock.now())


@staff.route("/penalty-reports/<uuid:report_id>/sign", methods=["POST"])
@staff.arguments(SignReportShape)
@staff.response(200, ReportOut)
@officer("reports.sign", fresh=True)
def sign(data: dict[str, Any], report_id: UUID) -> Any:
    """Sign it."""
    return service.sign(actor(), report_id, data, clock.now())


@staff.route("/penalty-reports/<uuid:report_id>/file", methods=["POST"])
@staff.arguments(StepShape)
@staff.response(200, ReportOut)
@officer("reports.sign", fresh=True)
def file(data: dict[str, Any], report_id: UUID) -> Any:
    """Send it to the centre."""
    return service.file(actor(), report_id, data, clock.now())


@staff.route("/penalty-reports/<uuid:report_id>/accept", methods=["POST"])
@staff.arguments(StepShape)
@staff.response(200, ReportOut)
@officer("reports.receive")
def accept(data: dict[str, Any], report_id: UUID) -> Any:
    """Receive it."""
    return service.accept(actor(), report_id, data, clock.now())


@staff.route("/penalty-reports/<uuid:report_id>/return", methods=["POST"])
@staff.arguments(ReasonStepShape)
@staff.response(200, ReportOut)
@officer("reports.receive")
def give_back(data: dict[str, Any], report_id: UUID) -> Any:
    """Send it back, with the reason."""
    return service.send_report_back(actor(), report_id, data, clock.now())

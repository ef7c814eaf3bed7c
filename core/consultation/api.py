"""Consultation as an API: lines, articles and questions for the public; answers, calls and figures for officers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from flask_smorest import Blueprint
from marshmallow import fields

from core.consultation import service
from core.consultation.rules import ENQUIRY_MOVES
from core.consultation.schemas import AnswerShape, AskShape, CallShape, EscalateShape, LineShape, ReadShape
from core.consultation.views.asking import ASK_RATE, READ_RATE
from core.foundation import clock
from core.foundation.access import anyone, officer
from core.foundation.limits import limiter
from core.foundation.shapes import Shape
from core.foundation.web import actor, paging

PREFIX = "/api/v1/consultation"
public = Blueprint("consultation_api", __name__, url_prefix=PREFIX, description="Whom to ask, and asking")
staff = Blueprint("consultation_api", __name__, url_prefix=PREFIX, description="Enquiries of the territory")


class HoursOut(Shape):
    """Hours of a working day."""

    opens = fields.String()
    closes = fields.String()
    pause_from = fields.String()
    pause_to = fields.String()


class LineOut(Shape):
    """An institution's line; `open` says whether somebody answers now, null where nobody knows."""

    code = fields.String()
    name = fields.String()
    telephone = fields.String()
    hours = fields.Nested(HoursOut, allow_none=True)
    mailbox = fields.String()
    remark = fields.String()
    dedicated = fields.Boolean()
    open = fields.Boolean(allow_none=True)


class ArticleOut(Shape):
    """A published article."""

    id = fields.UUID()
    province_code = fields.String()
    title = fields.String()
    body = fields.String()
    title_en = fields.String()
    body_en = fields.String()


class AskedOut(Shape):
    """Number and code of a question, and the last day for its answer."""

    reference = fields.String(attribute="row.reference")
    code = fields.String()
    due_on = fields.Date(attribute="row.due_on", allow_none=True)


class LetterOut(Shape):
    """A text of the thread: in, out, or (for officers) note."""

    direction = fields.String()
    body = fields.String()
    at = fields.AwareDateTime(default_timezone=None)


class ThreadOut(Shape):
    """A question and what was said."""

    reference = fields.String(attribute="row.reference")
    state = fields.String(attribute="row.state")
    subject = fields.String(attribute="row.subject")
    due_on = fields.Date(attribute="row.due_on", allow_none=True)
    version = fields.Integer(attribute="row.version")
    letters = fields.List(fields.Nested(LetterOut))


class EnquiryOut(Shape):
    """An enquiry of the territory, without its text."""

    id = fields.UUID()
    reference = fields.String()
    institution_code = fields.String()
    channel = fields.String()
    state = fields.String()
    asked_at = fields.AwareDateTime(default_timezone=None)
    due_on = fields.Date(allow_none=True)
    version = fields.Integer()


class CallOut(Shape):
    """A call."""

    id = fields.UUID()
    institution_code = fields.String()
    received_at = fields.AwareDateTime(default_timezone=None)
    answered = fields.Boolean()
    missed = fields.Boolean()


class FiguresOut(Shape):
    """A month of an institution, or of a province for the centre."""

    place = fields.String()
    calls = fields.Integer()
    missed = fields.Integer()
    asked = fields.Integer()
    letters = fields.Integer()
    answered = fields.Integer()
    timely = fields.Integer()
    median_hours = fields.Integer(allow_none=True)


@public.route("/lines", methods=["GET"])
@public.response(200, LineOut(many=True))
@anyone(through_maintenance=True)
def lines() -> Any:
    """Lines of a province's institutions (`province`, `search`), 50 a page (`page`)."""
    province, search = request.args.get("province", "")[:2], request.args.get("search", "")[:40]
    return service.directory(province, paging(), search, clock.now())[0]


@public.route("/articles", methods=["GET"])
@public.response(200, ArticleOut(many=True))
@anyone(through_maintenance=True)
def articles() -> Any:
    """Published articles (`province`, `search`), 50 a page (`page`)."""
    return service.published(paging(), request.args.get("province", "")[:2], request.args.get("search", "")[:80]).rows


@public.route("/enquiries", methods=["POST"])
@public.arguments(AskShape)
@public.response(201, AskedOut)
@anyone()
@limiter.limit(ASK_RATE)
def ask(data: dict[str, Any]) -> Any:
    """Ask an institution; number and code open the answer."""
    return service.ask(actor(), data, clock.now())


@public.route("/enquiries/answer", methods=["POST"])
@public.arguments(ReadShape)
@public.response(200, ThreadOut)
@anyone()
@limiter.limit(READ_RATE)
def read(data: dict[str, Any]) -> Any:
    """Read a question's thread by number and code."""
    return service.read(data["number"], data["code"])


@staff.route("/enquiries", methods=["GET"])
@staff.response(200, EnquiryOut(many=True))
@officer("consultation.view")
def enquiries() -> Any:
    """Enquiries of the territory (`state`, `late`=1), 50 a page (`page`)."""
    state = request.args.get("state", "")
    state = state if state in ENQUIRY_MOVES.labels else ""
    return service.enquiries(paging(), state, request.args.get("late") == "1", clock.today()).rows


@staff.route("/enquiries/<uuid:enquiry_id>", methods=["GET"])
@staff.response(200, ThreadOut)
@officer("consultation.view")
def show(enquiry_id: UUID) -> Any:
    """One enquiry with its thread."""
    return service.thread(enquiry_id)


@staff.route("/enquiries/<uuid:enquiry_id>/answer", methods=["POST"])
@staff.arguments(AnswerShape)
@staff.response(200, EnquiryOut)
@officer("consultation.answer")
def answer(data: dict[str, Any], enquiry_id: UUID) -> Any:
    """Answer the asker."""
    return service.answer(actor(), enquiry_id, data, clock.now())


@staff.route("/enquiries/<uuid:enquiry_id>/escalate", methods=["POST"])
@staff.arguments(EscalateShape)
@staff.response(200, EnquiryOut)
@officer("consultation.answer")
def escalate(data: dict[str, Any], enquiry_id: UUID) -> Any:
    """Hand an enquiry to the centre, with the reason."""
    return service.escalate(actor(), enquiry_id, data["reason"], data["version"], clock.now())


@staff.route("/calls", methods=["POST"])
@staff.arguments(CallShape)
@staff.response(201, CallOut)
@officer("consultation.answer")
def record_call(data: dict[str, Any]) -> Any:
    """Write a call down."""
    given = {**data, "answered": data["answered"] == "yes"}
    return service.record_call(actor(), data["institution_code"], given, clock.now())


@staff.route("/lines/<code>", methods=["PUT"])
@staff.arguments(LineShape)
@staff.response(200, LineOut)
@officer("consultation.lines")
def save_line(data: dict[str, Any], code: str) -> Any:
    """State an institution's telephone, hours and mail address."""
    service.save_line(actor(), code, data, clock.now())
    return service.shown([service.body_of(actor(), code)], clock.now())[0]


@staff.route("/figures", methods=["GET"])
@staff.response(200, FiguresOut(many=True))
@officer("consultation.view")
def figures() -> Any:
    """A month (`month`, 2020-03) of each institution, of each province for the centre."""
    first, following = service.month_of(request.args.get("month", ""), clock.today())
    found = service.of_month(actor(), first, following)
    names = ("calls", "missed", "asked", "letters", "answered", "timely", "median_hours")
    return [{"place": key, **{name: getattr(item, name) for name in names}} for key, item in found.items()]

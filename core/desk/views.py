"""The rules desk on the staff site, and the page of the API on both."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Response, render_template, request

from core.calendar import service as calendar
from core.calendar.rules import BUSINESS_NAMES, Window
from core.certificates.rules import judge_certificate_number
from core.desk import service
from core.desk.schemas import NumberQuestion, PlanQuestion
from core.foundation import clock
from core.foundation.access import anyone, officer
from core.foundation.findings import N_, Verdict, verdict
from core.foundation.i18n import say, spoken
from core.foundation.web import CSP, Form, Section
from core.people.rules import judge_identity_number
from core.plans.rules import PlanDraft, judge_windows

public = Blueprint("desk", __name__)
staff = Blueprint("desk", __name__)

STAFF_SECTIONS = (Section(N_("规则台"), "desk.index", "desk.use", order=85, menu=N_("系统工具")),)


def judge_plan(data: dict[str, Any]) -> Verdict:
    """A plan's windows under the rules in force."""
    draft = PlanDraft(
        data["business"],
        Window(data["entry_start"], data["entry_end"]),
        Window(data["confirm_start"], data["confirm_end"]),
    )
    return judge_windows(draft, calendar.published())


def judge_number(data: dict[str, Any], today: date) -> Verdict:
    """An identity or certificate number."""
    judge = judge_identity_number if data["what"] == "identity" else judge_certificate_number
    return verdict((judge.__name__, judge(data["number"], today)))


def _answer(judged: Verdict) -> dict[str, Any]:
    return {"refused": judged.refused, "findings": [spoken(finding) for finding in judged.findings]}


@staff.route("/desk", methods=["GET", "POST"])
@officer("desk.use")
def index() -> Any:
    """Ask the rulebook without a case: a plan's windows, a number, a photo."""
    what = request.args.get("what", "plan")
    shape = PlanQuestion() if what == "plan" else NumberQuestion()
    form = Form(shape, {"business": "recognition", "what": "identity"})
    answer = None
    if form.sent and what == "photo":
        file = request.files.get("photo")
        rules = calendar.rules_on(clock.today())[1]
        answer = _answer(service.judge_photo_bytes("photo", file.read() if file else b"", rules).verdict)
    elif form.sent and (data := form.load()):
        answer = _answer(judge_plan(data) if what == "plan" else judge_number(data, clock.today()))
    businesses = [(key, say(name)) for key, name in BUSINESS_NAMES.items()]
    return form.page("staff/desk.html", what=what, answer=answer, businesses=businesses)


@public.get("/api/v1/", endpoint="api")
@anyone()
def public_api() -> Response:
    """The API's description as a page, served from here."""
    return _api_page()


@staff.get("/api/v1/", endpoint="api")
@officer()
def staff_api() -> Response:
    """The API's description as a page, for officers."""
    return _api_page()


def _api_page() -> Response:
    """The one page whose styles are written by its script; it shows nothing that anybody typed."""
    page = Response(render_template("shared/api.html"))
    page.headers["Content-Security-Policy"] = CSP.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
    return page

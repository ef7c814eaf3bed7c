"""Home pages, health, and the operator's page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, jsonify, redirect, render_template, url_for

from core.applications.rules.states import CASE_MOVES
from core.calendar import service as calendar
from core.calendar.rules import season_of
from core.filing import service as filing
from core.foundation import clock, outbox
from core.foundation.access import anyone, officer
from core.foundation.findings import N_
from core.foundation.paging import Paging
from core.foundation.web import actor, notify, only, see_other
from core.hooks import models as health
from core.hooks.discovery import province_name
from core.oversight import service
from core.oversight.views.blueprints import public, staff
from core.oversight.views.owing import STANDINGS, TONES, lines
from core.plans import service as plans

SHOWN = 10
# Of a list of candidates: how it stands, and who must act.
EXAM_STEPS = {
    "waiting": (N_("正在查询"), N_("由系统查询，无需办理")),
    "done": (N_("已答复"), N_("请下载结果")),
    "refused": (N_("未查询"), N_("名单有误，请改正后重新上传")),
}


@public.get("/", endpoint="home")
@anyone()
def public_home() -> str:
    """What is open now, and where to go."""
    today = clock.today()
    yearbook = calendar.in_force(today.year)
    rules = calendar.rules_of(yearbook) if yearbook else None
    season = season_of(today, rules) if rules else None
    rows = plans.open_plans(Paging(size=6), today, "recognition").rows
    names = filing.names_of({row.institution_code for row in rows})
    return render_template("public/home.html", season=season, rules=rules, rows=rows, names=names, today=today)


@staff.get("/")
@anyone()
def home() -> Any:
    """The officer's home: what awaits them; others are asked to sign in."""
    if actor().kind != "officer":
        return redirect(url_for("accounts.sign_in"), code=303)
    board = service.board(actor(), clock.today(), clock.now())
    return render_template(
        "staff/home.html", board=board, labels=CASE_MOVES.labels, rows=lines(board.mine[:SHOWN]), standings=STANDINGS,
        more=max(len(board.mine) - SHOWN, 0), tones=TONES, exam=service.exam_desk(actor()), exam_steps=EXAM_STEPS,
    )  # fmt: skip


def _health() -> Response:
    return jsonify(status="ok")


@public.get("/healthz", endpoint="health")
@anyone(through_maintenance=True)
def public_health() -> Response:
    """Whether the site answers."""
    return _health()


@staff.get("/healthz", endpoint="health")
@anyone()
def staff_health() -> Response:
    """Whether the site answers."""
    return _health()


@staff.get("/operations")
@officer("operations.view")
def operations() -> str:
    """Messages, failed jobs, provinces and their breakers."""
    return render_template(
        "staff/operations.html", now=service.operations(), province_name=province_name, instant=clock.real_now()
    )


@staff.post("/operations/provinces/<code>/<hook>/close")
@officer("operations.act")
def close_breaker(code: str, hook: str) -> Any:
    """Let calls of a province's hook through again at once, whatever its faults were."""
    only()
    done = health.close(actor(), code, hook, clock.now())
    notify(N_("已恢复调用。") if done else N_("此接口没有故障记录。"))
    return see_other("oversight.operations")


@staff.post("/operations/messages/<uuid:message_id>/retry")
@officer("operations.act")
def retry(message_id: UUID) -> Any:
    """Give a failed message its attempts again."""
    only()
    outbox.retry(message_id)
    notify(N_("已重新排队。"))
    return see_other("oversight.operations")

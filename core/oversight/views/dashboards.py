"""Dashboards: the nation, a province, a city or county; with tables, as a file too."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, request, url_for

from core.calendar.rules import SEASON_NAMES
from core.filing import exports
from core.filing import service as filing
from core.foundation import clock
from core.foundation.access import officer, territory, within
from core.foundation.errors import NotFound
from core.foundation.findings import N_
from core.foundation.i18n import say
from core.foundation.web import actor
from core.oversight import service
from core.oversight.views.blueprints import staff
from core.oversight.views.pictures import METRICS, Picture, name_of, pictures


def asked() -> tuple[str, str]:
    """The metric and the season that this request asks for; raises `NotFound`."""
    metric, season = request.args.get("metric", "open"), request.args.get("season", "")
    if metric not in METRICS or (season and season not in service.seasons(clock.today())):
        raise NotFound()
    return metric, season or service.present_season(clock.today())


def shown(code: str) -> tuple[service.Dashboard, list[Picture], str]:
    """A territory's dashboard with its pictures and name; raises `NotFound` outside the actor's."""
    metric, season = asked()
    level = service.level_of(actor(), code)
    with within(territory(code)):
        board = service.dashboard(code, level, season, clock.today(), clock.now())
    keep: dict[str, Any] = {name: value for name, value in request.args.items() if name in ("metric", "season")}
    made = pictures(board, metric, lambda to: url_for("oversight.dashboard_of", code=to, **keep))
    return board, made, _title(code)


def _title(code: str) -> str:
    if not code:
        return say(N_("全国"))
    if len(code) == 2:
        return name_of(code)
    place = filing.places([code]).get(code)
    return place.name if place else code


def season_name(key: str) -> str:
    """A season's key in words."""
    year, _dash, half = key.partition("-")
    return say(N_("%(year)s年%(half)s"), year=year, half=SEASON_NAMES.get(half, half)) if key else "—"


def _page(code: str) -> str:
    board, made, title = shown(code)
    metric, season = asked()
    return render_template(
        "staff/dashboard.html", board=board, pictures=made, title=title, metric=metric, metrics=METRICS,
        season=season, seasons=[(key, season_name(key)) for key in service.seasons(clock.today())], code=code,
        above=code[:-2] if len(code) > len(actor().prefix) else None,
    )  # fmt: skip


@staff.get("/dashboards")
@officer("oversight.view")
def dashboard() -> str:
    """The dashboard of the officer's own territory."""
    return _page(actor().prefix)


@staff.get("/dashboards/<code>")
@officer("oversight.view")
def dashboard_of(code: str) -> str:
    """The dashboard of a province, city or county of the territory."""
    return _page(code)


@staff.get("/dashboards.xlsx")
@officer("oversight.view")
def dashboard_file() -> Response:
    """The tables of a dashboard, a sheet each; `code` names a place of the territory."""
    code = request.args.get("code", actor().prefix)
    board, made, title = shown(code)
    sheets: dict[str, Any] = {}
    for picture in made:
        name = "".join(letter for letter in picture.title if letter not in "[]:*?/\\：")[:28]
        sheets[name] = (picture.header, picture.rows)
    about = (say(N_("范围")), say(N_("时段")), say(N_("数字截至")))
    told = (title, season_name(board.season), clock.beijing(board.as_of).strftime("%Y-%m-%d %H:%M"))
    sheets[say(N_("说明"))] = (about, [told])
    return exports.workbook(actor(), "dashboard", code or "nation", sheets, f"dashboard-{code or 'nation'}.xlsx")

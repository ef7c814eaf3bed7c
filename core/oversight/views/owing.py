"""The obligations board: what is late, what is next, who must act, by which clause, and where it is done."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, render_template, request, url_for
from werkzeug.routing import BuildError

from core.filing import exports
from core.filing import service as filing
from core.foundation import clock
from core.foundation.access import admits, officer, rule_of
from core.foundation.findings import N_
from core.foundation.i18n import say, spoken
from core.foundation.obligations import Obligation, Standing
from core.foundation.paging import Page
from core.foundation.web import actor, listing, paging
from core.oversight import service
from core.oversight.rules import WHO
from core.oversight.views.blueprints import staff
from core.oversight.views.pictures import name_of
from core.rulesets.sources import source_of

STANDINGS = {
    Standing.LATE: N_("已逾期"),
    Standing.SOON: N_("两周内到期"),
    Standing.LATER: N_("以后到期"),
    Standing.OPEN: N_("随时办理"),
}
TONES = {"late": "bad", "soon": "wait", "later": "plain", "open": "act"}
FILTERS = ("who", "standing", "clause", "part")


def link_of(item: Obligation) -> str:
    """The page where an obligation is fulfilled; "" where the actor may not open it."""
    rule = rule_of(current_app.view_functions.get(item.endpoint))
    if rule is None or not admits(rule, actor()):
        return ""
    try:
        return url_for(item.endpoint, **item.values)
    except BuildError:
        return ""


def lines(items: list[Obligation]) -> list[dict[str, Any]]:
    """Obligations in the reader's language."""
    bodies = filing.names_of({item.institution_code for item in items if item.institution_code})
    today = clock.today()
    return [
        {
            **spoken(item.finding),
            "kind": item.kind,
            "who": say(WHO.get(item.who, item.who)),
            "place": bodies.get(item.institution_code) or (name_of(item.province_code) if item.province_code else ""),
            "province_code": item.province_code,
            "institution_code": item.institution_code,
            "due_on": item.due_on,
            "standing": str(item.standing(today)),
            "count": item.count,
            "link": link_of(item),
        }
        for item in items
    ]


def board() -> service.Owing:
    """The board under this request's filter."""
    wanted = service.Wanted(**{name: request.args.get(name, "")[:40] for name in FILTERS})
    return service.owing(actor(), wanted, clock.today(), clock.now())


def part_names(codes: list[str]) -> dict[str, str]:
    """Names of provinces, cities or institutions by code."""
    if not actor().prefix:
        return {code: name_of(code) if code else say(N_("国家中心")) for code in codes}
    if len(actor().prefix) == 2:
        found = {code: place.name for code, place in filing.places([code for code in codes if len(code) > 2]).items()}
        return {code: found.get(code) or (name_of(code) if len(code) == 2 else code) for code in codes}
    found = filing.names_of({code for code in codes if code})
    return {code: found.get(code) or say(N_("本级")) for code in codes}


@staff.get("/obligations")
@officer("oversight.view")
def obligations() -> str:
    """The obligations of the officer's territory."""
    made, page = board(), paging()
    begin = (page.number - 1) * page.size
    some = made.items[begin : begin + page.size]
    return render_template(
        "staff/obligations.html", board=made, rows=lines(some), names=part_names(list(made.parts)),
        listing=listing(Page(some, page, len(made.items) > begin + page.size), *FILTERS),
        asked={name: request.args.get(name, "") for name in FILTERS}, standings=STANDINGS,
        who={"mine": N_("轮到我"), **{letter: WHO[letter] for letter in "OHPN"}},
        clauses={clause: source_of(clause) for clause in made.clauses},
        tones=TONES,
    )  # fmt: skip


@staff.get("/obligations.xlsx")
@officer("oversight.view")
def obligations_file() -> Response:
    """The board as a file."""
    names = (N_("状态"), N_("期限"), N_("地区或机构"), N_("由谁办理"), N_("事项"), N_("依据"), N_("怎样办理"))
    header = [say(name) for name in names]
    rows = [
        (say(STANDINGS[Standing(row["standing"])]), row["due_on"].isoformat() if row["due_on"] else "", row["place"],
         row["who"], row["message"], say(source_of(row["clause"])), row["remedy"])
        for row in lines(board().items[:20_000])
    ]  # fmt: skip
    sheets = {say(N_("应办事项")): (header, rows)}
    return exports.workbook(actor(), "obligations", actor().prefix or "nation", sheets, "obligations.xlsx")

"""The stock overview, a holder's book, its ranges and movements, the delivery of the printer."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import render_template, request

from core.certificates import service, workbook
from core.certificates.rules import KIND_NAMES, Account
from core.certificates.schemas import ReceiveShape
from core.certificates.views.words import batch, holder_names, item, marks, officer_names, staff, words
from core.filing import exports
from core.foundation import clock
from core.foundation.access import officer
from core.foundation.findings import N_
from core.foundation.i18n import spoken
from core.foundation.paging import Paging
from core.foundation.web import Form, actor, listing, notify, paging, see_other


@staff.get("/stock")
@officer("stock.view")
def stock() -> str:
    """Every holder of the officer's territory: what lies where, what is needed, what is low or idle."""
    season, rules = batch()
    page = service.overview(item(), season, rules, clock.now(), paging())
    return render_template(
        "staff/certificates/stock.html", listing=listing(page, "item"), item=item(), season=season,
        accounts=list(Account), own=service.own_code(actor()),
        names=holder_names(row.code for row in page.rows),
        advice={row.code: [spoken(finding) for finding in row.findings] for row in page.rows}, **words(),
    )  # fmt: skip


@staff.get("/stock/books/<code>")
@officer("stock.view")
def book(code: str) -> str:
    """A holder's book: balances on a day, ranges now, movements."""
    holder = service.seen(actor(), code)
    day = _day()
    ranges, moved = service.segments(code, Paging(size=200)), service.movements(paging(), code, _kind())
    series = marks({*(row.series for row in ranges.rows), *(row.series for row in moved.rows)})
    return render_template(
        "staff/certificates/book.html", holder=holder, day=day, balances=service.on_day(code, day),
        ranges=ranges.rows, more_ranges=ranges.has_next, listing=listing(moved, "day", "kind"), series=series,
        kind=_kind(), names=holder_names({code, *(row.other_code for row in moved.rows if row.other_code)}),
        people=officer_names(row.by for row in moved.rows), accounts=list(Account), **words(),
    )  # fmt: skip


@staff.get("/stock/books/<code>.xlsx")
@officer("stock.view")
def book_file(code: str) -> Any:
    """A holder's book as XLSX: ranges and movements."""
    service.seen(actor(), code)
    ranges = service.segments(code, Paging(size=workbook.MOST)).rows
    moved = service.movements(Paging(size=workbook.MOST), code).rows
    series = marks({*(row.series for row in ranges), *(row.series for row in moved)})
    title = holder_names({code}).get(code, code)
    made = workbook.sheets(ranges, moved, series)
    return exports.workbook(actor(), "stock", code, made, f"stock-{code}.xlsx", title=title)


def _day() -> date:
    """The day asked for, today for nonsense."""
    try:
        return min(date.fromisoformat(request.args.get("day", "")), clock.today())
    except ValueError:
        return clock.today()


def _kind() -> str:
    kind = request.args.get("kind", "")
    return kind if kind in KIND_NAMES else ""


@staff.route("/stock/receive", methods=["GET", "POST"])
@officer("stock.receive")
def receive() -> Any:
    """The centre takes in a delivery of the printer."""
    form = Form(ReceiveShape(), {"item": "blank", "first": 1})
    if form.sent:
        taken = form.carry_out(
            lambda d: service.receive(
                actor(), d["id"], d["item"], d["mark"], d["first"], d["last"], d["counted"], clock.now()
            )
        )
        if taken is not None:
            notify(N_("已入库。"))
            return see_other("certificates.stock", item=form.values.get("item", "blank"))
    return form.page("staff/certificates/receive.html", **words())

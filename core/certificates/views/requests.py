"""Items asked for, proposed, approved, sent, received, disputed and returned."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import render_template, request
from marshmallow import Schema

from core.certificates import service
from core.certificates.rules import CENTRE, STOCK_MOVES
from core.certificates.schemas import (
    AllotShape,
    ApproveShape,
    AskShape,
    BareShape,
    DispatchShape,
    DisputeShape,
    WriteOffShape,
)
from core.certificates.views.words import (
    batch,
    holder_names,
    item,
    marks,
    officer_names,
    season_options,
    staff,
    words,
)
from core.foundation import clock
from core.foundation.access import officer
from core.foundation.audit import history
from core.foundation.db import new_id
from core.foundation.findings import N_
from core.foundation.shapes import ReasonShape
from core.foundation.web import Form, actor, listing, notify, paging, see_other


@staff.get("/stock/requests")
@officer("stock.view")
def requests() -> str:
    """Requests of the officer's territory."""
    state = request.args.get("state", "")
    page = service.requests(paging(), state if state in STOCK_MOVES.labels else "")
    return render_template(
        "staff/certificates/requests.html", listing=listing(page, "state"), state=state,
        names=holder_names({code for row in page.rows for code in (row.holder_code, row.source_code)}), **words(),
    )  # fmt: skip


@staff.route("/stock/requests/new", methods=["GET", "POST"])
@officer("stock.keep")
def ask() -> Any:
    """Ask the level above for items, or send usable ones back to it."""
    back = request.args.get("return") == "1"
    season, rules = batch()
    form = Form(AskShape(), {"item": item(), "season": season})
    if form.sent:
        verb = service.send_back if back else service.ask
        row = form.carry_out(
            lambda d: verb(actor(), d["id"], d["item"], d["quantity"], d["season"], d["note"], clock.now())
        )
        if row is not None:
            return see_other("certificates.show_request", stock_request_id=row.id)
    own = service.place(service.own_code(actor()))
    figures = None if back or own.code == CENTRE else service.supply(item(), own, season, rules)
    form.values.setdefault("quantity", figures.room if figures and figures.room else "")
    return form.page(
        "staff/certificates/ask.html", back=back, figures=figures, seasons=season_options(), item=item(),
        can=own.code != CENTRE, **words(),
    )  # fmt: skip


@staff.route("/stock/allot", methods=["GET", "POST"])
@officer("stock.allot")
def allot() -> Any:
    """What each holder below may be sent by its registered cases; one post allots to one of them."""
    season, rules = batch()
    form = Form(AllotShape(), {"item": item(), "season": season})
    if form.sent:
        row = form.carry_out(
            lambda d: service.allot(
                actor(), d["id"], d["holder_code"], d["item"], d["quantity"], d["season"], d["reason"], rules,
                clock.now(),
            )
        )  # fmt: skip
        if row is not None:
            notify(N_("已核准，请发出。"))
            return see_other("certificates.show_request", stock_request_id=row.id)
    proposed = service.proposals(actor(), item(), season, rules)
    return form.page(
        "staff/certificates/allot.html", proposed=proposed, item=item(), season=season,
        names=holder_names(code for code, _figures in proposed), new_id=new_id, **words(),
    )  # fmt: skip


@staff.get("/stock/requests/<uuid:stock_request_id>")
@officer("stock.view")
def show_request(stock_request_id: UUID) -> Any:
    """One request, the figures it was judged by, and what may be done with it."""
    return _page(stock_request_id, None)


def _page(stock_request_id: UUID, form: Form | None) -> Any:
    row = service.request(stock_request_id)
    rules = batch()[1]
    own = service.own_code(actor())
    holder = service.place(row.holder_code)
    live = row.state == "requested" and row.purpose == "batch" and own == row.source_code
    figures = service.supply(row.item, holder, row.season_key, rules).as_dict() if live else row.supply
    people = (row.requested_by, row.decided_by, row.dispatched_by, row.received_by, row.write_off_by)
    form = form or Form(BareShape())
    form.values.setdefault("quantity", min(row.asked, figures["room"]) if live and figures else row.asked)
    series = marks({stretch[0] for stretch in [*row.ranges, *row.missing]})
    return form.page(
        "staff/certificates/request.html", row=row, figures=figures, own=own, people=officer_names(people),
        upper=row.holder_code if row.purpose == "return" else row.source_code, series=series,
        names=holder_names((row.holder_code, row.source_code)), steps=STOCK_MOVES.steps,
        timeline=history("stock_request", row.id), **words(),
    )  # fmt: skip


def _act(stock_request_id: UUID, shape: Schema, verb: Callable[[dict[str, Any]], Any], done: str) -> Any:
    form = Form(shape)
    if form.carry_out(verb) is None:
        return _page(stock_request_id, form)
    notify(done)
    return see_other("certificates.show_request", stock_request_id=stock_request_id)


@staff.post("/stock/requests/<uuid:stock_request_id>/approve")
@officer("stock.allot")
def approve(stock_request_id: UUID) -> Any:
    """Decide how many."""
    rules = batch()[1]
    return _act(
        stock_request_id,
        ApproveShape(),
        lambda d: service.approve(actor(), stock_request_id, d["quantity"], d["reason"], rules, clock.now()),
        N_("已核准，请发出。"),
    )


@staff.post("/stock/requests/<uuid:stock_request_id>/refuse")
@officer("stock.allot")
def refuse(stock_request_id: UUID) -> Any:
    """Refuse it."""
    return _act(
        stock_request_id, ReasonShape(), lambda d: service.refuse(actor(), stock_request_id, d["reason"], clock.now()),
        N_("已不予核准。"),
    )  # fmt: skip


@staff.post("/stock/requests/<uuid:stock_request_id>/withdraw")
@officer("stock.keep")
def withdraw(stock_request_id: UUID) -> Any:
    """Take it back."""
    return _act(
        stock_request_id,
        ReasonShape(),
        lambda d: service.withdraw(actor(), stock_request_id, d["reason"], clock.now()),
        N_("已撤回。"),
    )


@staff.post("/stock/requests/<uuid:stock_request_id>/dispatch")
@officer("stock.keep")
def dispatch(stock_request_id: UUID) -> Any:
    """Send it."""
    return _act(
        stock_request_id,
        DispatchShape(),
        lambda d: service.dispatch(actor(), stock_request_id, d["serials"], d["mark"], clock.now()),
        N_("已发出，等待签收。"),
    )


@staff.post("/stock/requests/<uuid:stock_request_id>/accept")
@officer("stock.keep")
def accept(stock_request_id: UUID) -> Any:
    """Sign for it."""
    return _act(
        stock_request_id,
        BareShape(),
        lambda d: service.accept(actor(), stock_request_id, clock.now()),
        N_("已签收入库。"),
    )


@staff.post("/stock/requests/<uuid:stock_request_id>/dispute")
@officer("stock.keep")
def dispute(stock_request_id: UUID) -> Any:
    """Count otherwise."""
    return _act(
        stock_request_id,
        DisputeShape(),
        lambda d: service.dispute(actor(), stock_request_id, d["counted"], d["reason"], clock.now()),
        N_("已登记数量争议。"),
    )


@staff.post("/stock/requests/<uuid:stock_request_id>/write-off")
@officer("stock.allot")
def propose_write_off(stock_request_id: UUID) -> Any:
    """Name what never arrived."""
    return _act(
        stock_request_id,
        WriteOffShape(),
        lambda d: service.propose_write_off(
            actor(), stock_request_id, d["serials"], d["mark"], d["reason"], clock.now()
        ),
        N_("已提出核销，待另一人复核。"),
    )


@staff.post("/stock/requests/<uuid:stock_request_id>/write-off/confirm")
@officer("stock.allot")
def confirm_write_off(stock_request_id: UUID) -> Any:
    """A second person confirms the write-off."""
    return _act(
        stock_request_id, BareShape(), lambda d: service.confirm_write_off(actor(), stock_request_id, clock.now()),
        N_("已核销。"),
    )  # fmt: skip

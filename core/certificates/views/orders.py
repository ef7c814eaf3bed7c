"""Orders of extra blanks, the written application and its reply."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import request
from marshmallow import Schema

from core.certificates import service
from core.certificates.rules import CAUSE_NAMES, EXTRA, ORDER_MOVES
from core.certificates.schemas import BareShape, FileShape, OrderShape, ReplyShape
from core.certificates.views.words import (
    batch,
    kept_file,
    officer_names,
    options,
    season_options,
    staff,
    words,
)
from core.foundation import clock
from core.foundation.access import officer
from core.foundation.audit import history
from core.foundation.errors import NotFound
from core.foundation.findings import N_
from core.foundation.shapes import ReasonShape
from core.foundation.web import Form, actor, listing, notify, paging, see_other


@staff.route("/stock/orders", methods=["GET", "POST"])
@officer("stock.view")
def orders() -> Any:
    """Orders of the batch: what was ordered and taken by cause; a province's officer orders here."""
    season, rules = batch()
    form = Form(OrderShape(), {"season": season})
    if form.sent:
        actor().must("stock.order")
        row = form.carry_out(
            lambda d: service.order(
                actor(), d["id"], d["season"], d["cause"], d["quantity"], d["note"], rules, clock.now()
            )
        )
        if row is not None:
            return see_other("certificates.show_order", order_id=row.id)
    state = request.args.get("state", "")
    page = service.orders(paging(), state=state if state in ORDER_MOVES.labels else "")
    province = actor().province_code
    return form.page(
        "staff/certificates/orders.html", listing=listing(page, "state"), labels=ORDER_MOVES.labels,
        seasons=season_options(), causes=options(CAUSE_NAMES, EXTRA), season=season,
        ordered=service.ordered(province, season) if province else None,
        taken=service.extra_by_cause(province, season) if province else {},
        most=rules.v.blank_order_threshold, province_name=service.province_name, **words(),
    )  # fmt: skip


@staff.get("/stock/orders/<uuid:order_id>")
@officer("stock.view")
def show_order(order_id: UUID) -> Any:
    """One order."""
    return _page(order_id, None)


def _page(order_id: UUID, form: Form | None) -> Any:
    row = service.one_order(order_id)
    form = form or Form(BareShape())
    return form.page(
        "staff/certificates/order.html", row=row, labels=ORDER_MOVES.labels, steps=ORDER_MOVES.steps,
        people=officer_names((row.ordered_by, row.applied_by, row.replied_by)), province_name=service.province_name,
        timeline=history("stock_order", row.id), today=clock.today(), **words(),
    )  # fmt: skip


def _act(
    order_id: UUID, shape: Schema, verb: Callable[[dict[str, Any]], Any], done: str, files: tuple[str, ...] = ()
) -> Any:
    form = Form(shape, files=files)
    if form.carry_out(verb) is None:
        return _page(order_id, form)
    notify(done)
    return see_other("certificates.show_order", order_id=order_id)


@staff.post("/stock/orders/<uuid:order_id>/application")
@officer("stock.order")
def apply_in_writing(order_id: UUID) -> Any:
    """Put the signed application on file."""
    return _act(
        order_id,
        FileShape(),
        lambda d: service.apply_in_writing(actor(), order_id, d["application"], clock.now()),
        N_("书面申请已上传，等待批复。"),
        ("application",),
    )


@staff.post("/stock/orders/<uuid:order_id>/reply")
@officer("stock.reply")
def record_reply(order_id: UUID) -> Any:
    """Record the department's reply."""
    return _act(
        order_id,
        ReplyShape(),
        lambda d: service.record_reply(
            actor(), order_id, d["quantity"], d["reference"], d["replied_on"], d["text"], d["reply"], clock.now()
        ),
        N_("批复已登记。"),
        ("reply",),
    )


@staff.post("/stock/orders/<uuid:order_id>/withdraw")
@officer("stock.order")
def withdraw_order(order_id: UUID) -> Any:
    """Take an order back."""
    return _act(
        order_id,
        ReasonShape(),
        lambda d: service.withdraw_order(actor(), order_id, d["reason"], clock.now()),
        N_("已撤回。"),
    )


@staff.get("/stock/orders/<uuid:order_id>/files/<which>")
@officer("stock.view")
def order_file(order_id: UUID, which: str) -> Any:
    """The application or the reply."""
    row = service.one_order(order_id)
    key = {"application": row.application_key, "reply": row.reply_key}.get(which, "")
    if not key:
        raise NotFound()
    return kept_file(key, which)

"""The stock book on the staff site."""

from __future__ import annotations

from typing import Any

from flask import render_template

from core.certificates import service
from core.certificates.schemas import ReceiveShape
from core.certificates.views.words import item_options, staff
from core.foundation import clock
from core.foundation.access import officer
from core.foundation.findings import N_
from core.foundation.web import Form, actor, listing, notify, paging, see_other


@staff.get("/stock")
@officer("stock.view")
def stock() -> str:
    """Balances and the ledger of the officer's territory."""
    balances = service.balances()
    return render_template(
        "staff/certificates/stock.html", balances=balances, names=service.names(code for code, _n in balances),
        listing=listing(service.movements(paging())),
    )  # fmt: skip


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
            return see_other("certificates.stock")
    return form.page("staff/certificates/receive.html", items=item_options())

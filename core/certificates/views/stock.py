"""The stock book on the staff site."""

from __future__ import annotations

from typing import Any

from flask import render_template

from core.certificates import service
from core.certificates.schemas import ReceiveShape
from core.certificates.views.words import staff
from core.filing import service as filing
from core.foundation import clock
from core.foundation.access import officer
from core.foundation.errors import NotAllowed
from core.foundation.findings import N_
from core.foundation.web import Form, actor, listing, notify, paging, see_other


@staff.get("/stock")
@officer("stock.view")
def stock() -> str:
    """Balances and the ledger of the officer's territory."""
    balances = service.balances()
    return render_template(
        "staff/certificates/stock.html", balances=balances, names=filing.names_of(code for code, _n in balances),
        listing=listing(service.movements(paging())),
    )  # fmt: skip


@staff.route("/stock/receive", methods=["GET", "POST"])
@officer("stock.receive")
def receive() -> Any:
    """Take a range of blanks into the province's or an institution's stock."""
    province = actor().province_code
    holders = [(service.province_holder(province), N_("省级库存"))]
    bodies = {body.code: body for body in filing.institutions(province)}
    holders += [(code, body.name) for code, body in bodies.items()]
    form = Form(ReceiveShape(), {"holder_code": service.province_holder(province)})
    if form.sent:

        def verb(data: dict[str, Any]) -> Any:
            holder = data["holder_code"]
            if holder not in dict(holders):
                raise NotAllowed()
            place = bodies[holder].division if holder in bodies else province
            return service.receive_blanks(
                actor(), data["id"], holder, place, data["prefix"], data["first"], data["last"], clock.now()
            )

        if form.carry_out(verb) is not None:
            notify(N_("已入库。"))
            return see_other("certificates.stock")
    return form.page("staff/certificates/receive.html", holders=holders)

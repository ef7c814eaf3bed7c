"""Public verification; certificates and stock on the staff site."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, render_template

from core.calendar import service as calendar
from core.certificates import service
from core.certificates.rules import CERTIFICATE_MOVES
from core.certificates.schemas import ReceiveShape, VerifyShape
from core.filing import service as filing
from core.foundation import clock
from core.foundation.access import anyone, applicant, officer
from core.foundation.errors import NotAllowed
from core.foundation.findings import N_
from core.foundation.limits import limiter
from core.foundation.web import Form, Section, actor, listing, notify, paging, see_other

public = Blueprint("certificates", __name__)
staff = Blueprint("certificates", __name__)

PUBLIC_SECTIONS = (Section(N_("证书查验"), "certificates.verify", order=40),)
STAFF_SECTIONS = (
    Section(N_("证书"), "certificates.index", "certificates.view", order=70),
    Section(N_("空白证书"), "certificates.stock", "stock.view", order=75),
)


def _rate() -> str:
    return str(current_app.config["SETTINGS"].verify_rate)


def _kind_names() -> dict[str, str]:
    yearbook = calendar.in_force(clock.today().year)
    return {kind.code: kind.name for kind in calendar.rules_of(yearbook).kinds} if yearbook else {}


@public.route("/verify", methods=["GET", "POST"])
@limiter.limit(_rate, methods=["POST"])
@anyone()
def verify() -> Any:
    """Check a certificate by number and name; one answer for an unknown number and a wrong name."""
    form = Form(VerifyShape())
    asked, answer = False, None
    if form.sent and (data := form.load()):
        asked = True
        answer = service.verify(re.sub(r"\s", "", data["number"]), data["name"])
    return form.page(
        "public/certificates/verify.html",
        asked=asked,
        answer=answer,
        kind_names=_kind_names() if answer else {},
    )


@public.get("/my/certificates")
@applicant()
def mine() -> str:
    """The person's certificates."""
    person = actor().person_id
    rows = service.of_person(person) if person else []
    return render_template(
        "public/certificates/mine.html", rows=rows, labels=CERTIFICATE_MOVES.labels, kind_names=_kind_names()
    )


@staff.get("/certificates")
@officer("certificates.view")
def index() -> str:
    """Certificates of the officer's territory."""
    return render_template(
        "staff/certificates/index.html", listing=listing(service.certificates(paging())),
        labels=CERTIFICATE_MOVES.labels, kind_names=_kind_names(),
    )  # fmt: skip


@staff.get("/certificates/<uuid:certificate_id>")
@officer("certificates.view")
def show(certificate_id: UUID) -> str:
    """One certificate's record."""
    return render_template(
        "staff/certificates/show.html", row=service.certificate(certificate_id), labels=CERTIFICATE_MOVES.labels,
        kind_names=_kind_names(),
    )  # fmt: skip


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

"""Officers' pages about others: resetting a lost second factor, an institution's networks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import render_template, request

from core.accounts import service
from core.accounts.rules import ROLE_NAMES
from core.accounts.schemas import NetworkShape, ResetShape
from core.accounts.service import offices
from core.accounts.views.blueprints import staff
from core.accounts.views.session import source
from core.foundation import clock
from core.foundation.access import officer
from core.foundation.errors import Refused
from core.foundation.findings import N_
from core.foundation.web import Form, Section, actor, listing, notify, paging, see_other

STAFF_SECTIONS = (
    Section(N_("登录管理"), "accounts.officers", "accounts.reset", 85, menu=N_("机构人员")),
    Section(N_("登录网络"), "accounts.networks", "networks.change", 86, menu=N_("机构人员")),
)


@staff.get("/sign-ins")
@officer("accounts.reset")
def officers() -> Any:
    """Officers of the territory, with their second factor and last sign-in."""
    return _officers()


def _officers(form: Form | None = None) -> Any:
    page = offices.officers_page(actor(), paging(), request.args.get("q", ""))
    status = form.status if form else 200
    return render_template(
        "staff/accounts/officers.html", rows=listing(page, "q"), form=form or Form(ResetShape()),
        role_names=ROLE_NAMES, can=offices.may_reset,
    ), status  # fmt: skip


@staff.post("/sign-ins/<uuid:account_id>/reset")
@officer("accounts.reset", fresh=True)
def reset(account_id: UUID) -> Any:
    """A lost second factor: it is forgotten, the officer enrols anew at the next sign-in."""
    form = Form(ResetShape())
    done = form.carry_out(
        lambda data: offices.reset_factors(actor(), account_id, data["reason"], source(), clock.now()) or True
    )
    if done is None:
        return _officers(form)
    notify(N_("已清除，本人下次登录时重新登记。"))
    return see_other("accounts.officers")


def _code() -> str:
    return actor().institution_code or request.args.get("institution", "")


@staff.route("/networks", methods=["GET", "POST"])
@officer("networks.change", fresh=True)
def networks() -> Any:
    """The networks from which an institution's officers may sign in."""
    form = Form(NetworkShape(), {"institution_code": _code()})
    if form.sent:
        row = form.carry_out(
            lambda data: service.add_network(
                actor(), data["id"], data["institution_code"], data["cidr"], data["note"], source(), clock.now()
            )
        )
        if row is not None:
            notify(N_("网络已登记。"))
            return see_other("accounts.networks", institution=row.institution_code)
    code = str(form.values.get("institution_code", ""))
    rows = service.networks_for(actor(), code)
    return form.page("staff/accounts/networks.html", rows=rows, code=code, address=source().address)


@staff.post("/networks/<uuid:network_id>/remove")
@officer("networks.change", fresh=True)
def remove_network(network_id: UUID) -> Any:
    """Take a network away."""
    try:
        code = service.remove_network(actor(), network_id, source(), clock.now())
    except Refused as refusal:
        form = Form(NetworkShape(), {})
        form.values = {"institution_code": _code()}
        form.refuse(refusal.findings)
        return form.page(
            "staff/accounts/networks.html", rows=service.networks_for(actor(), _code()), code=_code(),
            address=source().address,
        )  # fmt: skip
    notify(N_("网络已移除。"))
    return see_other("accounts.networks", institution=code)

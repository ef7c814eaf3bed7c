"""Pages of the second factor: enrolling at the first sign-in, and keeping factors later."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import abort, g, redirect, render_template, session, url_for
from markupsafe import Markup

from core.accounts import service
from core.accounts.models import SignIn
from core.accounts.schemas import FactorCodeShape, PasskeyShape
from core.accounts.service import passkeys
from core.accounts.views.blueprints import staff
from core.accounts.views.session import carry, most, passkey_site, source
from core.accounts.views.signing import rate
from core.foundation import clock
from core.foundation.access import anyone, officer
from core.foundation.errors import Refused
from core.foundation.findings import N_
from core.foundation.limits import limiter
from core.foundation.web import Form, notify, only, safe_next, see_other


def _page(row: SignIn, form: Form, first: bool) -> Any:
    account, site = service.account(row.account_id), passkey_site()
    secret = service.offer(row.id)
    question = passkeys.ask_to_register(row.id, site) if site else ""
    return form.page(
        "staff/accounts/enrol.html", account=account, secret=secret, first=first, question=question,
        picture=Markup(service.picture(secret, account)),  # noqa: S704 - made by segno from our own text
    )  # fmt: skip


def _enrolled(row: SignIn, factor: str, codes: list[str]) -> Any:
    """After enrolling: the session moves on, and new recovery codes are shown, once."""
    after = service.move_on(row.id, "open", factor, source(), clock.now(), most())
    carry(after, service.account(after.account_id))
    if not codes:
        notify(N_("已登记。"))
        return see_other("accounts.factors")
    return render_template("staff/accounts/codes.html", codes=codes, next=safe_next(session.pop("next", "")))


def _enrol_code(row: SignIn, first: bool) -> Any:
    form = Form(FactorCodeShape())
    if form.sent:
        codes = form.carry_out(lambda data: service.enrol_totp(row.id, data["code"], clock.now()))
        if codes is not None:
            return _enrolled(row, "totp", codes)
    return _page(row, form, first)


def _enrol_passkey(row: SignIn, first: bool) -> Any:
    site = passkey_site()
    if site is None:
        abort(404)
    form = Form(PasskeyShape())
    codes = form.carry_out(lambda data: passkeys.register(row.id, data["passkey"], data["name"], site, clock.now()))
    if codes is not None:
        return _enrolled(row, "passkey", codes)
    return _page(row, form, first)


def _half() -> SignIn | None:
    half = g.get("half")
    return half if half is not None and half.stage == "enrol" else None


@staff.route("/sign-in/enrol", methods=["GET", "POST"])
@limiter.limit(rate, methods=["POST"])
@anyone()
def enrol() -> Any:
    """At the first sign-in an officer sets up a second factor; nothing opens before."""
    half = _half()
    return _enrol_code(half, True) if half else redirect(url_for("accounts.sign_in"), code=303)


@staff.post("/sign-in/enrol/passkey")
@limiter.limit(rate)
@anyone()
def enrol_passkey() -> Any:
    """The same with a passkey."""
    half = _half()
    return _enrol_passkey(half, True) if half else redirect(url_for("accounts.sign_in"), code=303)


@staff.get("/me/factors")
@officer()
def factors() -> Any:
    """An officer's own second factors."""
    account = service.account(g.account_id)
    return render_template(
        "staff/accounts/factors.html", account=account, keys=passkeys.of_account(account.id),
        left=service.codes_left(account.id), by_name=passkey_site() is not None,
    )  # fmt: skip


@staff.route("/me/factors/new", methods=["GET", "POST"])
@officer(fresh=True)
def add_totp() -> Any:
    """Enrol an authenticator, or another one in its place."""
    return _enrol_code(g.sign_in, False)


@staff.post("/me/factors/passkey")
@officer(fresh=True)
def add_passkey() -> Any:
    """Register a passkey."""
    return _enrol_passkey(g.sign_in, False)


def _changed(verb: Any, said: str) -> Any:
    try:
        verb()
    except Refused as refusal:
        account = service.account(g.account_id)
        form = Form(FactorCodeShape())
        form.refuse(refusal.findings)
        return form.page(
            "staff/accounts/factors.html", account=account, keys=passkeys.of_account(account.id),
            left=service.codes_left(account.id), by_name=passkey_site() is not None,
        )  # fmt: skip
    notify(said)
    return see_other("accounts.factors")


@staff.post("/me/factors/totp/remove")
@officer(fresh=True)
def remove_totp() -> Any:
    """Take the authenticator away."""
    return _changed(lambda: service.remove_totp(g.account_id, clock.now()), N_("已移除。"))


@staff.post("/me/factors/<uuid:key_id>/remove")
@officer(fresh=True)
def remove_passkey(key_id: UUID) -> Any:
    """Take a passkey away."""
    return _changed(lambda: passkeys.remove(g.account_id, key_id, clock.now()), N_("已移除。"))


@staff.post("/me/factors/codes")
@officer(fresh=True)
def new_codes() -> Any:
    """New recovery codes, shown once."""
    only()
    codes = service.renew_codes(g.account_id, clock.now())
    return render_template("staff/accounts/codes.html", codes=codes, next=url_for("accounts.factors"))

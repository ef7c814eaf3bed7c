"""Confirming who one is before what counts: asked on the way, what was typed is kept, then it goes on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import current_app, g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _

from core.accounts import service
from core.accounts.schemas import ProofShape
from core.accounts.service import passkeys
from core.accounts.views.blueprints import public, staff
from core.accounts.views.session import carry, is_fresh, most, passkey_site, source
from core.foundation import clock
from core.foundation.access import applicant, officer
from core.foundation.errors import Refused
from core.foundation.findings import N_, Finding
from core.foundation.web import PROOFS, Form, problem, safe_next, wants_problem


def ask() -> Any:
    """For a route that wants a fresh proof: None when there is one, or the page that asks for it."""
    if is_fresh(g.sign_in):
        return None
    if wants_problem():
        return problem(403, _("请先确认身份：POST /api/v1/session/confirm"), "confirm_required")
    if request.method in ("GET", "HEAD"):
        return redirect(url_for("accounts.confirm", next=request.full_path.rstrip("?")), code=303)
    given = {name: request.form[name] for name in PROOFS if request.form.get(name)}
    form = Form(ProofShape(), given)
    form.values = {}
    if given:
        try:
            proven(given)
        except Refused as refusal:
            _say(form, refusal)
        else:
            return None
    form.status = 403
    kept = [(name, value) for name, value in request.form.items(multi=True) if name not in (*PROOFS, "csrf_token")]
    return _page(form, kept, files=bool(request.files))


def _say(form: Form, refusal: Refused) -> None:
    """Put the findings beside the fields of the proof, whatever form they were written for."""
    form.refuse(
        tuple(replace(found, field=f"proof_{found.field.removeprefix('proof_')}") for found in refusal.findings)
    )


def proven(given: dict[str, str]) -> None:
    """Check one proof of who the user is, give the session a new id and record it; raises `Refused`."""
    row, now = g.sign_in, clock.now()
    account = service.account(row.account_id)
    if given.get("proof_passkey"):
        site = passkey_site()
        factor = passkeys.prove(row.id, given["proof_passkey"], site, now) if site else ""
    elif given.get("proof_code") and service.has_factor(account):
        factor = service.check_code(row.id, given["proof_code"], now)
    elif given.get("proof_password"):
        service.check_again(row.id, given["proof_password"], now)
        factor = "password"
    else:
        raise Refused([Finding("proof_missing", N_("请填写密码或验证码"), clause="三(二)", field="proof_password")])
    service.record_proof(account.id, factor, now)
    kept = dict(session)
    after = service.move_on(row.id, "open", row.factor, source(), now, most())
    carry(after, account)
    for name, value in kept.items():  # the CSRF token and what waits to be said; who is signed in is new
        if name not in ("_user_id", "_id", "_fresh", "_permanent"):
            session[name] = value


def _page(form: Form, kept: list[tuple[str, str]], files: bool = False) -> Any:
    account = service.account(g.sign_in.account_id)
    site = passkey_site()
    question = passkeys.ask_to_prove(g.sign_in.id, site) if site else ""
    page = render_template(
        f"{current_app.config['SITE']}/accounts/confirm.html", form=form, kept=kept, files=files,
        has_code=account.totp_secret is not None, question=question, minutes=most().fresh_minutes,
    )  # fmt: skip
    return page, form.status


def _confirm() -> Any:
    form = Form(ProofShape(), {"next": request.args.get("next", "")})
    if form.sent:
        given = {name: request.form[name] for name in PROOFS if request.form.get(name)}
        try:
            proven(given)
        except Refused as refusal:
            _say(form, refusal)
        else:
            return redirect(safe_next(request.form.get("next")), code=303)
    return _page(form, [("next", str(form.values.get("next", "")))])


@public.route("/confirm", methods=["GET", "POST"], endpoint="confirm")
@applicant()
def public_confirm() -> Any:
    """Confirm who one is."""
    return _confirm()


@staff.route("/confirm", methods=["GET", "POST"], endpoint="confirm")
@officer()
def staff_confirm() -> Any:
    """Confirm who one is."""
    return _confirm()

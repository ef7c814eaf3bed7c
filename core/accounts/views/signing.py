"""Pages of signing in, on both sites: password, then the second factor; the language; the demonstration's day."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import abort, current_app, g, redirect, request, session, url_for

from core.accounts import service
from core.accounts.models import Account, SignIn
from core.accounts.rules import EndReason
from core.accounts.schemas import SecondShape, SignInShape
from core.accounts.service import passkeys
from core.accounts.views.blueprints import public, staff
from core.accounts.views.session import carry, most, passkey_site, serializer, source
from core.foundation import clock
from core.foundation.access import anyone
from core.foundation.i18n import COOKIE, LANGUAGES
from core.foundation.limits import limiter
from core.foundation.web import Form, only, safe_next


def rate() -> str:
    """How many attempts an address has."""
    return str(current_app.config["SETTINGS"].signin_rate)


def stage_of(account: Account) -> str:
    """What is still missing after the first factor: "second", "enrol", or nothing ("open")."""
    if account.kind == "applicant":
        return "open"
    if service.has_factor(account):
        return "second"
    return "enrol" if current_app.config["SETTINGS"].require_second_factor else "open"


def first_step(login: str, password: str) -> tuple[SignIn, Account]:
    """Check a password and begin a session at its stage; raises `Refused`."""
    account = service.check_password(current_app.config["SITE"], login, password, source(), serializer())
    return begun(account, "password"), account


def begun(account: Account, factor: str, stage: str = "") -> SignIn:
    """Begin a session for an account that showed its first factor; raises `Refused` outside its networks."""
    service.require_network(account, source())
    row = service.begin(account.id, stage or stage_of(account), factor, source(), clock.now(), most())
    carry(row, account)
    return row


def onward(row: SignIn) -> Any:
    """To the next step, or where the user wanted to go."""
    steps = {"second": "accounts.second", "enrol": "accounts.enrol"}
    if row.stage in steps:
        return redirect(url_for(steps[row.stage]), code=303)
    return redirect(safe_next(session.pop("next", "")), code=303)


def _sign_in() -> Any:
    half = g.get("half")
    if half is not None and request.method == "GET":
        return onward(half)
    form = Form(SignInShape(), {"next": request.args.get("next", "")})
    if form.sent:
        session["next"] = safe_next(request.form.get("next"))
        done = form.carry_out(lambda data: first_step(data["login"], data["password"]))
        if done is not None:
            return onward(done[0])
    settings = current_app.config["SETTINGS"]
    return form.page(
        f"{current_app.config['SITE']}/accounts/sign_in.html",
        optional_factor=settings.demonstration and not settings.require_second_factor,
        providers=current_app.extensions.get("xingtan_sso", {}),
    )


@public.route("/sign-in", methods=["GET", "POST"], endpoint="sign_in")
@limiter.limit(rate, methods=["POST"])
@anyone()
def public_sign_in() -> Any:
    """Sign in by mobile or document number."""
    return _sign_in()


@staff.route("/sign-in", methods=["GET", "POST"], endpoint="sign_in")
@limiter.limit(rate, methods=["POST"])
@anyone()
def staff_sign_in() -> Any:
    """Sign in by user name."""
    return _sign_in()


def second_step(row: SignIn, code: str, passkey: str) -> SignIn:
    """Take the second factor for a half session; the session is open then. Raises `Refused`."""
    now, site = clock.now(), passkey_site()
    factor = passkeys.prove(row.id, passkey, site, now) if passkey and site else service.check_code(row.id, code, now)
    after = service.move_on(row.id, "open", factor, source(), now, most())
    carry(after, service.account(after.account_id))
    return after


@staff.route("/sign-in/second", methods=["GET", "POST"])
@limiter.limit(rate, methods=["POST"])
@anyone()
def second() -> Any:
    """The second factor: a code of the authenticator, a passkey, or a recovery code."""
    half = g.get("half")
    if half is None or half.stage != "second":
        return redirect(url_for("accounts.sign_in"), code=303)
    form = Form(SecondShape())
    if form.sent:
        after = form.carry_out(lambda data: second_step(half, data["code"], data["passkey"]))
        if after is not None:
            return onward(after)
        row = service.looked_up(half.id)
        if row is None or row[0].ended_at is not None:
            return redirect(url_for("accounts.sign_in"), code=303)
    account, site = service.account(half.account_id), passkey_site()
    question = passkeys.ask_to_prove(half.id, site) if site else ""
    return form.page("staff/accounts/second.html", question=question, account=account)


def _sign_out() -> Any:
    only()
    row = g.get("sign_in") or g.get("half")
    if row is not None:
        service.end_session(row.id, EndReason.SIGNED_OUT, source(), clock.now())
    session.clear()
    return redirect("/", code=303)


@public.post("/sign-out", endpoint="sign_out")
@anyone()
def public_sign_out() -> Any:
    """End this session."""
    return _sign_out()


@staff.post("/sign-out", endpoint="sign_out")
@anyone()
def staff_sign_out() -> Any:
    """End this session."""
    return _sign_out()


def _language(code: str) -> Any:
    if code not in LANGUAGES:
        abort(404)
    response = redirect(safe_next(request.args.get("next")), code=303)
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    response.set_cookie(COOKIE, code, max_age=31_536_000, samesite="Lax", httponly=True, secure=secure)
    return response


@public.get("/language/<code>", endpoint="language")
@anyone(through_maintenance=True)
def public_language(code: str) -> Any:
    """Choose the language of the pages."""
    return _language(code)


@staff.get("/language/<code>", endpoint="language")
@anyone()
def staff_language(code: str) -> Any:
    """Choose the language of the pages."""
    return _language(code)


def _set_day() -> Any:
    settings = current_app.config["SETTINGS"]
    if not settings.demonstration or not settings.clock_file:
        abort(404)
    only("day", "next")
    try:
        day = datetime.strptime(request.form.get("day", ""), "%Y-%m-%d").replace(hour=9, tzinfo=clock.BEIJING)
    except ValueError:
        abort(400)
    clock.set_to(day, settings.clock_file)
    return redirect(safe_next(request.form.get("next")), code=303)


@public.post("/demonstration/day", endpoint="set_day")
@anyone(through_maintenance=True)
def public_set_day() -> Any:
    """Set the demonstration's day; there is no such page elsewhere."""
    return _set_day()


@staff.post("/demonstration/day", endpoint="set_day")
@anyone()
def staff_set_day() -> Any:
    """Set the demonstration's day; there is no such page elsewhere."""
    return _set_day()

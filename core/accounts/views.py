"""Pages of signing in, on both sites; the language; the demonstration's day."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, abort, current_app, redirect, request, session
from flask_babel import gettext as _

from core.accounts import service
from core.accounts.models import Account
from core.accounts.rules import ROLE_NAMES
from core.accounts.schemas import PasswordShape, SignInShape, SignUpShape
from core.foundation import clock
from core.foundation.access import anyone, applicant, officer
from core.foundation.findings import N_, Finding
from core.foundation.i18n import COOKIE, LANGUAGES
from core.foundation.limits import limiter
from core.foundation.web import Form, actor, notify, safe_next, see_other
from core.people.rules import DOCUMENT_NAMES

public = Blueprint("accounts", __name__)
staff = Blueprint("accounts", __name__)


def _rate() -> str:
    return str(current_app.config["SETTINGS"].signin_rate)


def _sign_in_failed() -> Finding:
    return Finding(
        "sign_in_failed",
        N_("账号或密码不正确"),
        clause="三(二)",
        field="login",
        remedy=N_("请核对后重试"),
    )


def _sign_in(find: Any, template: str) -> Any:
    form = Form(SignInShape(), {"next": request.args.get("next", "")})
    if form.sent:
        data = form.load()
        account: Account | None = find(data["login"], data["password"]) if data else None
        if account is not None:
            session.clear()
            service.begin_session(account)
            session.permanent = True
            service.note_sign_in(account.id, clock.now())
            return redirect(safe_next(data["next"] if data else ""), code=303)
        if data:
            form.refuse((_sign_in_failed(),))
    return form.page(template)


@public.route("/sign-in", methods=["GET", "POST"], endpoint="sign_in")
@limiter.limit(_rate, methods=["POST"])
@anyone()
def public_sign_in() -> Any:
    """Sign in by mobile or document number."""
    return _sign_in(service.applicant_by, "public/accounts/sign_in.html")


@staff.route("/sign-in", methods=["GET", "POST"], endpoint="sign_in")
@limiter.limit(_rate, methods=["POST"])
@anyone()
def staff_sign_in() -> Any:
    """Sign in by user name."""
    return _sign_in(service.officer_by, "staff/accounts/sign_in.html")


@public.route("/sign-up", methods=["GET", "POST"])
@limiter.limit(_rate, methods=["POST"])
@anyone()
def sign_up() -> Any:
    """A person signs up."""
    form = Form(SignUpShape())
    if form.sent:
        account = form.carry_out(lambda data: service.sign_up(data, clock.today(), clock.now()))
        if account is not None:
            session.clear()
            service.begin_session(account)
            session.permanent = True
            return see_other("applications.mine")
    kinds = [(kind.value, _(name)) for kind, name in DOCUMENT_NAMES.items()]
    return form.page("public/accounts/sign_up.html", kinds=kinds)


def _sign_out() -> Any:
    service.end_session()
    session.clear()
    return redirect("/", code=303)


def _me(template: str) -> Any:
    form = Form(PasswordShape())
    if form.sent:
        ident = actor().id
        changed = form.carry_out(
            lambda data: service.change_password(ident, data["old"], data["password"], clock.now()) if ident else None
        )
        if changed is not None:
            service.begin_session(changed)
            notify(N_("密码已修改，其他设备上的登录已退出。"))
            return see_other("accounts.me")
    return form.page(template, role_names=ROLE_NAMES)


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


@public.route("/me", methods=["GET", "POST"], endpoint="me")
@applicant()
def public_me() -> Any:
    """The person's own account."""
    return _me("public/accounts/me.html")


@staff.route("/me", methods=["GET", "POST"], endpoint="me")
@officer()
def staff_me() -> Any:
    """The officer's own account."""
    return _me("staff/accounts/me.html")


def _language(code: str) -> Any:
    if code not in LANGUAGES:
        abort(404)
    response = redirect(safe_next(request.args.get("next")), code=303)
    response.set_cookie(COOKIE, code, max_age=31_536_000, samesite="Lax", httponly=True)
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

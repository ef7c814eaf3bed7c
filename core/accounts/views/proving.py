"""Pages where a code by message proves who one is: signing up, a forgotten password, a new mobile or mail."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import current_app, g, session, url_for
from flask_babel import gettext as _

from core.accounts import service
from core.accounts.schemas import ContactShape, FactorCodeShape, ForgottenShape, RenewShape, SignUpShape
from core.accounts.service import codes, renewing
from core.accounts.views.blueprints import public
from core.accounts.views.signing import begun, rate
from core.foundation import clock
from core.foundation.access import anyone, applicant
from core.foundation.findings import N_
from core.foundation.limits import limiter
from core.foundation.web import Form, notify, see_other
from core.people.rules import DOCUMENT_NAMES


def asked(purpose: str) -> UUID | None:
    """The code this browser asked for; the cookie is signed, so nobody tries at another's."""
    kept = session.get("code", {})
    return UUID(kept["id"]) if kept.get("purpose") == purpose else None


def _ask(purpose: str, code_id: UUID, endpoint: str) -> Any:
    session["code"] = {"purpose": purpose, "id": code_id.hex}
    return see_other(endpoint)


def _code_page(form: Form, purpose: str, back: str, **context: Any) -> Any:
    code_id = asked(purpose)
    if code_id is None:
        return see_other(back)
    letter = codes.letter_of(code_id) if current_app.config["SETTINGS"].demonstration else None
    return form.page(
        "public/accounts/code.html", purpose=purpose, letter=letter, again=url_for(back),
        demonstrated=current_app.config["SETTINGS"].demonstration, **context,
    )  # fmt: skip


@public.route("/sign-up", methods=["GET", "POST"])
@limiter.limit(rate, methods=["POST"])
@anyone()
def sign_up() -> Any:
    """A person signs up: the data, then the code sent to the mobile."""
    form = Form(SignUpShape())
    if form.sent:
        code_id = form.carry_out(lambda data: renewing.ask_sign_up(data, clock.today(), clock.now()))
        if code_id is not None:
            return _ask("sign_up", code_id, "accounts.sign_up_code")
    kinds = [(kind.value, _(name)) for kind, name in DOCUMENT_NAMES.items()]
    return form.page("public/accounts/sign_up.html", kinds=kinds)


@public.route("/sign-up/code", methods=["GET", "POST"])
@limiter.limit(rate, methods=["POST"])
@anyone()
def sign_up_code() -> Any:
    """The code came: the person is registered and signed in."""
    form = Form(FactorCodeShape())
    if form.sent:
        account = form.carry_out(
            lambda data: renewing.finish_sign_up(asked("sign_up"), data["code"], clock.today(), clock.now())
        )
        if account is not None:
            begun(account, "password")
            return see_other("applications.mine")
    return _code_page(form, "sign_up", "accounts.sign_up")


@public.route("/forgotten", methods=["GET", "POST"])
@limiter.limit(rate, methods=["POST"])
@anyone()
def forgotten() -> Any:
    """A forgotten password: a code goes to the person's own mobile or mail; the answer is the same for anybody."""
    form = Form(ForgottenShape())
    if form.sent:
        code_id = form.carry_out(lambda data: renewing.ask_password(data["login"], data["by"], clock.now()))
        if code_id is not None:
            return _ask("password", code_id, "accounts.forgotten_code")
    return form.page("public/accounts/forgotten.html")


@public.route("/forgotten/code", methods=["GET", "POST"])
@limiter.limit(rate, methods=["POST"])
@anyone()
def forgotten_code() -> Any:
    """The code and the new password; every session ends."""
    form = Form(RenewShape())
    if form.sent:
        done = form.carry_out(
            lambda data: renewing.renew_password(asked("password"), data["code"], data["password"], clock.now())
        )
        if done is not None:
            session.pop("code", None)
            notify(N_("密码已重设，请登录。"))
            return see_other("accounts.sign_in")
    return _code_page(form, "password", "accounts.forgotten")


@public.route("/me/contact", methods=["GET", "POST"])
@limiter.limit(rate, methods=["POST"])
@applicant(fresh=True)
def contact() -> Any:
    """A new mobile or mail address: a code goes to it."""
    form = Form(ContactShape())
    if form.sent:
        code_id = form.carry_out(
            lambda data: renewing.ask_contact(g.account_id, data["kind"], data["value"], clock.now())
        )
        if code_id is not None:
            return _ask("contact", code_id, "accounts.contact_code")
    person = service.contact_of(g.account_id)
    return form.page("public/accounts/contact.html", person=person)


@public.route("/me/contact/code", methods=["GET", "POST"])
@limiter.limit(rate, methods=["POST"])
@applicant()
def contact_code() -> Any:
    """The code came: the new mobile or address is in force, the old one is told."""
    form = Form(FactorCodeShape())
    if form.sent:
        kind = form.carry_out(
            lambda data: renewing.change_contact(g.account_id, asked("contact"), data["code"], clock.now())
        )
        if kind is not None:
            session.pop("code", None)
            notify(N_("手机号已更改。") if kind == "mobile" else N_("电子邮箱已更改。"))
            return see_other("accounts.me")
    return _code_page(form, "contact", "accounts.contact")

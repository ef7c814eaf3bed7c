"""Codes by message in the API: signing up, a forgotten password, a new mobile or mail."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import g, session

from core.accounts.api.blueprints import public, rate
from core.accounts.api.session import SessionOut, now
from core.accounts.schemas import ContactShape, FactorCodeShape, ForgottenShape, RenewShape, SignUpShape
from core.accounts.service import renewing
from core.accounts.views.proving import asked
from core.accounts.views.signing import begun
from core.foundation import clock
from core.foundation.access import anyone, applicant
from core.foundation.limits import limiter


def _keep(purpose: str, code_id: UUID) -> None:
    session["code"] = {"purpose": purpose, "id": code_id.hex}


@public.route("/sign-up", methods=["POST"])
@limiter.limit(rate)
@public.arguments(SignUpShape)
@public.response(202)
@anyone()
def sign_up(data: dict[str, Any]) -> None:
    """Sign up: a code goes to the mobile, POST it to /sign-up/code."""
    _keep("sign_up", renewing.ask_sign_up(data, clock.today(), clock.now()))


@public.route("/sign-up/code", methods=["POST"])
@limiter.limit(rate)
@public.arguments(FactorCodeShape)
@public.response(201, SessionOut)
@anyone()
def sign_up_code(data: dict[str, Any]) -> dict[str, Any]:
    """The code came: the person is registered and signed in."""
    account = renewing.finish_sign_up(asked("sign_up"), data["code"], clock.today(), clock.now())
    begun(account, "password")
    return now() | {"kind": account.kind, "name": account.display_name}


@public.route("/forgotten", methods=["POST"])
@limiter.limit(rate)
@public.arguments(ForgottenShape)
@public.response(202)
@anyone()
def forgotten(data: dict[str, Any]) -> None:
    """A forgotten password: a code goes to the account's own mobile or mail, where there is one."""
    _keep("password", renewing.ask_password(data["login"], data["by"], clock.now()))


@public.route("/forgotten/code", methods=["POST"])
@limiter.limit(rate)
@public.arguments(RenewShape)
@public.response(204)
@anyone()
def forgotten_code(data: dict[str, Any]) -> None:
    """The code and the new password; every session ends."""
    renewing.renew_password(asked("password"), data["code"], data["password"], clock.now())
    session.pop("code", None)


@public.route("/contact", methods=["POST"])
@limiter.limit(rate)
@public.arguments(ContactShape)
@public.response(202)
@applicant(fresh=True)
def contact(data: dict[str, Any]) -> None:
    """A new mobile or mail address: a code goes to it."""
    _keep("contact", renewing.ask_contact(g.account_id, data["kind"], data["value"], clock.now()))


@public.route("/contact/code", methods=["POST"])
@limiter.limit(rate)
@public.arguments(FactorCodeShape)
@public.response(204)
@applicant()
def contact_code(data: dict[str, Any]) -> None:
    """The code came: the new mobile or address is in force."""
    renewing.change_contact(g.account_id, asked("contact"), data["code"], clock.now())
    session.pop("code", None)

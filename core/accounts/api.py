"""The session as an API: sign in, see who one is, get the CSRF token, sign out."""

from __future__ import annotations

from typing import Any

from flask import current_app, session
from flask_smorest import Blueprint
from flask_wtf.csrf import generate_csrf
from marshmallow import fields

from core.accounts import service
from core.accounts.schemas import SignInApiShape
from core.foundation import clock
from core.foundation.access import anyone
from core.foundation.errors import Refused
from core.foundation.findings import N_, Finding
from core.foundation.limits import limiter
from core.foundation.shapes import Shape
from core.foundation.web import actor

public = Blueprint("session_api", __name__, url_prefix="/api/v1/session", description="Signing in")
staff = Blueprint("session_api", __name__, url_prefix="/api/v1/session", description="Signing in")


class SessionOut(Shape):
    """Who is signed in; send `csrf_token` as the header X-CSRFToken with every unsafe request."""

    kind = fields.String()
    name = fields.String()
    csrf_token = fields.String()


def _rate() -> str:
    return str(current_app.config["SETTINGS"].signin_rate)


def _now() -> dict[str, Any]:
    return {"kind": actor().kind, "name": actor().name, "csrf_token": generate_csrf()}


def _sign_in(find: Any, data: dict[str, str]) -> dict[str, Any]:
    account = find(data["login"], data["password"])
    if account is None:
        raise Refused([Finding("sign_in_failed", N_("账号或密码不正确"), clause="三(二)", field="login")])
    session.clear()
    service.begin_session(account)
    session.permanent = True
    service.note_sign_in(account.id, clock.now())
    return {"kind": account.kind, "name": account.display_name, "csrf_token": generate_csrf()}


@public.route("", methods=["GET"], endpoint="show")
@public.response(200, SessionOut)
@anyone()
def public_show() -> dict[str, Any]:
    """Who is signed in, and the token."""
    return _now()


@staff.route("", methods=["GET"], endpoint="show")
@staff.response(200, SessionOut)
@anyone()
def staff_show() -> dict[str, Any]:
    """Who is signed in, and the token."""
    return _now()


@public.route("", methods=["POST"], endpoint="begin")
@limiter.limit(_rate)
@public.arguments(SignInApiShape)
@public.response(200, SessionOut)
@anyone()
def public_begin(data: dict[str, str]) -> dict[str, Any]:
    """Sign in by mobile or document number."""
    return _sign_in(service.applicant_by, data)


@staff.route("", methods=["POST"], endpoint="begin")
@limiter.limit(_rate)
@staff.arguments(SignInApiShape)
@staff.response(200, SessionOut)
@anyone()
def staff_begin(data: dict[str, str]) -> dict[str, Any]:
    """Sign in by user name."""
    return _sign_in(service.officer_by, data)

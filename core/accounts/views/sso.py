"""Signing in by a province's single sign-on (OIDC): authorisation code with PKCE, state and nonce.

It opens only a filed account of that province that its officer has linked; the platform's second factor follows,
unless the province's sign-on says that it asked for one itself.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import structlog
from flask import Flask, abort, current_app, g, redirect, request, session, url_for

from core.accounts.schemas import SignInShape
from core.accounts.service import linking
from core.accounts.views.blueprints import staff
from core.accounts.views.signing import begun, onward, rate
from core.foundation import clock
from core.foundation.access import anyone, officer
from core.foundation.errors import Refused, SettingInvalid
from core.foundation.findings import N_, Finding
from core.foundation.limits import limiter
from core.foundation.web import Form, notify, only, safe_next, see_other

log = structlog.get_logger("xingtan.sso")
SECONDS = 10
# What a province's sign-on calls a second factor in `amr` (RFC 8176).
SECOND = {"mfa", "otp", "hwk", "sc", "fpt", "face"}


@dataclass(frozen=True)
class Provider:
    """A province's sign-on: its name on the button, its issuer, and whether its second factor counts."""

    name: str
    issuer: str
    second_factor: bool
    client: Any


def init(app: Flask) -> None:
    """Read the setting's file and register each province's sign-on; raises `SettingInvalid`."""
    named = app.config["SETTINGS"].sso_file
    if not named or app.config["SITE"] != "staff":
        return
    try:
        from authlib.integrations.flask_client import OAuth
    except ImportError as missing:
        raise SettingInvalid("XINGTAN_SSO_FILE needs the extra: pip install 'xingtan[sso]'") from missing
    try:
        given = tomllib.loads(Path(named).read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as fault:
        raise SettingInvalid(f"XINGTAN_SSO_FILE cannot be read: {fault}") from fault
    registry = OAuth(app)
    app.extensions["xingtan_sso"] = {code: _provider(registry, code, values) for code, values in given.items()}


def _provider(registry: Any, code: str, values: dict[str, Any]) -> Provider:
    try:
        issuer, name = values["issuer"].rstrip("/"), values["name"]
        client = {"client_id": values["client_id"], "client_secret": _secret(values)}
    except (KeyError, OSError, AttributeError, TypeError) as fault:
        raise SettingInvalid(
            f"XINGTAN_SSO_FILE: [{code}] needs name, issuer, client_id, client_secret: {fault}"
        ) from fault
    where = urlsplit(issuer)
    if where.scheme != "https" and where.hostname not in ("127.0.0.1", "localhost"):
        raise SettingInvalid(f"XINGTAN_SSO_FILE: [{code}] issuer must begin with https://")
    registry.register(
        name=f"p{code}", server_metadata_url=f"{issuer}/.well-known/openid-configuration", **client,
        client_kwargs={"scope": "openid", "code_challenge_method": "S256", "default_timeout": SECONDS},
    )  # fmt: skip
    return Provider(name, issuer, values.get("second_factor") is True, getattr(registry, f"p{code}"))


def _secret(values: dict[str, Any]) -> str:
    if "client_secret_file" in values:
        return Path(values["client_secret_file"]).read_text(encoding="utf-8").strip()
    return str(values["client_secret"])


def _provider_of(code: str) -> Provider:
    provider = current_app.extensions.get("xingtan_sso", {}).get(code)
    return provider if provider is not None else abort(404)


def _failed(code: str, reason: str) -> Any:
    log.warning("single sign-on failed", province=code, reason=reason)
    return _page(
        Finding(
            "sso_failed", N_("统一登录未完成"), clause="三(二)", remedy=N_("请重试；仍不成功的，用用户名和密码登录")
        )
    )  # fmt: skip


def _page(finding: Finding) -> Any:
    form = Form(SignInShape(), {})
    form.refuse((finding,))
    return form.page(
        "staff/accounts/sign_in.html", optional_factor=False, providers=current_app.extensions["xingtan_sso"]
    )


def _leave(code: str, provider: Provider) -> Any:
    from authlib.common.errors import AuthlibBaseError
    from requests import RequestException

    try:
        return provider.client.authorize_redirect(url_for("accounts.sso_back", code=code, _external=True))
    except (AuthlibBaseError, RequestException, ValueError, RuntimeError) as fault:
        return _failed(code, type(fault).__name__)


@staff.get("/sign-in/with/<code>")
@limiter.limit(rate)
@anyone()
def sso_begin(code: str) -> Any:
    """To the province's sign-on."""
    provider = _provider_of(code)
    session["next"] = safe_next(request.args.get("next"))
    session.pop("sso_link", None)
    return _leave(code, provider)


@staff.get("/me/link/<code>")
@officer(fresh=True)
def sso_link(code: str) -> Any:
    """Link one's own account with who one is at the province's sign-on."""
    provider = _provider_of(code)
    session["sso_link"] = g.account_id.hex
    return _leave(code, provider)


@staff.post("/me/link/<code>/remove")
@officer(fresh=True)
def sso_unlink(code: str) -> Any:
    """Undo the link."""
    only()
    linking.unlink(g.account_id, _provider_of(code).issuer, clock.now())
    notify(N_("已解除关联。"))
    return see_other("accounts.me")


@staff.get("/sign-in/with/<code>/back")
@limiter.limit(rate)
@anyone()
def sso_back(code: str) -> Any:
    """Back from the province's sign-on: state, code, signature, audience and nonce are checked by Authlib."""
    from authlib.common.errors import AuthlibBaseError
    from joserfc.errors import JoseError
    from requests import RequestException

    provider = _provider_of(code)
    try:
        claims = provider.client.authorize_access_token(claims_options=_expected(provider)).get("userinfo") or {}
    except (AuthlibBaseError, JoseError, RequestException, ValueError, RuntimeError) as fault:
        return _failed(code, type(fault).__name__)
    if not claims.get("sub") or str(claims.get("iss", "")).rstrip("/") != provider.issuer:
        return _failed(code, "claims")
    linking_for = session.pop("sso_link", "")
    if linking_for:
        return _linked(code, provider, str(claims["sub"]), linking_for)
    account = linking.account_of(code, provider.issuer, str(claims["sub"]), clock.today())
    if account is None:
        return _page(
            Finding(
                "sso_not_linked", N_("统一登录的身份未关联本省在册的工作人员账号"), clause="三(二)",
                remedy=N_("请先用用户名和密码登录，在“我的账号”中关联"),
            )
        )  # fmt: skip
    trusted = provider.second_factor and bool(SECOND & set(claims.get("amr") or ()))
    try:
        return onward(begun(account, "sso", "open" if trusted else ""))
    except Refused as refusal:
        return _page(refusal.findings[0])


def _expected(provider: Provider) -> dict[str, Any]:
    """What the token must say of itself: our issuer, us as its audience, an end and a subject."""
    return {
        "iss": {"essential": True, "values": [provider.issuer, f"{provider.issuer}/"]},
        "aud": {"essential": True, "value": provider.client.client_id},
        "exp": {"essential": True},
        "sub": {"essential": True},
    }


def _linked(code: str, provider: Provider, subject: str, account_id: str) -> Any:
    if g.get("account_id") is None or g.account_id.hex != account_id:
        return _failed(code, "the session ended on the way")
    try:
        linking.link(g.account_id, code, provider.issuer, subject, clock.now())
    except Refused as refusal:
        return _page(refusal.findings[0])
    notify(N_("已关联统一登录。"))
    return redirect(url_for("accounts.me"), code=303)

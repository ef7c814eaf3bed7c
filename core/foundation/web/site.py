"""The guard of every route, the headers of every answer, and the API of a site."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Flask, Response, abort, current_app, g, redirect, request, url_for
from flask_babel import gettext as _
from flask_smorest import Api
from flask_wtf.csrf import CSRFProtect

from core.foundation import audit, clock
from core.foundation.access import NOBODY, NOWHERE, Actor, Rule, admits, rule_of, scope_or_none, set_scope
from core.foundation.errors import Refused
from core.foundation.i18n import COOKIE, LANGUAGES, joined, language_tag, say, spoken
from core.foundation.web import errors
from core.foundation.web.errors import problem, wants_problem
from core.foundation.web.forms import unknown
from core.foundation.web.requests import actor

csrf = CSRFProtect()
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


def _guard(load_actor: Callable[[], Actor], confirm: Callable[[], Any]) -> Callable[[], Any]:
    def check() -> Any:
        g.scope_before = scope_or_none()
        set_scope(NOWHERE)
        audit.set_address(request.remote_addr or "")
        view = current_app.view_functions.get(request.endpoint or "")
        rule = rule_of(view) if view else None
        if rule is None:
            return None if view is None else abort(404)
        if request.endpoint != "static":
            g.actor = NOBODY if rule.sessionless else load_actor()
            set_scope(actor().scope)
        admitted = admits(rule, actor())
        if not admitted and actor() is NOBODY:
            return _ask_to_sign_in()  # before the token: it went with the session that ended under an open form
        if rule.who != "agency" and not rule.sessionless:
            csrf.protect()
        if admitted:
            _refuse_unasked(view)
            return confirm() if rule.fresh else None
        return abort(404 if rule.who != actor().kind else 403)

    return check


def _refuse_unasked(view: Any) -> None:
    """A verb of the API that takes no arguments takes no body either; the others refuse what their shape lacks."""
    if wants_problem() and "arguments" not in getattr(view, "_apidoc", {}):
        body = request.get_json(silent=True)
        if body:
            raise Refused(unknown(body if isinstance(body, dict) else ("",)))


def _ask_to_sign_in() -> Any:
    if wants_problem():
        return problem(401, g.get("session_ended") or _("请先登录"), "sign_in_required")
    target = request.full_path.rstrip("?") if request.method == "GET" else ""
    return redirect(url_for("accounts.sign_in", next=target or None), code=303)


def _headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", CSP)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "geolocation=(), microphone=(), camera=(self)"
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _release(error: BaseException | None) -> None:
    set_scope(g.pop("scope_before", None))
    audit.set_address("")


def init(app: Flask, load_actor: Callable[[], Actor], confirm: Callable[[], Any]) -> None:
    """Install guard, errors, headers and template helpers on a site.

    `confirm` answers for a route that wants a fresh proof: None when there is one, else the page that asks.
    """
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    csrf.init_app(app)
    app.before_request(_guard(load_actor, confirm))
    app.after_request(_headers)
    app.teardown_request(_release)
    errors.init(app)
    app.jinja_env.add_extension("jinja2.ext.do")
    app.jinja_env.globals.update(
        say=say,
        spoken=spoken,
        actor=actor,
        language_tag=language_tag,
        LANGUAGES=LANGUAGES,
        language_cookie=COOKIE,
    )
    app.jinja_env.filters["zip_self"] = lambda items: [(item, say(item)) for item in items]
    app.jinja_env.filters["day"] = lambda value: value.isoformat() if value else "—"
    app.jinja_env.filters["moment"] = _moment
    app.jinja_env.filters["joined"] = joined


def _moment(value: Any) -> str:
    """An instant (an ISO text too) in Beijing's hours, to the minute."""
    instant = datetime.fromisoformat(value) if value and isinstance(value, str) else value
    return clock.beijing(instant).strftime("%Y-%m-%d %H:%M") if instant else "—"


class ProblemApi(Api):
    """flask-smorest whose errors are problem documents, made in the one place for errors."""

    def _register_error_handlers(self) -> None:
        """Leave errors to the site's own handlers."""


def state_api_docs(app: Flask) -> None:
    """The description of the API: open on the public site, for signed-in officers on theirs."""
    rule = Rule("anyone") if app.config["SITE"] == "public" else Rule("officer")
    for name, view in list(app.view_functions.items()):
        if name.startswith("api-docs."):
            app.view_functions[name] = _stated(view, rule)


def state_static(app: Flask) -> None:
    """Static files are open to all, maintenance or not."""
    app.view_functions["static"] = _stated(app.view_functions["static"], Rule("anyone", through_maintenance=True))


def _stated(view: Callable[..., Any], rule: Rule) -> Callable[..., Any]:
    def serve(**arguments: Any) -> Any:
        return view(**arguments)

    serve.access = rule  # type: ignore[attr-defined]
    return serve

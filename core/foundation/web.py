"""Delivery: forms that keep what was typed, one place for errors, the guard of every route."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote, urlencode
from uuid import UUID

import structlog
from flask import Flask, Response, abort, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_smorest import Api
from flask_wtf.csrf import CSRFError, CSRFProtect
from marshmallow import Schema, ValidationError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, SecurityError, TooManyRequests
from werkzeug.wrappers import Response as BaseResponse

from core.foundation import audit, clock
from core.foundation.access import NOBODY, NOWHERE, Actor, Rule, admits, rule_of, scope_or_none, set_scope
from core.foundation.db import new_id, session
from core.foundation.errors import ClosedNow, PlatformError, Refused
from core.foundation.findings import N_, Finding
from core.foundation.i18n import COOKIE, LANGUAGES, language_tag, say, spoken
from core.foundation.paging import Page, Paging
from core.foundation.shapes import typed_values

T = TypeVar("T")
log = structlog.get_logger("xingtan.web")
csrf = CSRFProtect()
# What a user adds to a form that wants them to confirm who they are; never a field of the form itself.
PROOFS = ("proof_password", "proof_code", "proof_passkey")

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


@dataclass(frozen=True, slots=True)
class Section:
    """An entry of a site's navigation: shown to those whose roles grant `permission`.

    `province` is the code of the plugin that brings it: its officers alone see it; "" is the core's.
    """

    label: str
    endpoint: str
    permission: str = ""
    order: int = 50
    province: str = ""

    def shown_to(self, who: Actor) -> bool:
        """Whether the entry is in this actor's navigation."""
        mine = not self.province or who.kind != "officer" or who.province_code == self.province
        return mine and (not self.permission or who.may(self.permission))


def actor() -> Actor:
    """Who is using this request."""
    return g.get("actor", NOBODY)


class Form:
    """One form on a page: its shape, what was typed, and what is wrong with it, field by field.

    >>> form = Form(PlanShape(), initial={"business": "recognition"})
    >>> if form.sent and (plan := form.carry_out(lambda data: service.draft(actor(), data, now()))):
    ...     return see_other("plans.show", plan_id=plan.id)
    >>> return form.page("staff/plans/new.html")
    """

    def __init__(self, schema: Schema, initial: dict[str, Any] | None = None, files: tuple[str, ...] = ()) -> None:
        self.schema = schema
        self.errors: dict[str, list[str]] = {}
        self.findings: list[dict[str, str]] = []
        self.status = 200
        self._files = files
        self.values: dict[str, Any] = dict(initial or {})
        if self.sent:
            self.values = typed_values(schema, self._typed())
        self.values.setdefault("id", str(new_id()))

    @staticmethod
    def _typed() -> Any:
        form = request.form.copy()
        for name in ("csrf_token", *PROOFS):
            form.poplist(name)
        return form

    @property
    def sent(self) -> bool:
        """Whether this request sends the form."""
        return request.method == "POST"

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong with it (yet)."""
        return self.status == 200

    def load(self) -> dict[str, Any] | None:
        """The typed values as the shape's types, or None with `errors` filled."""
        given = typed_values(self.schema, self._typed())
        for name in self._files:
            file = request.files.get(name)
            if file is not None and file.filename:
                given[name] = file.read()
        return self.checked(given)

    def checked(self, given: dict[str, Any]) -> dict[str, Any] | None:
        """What was given as the shape's types, or None with `errors` filled."""
        try:
            return dict(self.schema.load(given))
        except ValidationError as wrong:
            self.errors = {name: _flat(texts) for name, texts in wrong.normalized_messages().items()}
            self.status = 422
            return None

    def carry_out(self, verb: Callable[[dict[str, Any]], T]) -> T | None:
        """Load the values and do `verb` with them; None when the shape or a rule said no."""
        data = self.load()
        if data is None:
            return None
        try:
            return verb(data)
        except Refused as refusal:
            session().rollback()
            self.refuse(refusal.findings)
            return None

    def refuse(self, findings: tuple[Finding, ...]) -> None:
        """Put findings beside their fields."""
        self.findings = [spoken(finding) for finding in findings]
        self.status = 422

    def page(self, template: str, **context: Any) -> tuple[str, int]:
        """The page with this form on it, and its status."""
        return render_template(template, form=self, **context), self.status


def _flat(texts: Any) -> list[str]:
    if isinstance(texts, dict):
        return [text for inner in texts.values() for text in _flat(inner)]
    return [say(str(text)) for text in (texts if isinstance(texts, list) else [texts])]


def flat_errors(messages: dict[str, Any], prefix: str = "") -> dict[str, list[str]]:
    """Nested shape errors as {"rows-0-entry_end": [texts]}."""
    found: dict[str, list[str]] = {}
    for key, value in messages.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            found |= flat_errors(value, f"{name}-")
        else:
            found[name] = _flat(value)
    return found


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of rows as templates want it: links that keep the filters."""

    page_of: Page[Any]
    filters: dict[str, Any]

    @property
    def rows(self) -> list[Any]:
        """The rows of this page."""
        return self.page_of.rows

    @property
    def page(self) -> int:
        """Number of this page, from 1."""
        return self.page_of.paging.number

    @property
    def has_next(self) -> bool:
        """Whether another page follows."""
        return self.page_of.has_next

    @property
    def has_previous(self) -> bool:
        """Whether a page comes before."""
        return self.page_of.has_previous

    @property
    def sort(self) -> str:
        """Key of the order in force."""
        return self.page_of.paging.sort

    @property
    def direction(self) -> str:
        """asc or desc."""
        return "desc" if self.page_of.paging.descending else "asc"

    def url(self, **changes: Any) -> str:
        """This list with other page, sort, direction or filters."""
        asked = self.filters | {"sort": self.sort, "direction": self.direction} | changes
        kept = {key: value for key, value in asked.items() if value not in (None, "")}
        return f"{request.path}?{urlencode(kept)}"


def paging() -> Paging:
    """The page this request asks for."""
    return Paging.of(request.args)


def listing(page: Page[Any], *filters: str) -> Listing:
    """A page for a template; `filters` are the query arguments its links keep."""
    return Listing(page, {name: request.args.get(name, "") for name in filters})


def see_other(endpoint: str, /, **values: Any) -> BaseResponse:
    """303 to another page of this site: what follows every accepted form."""
    return redirect(url_for(endpoint, **values), code=303)


def notify(message: str, **params: Any) -> None:
    """Say on the next page what was done; `message` is a gettext source."""
    flash(say(message, **params))


def wants_problem() -> bool:
    """Whether this request is for the API and errors are problem documents (RFC 9457)."""
    return request.path.startswith("/api/")


def problem(status: int, title: str, code: str, findings: tuple[Finding, ...] = (), **extra: Any) -> Any:
    """An RFC 9457 problem document with the findings inside."""
    body = {"type": "about:blank", "title": title, "status": status, "code": code} | extra
    if findings:
        body["findings"] = [finding.as_dict() | spoken(finding) for finding in findings]
    response: Any = current_app.json.response(body)
    response.status_code = status
    response.content_type = "application/problem+json"
    return response


def _error_page(status: int, title: str, **context: Any) -> tuple[str, int]:
    return render_template("shared/errors/error.html", title=title, status=status, **context), status


def _on_platform_error(error: PlatformError) -> Any:
    session().rollback()
    title = say(error.text, **error.params)
    findings = error.findings if isinstance(error, Refused) else ()
    if error.status >= 500 and not isinstance(error, ClosedNow):
        log.error("platform error", code=error.code, error=str(error))
    if wants_problem():
        return problem(error.status, title, error.code, findings)
    return _error_page(error.status, title, findings=[spoken(finding) for finding in findings])


HTTP_TITLES = {
    400: N_("请求不正确，请返回重试"),
    404: N_("没有找到您要的内容"),
    405: N_("此网址不支持这样的操作"),
    413: N_("上传的内容太大"),
    415: N_("不支持的内容类型"),
    429: N_("操作过于频繁，请稍后再试"),
}


def _on_http_exception(error: HTTPException) -> Any:
    if isinstance(error, SecurityError):  # a host that is not ours: no page of ours may carry its name
        return Response("400\n", 400, content_type="text/plain")
    status = error.code or 500
    title = say(HTTP_TITLES.get(status, N_("请求未能完成")))
    if isinstance(error, CSRFError):
        title = _("表单已失效，请刷新页面后重新提交")
    if isinstance(error, RequestEntityTooLarge):
        limit = current_app.config["MAX_CONTENT_LENGTH"] // 1024 // 1024
        title = _("上传的内容太大：最多%(limit)s兆字节", limit=limit)
    extra: dict[str, Any] = {}
    if wants_problem():
        messages = getattr(error, "data", {}).get("messages") if hasattr(error, "data") else None
        if messages:
            extra["errors"] = messages
        return problem(status, title, f"http_{status}", **extra)
    response = current_app.make_response(_error_page(status, title))
    if isinstance(error, TooManyRequests):
        response.headers["Retry-After"] = "60"
    return response


def _on_crash(error: Exception) -> Any:
    session().rollback()
    reference = secrets.token_hex(4)
    log.exception("unexpected error", reference=reference, path=request.path)
    title = _("系统出现错误，已记录，请稍后再试")
    if wants_problem():
        return problem(500, title, "error", reference=reference)
    return _error_page(500, title, reference=reference)


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
            return confirm() if rule.fresh else None
        return abort(404 if rule.who != actor().kind else 403)

    return check


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


def safe_next(target: str | None) -> str:
    """A path of this site to go on to; anything else becomes the home page."""
    # Browsers read a backslash as a slash and drop tabs and line ends, so "/\t/elsewhere" would leave the site.
    if target and target.startswith("/") and not target.startswith("//") and not _STRANGE.search(target):
        return target
    return "/"


_STRANGE = re.compile(r"[\x00-\x20\x7f\\]")


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
    app.register_error_handler(PlatformError, _on_platform_error)
    app.register_error_handler(HTTPException, _on_http_exception)
    app.register_error_handler(Exception, _on_crash)
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


def attachment(data: bytes, kind: str, name: str) -> Response:
    """A file to keep. Its name may be in any script: headers are not, and a server refuses what they cannot carry."""
    answer = Response(data, mimetype=kind)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return answer


def _moment(value: Any) -> str:
    """An instant in Beijing's hours, to the minute."""
    return clock.beijing(value).strftime("%Y-%m-%d %H:%M") if value else "—"


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


def parse_id(text: str) -> UUID:
    """A UUID from a form or an argument; raises `NotFound`'s 404 for anything else."""
    try:
        return UUID(text)
    except ValueError:
        abort(404)

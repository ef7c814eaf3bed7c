"""The one place where errors become answers: pages, or problem documents (RFC 9457)."""

from __future__ import annotations

import secrets
from typing import Any

import structlog
from flask import Flask, Response, current_app, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, SecurityError, TooManyRequests

from core.foundation.db import session
from core.foundation.errors import ClosedNow, PlatformError, Refused
from core.foundation.findings import N_, Finding
from core.foundation.i18n import say, spoken

log = structlog.get_logger("xingtan.web")


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
    403: N_("您的岗位没有此项权限；确有需要的，请本机构负责人变更备案中的岗位"),
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


def init(app: Flask) -> None:
    """Answer every error of a site here."""
    app.register_error_handler(PlatformError, _on_platform_error)
    app.register_error_handler(HTTPException, _on_http_exception)
    app.register_error_handler(Exception, _on_crash)

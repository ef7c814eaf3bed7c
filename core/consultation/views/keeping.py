"""Lines and mailboxes of the officer's territory."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from core.consultation import service
from core.consultation.rules import SECURITY_NAMES
from core.consultation.schemas import InboxShape, LineShape
from core.consultation.service.lines import directory
from core.consultation.views.blueprints import staff, words
from core.foundation import clock
from core.foundation.access import officer
from core.foundation.findings import N_
from core.foundation.i18n import say
from core.foundation.web import Form, actor, listing, notify, only, paging, see_other


@staff.get("/enquiries/lines")
@officer("consultation.view")
def lines() -> str:
    """Institutions of the territory with their lines: who has not stated one."""
    rows, page = directory(actor().prefix, paging(), request.args.get("search", "")[:40], clock.now())
    return render_template(
        "staff/consultation/lines.html", rows=rows, listing=listing(page, "search"), **words()
    )  # fmt: skip


@staff.route("/enquiries/lines/<code>", methods=["GET", "POST"])
@officer("consultation.lines")
def line(code: str) -> Any:
    """State an institution's telephone, hours and mailbox."""
    body, row = service.body_of(actor(), code), service.line(code)
    hours = service.hours_of(row)
    usual = {name: getattr(hours, name) for name in ("opens", "closes", "pause_from", "pause_to")}
    initial: dict[str, Any] = usual | {"telephone": body.telephone, "version": 0}
    if row is not None:
        initial |= {name: getattr(row, name) for name in (*service.LINE, "version")}
    form = Form(LineShape(), initial)
    if form.sent and form.carry_out(lambda data: service.save_line(actor(), code, data, clock.now())) is not None:
        notify(N_("已保存，公众网站即时更新。"))
        return see_other("consultation.lines")
    return form.page("staff/consultation/line.html", body=body, inbox=service.inbox(code), **words())


@staff.route("/enquiries/lines/<code>/inbox", methods=["GET", "POST"])
@officer("consultation.lines")
def inbox(code: str) -> Any:
    """State how an institution's mailbox is read and answered from; the password is never shown again."""
    body, row = service.body_of(actor(), code), service.inbox(code)
    initial: dict[str, Any] = {
        "imap_port": 993, "imap_security": "tls", "smtp_port": 465, "smtp_security": "tls", "version": 0,
        "enabled": True, "address": getattr(service.line(code), "mailbox", ""),
    }  # fmt: skip
    if row is not None:
        initial = {name: getattr(row, name) for name in (*service.INBOX, "version")}
    form = Form(InboxShape(), initial)
    if form.sent and form.carry_out(lambda data: service.save_inbox(actor(), code, data, clock.now())) is not None:
        notify(N_("已保存，正在收取邮件。"))
        return see_other("consultation.inbox", code=code)
    return form.page(
        "staff/consultation/inbox.html", body=body, row=row, allowed=service.allowed_servers(),
        securities=[(key, say(name)) for key, name in SECURITY_NAMES.items()], **words(),
    )  # fmt: skip


@staff.post("/enquiries/lines/<code>/read")
@officer("consultation.lines")
def read_now(code: str) -> Any:
    """Read the mailbox now."""
    only()
    service.read_now(actor(), code, clock.now())
    notify(N_("正在收取邮件，稍后刷新可见结果。"))
    return see_other("consultation.inbox", code=code)

"""Pages about one's own account: password and sessions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import current_app, g, render_template, session

from core.accounts import service
from core.accounts.rules import END_WORDS, ROLE_NAMES, EndReason, device_name
from core.accounts.schemas import PasswordShape
from core.accounts.service import linking
from core.accounts.views.blueprints import public, staff
from core.accounts.views.session import carry, most, source
from core.foundation import clock
from core.foundation.access import applicant, officer
from core.foundation.findings import N_
from core.foundation.web import Form, notify, only, see_other


def _me() -> Any:
    form = Form(PasswordShape())
    if form.sent:
        changed = form.carry_out(
            lambda data: service.change_password(g.account_id, data["old"], data["password"], clock.now())
        )
        if changed is not None:
            after = service.move_on(g.sign_in.id, "open", g.sign_in.factor, source(), clock.now(), most())
            service.end_others(changed.id, after.id, EndReason.CHANGED, source().address)
            carry(after, changed)
            notify(N_("密码已修改，其他设备上的登录已退出。"))
            return see_other("accounts.me")
    return form.page(
        f"{current_app.config['SITE']}/accounts/me.html", role_names=ROLE_NAMES,
        providers=current_app.extensions.get("xingtan_sso", {}), issuers=linking.issuers_of(g.account_id),
    )  # fmt: skip


@public.route("/me", methods=["GET", "POST"], endpoint="me")
@applicant()
def public_me() -> Any:
    """The person's own account."""
    return _me()


@staff.route("/me", methods=["GET", "POST"], endpoint="me")
@officer()
def staff_me() -> Any:
    """The officer's own account."""
    return _me()


def _sessions() -> Any:
    return render_template(
        f"{current_app.config['SITE']}/accounts/sessions.html", rows=service.of_account(g.account_id),
        here=g.sign_in.id, device_name=device_name, why=END_WORDS, limits=most(),
    )  # fmt: skip


def _end(session_id: UUID) -> Any:
    only()
    service.end_mine(g.account_id, session_id, source(), clock.now())
    if session_id == g.sign_in.id:
        session.clear()
        return see_other("accounts.sign_in")
    notify(N_("该处的登录已退出。"))
    return see_other("accounts.sessions")


@public.get("/me/sessions", endpoint="sessions")
@applicant()
def public_sessions() -> Any:
    """Where the person is signed in."""
    return _sessions()


@staff.get("/me/sessions", endpoint="sessions")
@officer()
def staff_sessions() -> Any:
    """Where the officer is signed in."""
    return _sessions()


@public.post("/me/sessions/<uuid:session_id>/end", endpoint="end_session")
@applicant()
def public_end_session(session_id: UUID) -> Any:
    """Sign out from afar."""
    return _end(session_id)


@staff.post("/me/sessions/<uuid:session_id>/end", endpoint="end_session")
@officer()
def staff_end_session(session_id: UUID) -> Any:
    """Sign out from afar."""
    return _end(session_id)

"""The session of a request: a signed cookie with an id, a row in the database; who is using the site, and how fresh."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Flask, current_app, flash, g, request, session
from flask_login import LoginManager, current_user, login_user
from itsdangerous import URLSafeSerializer

from core.accounts import service
from core.accounts.models import Account, SignIn
from core.accounts.rules import END_WORDS, EndReason
from core.accounts.service.passkeys import Site
from core.accounts.service.sessions import Limits, Running
from core.accounts.service.signing import Holder
from core.accounts.service.throttle import Source
from core.foundation import clock
from core.foundation.access import NATION, NOBODY, Actor, within
from core.foundation.findings import N_
from core.foundation.i18n import say

SHOWN = N_("（%(when)s，地址%(address)s）")
DEVICE_AGE = 365 * 24 * 3600


class SignedIn:
    """What Flask-Login keeps of a session: its id, nothing else."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, row: SignIn | Running, account: Account | Holder) -> None:
        self.row, self.account = row, account

    def get_id(self) -> str:
        """The session's own text."""
        return self.row.id.hex


def init(app: Flask) -> None:
    """Install Flask-Login on a site; each site knows its own kind of account alone."""
    manager = LoginManager(app)
    manager.session_protection = None
    kind = "officer" if app.config["SITE"] == "staff" else "applicant"
    service.use_passwords(at_once=app.config["SETTINGS"].hashes_at_once)

    @manager.user_loader
    def load(text: str) -> SignedIn | None:
        try:
            found = service.looked_up(UUID(text))
        except ValueError:
            return None
        return SignedIn(*found) if found and found[1].kind == kind else None


def most() -> Limits:
    """What the settings say of sessions."""
    settings = current_app.config["SETTINGS"]
    return Limits(
        idle_minutes=settings.session_minutes,
        longest_hours=settings.session_hours,
        officer_sessions=settings.officer_sessions,
        by_network=settings.session_by_network,
        fresh_minutes=settings.fresh_minutes,
    )


def device_cookie() -> str:
    """Name of the cookie by which a device on which somebody signed in is known again."""
    return f"{current_app.config['SESSION_COOKIE_NAME']}_device"


def serializer() -> URLSafeSerializer:
    """Signs device cookies, for this site alone."""
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="device")


def source() -> Source:
    """Where this request comes from."""
    agent = request.headers.get("User-Agent", "")[:200]
    return Source(request.remote_addr or "", agent, request.cookies.get(device_cookie(), ""))


def passkey_site() -> Site | None:
    """What passkeys are bound to here; None on a bare address, which browsers do not allow."""
    host = request.host.rsplit(":", 1)[0] if not request.host.endswith("]") else request.host
    if host.replace(".", "").isdigit() or host.startswith("["):
        return None
    return Site(host, request.host_url.rstrip("/"))


def present_actor() -> Actor:
    """The actor of this request, from its session; an ended one is nobody at once, and is told why."""
    with within(NATION):
        user = current_user._get_current_object()
        if not isinstance(user, SignedIn):
            return NOBODY
        row, account = user.row, user.account
        if row.ended_at is None:
            why = service.fault_of(row, account, source(), most())
            if why is not None:
                service.end_session(row.id, why, source(), clock.now())
                return _told(why, row)
        else:
            return _told(EndReason(row.ended_why), row)
        if row.stage != "open":
            g.half = row
            return NOBODY
        if service.wants_note(row):
            service.note_seen(row.id)
    g.sign_in, g.account_id = row, account.id
    return service.actor_of(account)


def _told(why: EndReason, row: SignIn | Running) -> Actor:
    session.clear()
    if why is not EndReason.SIGNED_OUT:
        g.session_ended = say(END_WORDS[why])
        if why in (EndReason.ELSEWHERE, EndReason.REMOTE) and row.ended_at and row.ended_from:
            when = clock.beijing(row.ended_at).strftime("%Y-%m-%d %H:%M")
            g.session_ended += say(SHOWN, when=when, address=row.ended_from)
        flash(g.session_ended)
    return NOBODY


def carry(row: SignIn, account: Account) -> None:
    """Let this browser carry `row` from now on: everything the old cookie held is gone."""
    asked = session.get("next", "")
    session.clear()
    if asked:
        session["next"] = asked
    login_user(SignedIn(row, account))
    session.permanent = True
    g.sign_in = row
    if row.stage == "open":
        g.new_device = service.device_mark(serializer(), account.id)


def mark_device(response: Any) -> Any:
    """Give the device its cookie after a sign-in."""
    mark = g.pop("new_device", "")
    if mark:
        response.set_cookie(
            device_cookie(), mark, max_age=DEVICE_AGE, httponly=True, samesite="Lax",
            secure=current_app.config["SESSION_COOKIE_SECURE"],
        )  # fmt: skip
    return response


def is_fresh(row: SignIn | Running) -> bool:
    """Whether the user proved who they are within the last minutes."""
    age = (clock.real_now() - row.fresh_at).total_seconds()
    return age <= most().fresh_minutes * 60

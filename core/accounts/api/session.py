"""The session as an API: sign in, see who one is, get the CSRF token, prove it again, sign out, here or elsewhere."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import current_app, g, session
from flask_wtf.csrf import generate_csrf
from marshmallow import fields

from core.accounts import service
from core.accounts.api.blueprints import public, rate, staff
from core.accounts.rules import EndReason, device_name
from core.accounts.schemas import PasswordShape, ProofShape, SecondShape, SignInApiShape
from core.accounts.service import passkeys
from core.accounts.views.confirming import proven
from core.accounts.views.session import carry, is_fresh, most, passkey_site, source
from core.accounts.views.signing import first_step, second_step
from core.foundation import clock
from core.foundation.access import anyone, applicant, officer
from core.foundation.errors import NotFound
from core.foundation.limits import limiter
from core.foundation.shapes import Shape
from core.foundation.web import actor


class SessionOut(Shape):
    """Who is signed in; send `csrf_token` as the header X-CSRFToken with every unsafe request.

    `stage` is open, or what is still missing: second (POST /second) or enrol (on the officers' page).
    """

    kind = fields.String()
    name = fields.String()
    stage = fields.String()
    fresh = fields.Boolean()
    csrf_token = fields.String()


class PlaceOut(Shape):
    """Where the account is or was signed in."""

    id = fields.UUID()
    device = fields.String()
    address = fields.String()
    begun_at = fields.DateTime()
    seen_at = fields.DateTime()
    ended_at = fields.DateTime(allow_none=True)
    ended_why = fields.String()
    here = fields.Boolean()


def now() -> dict[str, Any]:
    """Who is signed in here, how far, whether freshly proved, and the token for the next act."""
    row = g.get("sign_in") or g.get("half")
    return {
        "kind": actor().kind, "name": actor().name, "stage": row.stage if row else "",
        "fresh": bool(row and row.stage == "open" and is_fresh(row)), "csrf_token": generate_csrf(),
    }  # fmt: skip


def _begin(data: dict[str, str]) -> dict[str, Any]:
    row, account = first_step(data["login"], data["password"])
    return _said(row.stage, account)


def _said(stage: str, account: Any) -> dict[str, Any]:
    name = account.display_name if stage == "open" else ""
    return {
        "kind": account.kind, "name": name, "stage": stage, "fresh": stage == "open", "csrf_token": generate_csrf()
    }  # fmt: skip


def _end() -> None:
    row = g.get("sign_in") or g.get("half")
    if row is not None:
        service.end_session(row.id, EndReason.SIGNED_OUT, source(), clock.now())
    session.clear()


def _places() -> list[dict[str, Any]]:
    return [
        {
            "id": row.id, "device": device_name(row.agent), "address": row.address, "begun_at": row.begun_at,
            "seen_at": row.seen_at, "ended_at": row.ended_at, "ended_why": row.ended_why,
            "here": row.id == g.sign_in.id,
        }
        for row in service.of_account(g.account_id)
    ]  # fmt: skip


def _confirm(data: dict[str, Any]) -> dict[str, Any]:
    proven({name: data[name] for name in data if name.startswith("proof_")})
    return now()


def _password(data: dict[str, Any]) -> dict[str, Any]:
    changed = service.change_password(g.account_id, data["old"], data["password"], clock.now())
    after = service.move_on(g.sign_in.id, "open", g.sign_in.factor, source(), clock.now(), most())
    service.end_others(changed.id, after.id, EndReason.CHANGED, source().address)
    carry(after, changed)
    return now()


@public.route("", methods=["GET"], endpoint="show")
@public.response(200, SessionOut)
@anyone()
def public_show() -> dict[str, Any]:
    """Who is signed in, and the token."""
    return now()


@staff.route("", methods=["GET"], endpoint="show")
@staff.response(200, SessionOut)
@anyone()
def staff_show() -> dict[str, Any]:
    """Who is signed in, and the token."""
    return now()


@public.route("", methods=["POST"], endpoint="begin")
@limiter.limit(rate)
@public.arguments(SignInApiShape)
@public.response(200, SessionOut)
@anyone()
def public_begin(data: dict[str, str]) -> dict[str, Any]:
    """Sign in by mobile or document number."""
    return _begin(data)


@staff.route("", methods=["POST"], endpoint="begin")
@limiter.limit(rate)
@staff.arguments(SignInApiShape)
@staff.response(200, SessionOut)
@anyone()
def staff_begin(data: dict[str, str]) -> dict[str, Any]:
    """Sign in by user name; `stage` says whether a second factor is awaited."""
    return _begin(data)


@staff.route("/second", methods=["GET"], endpoint="question")
@staff.response(200)
@anyone()
def staff_question() -> dict[str, Any]:
    """The question to the account's passkeys, for navigator.credentials.get; {} where it has none."""
    half, site = g.get("half"), passkey_site()
    if half is None:
        raise NotFound()
    question = passkeys.ask_to_prove(half.id, site) if site else ""
    return dict(current_app.json.loads(question or "{}"))


@staff.route("/second", methods=["POST"], endpoint="second")
@limiter.limit(rate)
@staff.arguments(SecondShape)
@staff.response(200, SessionOut)
@anyone()
def staff_second(data: dict[str, Any]) -> dict[str, Any]:
    """The second factor: `code`, or `passkey` with the browser's answer as JSON."""
    half = g.get("half")
    if half is None or half.stage != "second":
        raise NotFound()
    after = second_step(half, data["code"], data["passkey"])
    return _said(after.stage, service.account(after.account_id))


@public.route("", methods=["DELETE"], endpoint="end")
@public.response(204)
@anyone()
def public_end() -> None:
    """Sign out."""
    _end()


@staff.route("", methods=["DELETE"], endpoint="end")
@staff.response(204)
@anyone()
def staff_end() -> None:
    """Sign out."""
    _end()


@public.route("/confirm", methods=["POST"], endpoint="confirm")
@limiter.limit(rate)
@public.arguments(ProofShape)
@public.response(200, SessionOut)
@applicant()
def public_confirm(data: dict[str, Any]) -> dict[str, Any]:
    """Prove again who one is; the session gets a new id, the CSRF token stays."""
    return _confirm(data)


@staff.route("/confirm", methods=["POST"], endpoint="confirm")
@limiter.limit(rate)
@staff.arguments(ProofShape)
@staff.response(200, SessionOut)
@officer()
def staff_confirm(data: dict[str, Any]) -> dict[str, Any]:
    """Prove again who one is, as conclusions and reveals want it; the session gets a new id."""
    return _confirm(data)


@public.route("/password", methods=["POST"], endpoint="password")
@limiter.limit(rate)
@public.arguments(PasswordShape)
@public.response(200, SessionOut)
@applicant()
def public_password(data: dict[str, Any]) -> dict[str, Any]:
    """Change one's password; every other session ends."""
    return _password(data)


@staff.route("/password", methods=["POST"], endpoint="password")
@limiter.limit(rate)
@staff.arguments(PasswordShape)
@staff.response(200, SessionOut)
@officer()
def staff_password(data: dict[str, Any]) -> dict[str, Any]:
    """Change one's password; every other session ends."""
    return _password(data)


@public.route("/places", methods=["GET"], endpoint="places")
@public.response(200, PlaceOut(many=True))
@applicant()
def public_places() -> list[dict[str, Any]]:
    """Where one is signed in."""
    return _places()


@staff.route("/places", methods=["GET"], endpoint="places")
@staff.response(200, PlaceOut(many=True))
@officer()
def staff_places() -> list[dict[str, Any]]:
    """Where one is signed in."""
    return _places()


@public.route("/places/<uuid:session_id>", methods=["DELETE"], endpoint="end_place")
@public.response(204)
@applicant()
def public_end_place(session_id: UUID) -> None:
    """Sign out from afar."""
    service.end_mine(g.account_id, session_id, source(), clock.now())


@staff.route("/places/<uuid:session_id>", methods=["DELETE"], endpoint="end_place")
@staff.response(204)
@officer()
def staff_end_place(session_id: UUID) -> None:
    """Sign out from afar."""
    service.end_mine(g.account_id, session_id, source(), clock.now())

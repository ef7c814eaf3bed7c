"""An officer's second factors in the API."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import current_app, g
from marshmallow import fields

from core.accounts import service
from core.accounts.api.blueprints import rate, staff
from core.accounts.schemas import FactorCodeShape, PasskeyShape
from core.accounts.service import passkeys
from core.accounts.views.session import carry, most, passkey_site, source
from core.foundation import clock
from core.foundation.access import anyone, officer
from core.foundation.errors import NotFound
from core.foundation.limits import limiter
from core.foundation.shapes import Shape


class FactorsOut(Shape):
    """What is enrolled."""

    totp = fields.Boolean()
    passkeys = fields.List(fields.Dict())
    recovery_codes_left = fields.Integer()


class CodesOut(Shape):
    """Recovery codes: shown this once; empty where they were given before."""

    recovery_codes = fields.List(fields.String())


def _enrolling() -> Any:
    """The session that may enrol: an open one, or one that must before it opens."""
    row = g.get("sign_in") or g.get("half")
    if row is None or row.stage == "second":
        raise NotFound()
    return row


def _enrolled(row: Any, factor: str, codes: list[str]) -> dict[str, Any]:
    after = service.move_on(row.id, "open", factor, source(), clock.now(), most())
    carry(after, service.account(after.account_id))
    return {"recovery_codes": codes}


@staff.route("/factors", methods=["GET"])
@staff.response(200, FactorsOut)
@officer()
def show_factors() -> dict[str, Any]:
    """One's second factors."""
    account = service.account(g.account_id)
    keys = [{"id": str(key.id), "name": key.name} for key in passkeys.of_account(account.id)]
    left = service.codes_left(account.id)
    return {"totp": account.totp_secret is not None, "passkeys": keys, "recovery_codes_left": left}


@staff.route("/enrol", methods=["GET"])
@staff.response(200)
@anyone()
def enrolment() -> dict[str, Any]:
    """At the first sign-in (`stage` is enrol): an authenticator's secret, and the question for a passkey."""
    row = _first()
    site = passkey_site()
    question = passkeys.ask_to_register(row.id, site) if site else "{}"
    return {"secret": service.offer(row.id), "passkey": current_app.json.loads(question)}


def _first() -> Any:
    row = g.get("half")
    if row is None or row.stage != "enrol":
        raise NotFound()
    return row


@staff.route("/enrol", methods=["POST"])
@limiter.limit(rate)
@staff.arguments(FactorCodeShape)
@staff.response(200, CodesOut)
@anyone()
def enrol_first(data: dict[str, Any]) -> dict[str, Any]:
    """At the first sign-in: the authenticator's code for the secret; then the session is open."""
    row = _first()
    return _enrolled(row, "totp", service.enrol_totp(row.id, data["code"], clock.now()))


@staff.route("/factors/totp", methods=["POST"])
@staff.response(200)
@officer(fresh=True)
def offer_totp() -> dict[str, Any]:
    """A secret for another authenticator; PUT its code to keep it."""
    return {"secret": service.offer(_enrolling().id)}


@staff.route("/factors/totp", methods=["PUT"])
@limiter.limit(rate)
@staff.arguments(FactorCodeShape)
@staff.response(200, CodesOut)
@officer(fresh=True)
def keep_totp(data: dict[str, Any]) -> dict[str, Any]:
    """Keep the offered secret."""
    row = _enrolling()
    return _enrolled(row, "totp", service.enrol_totp(row.id, data["code"], clock.now()))


@staff.route("/factors/totp", methods=["DELETE"])
@staff.response(204)
@officer(fresh=True)
def drop_totp() -> None:
    """Take the authenticator away; the last factor stays."""
    service.remove_totp(g.account_id, clock.now())


@staff.route("/factors/passkeys", methods=["GET"])
@staff.response(200)
@officer(fresh=True)
def ask_passkey() -> dict[str, Any]:
    """The question for navigator.credentials.create."""
    site = passkey_site()
    if site is None:
        raise NotFound()
    return dict(current_app.json.loads(passkeys.ask_to_register(_enrolling().id, site)))


@staff.route("/factors/passkeys", methods=["POST"])
@staff.arguments(PasskeyShape)
@staff.response(201, CodesOut)
@officer(fresh=True)
def keep_passkey(data: dict[str, Any]) -> dict[str, Any]:
    """Keep a passkey: `passkey` is the browser's answer as JSON."""
    row, site = _enrolling(), passkey_site()
    if site is None:
        raise NotFound()
    return _enrolled(row, "passkey", passkeys.register(row.id, data["passkey"], data["name"], site, clock.now()))


@staff.route("/factors/passkeys/<uuid:key_id>", methods=["DELETE"])
@staff.response(204)
@officer(fresh=True)
def drop_passkey(key_id: UUID) -> None:
    """Take a passkey away; the last factor stays."""
    passkeys.remove(g.account_id, key_id, clock.now())


@staff.route("/factors/recovery-codes", methods=["POST"])
@staff.response(201, CodesOut)
@officer(fresh=True)
def renew_codes() -> dict[str, Any]:
    """New recovery codes; the old ones are void."""
    return {"recovery_codes": service.renew_codes(g.account_id, clock.now())}

"""Accounts through the API: what the pages do, as JSON."""

from __future__ import annotations

import pyotp
from sqlalchemy import update

from core.accounts.models import Account
from core.demonstration import story
from core.foundation import clock
from core.foundation.db import new_id, one_transaction, session
from core.testing import people as invented
from tests.conftest import open_officer
from tests.web.test_proving import NEW, code_in, form_of
from tests.web.test_sign_in import settings


class Caller:
    """A program with a cookie jar that always sends the newest token."""

    def __init__(self, client):
        self.client = client

    def __call__(self, method, path, body=None, status=200):
        head = {"X-CSRFToken": self.client.get("/api/v1/session").get_json()["csrf_token"]}
        answer = self.client.open(f"/api/v1/session{path}", method=method, json=body, headers=head)
        assert answer.status_code == status, answer.get_data(as_text=True)
        return answer.get_json(silent=True)


def test_a_person_signs_up_forgets_and_moves(world):
    call = Caller(world.client())
    call("POST", "/sign-up", form_of(7), 202)
    call("POST", "/sign-up/code", {"code": "abc"}, 422)
    assert call("POST", "/sign-up/code", {"code": code_in(world)}, 201)["name"] == invented.name(7)
    call("POST", "/contact", {"kind": "mobile", "value": "19912345678"}, 202)
    call("POST", "/contact/code", {"code": code_in(world)}, 204)
    call("POST", "/password", {"old": NEW, "password": "orchard violin quartz"})
    other = Caller(world.client())
    other("POST", "/forgotten", {"login": "19912345678"}, 202)
    other("POST", "/forgotten/code", {"code": code_in(world), "password": NEW}, 204)
    assert call("GET", "")["kind"] == "nobody", "a renewed password ends every session"
    assert other("POST", "", {"login": "19912345678", "password": NEW})["stage"] == "open"
    assert other("GET", "/places")[0]["here"] is True


def test_an_officer_enrols_and_keeps_factors(world):
    open_officer("clerk", "县文", story.PASSWORD, ["case_officer"], "000101", "00102", clock.now())
    call = Caller(world.client("staff"))
    with settings(world, require_second_factor=True):
        assert call("POST", "", {"login": "clerk", "password": story.PASSWORD})["stage"] == "enrol"
        call("GET", "/factors", status=401)
        secret = call("GET", "/enrol")["secret"]
        call("POST", "/enrol", {"code": "000000"}, 422)
        codes = call("POST", "/enrol", {"code": pyotp.TOTP(secret).now()})["recovery_codes"]
    assert len(codes) == 10
    assert call("GET", "/factors") == {"totp": True, "passkeys": [], "recovery_codes_left": 10}
    call("DELETE", "/factors/totp", status=422)
    other = call("POST", "/factors/totp")["secret"]
    assert other != secret
    assert call("PUT", "/factors/totp", {"code": pyotp.TOTP(other).now()})["recovery_codes"] == []
    assert len(call("POST", "/factors/recovery-codes", status=201)["recovery_codes"]) == 10
    call("GET", "/factors/passkeys")
    call("POST", "/factors/passkeys", {"passkey": "{}"}, 422)
    call("DELETE", f"/factors/passkeys/{new_id()}", status=404)


def test_the_level_above_resets_and_registers_networks(world):
    ids = {
        name: open_officer(name, name, story.PASSWORD, roles, prefix, code, clock.now()).id
        for name, roles, prefix, code in (
            ("province", ["province_officer"], "00", ""), ("clerk", ["case_officer"], "000101", "00102"),
        )
    }  # fmt: skip
    call = Caller(world.client("staff"))
    call("POST", "", {"login": "province", "password": story.PASSWORD})
    one_transaction(lambda: session().execute(update(Account).values(enrolled_at=clock.now())))()
    assert {row["username"] for row in call("GET", "/officers")} == {"province", "clerk"}
    call("POST", f"/officers/{ids['clerk']}/reset", {"reason": "遗失"}, 204)
    call("POST", f"/officers/{ids['province']}/reset", {"reason": "遗失"}, 422)
    body = {"id": str(new_id()), "institution_code": "00102", "cidr": "10.20.30.0/24"}
    assert call("POST", "/networks", body, 201)["cidr"] == "10.20.30.0/24"
    refused = Caller(world.client("staff"))("POST", "", {"login": "clerk", "password": story.PASSWORD}, 422)
    assert refused["findings"][0]["code"] == "network_not_allowed"
    call("POST", "/networks", body | {"id": str(new_id()), "institution_code": "41102"}, 404)
    call("DELETE", f"/networks/{body['id']}", status=204)

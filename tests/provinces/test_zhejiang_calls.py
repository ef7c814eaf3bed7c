"""Zhejiang's call-backs: signature, time, nonce, form; parts in any order, twice, contradicting."""

from __future__ import annotations

import json
import time

import pytest

from core.checks import service as checks
from core.demonstration import story
from core.demonstration.provinces import PEOPLE
from core.foundation import clock
from core.foundation.access import territory, within
from core.foundation.db import session
from core.foundation.paging import Paging
from core.testing.agency import KEY
from core.testing.signed_agency import sign
from tests.conftest import sign_in

PATH = "/p/33/checks"


def call(client, body, key=KEY, algorithm="HMAC-SM3", **headers):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post(PATH, data=data, headers={**sign(key, algorithm, "POST", PATH, data), **headers})


def answer(check, outcome="1", revision=1):
    return {"id": check.reference, "jg": outcome, "rq": "2020-03-25", "wh": "JW-1", "sm": "", "revision": revision}


@pytest.fixture
def check(plans):
    story.play(PEOPLE["33"], "confirmed", plans["33"])
    with within(territory("33")):
        checks.send_batches("33", 0, clock.now())
        (row,) = checks.checks(Paging()).rows
    return row


def state(check):
    session().rollback()
    with within(territory("33")):
        return checks.check(check.id).state


def test_only_signed_fresh_and_well_formed(world):
    cases = (
        ({"results": []}, {}, 200),
        ({"results": []}, {"key": "another key, also long"}, 403),
        ({"results": []}, {"algorithm": "HMAC-SHA256"}, 403),
        ({"results": []}, {"X-Timestamp": "1"}, 403),
        ({"results": []}, {"X-Nonce": "0" * 32}, 403),
        ({"results": []}, {"X-Signature": "é"}, 403),
        ({"answers": []}, {}, 400),
        (b"nonsense", {}, 400),
    )
    for body, how, status in cases:
        assert call(world.client("staff"), body, **how).status_code == status, how


def test_old_and_future_messages_are_refused(world):
    body = b'{"results": []}'
    for shift in (-301, 301):
        headers = sign(KEY, "HMAC-SM3", "POST", PATH, body, str(int(time.time()) + shift))
        assert world.client("staff").post(PATH, data=body, headers=headers).status_code == 403


def test_a_replayed_message_is_refused_letter_for_letter(house, check):
    body = json.dumps({"results": [answer(check)]}).encode()
    headers = sign(KEY, "HMAC-SM3", "POST", PATH, body)
    client = house.client("staff")
    assert client.post(PATH, data=body, headers=headers).json == {
        "apply": 1, "repeated": 0, "unknown": 0, "contradicts": 0,
    }  # fmt: skip
    assert client.post(PATH, data=body, headers=headers).status_code == 409
    assert state(check) == "clear"
    page = sign_in(house.client("staff"), "zhejiang").get("/p/33/").get_data(as_text=True)
    assert "重复发送" in page
    english = sign_in(house.client("staff"), "zhejiang").get("/p/33/", headers={"Accept-Language": "en"})
    assert "sent again" in english.get_data(as_text=True)


def test_parts_in_any_order_repeats_and_contradictions(house, check):
    client = house.client("staff")
    both = {"results": [answer(check, "1", 2), answer(check, "3", 1), {**answer(check), "id": "nobody"}]}
    assert call(client, both).json == {"apply": 1, "repeated": 0, "unknown": 1, "contradicts": 0}
    assert state(check) == "clear"
    assert call(client, {"results": [answer(check)]}).json["repeated"] == 1
    assert call(client, {"results": [answer(check, "2")]}).json["contradicts"] == 1
    assert state(check) == "clear"


def test_what_fails_is_taken_back_with_its_nonce(house, check, monkeypatch):
    from plugins.province_zhejiang import service

    monkeypatch.setattr(service, "record_check_results", lambda *_: 1 / 0)
    assert call(house.client("staff"), {"results": [answer(check)]}).status_code == 500
    monkeypatch.undo()
    assert call(house.client("staff"), {"results": [answer(check)]}).status_code == 200


def test_others_do_not_see_the_page(house):
    for user, status in (("zhejiang", 200), ("zjclerk", 200), ("centre", 200), ("henan", 404), ("clerk", 404)):
        assert sign_in(house.client("staff"), user).get("/p/33/").status_code == status

"""Single sign-on against a real OIDC server: what opens an account, and everything that must not."""

from __future__ import annotations

import dataclasses
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from core.app import create_app
from core.demonstration import story
from core.foundation import clock
from core.foundation.db import db
from core.foundation.errors import SettingInvalid
from tests.conftest import open_officer, post, sign_in
from tests.web.oidc import CLIENT, SECRET, Provider


@pytest.fixture(scope="module")
def provider():
    with Provider() as running:
        yield running


@pytest.fixture
def desk(world, provider, tmp_path):
    """The officers' site with province 00's sign-on, and two filed officers."""
    provider.subject, provider.claims, provider.fault = "00-0001", {}, ""
    (tmp_path / "sso.toml").write_text(
        f'["00"]\nname = "示范省"\nissuer = "{provider.issuer}"\nclient_id = "{CLIENT}"\nclient_secret = "{SECRET}"\n'
        "second_factor = true\n"
    )
    for name, prefix, code in (("clerk", "000101", "00102"), ("henanclerk", "419801", "41102")):
        open_officer(name, name, story.PASSWORD, ["case_officer"], prefix, code, clock.now())
    app = create_app("staff", dataclasses.replace(world.settings, sso_file=str(tmp_path / "sso.toml")))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def there(client, path="/sign-in/with/00") -> str:
    """From the site to the provider and back: the path to which the provider sends the browser."""
    sent = client.get(path)
    assert sent.status_code == 302, sent.get_data(as_text=True)[-500:]
    asked = parse_qs(urlsplit(sent.location).query)
    assert {"state", "nonce", "code_challenge"} <= set(asked)
    back = urlsplit(requests.get(sent.location, allow_redirects=False, timeout=10).headers["Location"])
    return f"{back.path}?{back.query}"


def linked(desk):
    client = sign_in(desk.test_client(), "clerk")
    assert client.get(there(client, "/me/link/00")).location == "/me"
    return client


def test_only_a_linked_account_opens(desk):
    client = desk.test_client()
    assert "用示范省登录" in client.get("/sign-in").get_data(as_text=True)
    stranger = client.get(there(client))
    assert "未关联" in stranger.get_data(as_text=True)
    assert client.get("/cases").status_code == 303
    linked(desk)
    back = there(client, "/sign-in/with/00?next=/cases")
    assert client.get(back).location == "/cases"
    assert client.get("/cases").status_code == 200
    assert client.get(back).status_code == 422, "a code and a state are good once"


def test_a_link_is_ones_own_provinces_and_taken_once(desk, provider):
    linked(desk)
    henan = sign_in(desk.test_client(), "henanclerk")
    provider.subject = "41-0001"
    assert "不能关联" in henan.get(there(henan, "/me/link/00")).get_data(as_text=True)
    again = sign_in(desk.test_client(), "clerk")
    assert "不能关联" in again.get(there(again, "/me/link/00")).get_data(as_text=True)
    assert post(again, "/me/link/00/remove", "/me").status_code == 303
    assert again.get(there(again, "/me/link/00")).location == "/me"


@pytest.mark.parametrize(
    ("claims", "fault"),
    [
        ({"nonce": "another"}, ""),
        ({"aud": "another"}, ""),
        ({"iss": "https://another.example"}, ""),
        ({"exp": int(time.time()) - 3600}, ""),
        ({}, "key"),
        ({}, "unsigned"),
    ],
)
def test_a_wrong_token_opens_nothing(desk, provider, claims, fault):
    linked(desk)
    provider.claims, provider.fault = claims, fault
    client = desk.test_client()
    answer = client.get(there(client))
    assert answer.status_code == 422
    assert "统一登录未完成" in answer.get_data(as_text=True)
    assert client.get("/cases").status_code == 303


def test_a_foreign_state_and_a_stolen_code_open_nothing(desk):
    linked(desk)
    thief, victim = desk.test_client(), desk.test_client()
    stolen = there(victim)
    assert thief.get(stolen).status_code == 422, "the code belongs to the browser that asked"
    there(thief)
    forged = stolen.replace("state=", "state=x")
    assert victim.get(forged).status_code == 422
    assert victim.get("/cases").status_code == 303


def test_the_second_factor_follows_unless_the_sign_on_asked_for_one(desk, provider):
    client = linked(desk)
    desk.config["SETTINGS"] = dataclasses.replace(desk.config["SETTINGS"], require_second_factor=True)
    client = desk.test_client()
    assert client.get(there(client)).location == "/sign-in/enrol"
    provider.claims = {"amr": ["pwd", "otp"]}
    client = desk.test_client()
    assert client.get(there(client)).location == "/"
    assert client.get("/cases").status_code == 200


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[", "cannot be read"),
        ('["00"]\nname = "x"\n', "needs name"),
        ('["00"]\nname="x"\nissuer="http://idp.example"\nclient_id="c"\nclient_secret="s"\n', "https"),
    ],
)
def test_a_wrong_setting_is_refused_at_start(world, tmp_path, text, words):
    path = Path(tmp_path / "sso.toml")
    path.write_text(text)
    with pytest.raises(SettingInvalid, match=words):
        create_app("staff", dataclasses.replace(world.settings, sso_file=str(path)))


def test_without_the_setting_there_is_no_such_page(world):
    assert world.client("staff").get("/sign-in/with/00").status_code == 404

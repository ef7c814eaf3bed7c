"""Signing in: sessions that can be listed and ended, guessing that does not pay, factors, fresh proofs."""

from __future__ import annotations

import dataclasses
import re
import threading
import time
from contextlib import contextmanager
from datetime import timedelta

import pyotp
import pytest
from argon2 import PasswordHasher
from sqlalchemy import event, select, update

from core.accounts.models import Account, Passkey, RecoveryCode, SignIn
from core.accounts.rules import judge_cidr, judge_network, judge_password, network_of
from core.accounts.service import passwords
from core.config import load
from core.demonstration import story
from core.foundation import clock, limits
from core.foundation.audit import AuditEntry
from core.foundation.db import db, new_id, one_transaction, session
from core.foundation.errors import SettingInvalid
from core.testing import people as invented
from tests.conftest import open_officer, post, sign_in, token

FIREFOX = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}


def text(answer) -> str:
    return answer.get_data(as_text=True)


@contextmanager
def settings(world, **changes):
    """Both sites with other settings for a while."""
    before = world.settings
    for app in (world.staff, world.public):
        app.config["SETTINGS"] = dataclasses.replace(before, **changes)
    try:
        yield
    finally:
        for app in (world.staff, world.public):
            app.config["SETTINGS"] = before


@pytest.fixture
def clerk(world):
    """One officer, filed."""
    return open_officer("clerk", "县文", story.PASSWORD, ["case_officer"], "000101", "00102", clock.now())


@one_transaction
def change(row_id, **values):
    session().execute(update(SignIn).where(SignIn.id == row_id).values(**values))


def last_session() -> SignIn:
    session().rollback()
    return session().scalars(select(SignIn).order_by(SignIn.id.desc()).limit(1)).one()


def attempt(client, login, password, address="10.9.8.7", **headers):
    page = client.get("/sign-in", environ_base={"REMOTE_ADDR": address})
    return client.post(
        "/sign-in", data={"csrf_token": token(page), "login": login, "password": password},
        environ_base={"REMOTE_ADDR": address}, headers=headers,
    )  # fmt: skip


def test_a_session_gets_a_new_id_at_sign_in_and_at_each_proof(world, clerk):
    client = world.client("staff")
    client.get("/sign-in")
    planted = client.get_cookie("xingtan_desk").value
    sign_in(client, "clerk")
    first, cookie = last_session().id, client.get_cookie("xingtan_desk").value
    assert cookie != planted
    thief = world.client("staff")
    thief.set_cookie("xingtan_desk", planted)
    assert thief.get("/cases").status_code == 303
    post(client, "/confirm", proof_password=story.PASSWORD)
    assert last_session().id != first
    assert client.get("/cases").status_code == 200
    thief.set_cookie("xingtan_desk", cookie)
    assert thief.get("/cases").status_code == 303, "the id before the proof is worth nothing"


def test_an_officer_has_one_session_and_the_older_is_told_why(world, clerk):
    with settings(world, officer_sessions=1):
        old, new = sign_in(world.client("staff"), "clerk"), world.client("staff")
        assert attempt(new, "clerk", story.PASSWORD, "10.1.1.1").status_code == 303
        answer = old.get("/cases", follow_redirects=True)
        assert "您的账号已在别处登录" in text(answer)
        assert "10.1.1.1" in text(answer)
        assert old.get("/api/v1/cases").status_code == 401
        assert new.get("/cases", environ_base={"REMOTE_ADDR": "10.1.1.1"}).status_code == 200


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"seen_at": timedelta(minutes=31)}, "长时间没有操作"),
        ({"begun_at": timedelta(hours=13)}, "登录已满最长时间"),
    ],
)
def test_idle_and_old_sessions_end(world, clerk, values, words):
    client = sign_in(world.client("staff"), "clerk")
    row = last_session()
    change(row.id, **{name: clock.real_now() - ago for name, ago in values.items()})
    assert words in text(client.get("/cases", follow_redirects=True))
    change(row.id, seen_at=clock.real_now(), begun_at=clock.real_now())
    assert client.get("/cases").status_code == 303, "an ended session stays ended"


def test_a_session_costs_one_read_and_a_write_at_most_once_a_minute(world, clerk):
    story.person(3)
    client = sign_in(world.client(), invented.mobile(3))
    client.get("/me")
    seen: list[str] = []
    with world.public.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda c, cur, sql, *rest: seen.append(sql))
    client.get("/api/v1/session")
    assert len([sql for sql in seen if "sign_in" in sql]) == 1
    assert not [sql for sql in seen if sql.startswith(("UPDATE", "INSERT"))]
    change(last_session().id, seen_at=clock.real_now() - timedelta(seconds=70))
    seen.clear()
    client.get("/api/v1/session")
    client.get("/api/v1/session")
    assert len([sql for sql in seen if sql.startswith("UPDATE sign_in")]) == 1


def test_a_moved_cookie_is_noticed(world, clerk):
    for headers, address in ((FIREFOX, "127.0.0.1"), ({}, "203.0.113.9")):
        owner, thief = sign_in(world.client("staff"), "clerk"), world.client("staff")
        thief.set_cookie("xingtan_desk", owner.get_cookie("xingtan_desk").value)
        seen = thief.get("/cases", headers=headers, environ_base={"REMOTE_ADDR": address})
        assert seen.status_code == 303
        assert "另一台设备或另一个网络" in text(owner.get("/cases", follow_redirects=True))
    ended = session().scalars(select(AuditEntry).where(AuditEntry.verb == "accounts.session_ended")).all()
    assert [entry.detail["why"] for entry in ended] == ["moved", "moved"]
    neighbour = sign_in(world.client("staff"), "clerk")
    assert neighbour.get("/cases", environ_base={"REMOTE_ADDR": "127.0.0.200"}).status_code == 200


def test_a_raised_epoch_or_a_closed_account_opens_nothing_from_that_second(world, clerk):
    for values in ({"epoch": Account.epoch + 1}, {"active": False}):
        client = sign_in(world.client("staff"), "clerk")
        one_transaction(lambda given=values: session().execute(update(Account).values(**given)))()
        assert client.get("/cases").status_code == 303


def test_sessions_are_listed_and_ended_from_afar(world, clerk):
    here, there = sign_in(world.client("staff"), "clerk"), sign_in(world.client("staff"), "clerk")
    page = text(here.get("/me/sessions"))
    places = re.findall(r"/me/sessions/([0-9a-f-]{36})/end", page)
    assert len(places) == 2
    mine = next(row["id"] for row in here.get("/api/v1/session/places").get_json() if row["here"])
    other = next(place for place in places if place != mine)
    story.person(3)
    stranger = sign_in(world.client(), invented.mobile(3))
    assert post(stranger, f"/me/sessions/{other}/end", "/me/sessions").status_code == 404
    assert post(here, f"/me/sessions/{other}/end", "/me/sessions").status_code == 303
    assert "您在另一处退出" in text(there.get("/cases", follow_redirects=True))
    assert here.get("/cases").status_code == 200


def test_a_changed_password_ends_the_other_sessions(world, clerk):
    here, there = sign_in(world.client("staff"), "clerk"), sign_in(world.client("staff"), "clerk")
    assert post(here, "/me", old=story.PASSWORD, password="quartz violin orchard").status_code == 303
    assert here.get("/cases").status_code == 200
    assert there.get("/cases").status_code == 303
    assert attempt(world.client("staff"), "clerk", story.PASSWORD).status_code == 422


def test_guessing_from_many_addresses_does_not_lock_the_owner_out(world, clerk):
    owner = sign_in(world.client("staff"), "clerk")
    post(owner, "/sign-out", "/me")
    guesser = world.client("staff")
    for number in range(60):
        attempt(guesser, "clerk", f"guess number {number}", f"198.51.{number}.1")
    slowed = attempt(guesser, "clerk", story.PASSWORD, "198.52.1.1")
    assert "尝试次数过多" in text(slowed), "the right password does not help the guesser"
    assert attempt(owner, "clerk", story.PASSWORD, "203.0.113.77").status_code == 303, "the device is known"
    fresh = world.client("staff")
    assert attempt(fresh, "clerk", story.PASSWORD, "127.0.0.1").status_code == 303, "the network is known"


def test_one_network_is_slowed_after_five_and_a_stolen_device_after_ten(world, clerk):
    guesser = world.client("staff")
    for _ in range(5):
        assert "账号或密码不正确" in text(attempt(guesser, "clerk", "wrong wrong wrong"))
    assert "尝试次数过多" in text(attempt(guesser, "clerk", story.PASSWORD))
    known = sign_in(world.client("staff"), "clerk")
    post(known, "/sign-out", "/me")
    answers = [text(attempt(known, "clerk", "wrong wrong wrong", f"10.0.{n}.1")) for n in range(11)]
    assert "账号或密码不正确" in answers[9]
    assert "尝试次数过多" in answers[10]


@pytest.mark.parametrize("site", ["public", "staff"])
def test_an_unknown_login_costs_the_same_work_and_gets_the_same_words(world, clerk, site, monkeypatch):
    story.person(3)
    known, unknown = (invented.mobile(3), "19900009999") if site == "public" else ("clerk", "nobody")
    done: list[str] = []
    app = getattr(world, site)
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda c, cur, sql, *rest: done.append(sql.split("WHERE")[0]))
    real = passwords.matches
    monkeypatch.setattr(passwords, "matches", lambda *given: done.append("hash") or real(*given))
    work, words = [], []
    for login in (known, unknown):
        client = app.test_client()
        for _ in range(7):  # into the slowed answers as well
            page = client.get("/sign-in")
            done.clear()
            answer = client.post("/sign-in", data={"csrf_token": token(page), "login": login, "password": "wrong one"})
            work.append(list(done))
            words.append(
                (answer.status_code, re.sub(r'name="csrf_token" value="[^"]*"', "", text(answer)).replace(login, ""))
            )
    assert "hash" in work[0]
    assert work[:7] == work[7:]
    assert words[:7] == words[7:]


def test_hashes_are_remade_with_todays_parameters_and_few_run_at_once(world, clerk):
    one_transaction(
        lambda: session().execute(update(Account).values(password_hash=PasswordHasher(2, 16, 1).hash(story.PASSWORD)))
    )()
    before = session().scalar(select(Account.password_hash))
    sign_in(world.client("staff"), "clerk")
    session().rollback()
    assert session().scalar(select(Account.password_hash)) != before
    running, most = [], []

    class Slow(PasswordHasher):
        def verify(self, *given):
            running.append(1)
            most.append(len(running))
            time.sleep(0.02)
            running.pop()
            return True

    real = passwords._Works.hasher
    try:
        passwords.use(Slow(1, 8, 1), at_once=2)
        threads = [threading.Thread(target=passwords.matches, args=("kept", "given")) for _ in range(8)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
    finally:
        passwords.use(real, at_once=4)
    assert max(most) == 2


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short", "password_length"),
        ("x" * 129, "password_length"),
        ("woaini1314520", "password_guessable"),
        ("Password2020!", "password_guessable"),
        ("1qaz2wsx3edc", "password_guessable"),
        ("qwertyuiop123", "password_guessable"),
        ("aaaaaaaabbbb", "password_guessable"),
        ("13812345678ab", "password_guessable"),
        ("quartz violin orchard", ""),
        ("春风又绿江南岸明月何时", ""),
    ],
)
def test_bad_passwords_are_refused(password, code):
    found = judge_password(password, passwords.known_bad(), ("13812345678", "李文"))
    assert [finding.code for finding in found] == ([code] if code else [])
    assert len(passwords.known_bad()) > 5000


def test_networks_are_judged():
    assert judge_network("10.20.30.5", ["10.20.30.0/24", "2001:db8::/32"]) == []
    assert judge_network("2001:db8::7", ["10.20.30.0/24", "2001:db8::/32"]) == []
    assert judge_network("10.20.31.5", ["10.20.30.0/24"])[0].code == "network_not_allowed"
    assert judge_network("nonsense", ["10.20.30.0/24"])[0].code == "network_not_allowed"
    assert judge_network("nonsense", []) == []
    for wrong in ("10.20.30.1/24", "0.0.0.0/0", "::/0", "ten", ""):
        assert judge_cidr(wrong)[0].code == "network_malformed", wrong
    assert network_of("::ffff:10.1.2.3") == network_of("10.1.2.9")


# --- the second factor


def enrolled(world, name="clerk"):
    """An officer who has just enrolled an authenticator: client, secret and recovery codes."""
    client = world.client("staff")
    with settings(world, require_second_factor=True):
        attempt(client, name, story.PASSWORD, "127.0.0.1")
        page = text(client.get("/sign-in/enrol"))
        secret = re.search(r'xt-code">([A-Z2-7 ]+)<', page).group(1).replace(" ", "")
        done = post(client, "/sign-in/enrol", code=pyotp.TOTP(secret).now())
    return client, secret, re.findall(r"<code>([a-z2-9-]{14})</code>", text(done))


@one_transaction
def rewind():
    """As if the last accepted code lay further back."""
    session().execute(update(Account).values(totp_step=0))


def test_the_first_sign_in_forces_a_second_factor(world, clerk):
    with settings(world, require_second_factor=True):
        client = world.client("staff")
        answer = attempt(client, "clerk", story.PASSWORD, "127.0.0.1")
        assert answer.location == "/sign-in/enrol"
        for page in ("/cases", "/me", "/me/factors", "/api/v1/cases"):
            assert client.get(page).status_code in (303, 401), page
        page = client.get("/sign-in/enrol")
        assert "<svg" in text(page)
        assert "style=" not in text(page).split("<main")[1]
        assert post(client, "/sign-in/enrol", code="000000").status_code == 422
    client, _secret, codes = enrolled(world)
    assert len(codes) == 10
    assert client.get("/cases").status_code == 200
    kept = session().scalars(select(RecoveryCode.mark)).all()
    assert not {code.replace("-", "") for code in codes} & set(kept)
    assert session().scalar(select(Account.totp_secret)) is not None


def test_a_code_opens_once_and_within_the_skew(world, clerk, monkeypatch):
    now = clock.real_now()
    monkeypatch.setattr(clock, "real_now", lambda: now)  # a slow machine must not outlive the code
    _client, secret, _codes = enrolled(world)
    totp = pyotp.TOTP(secret)
    client = world.client("staff")
    assert attempt(client, "clerk", story.PASSWORD, "127.0.0.1").location == "/sign-in/second"
    assert client.get("/cases").status_code == 303
    assert post(client, "/sign-in/second", code=totp.at(now)).status_code == 422, "the enrolling code is spent"
    rewind()
    assert post(client, "/sign-in/second", code=totp.at(now - timedelta(seconds=90))).status_code == 422
    late = totp.at(now - timedelta(seconds=30))
    assert post(client, "/sign-in/second", code=late).status_code == 303
    assert client.get("/cases").status_code == 200
    again = world.client("staff")
    attempt(again, "clerk", story.PASSWORD, "127.0.0.1")
    assert post(again, "/sign-in/second", code=late).status_code == 422, "no code twice"


def test_recovery_codes_are_good_once_and_guessing_ends_the_half_session(world, clerk):
    _client, _secret, codes = enrolled(world)
    for code, status in ((codes[0], 303), (codes[0], 422), (codes[1].upper().replace("-", " "), 303)):
        client = world.client("staff")
        attempt(client, "clerk", story.PASSWORD, "127.0.0.1")
        assert post(client, "/sign-in/second", code=code).status_code == status
    client = world.client("staff")
    attempt(client, "clerk", story.PASSWORD, "127.0.0.1")
    for _ in range(4):
        assert post(client, "/sign-in/second", code="123456").status_code == 422
    assert post(client, "/sign-in/second", code="123456").location == "/sign-in"
    assert client.get("/sign-in/second").location == "/sign-in"


def test_the_second_factor_in_the_api(world, clerk):
    _client, secret, _codes = enrolled(world)
    rewind()
    client = world.client("staff")
    head = {"X-CSRFToken": client.get("/api/v1/session").get_json()["csrf_token"]}
    begun = client.post("/api/v1/session", json={"login": "clerk", "password": story.PASSWORD}, headers=head).get_json()
    assert (begun["stage"], begun["name"]) == ("second", "")
    assert client.get("/api/v1/cases").status_code == 401
    head = {"X-CSRFToken": begun["csrf_token"]}
    wrong = client.post("/api/v1/session/second", json={"code": "1"}, headers=head)
    assert wrong.status_code == 422
    done = client.post("/api/v1/session/second", json={"code": pyotp.TOTP(secret).now()}, headers=head)
    assert done.get_json()["stage"] == "open"
    assert client.get("/api/v1/cases").status_code == 200
    head = {"X-CSRFToken": done.get_json()["csrf_token"]}
    assert client.delete("/api/v1/session", headers=head).status_code == 204
    assert client.get("/api/v1/cases").status_code == 401


def test_factors_are_kept_and_the_last_one_stays(world, clerk):
    client, _secret, codes = enrolled(world)
    assert "剩余10个" in text(client.get("/me/factors"))
    last = post(client, "/me/factors/totp/remove", "/me/factors")
    assert "唯一的第二验证方式" in text(last)
    fresh = re.findall(r"<code>([a-z2-9-]{14})</code>", text(post(client, "/me/factors/codes", "/me/factors")))
    assert len(fresh) == 10
    assert not set(fresh) & set(codes)
    other = world.client("staff")
    attempt(other, "clerk", story.PASSWORD, "127.0.0.1")
    assert post(other, "/sign-in/second", code=codes[3]).status_code == 422, "renewed codes void the old"
    assert session().scalars(select(Passkey)).all() == []


# --- a fresh proof


def test_a_conclusion_wants_a_fresh_proof_and_keeps_what_was_typed(house):
    story.play(6, "proposed", house.plan)
    from core.applications.models import Case

    session().rollback()
    case = session().scalars(select(Case).order_by(Case.id.desc())).first()
    head = sign_in(house.client("staff"), "head")
    change(last_session().id, fresh_at=clock.real_now() - timedelta(minutes=11))
    form = {"outcome": "recognised", "reason": "材料齐全<b>", "version": str(case.version)}
    asked = post(head, f"/cases/{case.id}/conclude", f"/cases/{case.id}", **form)
    assert asked.status_code == 403
    assert "请确认是您本人" in text(asked)
    assert "材料齐全&lt;b&gt;" in text(asked)
    kept = dict(re.findall(r'name="(outcome|reason|version)" value="([^"]*)"', text(asked)))
    assert kept["version"] == form["version"]
    wrong = head.post(
        f"/cases/{case.id}/conclude", data={"csrf_token": token(asked), "proof_password": "wrong wrong", **form}
    )
    assert wrong.status_code == 403
    assert "密码不正确" in text(wrong)
    done = head.post(
        f"/cases/{case.id}/conclude", data={"csrf_token": token(wrong), "proof_password": story.PASSWORD, **form}
    )
    assert "请确认是您本人" not in text(done)
    assert done.status_code in (303, 422), "it reached the verb"
    session().rollback()
    confirmed = session().scalars(select(AuditEntry).where(AuditEntry.verb == "accounts.confirm")).all()
    assert [entry.detail["factor"] for entry in confirmed] == ["password"]


def test_the_api_asks_for_a_fresh_proof(house):
    story.play(6, "proposed", house.plan)
    from core.applications.models import Case

    case_id = session().scalars(select(Case.id).order_by(Case.id.desc())).first()
    head = sign_in(house.client("staff"), "head")
    change(last_session().id, fresh_at=clock.real_now() - timedelta(minutes=11))
    headers = {"X-CSRFToken": head.get("/api/v1/session").get_json()["csrf_token"]}
    refused = head.post(f"/api/v1/cases/{case_id}/conclude", json={}, headers=headers)
    assert (refused.status_code, refused.get_json()["code"]) == (403, "confirm_required")
    assert (
        head.post("/api/v1/session/confirm", json={"proof_password": "no no no no"}, headers=headers).status_code == 422
    )
    done = head.post("/api/v1/session/confirm", json={"proof_password": story.PASSWORD}, headers=headers)
    assert done.get_json()["fresh"] is True
    headers = {"X-CSRFToken": done.get_json()["csrf_token"]}
    reached = head.post(f"/api/v1/cases/{case_id}/conclude", json={}, headers=headers)
    assert reached.status_code != 403


def test_guessing_at_a_proof_ends_the_session(world, clerk):
    client = sign_in(world.client("staff"), "clerk")
    for _ in range(4):
        assert post(client, "/confirm", proof_password="wrong wrong").status_code == 422
    client.post("/confirm", data={"csrf_token": token(client.get("/confirm")), "proof_password": "wrong wrong"})
    assert "错误次数过多" in text(client.get("/cases", follow_redirects=True))


# --- the armour


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "/\\evil.example", "/\t/evil.example", "/\n/evil", "https://evil.example", "evil", "/ /e"],
)
def test_redirects_stay_on_the_site(world, clerk, target):
    client = world.client("staff")
    page = client.get("/sign-in")
    answer = client.post(
        "/sign-in", data={"csrf_token": token(page), "login": "clerk", "password": story.PASSWORD, "next": target}
    )
    assert answer.location in ("/", None), "a control character is refused with its field"
    assert client.get("/language/en", query_string={"next": target}).location == "/"


def test_unknown_hosts_and_forged_forwarding_get_nothing(world, clerk):
    world.staff.config["TRUSTED_HOSTS"] = ["desk.example"]
    try:
        client = world.client("staff")
        assert client.get("/sign-in", headers={"Host": "desk.example"}).status_code == 200
        for path in ("/sign-in", "/nowhere", "/api/v1/session"):
            answer = client.get(path, headers={"Host": "evil.example"})
            assert answer.status_code == 400, path
            assert "evil" not in text(answer)
        forged = client.get("/cases", headers={"Host": "desk.example", "X-Forwarded-Host": "evil.example"})
        assert forged.location.startswith("/sign-in")
    finally:
        world.staff.config["TRUSTED_HOSTS"] = None
    for header in ("X-Forwarded-For", "X-Real-IP", "Forwarded"):
        attempt(world.client("staff"), "clerk", story.PASSWORD, "10.9.8.7", **{header: "1.2.3.4"})
        assert last_session().address == "10.9.8.7"


PRODUCTION = {
    "XINGTAN_ENVIRONMENT": "production", "XINGTAN_SECRET_KEY": "Zk3vQ9xT7mWb2RfY8sLp4NdHc6JgUaEo1iXt",
    "XINGTAN_COOKIES_SECURE": "1",
    "XINGTAN_DATABASE_URL": "postgresql://u@h/d", "XINGTAN_REDIS_URL": "redis://h/0", "XINGTAN_HOSTS": "desk.example",
    "XINGTAN_REQUIRE_SECOND_FACTOR": "1",
}  # fmt: skip


@pytest.mark.parametrize("missing", ["REDIS_URL", "HOSTS", "REQUIRE_SECOND_FACTOR", "COOKIES_SECURE"])
def test_production_refuses_to_start_without(missing):
    assert load(PRODUCTION).hosts == "desk.example"
    with pytest.raises(SettingInvalid, match=missing):
        load({name: value for name, value in PRODUCTION.items() if not name.endswith(missing)})


def test_production_refuses_limits_that_count_per_process(world):
    with pytest.raises(SettingInvalid, match="REDIS_URL"):
        limits.init(world.staff, dataclasses.replace(load(PRODUCTION), redis_url="memory://"))


def test_cookies_in_production(world):
    from core.app import create_app

    secure = create_app("staff", dataclasses.replace(world.settings, cookies_secure=True, session_hours=8))
    answer = secure.test_client().get("/sign-in", base_url="https://desk.example")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-xingtan_desk=")
    assert all(part in cookie for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
    assert "Domain" not in cookie
    with secure.app_context():
        db.session.remove()
        db.engine.dispose()


def test_limits_are_shared_over_redis_and_hold_when_it_is_away(monkeypatch):
    from limits.storage import RedisStorage
    from limits.strategies import FixedWindowRateLimiter

    from tests.conftest import REDIS

    key = str(new_id())
    one, two = (FixedWindowRateLimiter(RedisStorage(REDIS)) for _ in range(2))
    monkeypatch.setattr(type(limits.limiter), "limiter", property(lambda self: one))
    assert [limits.spend("3 per hour", key) for _ in range(2)] == [True, True]
    monkeypatch.setattr(type(limits.limiter), "limiter", property(lambda self: two))
    assert limits.spend("3 per hour", key)
    assert limits.is_spent("3 per hour", key)
    limits.forget("3 per hour", key)
    away = FixedWindowRateLimiter(RedisStorage("redis://127.0.0.1:1/0"))
    monkeypatch.setattr(type(limits.limiter), "limiter", property(lambda self: away))
    assert [limits.spend("2 per hour", key) for _ in range(3)] == [True, True, False]

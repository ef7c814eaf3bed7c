"""Codes by message: signing up, a forgotten password, a new mobile; a lost second factor; an institution's networks."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, select, update

from core.accounts import service as accounts
from core.accounts.models import Account, OneTimeCode, SignIn
from core.demonstration import story
from core.foundation import clock, outbox
from core.foundation.audit import AuditEntry
from core.foundation.db import db, new_id, one_transaction, session
from core.people.models import Person
from core.testing import people as invented
from tests.conftest import open_officer, post, sign_in, token

NEW = "quartz violin orchard"


def text(answer) -> str:
    return answer.get_data(as_text=True)


def letters(world) -> list[str]:
    """What messages sent, newest first: their files bear the messages' ids."""
    folder = Path(world.settings.data_dir) / "mail"
    files = sorted(folder.glob("0*.txt"), key=lambda path: path.name, reverse=True) if folder.exists() else []
    return [path.read_text() for path in files]


def code_in(world) -> str:
    outbox.drain()
    session().rollback()
    return re.search(r"：(\d{6})，", letters(world)[0]).group(1)


def form_of(serial: int) -> dict[str, str]:
    return {
        "name": invented.name(serial), "document_kind": "resident_id", "mobile": invented.mobile(serial),
        "document_number": invented.identity_number(serial), "mail": f"p{serial}@example.cn", "password": NEW,
    }  # fmt: skip


def test_a_person_signs_up_by_the_code_sent_to_the_mobile(world):
    client = world.client()
    assert client.get("/sign-up/code").location == "/sign-up"
    assert post(client, "/sign-up", **form_of(7)).location == "/sign-up/code"
    assert session().scalars(select(Person)).all() == []
    code = code_in(world)
    assert post(client, "/sign-up/code", code="000000" if code != "000000" else "1").status_code == 422
    assert post(client, "/sign-up/code", code=code).status_code == 303
    assert client.get("/my").status_code == 200
    session().rollback()
    row = session().scalars(select(OneTimeCode)).one()
    assert (row.payload, row.target) == ("", ""), "nothing personal outlives its use"
    again = world.client()
    with again.session_transaction() as kept:
        kept["code"] = {"purpose": "sign_up", "id": row.id.hex}
    assert post(again, "/sign-up/code", code=code).status_code == 422


def work_of(world, client, url, **data):
    done: list[str] = []
    with world.public.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda c, cur, sql, *rest: done.append(sql))
    page = client.get(url)
    done.clear()
    answer = client.post(url, data={"csrf_token": token(page), **data})
    work = list(done)
    shown = re.sub(r'name="csrf_token" value="[^"]*"', "", text(client.get(answer.location)))
    return answer.status_code, answer.location, work, shown


def test_signing_up_tells_nobody_who_is_known(world):
    story.person(7)
    known, new = (work_of(world, world.client(), "/sign-up", **form_of(serial)) for serial in (7, 8))
    assert known == new
    outbox.drain()
    sent = "".join(letters(world)[:2])
    assert "已属于一个账号" in sent
    assert sent.count("注册验证码") == 1


def test_a_forgotten_password_tells_nobody_who_is_known(world):
    story.person(7)
    known, unknown = (
        work_of(world, world.client(), "/forgotten", login=login) for login in (invented.mobile(7), "19900009999")
    )
    assert known == unknown


def test_a_forgotten_password_is_renewed_by_code_and_ends_every_session(world):
    story.person(7)
    elsewhere = sign_in(world.client(), invented.mobile(7))
    client = world.client()
    post(client, "/forgotten", login=invented.identity_number(7))
    code = code_in(world)
    assert invented.mobile(7) in letters(world)[0]
    weak = post(client, "/forgotten/code", code=code, password="password2020")
    assert "容易被猜到" in text(weak)
    assert post(client, "/forgotten/code", code=code, password=NEW).location == "/sign-in"
    assert elsewhere.get("/me").status_code == 303
    sign_in(world.client(), invented.mobile(7), NEW)
    assert post(client, "/forgotten/code", "/forgotten", code=code, password=NEW).location == "/forgotten"


def test_a_code_bears_five_tries_and_ten_minutes(world):
    story.person(7)
    client = world.client()
    post(client, "/forgotten", login=invented.mobile(7))
    code = code_in(world)
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(5):
        assert post(client, "/forgotten/code", code=wrong, password=NEW).status_code == 422
    assert post(client, "/forgotten/code", code=code, password=NEW).status_code == 422
    post(client, "/forgotten", login=invented.mobile(7))
    code = code_in(world)
    one_transaction(lambda: session().execute(update(OneTimeCode).values(expires_at=clock.real_now())))()
    assert post(client, "/forgotten/code", code=code, password=NEW).status_code == 422


def test_only_a_few_codes_are_sent_and_the_page_says_the_same(world):
    story.person(7)
    before, client = len(letters(world)), world.client()
    for _ in range(5):
        assert post(client, "/forgotten", login=invented.mobile(7)).location == "/forgotten/code"
    outbox.drain()
    assert len(letters(world)) == before + 3


def test_a_mobile_is_changed_by_a_code_and_the_old_one_is_told(world):
    story.person(7)
    story.person(8)
    client = sign_in(world.client(), invented.mobile(7))
    bad = post(client, "/me/contact", kind="mobile", value="123")
    assert "手机号应为11位" in text(bad)
    taken = post(client, "/me/contact", kind="mobile", value=invented.mobile(8))
    assert taken.location == "/me/contact/code", "nothing is learned about the other person"
    outbox.drain()
    assert "已属于一个账号" in letters(world)[0]
    assert post(client, "/me/contact", kind="mobile", value="19912345678").location == "/me/contact/code"
    code = code_in(world)
    stranger = sign_in(world.client(), invented.mobile(8))
    session().rollback()
    row = session().scalars(select(OneTimeCode).order_by(OneTimeCode.id.desc())).first()
    with stranger.session_transaction() as kept:
        kept["code"] = {"purpose": "contact", "id": row.id.hex}
    assert post(stranger, "/me/contact/code", code=code).status_code == 422, "another's code changes nothing"
    assert post(client, "/me/contact/code", code=code).location == "/me"
    outbox.drain()
    assert invented.mobile(7) in letters(world)[0]
    assert "联系方式已更改" in letters(world)[0]
    sign_in(world.client(), "19912345678")


# --- officers


@pytest.fixture
def offices(world):
    """A province's officer and one of its clerks; a clerk elsewhere."""
    opened = {}
    for name, roles, prefix, code in (
        ("province", ["province_officer"], "00", ""), ("province2", ["province_officer"], "00", ""),
        ("clerk", ["case_officer"], "000101", "00102"), ("head", ["institution_head"], "000101", "00102"),
        ("henanclerk", ["case_officer"], "419801", "41102"), ("centre", ["national_officer"], "", ""),
    ):  # fmt: skip
        opened[name] = open_officer(name, name, story.PASSWORD, roles, prefix, code, clock.now()).id
    one_transaction(lambda: session().execute(update(Account).values(enrolled_at=clock.now())))()
    return opened


@one_transaction
def without_factors(*names: str) -> None:
    session().execute(update(Account).where(Account.username.in_(names)).values(enrolled_at=None))


def test_a_lost_second_factor_is_reset_by_the_level_above(world, offices):
    without_factors("province", "centre")
    client = sign_in(world.client("staff"), "province")
    page = text(client.get("/sign-ins"))
    assert f"/sign-ins/{offices['clerk']}/reset" in page
    assert str(offices["henanclerk"]) not in page
    assert f"/sign-ins/{offices['province2']}/reset" not in page, "not a peer's"
    assert post(client, f"/sign-ins/{offices['henanclerk']}/reset", "/sign-ins", reason="遗失").status_code == 404
    assert post(client, f"/sign-ins/{offices['province2']}/reset", "/sign-ins", reason="遗失").status_code == 422
    assert post(client, f"/sign-ins/{offices['clerk']}/reset", "/sign-ins", reason="").status_code == 422
    assert post(client, f"/sign-ins/{offices['clerk']}/reset", "/sign-ins", reason="手机遗失").status_code == 303
    session().rollback()
    assert session().get(Account, offices["clerk"]).enrolled_at is None
    assert session().scalars(select(AuditEntry).where(AuditEntry.verb == "accounts.reset_factors")).one().detail[
        "reason"
    ] == "手机遗失"  # fmt: skip
    centre = sign_in(world.client("staff"), "centre")
    assert post(centre, f"/sign-ins/{offices['province2']}/reset", "/sign-ins", reason="遗失").status_code == 303
    clerk = sign_in(world.client("staff"), "clerk")
    assert clerk.get("/sign-ins").status_code == 403


def test_an_institution_names_its_networks(world, offices):
    without_factors(*offices)
    head = sign_in(world.client("staff"), "head")
    away = {"REMOTE_ADDR": "203.0.113.9"}

    def attempt(name):
        client = world.client("staff")
        page = client.get("/sign-in", environ_base=away)
        return client.post(
            "/sign-in", data={"csrf_token": token(page), "login": name, "password": story.PASSWORD}, environ_base=away
        )

    assert attempt("clerk").status_code == 303
    out = post(head, "/networks", id=str(new_id()), institution_code="00102", cidr="10.0.0.0/8")
    assert "127.0.0.1将不能登录" in text(out)
    for wrong in ("0.0.0.0/0", "127.0.0.1/24", "x"):
        assert post(head, "/networks", id=str(new_id()), institution_code="00102", cidr=wrong).status_code == 422
    good = post(head, "/networks", id=str(new_id()), institution_code="00102", cidr="127.0.0.0/24", note="办公楼")
    assert good.status_code == 303
    session().rollback()
    ended = session().scalars(select(SignIn).where(SignIn.address == "203.0.113.9")).all()
    assert all(row.ended_at for row in ended), "sessions from outside end at once"
    refused = attempt("clerk")
    assert refused.status_code == 422
    assert "203.0.113.9不在其中" in text(refused)
    assert attempt("henanclerk").status_code == 303
    foreign = post(head, "/networks", id=str(new_id()), institution_code="41102", cidr="127.0.0.0/24")
    assert foreign.status_code == 404
    removed = re.search(r"/networks/([0-9a-f-]{36})/remove", text(head.get("/networks"))).group(1)
    assert post(head, f"/networks/{removed}/remove", "/networks").status_code == 303
    assert attempt("clerk").status_code == 303


def test_old_sessions_and_spent_codes_are_forgotten(world):
    story.person(7)
    sign_in(world.client(), invented.mobile(7))
    post(world.client(), "/forgotten", login=invented.mobile(7))
    assert accounts.dispose() == 0
    long_ago = clock.real_now() - timedelta(days=181)
    one_transaction(lambda: session().execute(update(SignIn).values(seen_at=long_ago)))()
    one_transaction(lambda: session().execute(update(OneTimeCode).values(expires_at=long_ago)))()
    assert accounts.dispose() == 2
    assert session().scalars(select(OneTimeCode)).all() == []

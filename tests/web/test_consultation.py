"""The pages of consultation: whom to call, asking and reading, answering, the log, the mailbox's settings."""

from __future__ import annotations

import re

import pytest

from core.demonstration import enquiries, story
from core.foundation import clock
from core.foundation.db import new_id
from core.testing import people as invented
from tests.conftest import post, sign_in

QUESTION = {"subject": "网报时间", "body": "什么时候可以网报？", "institution_code": "00102"}


def text(answer):
    return answer.get_data(as_text=True)


@pytest.fixture
def lines(house):
    enquiries.lines(story.officer("province"), clock.now())
    enquiries.knowledge(story.officer("centre"), clock.now())
    return house


def asked(client, **changes):
    url = "/consultation/ask?institution=00102"
    fresh = re.search(r'name="id" value="([^"]+)"', text(client.get(url))).group(1)
    return post(client, url, **{"id": fresh, **QUESTION, **changes})


def told(page):
    return re.search(r"Q00-\d{6}-[0-9A-F]{6}", text(page)).group(0), re.search(
        r"<strong>([A-Z2-7]{10})</strong>", text(page)
    ).group(1)


def test_everybody_finds_whom_to_call_also_while_the_site_is_closed(lines):
    client = lines.client()
    assert "请选择省份" in text(client.get("/consultation"))
    page = text(client.get("/consultation?province=00"))
    assert page.count("现在有人接听") == 3
    assert 'href="tel:000-12345"' in page
    assert "杏林市秋原县教育局" in page
    assert "没有符合条件" in text(client.get("/consultation?province=00&search=nowhere"))
    lines.at("2020-06-03T22:00")
    lines.public.extensions.pop("xingtan_maintenance", None)
    closed = client.get("/notices")
    assert closed.status_code == 503
    assert "000-96777" in text(closed)
    assert 'href="/consultation"' in text(closed)
    assert "现在非工作时间" in text(client.get("/consultation?province=00"))
    assert "照片有什么要求" in text(client.get("/knowledge?search=照片"))


def test_a_question_is_asked_answered_and_read_without_signing_in(lines):
    client = lines.client()
    assert client.get("/consultation/ask?institution=99999").status_code == 303
    wrong = asked(client, body="", contact="no address")
    assert wrong.status_code == 422
    assert 'href="#body"' in text(wrong)
    assert 'value="网报时间"' in text(wrong)
    number, code = told(asked(client))
    clerk = sign_in(lines.client("staff"), "clerk")
    assert "网报时间" in text(clerk.get("/enquiries"))
    url = re.search(r'href="(/enquiries/[0-9a-f-]{36})"', text(clerk.get("/enquiries?state=open"))).group(1)
    quote = re.search(r'<option value="([0-9a-f-]{36})">\s*照片', text(clerk.get(url))).group(1)
    assert post(clerk, f"{url}/answer", url, body="", version="1").status_code == 422
    assert post(clerk, f"{url}/answer", url, body="4月10日前", version="1", article_id=quote).status_code == 303
    assert post(clerk, f"{url}/answer", url, body="again", version="1").status_code == 409
    page = post(client, "/consultation/answer", number=number, code=code)
    assert "4月10日前" in text(page)
    assert "《照片有什么要求？》" in text(page)
    assert code not in page.request.url
    assert post(client, "/consultation/answer", number=number, code="AAAAAAAAAA").status_code == 422
    more = post(client, "/consultation/more", "/consultation/answer", number=number, code=code, body="")
    assert more.status_code == 422
    assert told(post(client, "/consultation/more", "/consultation/answer", number=number, code=code, body="再问"))
    assert post(clerk, f"{url}/close", url, version="3").status_code in (409, 422)


def test_a_person_reads_their_own_questions_in_their_pages(lines):
    story.person(3)
    client = sign_in(lines.client(), invented.mobile(3))
    asked(client)
    page = text(client.get("/my/enquiries"))
    url = re.search(r'href="(/my/enquiries/[0-9a-f-]{36})"', page).group(1)
    assert "什么时候可以网报" in text(client.get(url))
    assert post(client, url, body="").status_code == 422
    assert post(client, url, body="补充一句").status_code == 303
    assert "补充一句" in text(client.get(url))
    assert "Q00-200325" in text(client.get("/me/data"))
    story.person(4)
    other = sign_in(lines.client(), invented.mobile(4))
    assert other.get(url).status_code == 404


def test_asking_is_limited(lines):
    client = lines.client()
    assert [asked(client).status_code for _ in range(11)][-2:] == [200, 429]


def test_officers_keep_lines_calls_articles_and_figures(lines):
    head, url = sign_in(lines.client("staff"), "head"), "/enquiries/lines/00102"
    version = re.search(r'name="version" value="(\d+)"', text(head.get(url))).group(1)
    form = {"telephone": "000-777", "opens": "09:00", "closes": "08:00", "version": version}
    page = post(head, url, **form)
    assert page.status_code == 422
    assert 'value="000-777"' in text(page)
    assert post(head, url, **{**form, "closes": "17:00"}).status_code == 303
    assert head.get("/enquiries/lines/00103").status_code == 404
    clerk = sign_in(lines.client("staff"), "clerk")
    assert clerk.get(url).status_code == 403
    call = {"id": str(new_id()), "institution_code": "00102", "on": "2020-03-25", "at": "08:31", "answered": "no"}
    assert post(clerk, "/enquiries/calls", **{**call, "at": "noon"}).status_code == 422
    assert post(clerk, "/enquiries/calls", **{**call, "institution_code": "00103"}).status_code == 404
    assert post(clerk, "/enquiries/calls", **call).status_code == 303
    assert "08:31" in text(clerk.get("/enquiries/calls"))
    assert "08:31" not in text(clerk.get("/enquiries/calls?missed=1"))  # hours begin at nine by now
    phone = {**QUESTION, "id": str(new_id())}
    assert post(clerk, "/enquiries/new", **{**phone, "institution_code": "00101"}).status_code == 422
    assert post(clerk, "/enquiries/new", **phone).status_code == 303
    shown = text(clerk.get("/enquiries/figures?month=2020-03"))
    assert "杏林市春溪县教育局" in shown
    assert "没有来电" in text(clerk.get("/enquiries/figures?month=2020-01"))
    province = sign_in(lines.client("staff"), "province")
    article = {"id": str(new_id()), "title": "在哪里确认", "body": "看计划。"}
    made = post(province, "/enquiries/articles/new", **article)
    assert post(province, f"{made.location}/move", made.location, state="published", version="1").status_code == 303
    assert "在哪里确认" in text(lines.client().get("/knowledge"))
    assert "在哪里确认" in text(province.get("/enquiries/articles"))


def test_a_mailbox_shows_no_secret_and_takes_only_named_servers(lines):
    settings = lines.staff.config["SETTINGS"]
    lines.staff.config["SETTINGS"] = type(settings)(**{**vars(settings), "mail_hosts": "mail.example.cn"})
    head, url = sign_in(lines.client("staff"), "head"), "/enquiries/lines/00102/inbox"
    form = {
        "address": "chunxi@example.cn", "username": "chunxi", "password": "very-secret-1", "imap_host": "10.0.0.1",
        "imap_port": "993", "imap_security": "tls", "smtp_host": "mail.example.cn", "smtp_port": "465",
        "smtp_security": "tls", "version": "0",
    }  # fmt: skip
    page = post(head, url, **form)
    assert page.status_code == 422
    assert "不在允许的范围内" in text(page)
    assert "very-secret-1" not in text(page)
    assert post(head, url, **{**form, "imap_host": "mail.example.cn"}).status_code == 303
    assert "very-secret-1" not in text(head.get(url))
    assert post(head, "/enquiries/lines/00102/read", url).status_code == 303
    lines.staff.config["SETTINGS"] = settings


def test_the_api_carries_the_main_verbs(lines):
    client = lines.client()
    rows = client.get("/api/v1/consultation/lines?province=00").get_json()
    assert {row["code"]: row["open"] for row in rows}["00102"] is True
    assert len(client.get("/api/v1/consultation/articles").get_json()) == 2
    token = client.get("/api/v1/session").get_json()["csrf_token"]
    head = {"X-CSRFToken": token}
    made = client.post("/api/v1/consultation/enquiries", json={"id": str(new_id()), **QUESTION}, headers=head)
    assert made.status_code == 201
    ref = {"number": made.get_json()["reference"], "code": made.get_json()["code"]}
    read = client.post("/api/v1/consultation/enquiries/answer", json=ref, headers=head).get_json()
    assert (read["state"], len(read["letters"])) == ("open", 1)
    clerk = sign_in(lines.client("staff"), "clerk")
    (row,) = clerk.get("/api/v1/consultation/enquiries?state=open").get_json()
    token = clerk.get("/api/v1/session").get_json()["csrf_token"]
    url = f"/api/v1/consultation/enquiries/{row['id']}"
    done = clerk.post(f"{url}/answer", json={"body": "好", "version": 1}, headers={"X-CSRFToken": token})
    assert done.get_json()["state"] == "answered"
    assert clerk.get(url).get_json()["letters"][1]["direction"] == "out"
    (month,) = clerk.get("/api/v1/consultation/figures?month=2020-03").get_json()
    assert (month["place"], month["asked"], month["timely"]) == ("00102", 1, 1)

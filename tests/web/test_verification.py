"""What anyone may ask of a certificate, on the page and in the API."""

from __future__ import annotations

import io
import json
import re

from sqlalchemy import select

from core.certificates import service as certificates
from core.certificates.models import Certificate, VerificationBatch
from core.certificates.rules import codes as forms
from core.certificates.service import batches
from core.demonstration import story
from core.foundation import clock, outbox, tables
from core.foundation.db import session
from core.testing import people as invented
from tests.conftest import post, sign_in, token


def issued(house):
    case_id = story.play(11, "recognised", house.plan)
    row = session().scalars(select(Certificate).where(Certificate.case_id == case_id)).one()
    content = forms.CodeContent(row.number, 1, row.name, row.kind, row.subject, row.issued_on)
    return row, certificates.code_of(content)


def answer_of(page) -> str:
    """The page without its token, which differs each time."""
    return re.sub(r'value="[^"]*"', "", page.get_data(as_text=True))


def test_a_wrong_name_and_an_unknown_number_get_the_same_page(house):
    row, _code = issued(house)
    client = house.client()
    wrong = answer_of(post(client, "/verify", number=row.number, name="别人"))
    unknown = answer_of(post(client, "/verify", number="20200010231999999", name=row.name))
    assert wrong == unknown
    assert "没有与此号码和姓名相符" in wrong
    good = answer_of(post(client, "/verify", number=row.number, name=row.name))
    assert "有效" in good
    assert row.institution_name not in good  # the asker learns the state, nothing else


def test_the_api_answers_strangers_without_a_session(house):
    row, code = issued(house)
    client = house.client()
    ask = client.post("/api/v1/certificates/verify", json={"number": row.number, "name": row.name})
    assert (ask.status_code, ask.json) == (200, {"result": "in_force"})
    assert "Set-Cookie" not in ask.headers
    assert client.post("/api/v1/certificates/code", json={"code": code}).json == {"result": "in_force"}
    assert client.get("/api/v1/certificates/log/head").status_code == 404
    certificates.publish_log_head(clock.now())
    head = client.get("/api/v1/certificates/log/head").json
    assert head["size"] == 1
    assert len(client.get("/api/v1/certificates/log/leaves").json["hashes"]) == 1
    assert client.get("/api/v1/certificates/log/consistency?first=1&second=9").status_code == 404
    assert client.get("/api/v1/certificates/log/consistency?first=0&second=1").status_code == 422
    assert client.post("/api/v1/certificates/verify", json={"number": row.number, "more": 1}).status_code == 422


def test_a_code_is_checked_on_the_page(house):
    _row, code = issued(house)
    client = house.client()
    assert 'data-result="in_force"' in answer_of(post(client, "/verify/code", code=code))
    assert 'data-result="unreadable"' in answer_of(post(client, "/verify/code", code="随便写的"))
    assert 'data-result="forged"' in answer_of(post(client, "/verify/code", code=code[:-6] + "AAAAAA"))


def test_an_employers_list_is_answered_in_a_job_and_disposed_of(house):
    row, _code = issued(house)
    client = sign_in(house.client(), invented.mobile(11))
    heads = tuple(batches.HEADINGS.values())
    assert batches.read_lines(f"number,name\n{row.number},甲\n".encode()) == [[row.number, "甲"]]
    sheet = tables.workbook({"list": (heads, [(row.number, row.name), (row.number, "别人")])})
    page = client.get("/verify/lists")
    form = {
        "csrf_token": token(page), "id": re.search(r'name="id" value="([^"]+)', page.get_data(as_text=True))[1],
        "employer": "示例中学", "purpose": "入职核验",
    }  # fmt: skip

    def send(**more):
        return client.post("/verify/lists", data={**form, "file": (io.BytesIO(sheet), "list.xlsx"), **more})

    assert "都已同意" in send().get_data(as_text=True)  # no consent, no list
    sent = send(consent="1")
    assert sent.status_code == 303
    assert send(consent="1").headers["Location"] == sent.headers["Location"]  # sent twice is sent once
    outbox.drain()
    shown = client.get(sent.headers["Location"]).get_data(as_text=True)
    assert shown.count("没有相符的记录") == 1
    back = client.get(sent.headers["Location"] + ".xlsx").data
    assert [cells["result"] for _line, cells in tables.rows(back, ("number",), headings=batches.HEADINGS)] == [
        "in_force",
        "no_record",
    ]
    story.person(40)
    other = sign_in(house.client(), invented.mobile(40))
    assert other.get(sent.headers["Location"]).status_code == 404
    house.at("2020-04-02")
    assert batches.dispose(clock.now()) == 1
    left = session().scalars(select(VerificationBatch)).one()
    assert (left.lines, left.answers) == ("[]", "")


def test_a_list_with_numbers_as_numbers_is_refused_by_line(house):
    story.play(11, "recognised", house.plan)
    client = sign_in(house.client(), invented.mobile(11))
    page = client.get("/verify/lists")
    import xlsxwriter

    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ("number", "name"))
    sheet.write_row(1, 0, (20200010231000001, "王"))
    book.close()
    answer = client.post(
        "/verify/lists",
        data={
            "csrf_token": token(page), "id": re.search(r'name="id" value="([^"]+)', page.get_data(as_text=True))[1],
            "employer": "示例中学", "purpose": "入职核验", "consent": "1",
            "file": (io.BytesIO(target.getvalue()), "list.xlsx"),
        },
    )  # fmt: skip
    assert answer.status_code == 422
    assert "第2行" in answer.get_data(as_text=True)


def test_the_offline_page_carries_keys_and_snapshot_and_asks_no_network(house):
    issued(house)
    page = house.client().get("/verify/offline.html")
    text = page.get_data(as_text=True)
    facts = json.loads(text.split('id="facts">', 1)[1].split("</script>", 1)[0])
    assert facts["keys"][0]["algorithm"] == "ed25519"
    assert facts["snapshot"]["marks"] == []
    assert "attachment" in page.headers["Content-Disposition"]
    assert not re.search(r'(?:src|href)="', text)
    assert "fetch(" not in text

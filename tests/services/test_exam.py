"""一(四) The exam side: certificates imported with a preview, candidates screened, contacts and meetings on record."""

from __future__ import annotations

import json
from datetime import date

import pytest
from sqlalchemy import func, select

from core.demonstration import story
from core.evidence import service
from core.evidence.models import ExamContact, ExamScreening, RegisterEntry
from core.evidence.rules import judge_candidate, judge_conference, judge_contact, judge_exam_line
from core.foundation import clock, outbox
from core.foundation.access import within
from core.foundation.audit import AuditEntry
from core.foundation.db import new_id, session
from core.foundation.errors import Conflict, NotFound, Refused
from core.foundation.limits import limiter
from core.foundation.paging import Paging
from core.people.rules import years_on
from core.people.service import record_bar
from core.privacy import disposal
from core.testing import people as invented
from tests.conftest import post, sign_in

HEAD = "document_number,name,number,level,subject,issued_on,valid_until\n"


def codes(refusal):
    return [finding.code for finding in refusal.value.findings]


def line(serial, number="", level="3", subject="语文", issued="2019-12-01", until="2022-12-01"):
    who = f"{invented.identity_number(serial)},{invented.name(serial)}"
    return f"{who},{number or f'NT{serial:06d}'},{level},{subject},{issued},{until}\n"


def bring(*lines, preview=False, replaces_all=False):
    data = (HEAD + "".join(lines)).encode()
    row = service.start_import(
        story.officer("centre"), new_id(), "exam", "exam.csv", data, replaces_all, clock.now(), preview
    )
    outbox.drain()
    session().rollback()
    return service.one_import(row.id)


def held(number):
    session().rollback()
    statement = select(RegisterEntry).where(RegisterEntry.kind == "exam", RegisterEntry.number == number)
    return list(session().scalars(statement))


@pytest.mark.parametrize(
    ("changes", "columns"),
    [
        ({}, []),
        ({"level": "1", "subject": ""}, []),
        ({"subject": ""}, ["subject"]),
        ({"valid_until": "2022-12-02"}, ["valid_until"]),
        ({"valid_until": "2019-12-01"}, ["valid_until"]),
        ({"issued_on": ""}, []),
    ],
)
def test_a_certificate_names_its_subject_and_is_valid_three_years_at_most(changes, columns):
    cells = {"level": "3", "subject": "语文", "issued_on": "2019-12-01", "valid_until": "2022-12-01", **changes}
    assert [fault.column for fault in judge_exam_line(cells, 36)] == columns


def test_what_is_asked_and_recorded_has_its_form():
    assert judge_candidate(invented.identity_number(1)) == judge_candidate("H12345678") == []
    assert [finding.code for finding in judge_candidate("123")] == ["candidate_number"]
    assert [finding.code for finding in judge_contact("call", "x")] == ["mail_form", "contact_telephone"]
    assert judge_contact("000-12345", "") == []
    assert [f.code for f in judge_conference(date(2020, 3, 26), date(2020, 3, 25))] == ["conference_not_yet"]
    assert judge_conference(date(2020, 3, 25), date(2020, 3, 25)) == []


def test_faulty_lines_are_named_and_nothing_is_written(house):
    row = bring(line(70), line(71, subject=""), line(72, until="2030-01-01"))
    assert (row.state, [(fault["line"], fault["column"]) for fault in row.faults]) == (
        "refused", [(3, "subject"), (4, "valid_until")],
    )  # fmt: skip
    assert held("NT000070") == []


def test_a_preview_writes_nothing_until_it_is_confirmed_and_the_same_file_again_adds_nothing(house):
    centre = story.officer("centre")
    row = bring(line(70), line(71), preview=True)
    assert (row.state, row.total, row.replaced) == ("checked", 2, 0)
    assert held("NT000070") == []
    service.confirm_import(centre, row.id, clock.now())
    outbox.drain()
    assert len(held("NT000070")) == 1
    with pytest.raises(Refused):
        service.confirm_import(centre, row.id, clock.now())
    again = bring(line(70), line(71), line(72))
    assert (again.state, again.replaced) == ("in_force", 2)
    assert len(held("NT000070")) == len(held("NT000072")) == 1
    assert len(held("KS000001")) == 1  # what other files brought stays
    mended = bring(line(70, until="2022-06-01"), preview=True)
    assert mended.replaced == 1
    service.discard_import(centre, mended.id, clock.now())
    outbox.drain()
    assert held("NT000070")[0].valid_until == date(2022, 12, 1)


@pytest.fixture
def examiner(house):
    """Somebody of the province's exam department."""
    centre, today = story.officer("centre"), clock.today()
    for serial, kind, until in (
        (33, "lifelong", None),
        (34, "revocation", years_on(today, 5)),
        (35, "cheating", today),
    ):
        record_bar(centre, invented.identity_number(serial), kind, date(2019, 1, 1), until, "决定", clock.now())
    limiter.reset()
    return story.officer("examiner")


def test_a_candidate_is_barred_or_not_and_until_when_and_every_question_is_on_record(examiner):
    numbers = [invented.identity_number(serial) for serial in (33, 34, 35, 36)]
    answers = service.ask(examiner, numbers, None, clock.now())
    assert [(answer.barred, answer.until) for answer in answers] == [
        (True, None), (True, date(2025, 3, 25)), (False, None), (False, None),
    ]  # fmt: skip
    assert service.ask(examiner, numbers[2:3], date(2020, 3, 24), clock.now())[0].barred
    with pytest.raises(Refused) as refusal:
        service.ask(examiner, ["12"], None, clock.now())
    assert codes(refusal) == ["candidate_number"]
    entries = list(session().scalars(select(AuditEntry).where(AuditEntry.verb == "exam.screen")))
    assert [(len(entry.detail["documents"]), entry.detail["barred"]) for entry in entries] == [(4, 2), (1, 1)]
    assert not any(number in json.dumps(entry.detail) for number in numbers for entry in entries)
    for _ in range(117):
        service.ask(examiner, numbers[:1], None, clock.now())
    with pytest.raises(Refused) as refusal:
        service.ask(examiner, numbers[:1], None, clock.now())
    assert codes(refusal) == ["screening_rate"]


def test_a_file_is_answered_in_a_job_once_and_goes_after_its_time(examiner, house):
    numbers = [invented.identity_number(serial) for serial in range(30, 40)]
    data = ("document_number,name\n" + "".join(f"{number},某\n" for number in numbers)).encode()
    same = new_id()
    row = service.start_screening(examiner, same, "list.csv", data, None, clock.now())
    assert service.start_screening(examiner, same, "list.csv", data, None, clock.now()).id == row.id
    outbox.drain()
    service.run_screening(row.id, clock.now())
    session().rollback()
    row = service.screening(examiner, same)
    assert (row.state, row.total, row.barred) == ("done", 10, 2)
    ((_head, lines),) = service.screening_result(examiner, same).values()
    assert [cells[1:] for cells in lines][3:6] == [("是", "长期"), ("是", "2025-03-25"), ("否", "")]
    bad = service.start_screening(examiner, new_id(), "bad.csv", b"document_number\n12\n", None, clock.now())
    none = service.start_screening(examiner, new_id(), "none.csv", b"number\n12\n", None, clock.now())
    outbox.drain()
    session().rollback()
    assert [service.screening(examiner, one.id).state for one in (bad, none)] == ["refused", "refused"]
    with pytest.raises(NotFound):
        service.screening(story.officer("centre"), same)
    house.at("2020-07-01")
    assert disposal.due(clock.today())["screenings"] == 3
    list(disposal.dispose("screenings", clock.today(), clock.now()))
    with pytest.raises(NotFound):
        service.screening_result(examiner, same)
    assert session().scalar(select(func.count()).select_from(ExamScreening)) == 3


def test_contacts_and_meetings_are_the_places_own(house):
    province, henan = story.officer("province"), story.officer("henan")
    given = {
        "name": "考某",
        "unit": "省教育考试院",
        "post": "",
        "telephone": "000-1000",
        "mail": "",
        "remark": "",
        "version": 0,
    }
    with within(province.scope):
        row = service.save_contact(province, new_id(), given, clock.now())
        changed = service.save_contact(province, row.id, {**given, "post": "科长", "version": 1}, clock.now())
        with pytest.raises(Conflict):
            service.save_contact(province, row.id, {**given, "version": 1}, clock.now())
        meeting = {
            "held_on": clock.today(),
            "place": "",
            "topic": "报名资格衔接",
            "participants": "",
            "minutes": "",
            "version": 0,
        }
        service.save_conference(province, new_id(), meeting, clock.now())
        assert [row.topic for row in service.conferences(Paging()).rows] == ["报名资格衔接"]
        service.end_contact(province, row.id, changed.version, clock.now())
        assert service.contacts(Paging()).rows == []
        assert len(service.contacts(Paging(), past=True).rows) == 1
    with within(henan.scope), pytest.raises(NotFound):
        service.contact(row.id)
    house.at("2021-04-01")
    list(disposal.dispose("exam_contacts", clock.today(), clock.now()))
    assert session().scalar(select(func.count()).select_from(ExamContact)) == 0


def text(answer):
    return answer.get_data(as_text=True)


def test_the_exam_side_starts_from_its_lists_the_register_and_who_is_known(examiner, house):
    client = sign_in(house.client("staff"), "examiner")
    assert "还没有查询过名单" in text(client.get("/"))
    for name, data in (("good.csv", f"document_number\n{invented.identity_number(33)}\n"), ("bad.csv", "number\n1\n")):
        service.start_screening(examiner, new_id(), name, data.encode(), None, clock.now())
    bring(line(3), line(4))
    contact = {"name": "考联", "unit": "示范省考试院", "post": "", "telephone": "000-7", "mail": "", "remark": ""}
    service.save_contact(story.officer("province"), new_id(), contact | {"version": 0}, clock.now())
    home = text(client.get("/"))
    for shown in ("good.csv", "请下载结果", "改正后重新上传", "共2条", "示范省考试院", "还没有会商记录"):
        assert shown in home
    assert "考联" not in text(sign_in(house.client("staff"), "clerk").get("/"))


def test_the_exam_side_sees_its_one_page(examiner, house):
    client = sign_in(house.client("staff"), "examiner")
    assert client.get("/cases").status_code == client.get("/exam/contacts").status_code == 403
    url = "/exam/screenings"
    page = post(client, url, document_number=invented.identity_number(33))
    assert "长期受限" in text(page)
    assert invented.identity_number(33) not in text(page).replace(f'value="{invented.identity_number(33)}"', "")
    assert "不受限" in text(post(client, url, document_number=invented.identity_number(36)))
    wrong = post(client, url, document_number="12")
    assert (wrong.status_code, 'value="12"' in text(wrong)) == (422, True)
    token = client.get("/api/v1/session").get_json()["csrf_token"]
    asked = {"document_numbers": [invented.identity_number(34)], "on": "2020-03-25"}
    answers = client.post("/api/v1/exam/screenings", json=asked, headers={"X-CSRFToken": token}).get_json()
    assert [(answer["barred"], answer["until"]) for answer in answers] == [(True, "2025-03-25")]
    many = {"document_numbers": [invented.identity_number(34)] * 101}
    assert client.post("/api/v1/exam/screenings", json=many, headers={"X-CSRFToken": token}).status_code == 422


def test_provinces_keep_contacts_and_meetings_on_pages(house):
    client = sign_in(house.client("staff"), "province")
    assert "没有符合条件" in text(client.get("/exam/contacts"))
    form = {"id": str(new_id()), "name": "考某", "unit": "省教育考试院", "telephone": "x"}
    assert post(client, "/exam/contacts/new", **form).status_code == 422
    assert post(client, "/exam/contacts/new", **{**form, "telephone": "000-1000"}).status_code == 303
    assert "省教育考试院" in text(client.get("/exam/contacts"))
    meeting = {"id": str(new_id()), "held_on": "2020-03-20", "topic": "考试与认定衔接", "minutes": "每季度一次"}
    assert post(client, "/exam/conferences/new", **meeting).status_code == 303
    assert "考试与认定衔接" in text(client.get("/exam/conferences"))
    assert client.get(f"/exam/conferences/{meeting['id']}").status_code == 200

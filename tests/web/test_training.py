"""The pages of training meetings: planned, attended, files, faults beside their fields."""

from __future__ import annotations

import io
import re

import pytest

from core.demonstration import story
from core.foundation import clock
from core.foundation.db import new_id
from core.foundation.paging import Paging
from core.training import service as training
from tests.conftest import post, sign_in, token


@pytest.fixture
def meeting(house):
    return next(row for row in training.meetings(story.officer("province"), Paging()).rows if row.state == "held")


def text(answer):
    return answer.get_data(as_text=True)


def test_a_meeting_is_planned_changed_and_cancelled(house):
    client = sign_in(house.client("staff"), "province")
    form = {
        "id": str(new_id()),
        "title": "秋季会议",
        "held_on": "2020-09-10",
        "place": "省会",
        "hours": "4",
        "agenda": "开场\n培训",
    }
    page = post(client, "/meetings/new", **form)
    assert page.status_code == 422
    assert "秋季会议" in text(page)
    page = post(client, "/meetings/new", contents=["policy", "system"], **form)
    assert page.status_code == 303
    url = page.location
    shown = text(client.get(url))
    assert "<li>培训</li>" in shown
    assert 'data-code="training_hours_short"' in shown
    version = re.search(r'name="version" value="(\d+)"', text(client.get(f"{url}/edit"))).group(1)
    changed = {**form, "hours": "8", "contents": "policy", "version": version}
    assert post(client, f"{url}/edit", **changed).status_code == 303
    late = post(client, f"{url}/edit", **(changed | {"title": "typed at length"}))
    assert late.status_code == 409
    assert "typed at length" in text(late)
    answer = post(client, f"{url}/move", url, state="cancelled")
    assert (
        answer.status_code,
        "training_reason_missing" in text(answer) or "请写明取消会议的原因" in text(answer),
    ) == (422, True)
    assert post(client, f"{url}/move", url, state="cancelled", reason="改期").status_code == 303


def test_attendance_keeps_what_was_typed_and_says_what_is_wrong(house, meeting):
    client, url = sign_in(house.client("staff"), "province"), f"/meetings/{meeting.id}"
    answer = post(client, f"{url}/attendance", url, **{"count-00101": "many", "was-00101": "3"})
    assert answer.status_code == 422
    assert 'value="many"' in text(answer)
    assert post(client, f"{url}/attendance", url, **{"count-00101": "8", "was-00101": "3"}).status_code == 303
    assert 'name="count-00101" value="8"' in text(client.get(url))


def test_papers_go_up_and_down_through_the_permission_check(house, meeting):
    province, url = sign_in(house.client("staff"), "province"), f"/meetings/{meeting.id}"
    page = province.get(url)
    ident = re.search(r'name="id" value="([^"]+)"', text(page)).group(1)
    for name, data, status in (("a.exe", b"MZ", 422), ("政策.pdf", b"%PDF-1.4 policy", 303)):
        sent = {"csrf_token": token(page), "id": ident, "file": (io.BytesIO(data), name)}
        assert province.post(f"{url}/materials", data=sent).status_code == status
    link = re.findall(rf'href="({url}/materials/[^"]+)"', text(province.get(url)))[-1]
    clerk = sign_in(house.client("staff"), "clerk")
    got = clerk.get(link)
    assert got.data == b"%PDF-1.4 policy"
    assert got.headers["Content-Disposition"].startswith("attachment")
    str(got.headers).encode("latin-1")  # what a server does with them
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert sign_in(house.client("staff"), "henan").get(link).status_code == 404
    assert house.client("staff").get(link).status_code == 303
    assert post(clerk, f"{link}/drop", url).status_code == 403
    assert post(province, f"{link}/drop", url).status_code == 303
    assert clerk.get(link).status_code == 404


def test_a_sheet_is_downloaded_filled_in_and_taken(house, meeting):
    client, url = sign_in(house.client("staff"), "province"), f"/meetings/{meeting.id}"
    data = client.get(f"{url}/attendance.xlsx").data
    page = client.get(url)
    ident = re.search(r'name="id" value="([^"]+)"', text(page)).group(1)
    for file, status in ((data, 303), (b"nonsense", 422)):
        sent = {"csrf_token": token(page), "id": ident, "file": (io.BytesIO(file), "sheet.xlsx")}
        assert client.post(f"{url}/sheet", data=sent).status_code == status


def test_an_invited_county_answers_and_the_centre_sees_all(house):
    (extra,) = [row for row in training.meetings(story.officer("province"), Paging()).rows if row.make_up_of]
    client = sign_in(house.client("staff"), "clerk")
    assert client.get(f"/meetings/{extra.id}").status_code == 200
    assert client.get(f"/meetings/{extra.id}/reply/00103").status_code == 404
    row = training.plan(
        story.officer("province"),
        {"id": extra.make_up_of.__class__(int=7), "held_on": clock.today(), "place": "省会", "title": "再会",
         "contents": ["policy"]},
        clock.now(),
    )  # fmt: skip
    url = f"/meetings/{row.id}/reply/00102"
    assert post(client, url, version="1", expected="2", contact="not one").status_code == 422
    assert post(client, url, version="1", expected="2", contact="19900000001").status_code == 303
    assert post(client, url, version="1", expected="9", contact="").status_code == 409
    centre = sign_in(house.client("staff"), "centre")
    page = text(centre.get("/meetings/provinces?year=2020"))
    assert "新疆生产建设兵团" in page
    assert page.count('data-code="training_meeting_missing"') >= 31
    own = text(client.get("/meetings/provinces"))
    assert "示范省" in own
    assert "浙江省" not in own


def test_one_institution_is_written_down_by_name(house, meeting):
    client = sign_in(house.client("staff"), "province")
    url = f"/meetings/{meeting.id}/institutions/00102"
    page = text(client.get(url))
    version = re.search(r'name="version" value="(\d+)"', page).group(1)
    ids = re.findall(r'name="officers" value="([^"]+)"', page)
    assert len(ids) == 3
    answer = post(client, url, version=version, attendees="3", officers=ids)
    assert answer.status_code == 303
    assert "县雅" in text(client.get(f"/meetings/{meeting.id}"))


def test_the_same_verbs_as_json(house, meeting):
    client = sign_in(house.client("staff"), "province")
    assert {row["title"] for row in client.get("/api/v1/meetings").json} == {"2020年教师资格工作会议"}
    seen = client.get(f"/api/v1/meetings/{meeting.id}/attendance").json
    assert {row["institution_code"] for row in seen} == {"00001", "00101", "00102", "00103"}

"""Dashboards and the obligations board: pictures with their tables, territories, files, the API."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from core.demonstration import story
from core.foundation import tallies
from core.foundation.db import session
from tests.conftest import post, sign_in


@pytest.fixture
def played(house):
    story.play(3, "submitted", house.plan)
    story.play(5, "confirmed", house.plan)
    story.play(11, "recognised", house.plan)
    tallies.fold_all()
    session().commit()
    return house


def page(client, url, status=200):
    answer = client.get(url)
    assert answer.status_code == status, (url, answer.status_code)
    return answer.get_data(as_text=True)


def test_every_picture_is_an_image_with_its_words_and_its_table(played):
    centre = sign_in(played.client("staff"), "centre")
    for url in ("/dashboards", "/dashboards?metric=blanks", "/dashboards/00", "/dashboards/0001"):
        text = page(centre, url)
        drawn = re.findall(r"<svg class=\"xt-chart\".*?</svg>", text, re.S)
        assert drawn or url == "/dashboards/0001"
        for svg in drawn:
            root = ElementTree.fromstring(svg)
            space = "{http://www.w3.org/2000/svg}"
            assert root.get("role") == "img"
            assert root.find(f"{space}title").text
            assert root.find(f"{space}desc") is not None
        assert text.count("<table") >= len(drawn)
        assert "style=" not in text
    assert len(re.findall(r"xt-shade-\d", page(centre, "/dashboards"))) == 33


def test_a_dashboard_shows_its_territory_and_nothing_of_another(played):
    province = sign_in(played.client("staff"), "province")
    answer = province.get("/api/v1/dashboards").get_json()
    assert answer["total"] | {"states": None} == {
        "states": None, "open": 2, "late": 0, "recognised": 1, "checks": 0, "blanks": 499
    }  # fmt: skip
    assert answer["waits"]["case.submitted"]["count"] == 3
    assert sum(answer["submitted_by_hour"]) == 3
    assert answer["others"]["piece"] == {"assigned": 1}
    assert province.get("/dashboards/41").status_code == 404
    assert province.get("/api/v1/dashboards/41").status_code == 404
    assert province.get("/dashboards.xlsx?code=41").status_code == 404
    assert province.get("/dashboards?metric=x").status_code == 404
    assert province.get("/dashboards?season=1999-first_half").status_code == 404
    sheet = province.get("/dashboards.xlsx")
    assert sheet.status_code == 200
    assert sheet.mimetype.endswith("sheet")
    clerk = sign_in(played.client("staff"), "clerk")
    own = clerk.get("/api/v1/dashboards").get_json()
    assert own["level"] == "place"
    assert own["total"]["open"] == 2
    assert clerk.get("/dashboards/00").status_code == 404
    assert played.client().get("/dashboards").status_code == 404


def test_the_board_says_what_is_late_who_must_act_and_leads_there(played):
    centre = sign_in(played.client("staff"), "centre")
    board = centre.get("/api/v1/obligations?standing=late&clause=二(一)").get_json()
    assert board["counts"]["late"] == len(board["rows"]) + 50 * board["has_next"] or board["has_next"]
    assert {row["kind"] for row in board["rows"]} <= {"notice_owed", "year_table_owed"}
    province = sign_in(played.client("staff"), "province")
    rows = province.get("/api/v1/obligations").get_json()["rows"]
    assert {row["province_code"] for row in rows} == {"00"}
    due = next(row for row in rows if row["kind"] == "cases_to_conclude")
    assert (due["count"], due["institution_code"], due["clause"]) == (1, "00102", "R-TIME-01")
    assert due["link"] == "/cases?institution=00102"
    played.at("2020-07-30")
    tallies.fold_all()
    late = [row for row in province.get("/api/v1/obligations").get_json()["rows"] if row["standing"] == "late"]
    assert "cases_overdue" in {row["kind"] for row in late}
    text = page(province, "/obligations?standing=late&who=O")
    assert 'data-kind="cases_overdue"' in text
    assert 'data-kind="notice_owed"' not in text
    clerk = sign_in(played.client("staff"), "clerk")
    mine = clerk.get("/api/v1/obligations?who=mine").get_json()["rows"]
    assert {"cases_overdue"} <= {row["kind"] for row in mine}
    assert all(row["institution_code"] for row in mine)
    assert 'href="/cases?institution=00102&amp;late=breach"' in page(clerk, "/")
    assert "year_table_owed" not in {row["kind"] for row in mine}
    assert province.get("/obligations.xlsx").status_code == 200
    assert "没有符合条件的事项" in page(clerk, "/obligations?clause=x")


def test_an_officers_calendar_opens_by_its_address_while_the_filing_stands(played):
    client = sign_in(played.client("staff"), "province")
    made = post(client, "/me/reminders/calendar", "/me/reminders").get_data(as_text=True)
    path = re.search(r"/calendar/[\w-]+\.ics", made)[0]
    stranger = played.client("staff")
    feed = stranger.get(path)
    assert feed.mimetype == "text/calendar"
    assert "Set-Cookie" not in feed.headers
    lines = feed.data.decode().split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2] == "END:VCALENDAR"
    assert max(len(line.encode()) for line in lines) <= 75
    assert any(line.startswith("DTSTART;VALUE=DATE:20201231") for line in lines)
    uids = [line for line in lines if line.startswith("UID:")]
    assert len(uids) == len(set(uids)) > 2
    again = stranger.get(path).data.decode().split("\r\n")
    assert [line for line in again if line.startswith("UID:")] == uids
    assert stranger.get("/calendar/wrong.ics").status_code == 404
    renewed = post(client, "/me/reminders/calendar", "/me/reminders").get_data(as_text=True)
    assert stranger.get(path).status_code == 404, "a new address ends the old one"
    path = re.search(r"/calendar/[\w-]+\.ics", renewed)[0]
    assert stranger.get(path).status_code == 200
    played.at("2022-01-01")
    assert stranger.get(path).status_code == 404, "the filing is over"
    played.at("2020-03-25")
    assert post(client, "/me/reminders/calendar/close", "/me/reminders").status_code == 303
    assert stranger.get(path).status_code == 404
    assert played.client().get(path).status_code == 404, "the public site knows nothing of it"

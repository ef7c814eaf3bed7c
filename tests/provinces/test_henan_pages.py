"""Henan's pages: returned workbooks at fault, two officers at once, its record of meetings; its tables upgraded."""

from __future__ import annotations

import datetime as dt
import re
import uuid

import pytest
import sqlalchemy as sa

from core.checks import service as checks
from core.demonstration import story
from core.demonstration.provinces import PEOPLE
from core.foundation import clock, outbox, schema
from core.foundation.access import territory, within
from core.foundation.db import db, session
from core.foundation.paging import Paging
from core.hooks.discovery import host_for, present
from core.hooks.types import MeetingRef
from core.testing import border
from core.testing.office import Office
from core.training import service as training
from tests.conftest import own_database, post, sign_in
from tests.provinces.conftest import drop


def text(answer):
    return answer.get_data(as_text=True)


@pytest.fixture
def sent(house, plans):
    story.play(PEOPLE["41"], "confirmed", plans["41"])
    story.settle("41")
    with within(territory("41")):
        (row,) = checks.checks(Paging()).rows
    return row


def returned(house, fault):
    office = Office(drop(house, ""), fault=fault, answered_on=clock.today())
    for path in drop(house, "out").glob("*.json"):
        office.give(path.stem)
    client = sign_in(house.client("staff"), "henan")
    post(client, "/p/41/look", "/p/41/")
    outbox.drain()
    links = re.findall(r'href="(/p/41/returns/[^"]+)"', text(client.get("/p/41/")))
    return client, links


def version(page):
    return re.search(r'name="version" value="(\d+)"', page).group(1)


def test_a_workbook_at_fault_is_shown_by_line_and_cannot_be_taken(house, sent):
    for count, fault in enumerate(("unknown", "repeated", "altered", "number", "outcome"), 1):
        client, links = returned(house, fault)
        assert len(links) == count
        page = text(client.get(links[0]))
        assert re.search(r'data-code="return_\w+"', page), fault
        assert "第2行" in page or "第3行" in page
        assert "确认并采用" not in page
        assert post(client, f"{links[0]}/take", links[0], version=version(page)).status_code == 422
    session().rollback()
    with within(territory("41")):
        assert checks.check(sent.id).state == "sent"


def test_an_unsigned_workbook_does_not_even_appear(house, sent):
    assert returned(house, "unsigned")[1] == []


def test_two_officers_at_once_and_a_reason_to_send_back(house, sent):
    client, (url,) = returned(house, "")
    page = text(client.get(url))
    assert post(client, f"{url}/refuse", url, version=version(page)).status_code == 422
    assert post(client, f"{url}/refuse", url, version=version(page), reason="盖章不清").status_code == 303
    assert post(client, f"{url}/take", "/p/41/", version=version(page)).status_code == 409
    assert "盖章不清" in text(client.get(url))
    post(client, "/p/41/look", "/p/41/")
    outbox.drain()
    assert text(client.get("/p/41/")).count('href="/p/41/returns/') == 1  # the same bytes come once


def test_a_clerk_of_a_county_and_another_province_see_none(house, sent):
    _client, (url,) = returned(house, "")
    assert sign_in(house.client("staff"), "henanclerk").get(url).status_code == 404
    assert sign_in(house.client("staff"), "zhejiang").get(url).status_code == 404


def test_meetings_by_county_with_a_make_up_session_reach_the_core(house, plans):
    client = sign_in(house.client("staff"), "henan")
    form = {"id": str(uuid.uuid4()), "title": "全省会议", "held_on": "2020-03-25", "place": "郑州"}
    url = post(client, "/p/41/meetings/new", **form).location
    assert post(client, url, url, **{"count-41001": "many"}).status_code == 422
    assert post(client, url, url, **{"count-41001": "4", "count-99999": "1"}).status_code == 303
    early = {**form, "id": str(uuid.uuid4()), "make_up_of": form["id"]}
    assert post(client, "/p/41/meetings/new", **early).status_code == 422
    again = post(client, "/p/41/meetings/new", **{**early, "held_on": "2020-04-02"}).location
    page = text(client.get(again))
    assert "河南省示例县教育局" in page
    assert "河南省教育厅" not in page.split("</h1>")[1].split("</table>")[0]
    with within(territory("41")):
        records = host_for("41").fetch_training_attendance(border.moment(), MeetingRef("m", clock.today()))
        assert [(one.institution_code, one.attendees) for one in records] == [("41001", 4)]
        draft = {
            "id": uuid.uuid4(), "held_on": clock.today(), "place": "郑州", "title": "全省会议", "contents": ["policy"],
        }  # fmt: skip
        row = training.plan(story.officer("henan"), draft, clock.now())
        training.move(story.officer("henan"), row.id, "held", clock.now())
        outbox.drain()
        assert training.presence(row.id, "41001").attendees == 4


def test_its_tables_go_up_down_up_with_their_data(world, tmp_path):
    folder = present().parts["41"].migrations
    if db.engine.dialect.name == "sqlite":
        upgraded(sa.create_engine(f"sqlite:///{tmp_path / 'p41.sqlite3'}"), folder)
    else:
        with own_database("p41") as url:
            upgraded(sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:")), folder)


def upgraded(engine, folder):
    def rows(sql):
        with engine.connect() as connection, within(territory("41")):
            return [tuple(row) for row in connection.execute(sa.text(sql))]

    schema.upgrade(engine, folder, "first", province="41")
    with within(territory("41")), engine.begin() as connection:
        table = sa.Table("p41_meeting", sa.MetaData(), autoload_with=connection)
        connection.execute(
            sa.insert(table).values(
                province_code="41", id=uuid.uuid4() if engine.dialect.name != "sqlite" else uuid.uuid4().hex,
                territory="41", version=1, held_on=dt.date(2019, 3, 1), title="去年会议", place="郑州",
                counts={"41001": 3, "41102": 0},
            )
        )  # fmt: skip
    schema.upgrade(engine, folder, province="41")
    assert schema.differences(engine, "41") == []
    said = "SELECT institution_code, people FROM p41_presence ORDER BY 1"
    assert rows(said) == [("41001", 3), ("41102", 0)]
    schema.downgrade(engine, folder, "first", province="41")
    schema.upgrade(engine, folder, province="41")
    assert rows(said) == [("41001", 3), ("41102", 0)]
    schema.downgrade(engine, folder, "base", province="41")
    assert not [name for name in sa.inspect(engine).get_table_names() if name.startswith("p41_")]
    engine.dispose()

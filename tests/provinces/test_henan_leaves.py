"""Henan is taken out with its data and comes back; the platform and every conclusion stay as they were."""

from __future__ import annotations

from datetime import date

from sqlalchemy import inspect, select

from core.applications import service as cases
from core.checks import service as checks
from core.demonstration import story
from core.demonstration.provinces import PEOPLE
from core.foundation import clock, outbox, schema
from core.foundation.access import territory, within
from core.foundation.db import db, new_id, session
from core.foundation.paging import Paging
from core.hooks.discovery import present
from core.provinces import retire as leaving
from core.testing.office import Office
from plugins.province_henan import meetings, returns
from plugins.province_henan.models import Return
from tests.conftest import sign_in
from tests.provinces.conftest import drop


def tables():
    return [name for name in inspect(db.engine).get_table_names() if name.startswith("p41_")]


def test_with_its_data_and_back_again(house, plans, tmp_path):
    case_id = story.play(PEOPLE["41"], "proposed", plans["41"])
    story.settle("41")
    Office(drop(house, ""), answered_on=clock.today()).answer()
    henan, folder = story.officer("henan"), present().parts["41"].migrations
    with within(territory("41")):
        assert returns.look(clock.now()) == 1
        (row,) = returns.returns(Paging()).rows
        assert returns.take(henan, row.id, row.version, clock.today(), clock.now())["apply"] == 1
        held = meetings.enter(
            henan,
            {"id": new_id(), "held_on": date(2020, 3, 24), "title": "会议", "place": "郑州", "make_up_of": None},
        )
        meetings.write_down(henan, held.id, {"41102": 3})
        file = returns.read_file("41", row.file_id)
    outbox.drain()
    session().rollback()
    schema.stamp(db.engine, folder, province="41")

    export = tmp_path / "henan.zip"
    with within(territory("41")):
        counts = leaving.export("41", export)
        leaving.remove("41", folder, clock.now())
    assert counts == {"p41_meeting": 1, "p41_return": 1, "p41_presence": 1, "files": 1}
    assert tables() == []
    with within(territory("41")):
        assert checks.checks(Paging()).rows[0].state == "clear"
    cases.conclude(story.officer("henanhead"), case_id, "recognised", "", clock.today(), clock.now())
    assert cases.case(case_id).state == "recognised"
    client = sign_in(house.client("staff"), "henanclerk")
    assert client.get("/cases").status_code == client.get("/meetings").status_code == 200

    with within(territory("41")):
        assert leaving.restore("41", export, folder, clock.now()) == counts
        session().rollback()
        back = session().scalars(select(Return)).one()
        assert (back.state, back.applied, back.id) == ("taken", 1, row.id)
        assert returns.read_file("41", back.file_id) == file
        assert meetings.presences(held.id) == {"41102": 3}
    assert schema.differences(db.engine, "41") == []

"""What province 00 brings besides its hooks, inside the real platform: tables, texts, navigation, daily work, files."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, inspect

from core.cli import main
from core.demonstration import story
from core.foundation import clock, outbox, schema
from core.foundation.access import territory, within
from core.foundation.audit import history
from core.foundation.errors import NotFound
from core.foundation.i18n import say
from core.hooks.discovery import bring, present
from core.hooks.parts import load_tables
from core.notices import service as notices
from core.sdk import actions
from core.sdk.tables import Paging
from core.sdk.values import AttendanceRecord, MeetingHeld
from core.training import service as training
from plugins.province_template import service
from tests.conftest import World, sign_in

COUNTS = {"apply": 3, "repeated": 1, "unknown": 0, "contradicts": 0}


def test_its_tables_go_up_down_up_with_a_version_of_their_own(tmp_path: Path, world: World) -> None:
    folder = load_tables("00", bring("00"))
    assert folder is not None
    engine = create_engine(f"sqlite:///{tmp_path / 'p.sqlite3'}")
    for _ in range(2):
        schema.upgrade(engine, folder, province="00")
        assert schema.differences(engine, "00") == []
        assert schema.is_current(engine, folder, province="00")
        schema.downgrade(engine, folder, "base", province="00")
        assert inspect(engine).get_table_names() == ["alembic_version_p00"]
    engine.dispose()


def test_the_command_migrates_up_and_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, world: World) -> None:
    monkeypatch.setenv("XINGTAN_DATA_DIR", str(tmp_path))
    for to, said in (("head", "calls"), ("base", "base"), ("calls", "calls")):
        done = CliRunner().invoke(main, ["province", "00", "migrate", "--to", to])
        assert done.output == f"province 00: the tables are at {said}\n"
    wrong = CliRunner().invoke(main, ["province", "99", "migrate"])
    assert wrong.exit_code == 1
    assert "no plugin for province 99 is installed" in wrong.output
    refused = CliRunner().invoke(main, ["province", "00", "calls"])
    assert "province 00 is not active; add it to XINGTAN_PROVINCES" in refused.output


def test_its_officers_see_its_navigation_and_rows(house: World) -> None:
    with within(territory("00")):
        service.note_call(COUNTS, clock.now())
    page = sign_in(house.client("staff"), "province").get("/p/00/").get_data(as_text=True)
    assert 'href="/p/00/"' in page
    assert "<td>3</td><td>1</td><td>0</td>" in re.sub(r">\s+<", "><", page)
    assert 'href="/p/00/"' not in sign_in(house.client("staff"), "henan").get("/").get_data(as_text=True)
    centre = sign_in(house.client("staff"), "centre")
    assert "<td>3</td>" in centre.get("/p/00/").get_data(as_text=True)


def test_its_texts_speak_english_on_its_pages_and_in_its_findings_alone(house: World) -> None:
    client = sign_in(house.client("staff"), "province")
    page = client.get("/p/00/", headers={"Accept-Language": "en"}).get_data(as_text=True)
    assert "Call-backs of the agency" in page
    with house.staff.test_request_context(headers={"Accept-Language": "en"}):
        text = "本省要求工作通知写明咨询电话"
        assert say(text) == text
        assert say(text, "00") == "This province asks for a telephone line in the notice"
        assert say("下一页", "00") == "Next page"


def test_daily_work_is_posted_once_a_day_and_done(house: World) -> None:
    with within(territory("00")):
        service.note_call(COUNTS, clock.now() - timedelta(days=91))
        service.note_call(COUNTS, clock.now())
    provinces, day = present(), clock.today()
    assert provinces.post_daily(day, clock.now()) == 1
    assert provinces.post_daily(day, clock.now()) == 0
    outbox.drain()
    assert provinces.post_daily(day, clock.now()) == 0
    assert provinces.post_daily(day + timedelta(days=1), clock.now()) == 1
    assert len(service.calls(Paging()).rows) == 1
    (entry,) = history("p00", "calls")
    assert (entry.verb, entry.actor_name, entry.detail) == ("p00.tidy", "province 00", {"count": 1})


def test_files_are_its_own(world: World) -> None:
    kept = actions.store_file("00", "list.xlsx", b"PK")
    assert actions.read_file("00", kept) == ("list.xlsx", b"PK")
    for code, file_id in (("33", kept), ("00", uuid4())):
        with pytest.raises(NotFound):
            actions.read_file(code, file_id)


def test_meetings_and_attendance_are_recorded_once(house: World) -> None:
    held = MeetingHeld("M-7", clock.today(), "会议中心", "全省教师资格工作会议", ("deployment", "policy", "system"))
    meeting = actions.record_training_meeting("00", held)
    assert actions.record_training_meeting("00", held) == meeting
    assert training.meeting(story.officer("province"), meeting).state == "held"
    assert actions.record_training_attendance("00", meeting, [AttendanceRecord("00101", 4)]) == 1
    assert {row.institution_code: row.attendees for row in training.attendance(meeting).rows}["00101"] == 4
    with pytest.raises(NotFound):
        actions.record_training_attendance("33", meeting, [])


def test_a_notice_is_shown_on_the_provinces_site(house: World) -> None:
    notice = notices.published_notices(Paging(), "00").rows[0]
    actions.record_notice_publication("00", str(notice.id), "https://jyt.example/1")
    assert notices.notice(notice.id).publication_receipt == "https://jyt.example/1"
    with pytest.raises(NotFound):
        actions.record_notice_publication("33", str(notice.id), "https://jyt.example/1")


def test_messages_of_another_kind_are_not_posted(world: World) -> None:
    with pytest.raises(ValueError, match=r"checks\.batch"):
        actions.post("checks.batch", at=clock.now())

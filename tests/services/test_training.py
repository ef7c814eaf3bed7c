"""Training meetings through the verbs: invited, reminded, attended, made up for, seen by the centre."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from core.accounts.models import Account
from core.demonstration import meetings as year
from core.demonstration import story
from core.filing import service as filing
from core.foundation import clock, outbox, tables
from core.foundation.access import within
from core.foundation.db import new_id, session
from core.foundation.errors import Conflict, NotFound, Refused
from core.foundation.paging import Paging
from core.training import service as training


def codes(refusal):
    return [finding.code for finding in refusal.value.findings]


def account(username):
    return session().scalars(select(Account).where(Account.username == username)).one()


def draft(**changes):
    return {
        "id": new_id(), "held_on": date(2020, 3, 25), "place": "省会", "title": "第二次会议", "agenda": "一\n二",
        "hours": 8, "contents": ["policy"], **changes,
    }  # fmt: skip


def held_meeting():
    return next(row for row in training.meetings(story.officer("province"), Paging()).rows if row.state == "held")


def test_the_house_has_its_year_but_for_one_county(house):
    province = training.year_of("00", 2020, clock.now())
    assert [finding.code for finding in province.findings] == ["training_institutions_absent"]
    assert province.facts.absent == ("杏林市秋原县教育局",)
    assert province.next_on == date(2020, 4, 15)
    assert province.trained == 7


def test_the_make_up_session_completes_the_year(house):
    province = story.officer("province")
    (extra,) = [row for row in training.meetings(province, Paging()).rows if row.make_up_of]
    assert [item.institution_code for item in training.attendance(extra.id).rows] == [year.SKIPPED]
    with pytest.raises(Refused) as refusal:
        training.move(province, extra.id, "held", clock.now())
    assert codes(refusal) == ["training_not_yet"]
    house.at("2020-04-15")
    training.move(province, extra.id, "held", clock.now())
    training.record_attendance(province, extra.id, {year.SKIPPED: 2}, clock.now())
    assert training.year_of("00", 2020, clock.now()).fulfilled
    training.move(province, extra.id, "recorded", clock.now())


def test_a_new_institution_is_invited_when_the_meeting_is_held(house):
    province = story.officer("province")
    row = training.plan(province, draft(), clock.now())
    filing.seed_divisions([filing.NewDivision("000104", "新县", "county")], clock.now())
    filing.add_institution("00104", "新县教育局", "county", "000104", ["1"], "000-1")
    assert len(training.attendance(row.id).rows) == 4
    training.move(province, row.id, "held", clock.now())
    assert len(training.attendance(row.id).rows) == 5


def test_attendance_is_refused_before_the_meeting_and_filing_away_before_all_is_written(house):
    province = story.officer("province")
    row = training.plan(province, draft(), clock.now())
    with pytest.raises(Refused) as refusal:
        training.record_attendance(province, row.id, {"00102": 1}, clock.now())
    assert codes(refusal) == ["training_not_held"]
    training.move(province, row.id, "held", clock.now())
    training.record_attendance(province, row.id, {"00102": 1}, clock.now())
    with pytest.raises(Refused) as refusal:
        training.move(province, row.id, "recorded", clock.now())
    assert codes(refusal) == ["training_attendance_missing"]


def test_a_cancellation_says_why(house):
    province = story.officer("province")
    row = training.plan(province, draft(), clock.now())
    with pytest.raises(Refused) as refusal:
        training.move(province, row.id, "cancelled", clock.now(), " ")
    assert codes(refusal) == ["training_reason_missing"]
    assert training.move(province, row.id, "cancelled", clock.now(), "改期").state == "cancelled"


def test_named_officers_are_trained_from_the_meeting_on(house):
    clerk, other = account("clerk"), account(year.UNTRAINED)
    assert training.trained(clerk.id, date(2020, 2, 20))
    assert not training.trained(clerk.id, date(2020, 2, 19))
    assert not training.trained(other.id, clock.today())
    row, province = held_meeting(), story.officer("province")
    item = training.presence(row.id, "00102")
    stale = {"version": item.version, "attendees": 1, "officers": [clerk.id, other.id]}
    assert training.record_presence(province, row.id, "00102", stale, clock.now()).attendees == 2
    assert training.trained(other.id, clock.today())
    with pytest.raises(Conflict):
        training.record_presence(province, row.id, "00102", stale, clock.now())


def test_somebody_of_elsewhere_is_not_written_down(house):
    row, item = held_meeting(), training.presence(held_meeting().id, "00102")
    data = {"version": item.version, "attendees": 1, "officers": [account("henanclerk").id]}
    with pytest.raises(Conflict):
        training.record_presence(story.officer("province"), row.id, "00102", data, clock.now())


def test_a_stale_number_does_not_overwrite(house):
    row, province = held_meeting(), story.officer("province")
    with pytest.raises(Conflict):
        training.record_attendance(province, row.id, {"00101": 9}, clock.now(), {"00101": ""})
    training.record_attendance(province, row.id, {"00101": 9}, clock.now(), {"00101": "3"})
    assert training.presence(row.id, "00101").attendees == 9


def test_a_county_reads_the_meeting_and_only_its_own_attendance(house):
    row, clerk = held_meeting(), story.officer("clerk")
    with within(clerk.scope):
        assert training.meeting(clerk, row.id).title == row.title
        assert [item.institution_code for item in training.attendance(row.id).rows] == ["00102"]
        paper = training.materials(clerk, row.id)[0]
        assert training.material(clerk, paper.id)[1].startswith(b"%PDF")
        with pytest.raises(NotFound):
            training.presence(row.id, "00101")
    stranger = story.officer("henan")
    with within(stranger.scope), pytest.raises(NotFound):
        training.meeting(stranger, row.id)
    with within(stranger.scope), pytest.raises(NotFound):
        training.material(stranger, paper.id)


def test_reminders_go_once_to_contacts_and_contacts_are_remembered(house):
    province, clerk = story.officer("province"), story.officer("clerk")
    row = training.plan(province, draft(held_on=date(2020, 4, 7)), clock.now())
    with within(clerk.scope):
        item = training.presence(row.id, "00102")
        answer = {"version": item.version, "expected": 3, "contact": "chun@example.invalid"}
        training.reply(clerk, row.id, "00102", answer, clock.now())
    assert training.remind(date(2020, 3, 30), clock.now()) == 0
    assert training.remind(date(2020, 3, 31), clock.now()) == 1
    assert training.remind(date(2020, 4, 1), clock.now()) == 0
    outbox.drain()
    letters = [path.read_text() for path in (Path(house.settings.data_dir) / "mail").glob("*.txt")]
    assert [letter for letter in letters if "chun@example.invalid" in letter and "第二次会议" in letter]
    later = training.plan(province, draft(held_on=date(2020, 5, 6)), clock.now())
    assert training.presence(later.id, "00102").contact == "chun@example.invalid"


def test_the_provinces_own_system_fills_attendance_in(house):
    house.agency.attendance["2020-03-25"] = {"00101": 7, "00199": 1}
    province = story.officer("province")
    row = training.plan(province, draft(), clock.now())
    training.move(province, row.id, "held", clock.now())
    outbox.drain()
    house.agency.attendance.clear()
    assert training.presence(row.id, "00101").attendees == 7
    assert training.presence(row.id, "00102").recorded_at is None


def book(counts, officers):
    target = io.BytesIO()
    made = xlsxwriter.Workbook(target, {"in_memory": True})
    for header, rows in ((("机构代码", "认定机构", "出席人数"), counts), (("机构代码", "用户名", "姓名"), officers)):
        sheet = made.add_worksheet()
        for number, row in enumerate([header, *rows]):
            sheet.write_row(number, 0, row)
    made.close()
    return target.getvalue()


def test_a_workbook_goes_out_and_comes_back(house):
    row, province = held_meeting(), story.officer("province")
    data = tables.workbook(training.sheet(province, row.id), mark="who and when")
    first, second = (CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(n).to_python() for n in (0, 1))
    assert first[1] == ["00001", "示范省教育厅", 3.0] or first[1][0] == "00001"
    assert ["00102", "clerk", "县文"] in second
    changed = book([["00102", "", 5], ["00103", "", 2]], [["00102", "clerk", ""], ["00102", "clerk2", ""]])
    assert training.record_workbook(province, row.id, changed, clock.now()) == 2
    assert training.presence(row.id, "00103").attendees == 2
    assert training.trained(account("clerk2").id, clock.today())
    assert not training.trained(account("head").id, clock.today())


def test_a_workbook_with_any_fault_changes_nothing(house):
    row, province = held_meeting(), story.officer("province")
    bad = book(
        [["00102", "", 5], ["00102", "", 6], ["99999", "", 1], ["00101", "", "many"]],
        [["00102", "nobody", ""], ["00101", "clerk", ""], ["00102", "cityclerk", ""]],
    )
    with pytest.raises(Refused) as refusal:
        training.record_workbook(province, row.id, bad, clock.now())
    assert [f.params["line"] for f in refusal.value.findings] == [5]
    bad = book(
        [["00102", "", 5], ["00102", "", 6], ["99999", "", 1]],
        [["00102", "nobody", ""], ["00101", "clerk", ""], ["00102", "cityclerk", ""]],
    )
    with pytest.raises(Refused) as refusal:
        training.record_workbook(province, row.id, bad, clock.now())
    assert [f.params["line"] for f in refusal.value.findings] == [3, 4, 2, 3, 4]
    assert training.presence(row.id, "00102").attendees == 3
    for data in (b"", b"PK\x03\x04", b"not a workbook"):
        with pytest.raises(Refused):
            training.record_workbook(province, row.id, data, clock.now())


def test_the_centre_sees_every_province(house):
    seen = training.years(["00", "33", "41"], 2020, clock.now())
    assert [len(row.findings) for row in seen] == [1, 2, 2]
    assert [row.facts.institutions for row in seen] == [4, 0, 2]

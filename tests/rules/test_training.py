"""The yearly meeting: at least one, three contents, everybody there or made up for (一(五), 二(三))."""

from __future__ import annotations

from datetime import date

import pytest

from core.rulesets.loader import national
from core.training.rules import (
    MeetingFacts,
    YearFacts,
    is_trained,
    judge_held,
    judge_material,
    judge_meeting,
    judge_recorded,
    judge_year,
)

RULES = national(2020)
ALL = frozenset({"deployment", "policy", "system"})
DAY = date(2020, 3, 10)


def codes(findings):
    return [finding.code for finding in findings]


@pytest.mark.parametrize(
    ("meetings", "absent", "wanted", "said"),
    [
        ([], (), 0, ["training_meeting_missing", "training_content_missing"]),
        ([MeetingFacts(DAY, ALL)], (), 0, []),
        ([MeetingFacts(DAY, ALL)], (), 2, ["training_meeting_missing"]),
        ([MeetingFacts(DAY, ALL)], ("某县",), 0, ["training_institutions_absent"]),
        ([MeetingFacts(DAY, frozenset({"policy"}))], (), 0, ["training_content_missing"]),
        ([MeetingFacts(DAY, frozenset({"policy"})), MeetingFacts(DAY, frozenset({"deployment", "system"}))], (), 0, []),
        ([MeetingFacts(DAY, ALL, 0, date(2020, 1, 5))], (), 0, ["training_meeting_missing"]),
    ],
)
def test_a_year_says_what_it_lacks(meetings, absent, wanted, said):
    assert codes(judge_year(YearFacts(tuple(meetings), 3, absent), RULES, wanted)) == said


def test_many_absent_are_named_in_part():
    (finding,) = judge_year(YearFacts((MeetingFacts(DAY, ALL),), 9, tuple("一二三四五六七")), RULES)
    assert finding.params == {"count": 7, "names": ["一", "二", "三", "四", "五", "…"]}


def test_a_make_up_session_follows_its_meeting_in_the_same_year():
    assert codes(judge_meeting(MeetingFacts(DAY, ALL, 0, DAY))) == ["training_make_up_early"]
    assert codes(judge_meeting(MeetingFacts(date(2021, 1, 4), ALL, 0, DAY))) == ["training_make_up_year"]
    assert judge_meeting(MeetingFacts(date(2020, 4, 15), ALL, 0, DAY), hours=8) == []


def test_a_meeting_has_a_content_and_the_provinces_hours_are_advice():
    assert codes(judge_meeting(MeetingFacts(DAY, frozenset()))) == ["training_no_content"]
    (finding,) = judge_meeting(MeetingFacts(DAY, ALL, 4), hours=8)
    assert (finding.code, finding.refuses) == ("training_hours_short", False)


def test_held_on_its_day_and_filed_away_when_all_is_written():
    assert judge_held(DAY, DAY) == []
    assert codes(judge_held(DAY, date(2020, 3, 9))) == ["training_not_yet"]
    assert judge_recorded(12, 0) == []
    assert codes(judge_recorded(12, 1)) == ["training_attendance_missing"]
    assert codes(judge_recorded(0, 0)) == ["training_attendance_missing"]


def test_trained_is_who_was_at_the_systems_training_before_that_day():
    assert is_trained([(DAY, ["system"])], DAY)
    assert not is_trained([(DAY, ["system"])], date(2020, 3, 9))
    assert not is_trained([(DAY, ["policy", "deployment"])], DAY)
    assert not is_trained([], DAY)


@pytest.mark.parametrize(
    ("name", "beginning", "present", "fits"),
    [
        ("议程.pdf", b"%PDF-1.7", 0, True),
        ("议程.PPTX", b"PK\x03\x04....", 0, True),
        ("议程.pdf", b"MZ", 0, False),
        ("议程.exe", b"MZ", 0, False),
        ("议程", b"%PDF-", 0, False),
        ("议程.pdf", b"", 0, False),
        ("议程.pdf", b"%PDF-", 50, False),
    ],
)
def test_a_material_is_what_its_name_says(name, beginning, present, fits):
    assert (judge_material(name, beginning, present) == []) is fits

"""Notices: the photo rule is stated before applicants are called (二(三)), and how a notice moves."""

from __future__ import annotations

import pytest

from core.notices.rules import AUDIENCE_NAMES, NOTICE_MOVES, PHOTO_WORDS, REPORTED, Audience, judge_notice

STATED = "近期免冠正面1寸彩色白底证件照，JPG格式，不大于200K。"


@pytest.mark.parametrize("audience", list(Audience))
def test_a_notice_that_states_the_photo_rule_has_nothing_to_answer(audience: Audience) -> None:
    assert judge_notice(audience, STATED) == []


@pytest.mark.parametrize(
    ("audience", "refuses"), [("applicants", True), ("both", True), ("teachers", False), ("", True)]
)
@pytest.mark.parametrize("section", ["", "   \n", "照片要求见附件"])
def test_without_it_an_applicants_notice_cannot_be_filed(audience: str, refuses: bool, section: str) -> None:
    (finding,) = judge_notice(audience, section)
    assert (finding.code, finding.clause, finding.field) == (
        "notice_without_photo_rule",
        "二(三)",
        "photo_rule",
    )
    assert finding.refuses is refuses
    assert judge_notice(audience, finding.remedy) == []


@pytest.mark.parametrize(
    ("section", "missing"),
    [
        ("近6个月内免冠正面一寸白底照片，jpeg，200 KB以内", []),
        ("近期免冠正面25×35毫米彩色白底照片，JPG，200K以下", []),
        ("近期免冠正面1寸彩色白底证件照", ["JPG格式", "不大于200K"]),
        ("近期免冠正面１寸彩色蓝底证件照，JPG，不大于200K", ["彩色白底"]),
        ("白底照片", ["近期", "免冠正面", "1寸", "JPG格式", "不大于200K"]),
        ("JPG，OK", ["近期", "免冠正面", "1寸", "彩色白底", "不大于200K"]),
    ],
)
def test_what_is_left_out_is_named_and_only_warned_of(section: str, missing: list[str]) -> None:
    found = judge_notice("applicants", section)
    assert [finding.params["missing"] for finding in found] == ([missing] if missing else [])
    assert all(finding.code == "notice_photo_rule_incomplete" and not finding.refuses for finding in found)


def test_each_part_of_the_rule_is_looked_for() -> None:
    assert [name for name, _ in PHOTO_WORDS] == [
        "近期",
        "免冠正面",
        "1寸",
        "彩色白底",
        "JPG格式",
        "不大于200K",
    ]


@pytest.mark.parametrize(
    ("before", "after", "who", "allowed"),
    [
        ("draft", "filed", "P", True),
        ("draft", "published", "P", False),
        ("filed", "published", "P", True),  # reporting is not approval
        ("filed", "received", "N", True),
        ("filed", "received", "P", False),
        ("filed", "returned", "N", True),
        ("returned", "filed", "P", True),
        ("returned", "published", "P", False),
        ("published", "withdrawn", "P", True),
        ("withdrawn", "draft", "P", False),
    ],
)
def test_how_a_notice_moves(before: str, after: str, who: str, allowed: bool) -> None:
    assert NOTICE_MOVES.allows(before, after, who) is allowed


def test_every_state_is_reached_named_and_owned() -> None:
    reached = {"draft"} | {after for row in NOTICE_MOVES.table.values() for after in row}
    assert reached == set(NOTICE_MOVES.labels)
    for state in NOTICE_MOVES.labels:
        owned = bool(NOTICE_MOVES.owner(state))
        assert owned == bool(NOTICE_MOVES.next_step(state)) == (state not in NOTICE_MOVES.final)


def test_a_notice_counts_as_reported_from_filing_on_unless_it_came_back() -> None:
    assert set(REPORTED) == {"filed", "received", "published"}
    assert set(AUDIENCE_NAMES) == set(Audience)

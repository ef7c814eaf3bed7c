"""Working days, open periods, maintenance, and whether a draft yearbook hangs together."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calendar.rules import (
    WORKING_DAYS,
    YEARBOOK_MOVES,
    Window,
    WorkingDays,
    YearNotPromulgated,
    judge_business_open,
    judge_not_in_maintenance,
    judge_yearbook,
    maintenance_on,
    season_key,
    season_of,
)
from core.rulesets.loader import Maintenance, RuleSet, national, promulgated

RULES = national(2020)


def day(text: str) -> date:
    return date.fromisoformat(text)


def window(first: str, last: str) -> Window:
    return Window(day(first), day(last))


# ---- working days


@pytest.mark.parametrize(
    ("text", "working"),
    [
        ("2020-04-07", True),  # a Tuesday
        ("2020-04-11", False),  # a Saturday
        ("2020-04-26", True),  # a make-up Sunday
        ("2020-05-09", True),  # a make-up Saturday
        ("2020-05-01", False),  # a holiday on a Friday
        ("2020-04-06", False),  # a weekday given free
        ("2020-06-28", True),  # the make-up Sunday after Dragon Boat
        ("2020-10-08", False),
        ("2020-10-09", True),
        ("2020-10-10", True),  # a make-up Saturday
        ("2020-02-29", False),  # 29 February, a Saturday
        ("2020-02-01", False),  # a Saturday to be worked, until the break was made longer
        ("2021-02-20", True),
    ],
)
def test_which_days_are_worked(text: str, working: bool) -> None:
    assert WORKING_DAYS.is_working(day(text)) is working


@pytest.mark.parametrize(
    ("first", "last", "count"),
    [
        ("2020-04-07", "2020-04-20", 10),
        ("2020-04-26", "2020-05-08", 8),
        ("2020-04-20", "2020-04-20", 1),  # both ends are one day
        ("2020-04-25", "2020-04-25", 0),
        ("2020-05-25", "2020-06-12", 10),  # the June maintenance is taken out
        ("2020-06-01", "2020-06-07", 0),
        ("2020-09-28", "2020-10-12", 6),  # the October one took no working day
        ("2020-04-20", "2020-04-19", 0),  # backwards
    ],
)
def test_counting_with_maintenance_taken_out(first: str, last: str, count: int) -> None:
    assert WORKING_DAYS.count(window(first, last), RULES.maintenance) == count


def test_maintenance_costs_what_the_rulebook_says() -> None:
    june, october = RULES.maintenance
    assert WORKING_DAYS.count(Window(june.first, june.last)) == 5
    assert WORKING_DAYS.count(Window(october.first, october.last)) == 0


DAYS = st.dates(date(2019, 1, 1), date(2026, 12, 31))


@given(DAYS, DAYS, st.booleans())
def test_counting_is_the_same_as_looking_at_each_day(one: date, other: date, closed: bool) -> None:
    first, last = sorted((one, other))
    periods = RULES.maintenance if closed else ()
    counted = 0
    looked_at = first
    while looked_at <= last:
        kind = dict(promulgated(looked_at.year) or ()).get(looked_at)
        shut = any(period.first <= looked_at <= period.last for period in periods)
        worked = kind == "makeup_workday" or (kind is None and looked_at.isoweekday() <= 5)
        counted += worked and not shut
        looked_at += timedelta(days=1)
    assert WORKING_DAYS.count(Window(first, last), periods) == counted


@given(st.dates(date(2019, 1, 1), date(2025, 12, 31)), st.integers(1, 120))
def test_the_nth_working_day_after_is_worked_and_is_the_nth(start: date, number: int) -> None:
    end = WORKING_DAYS.after(start, number)
    assert WORKING_DAYS.is_working(end)
    assert WORKING_DAYS.count(Window(start + timedelta(days=1), end)) == number


@pytest.mark.parametrize(
    ("start", "number", "end"),
    [
        ("2020-04-27", 30, "2020-06-10"),  # the limit of R-TIME-02 counted by hand, the May break taken out
        ("2020-04-30", 1, "2020-05-06"),
        ("2020-09-30", 2, "2020-10-10"),  # 9 October, then a make-up Saturday
        ("2020-04-25", 0, "2020-04-25"),
    ],
)
def test_deadlines_in_working_days(start: str, number: int, end: str) -> None:
    assert WORKING_DAYS.after(day(start), number) == day(end)


def test_a_year_nobody_promulgated_is_never_guessed() -> None:
    assert not WORKING_DAYS.knows(2027)
    for ask in (WORKING_DAYS.is_working, WORKING_DAYS.is_holiday, WORKING_DAYS.is_makeup):
        with pytest.raises(YearNotPromulgated, match="2027"):
            ask(date(2027, 1, 4))
    with pytest.raises(YearNotPromulgated):
        WORKING_DAYS.count(Window(date(2026, 12, 30), date(2027, 1, 4)))
    with pytest.raises(YearNotPromulgated):
        WORKING_DAYS.after(date(2026, 12, 30), 10)


def test_holidays_may_come_from_elsewhere() -> None:
    days = WorkingDays(lambda year: ((date(2031, 1, 1), "holiday"),) if year == 2031 else None)
    assert days.knows(2031)
    assert not days.is_working(date(2031, 1, 1))
    assert days.is_working(date(2031, 1, 2))
    assert not days.knows(2020)


def test_a_window_has_both_its_ends() -> None:
    days = window("2020-02-28", "2020-03-01")
    assert list(days) == [day("2020-02-28"), day("2020-02-29"), day("2020-03-01")]
    assert day("2020-02-28") in days
    assert day("2020-03-01") in days
    assert day("2020-03-02") not in days
    assert not days.backwards
    assert window("2020-03-01", "2020-02-28").backwards
    assert list(window("2020-03-01", "2020-02-28")) == []


# ---- open periods and maintenance


@pytest.mark.parametrize(
    ("text", "season"),
    [
        ("2020-03-19", None),
        ("2020-03-20", "first_half"),
        ("2020-06-03", "first_half"),  # maintenance does not end a season
        ("2020-07-24", "first_half"),
        ("2020-07-25", None),
        ("2020-09-10", None),
        ("2020-09-11", "second_half"),
        ("2020-12-25", "second_half"),
        ("2020-12-26", None),
    ],
)
def test_the_season_of_a_day(text: str, season: str | None) -> None:
    found = season_of(day(text), RULES)
    assert (found.name if found else None) == season


def test_a_season_has_a_key() -> None:
    assert season_key(RULES, RULES.seasons[0]) == "2020-first_half"


@pytest.mark.parametrize(
    ("business", "text", "opens"),
    [
        ("recognition", "2020-03-20", None),
        ("recognition", "2020-03-19", "2020-03-20"),
        ("recognition", "2020-07-25", "2020-09-11"),
        ("recognition", "2020-12-26", ""),
        ("registration", "2020-04-07", "2020-09-11"),
        ("registration", "2020-09-11", None),
        ("haircuts", "2020-09-11", ""),
    ],
)
def test_a_business_is_open_or_says_when(business: str, text: str, opens: str | None) -> None:
    found = judge_business_open(business, day(text), RULES)
    if opens is None:
        assert found == []
        return
    (finding,) = found
    assert (finding.code, finding.clause) == ("business_closed", "三(一)")
    assert finding.params["opens"] == opens
    assert ("%(opens)s" in finding.remedy) == bool(opens)


@pytest.mark.parametrize(
    ("text", "again"),
    [
        ("2020-05-31", None),
        ("2020-06-01", "2020-06-08"),
        ("2020-06-07", "2020-06-08"),
        ("2020-06-08", None),
        ("2020-10-01", "2020-10-09"),
        ("2020-10-08", "2020-10-09"),
    ],
)
def test_confirmation_is_closed_in_maintenance(text: str, again: str | None) -> None:
    found = judge_not_in_maintenance(day(text), RULES)
    assert [finding.params["again"] for finding in found] == ([again] if again else [])
    assert all((finding.code, finding.clause) == ("in_maintenance", "三(一)") for finding in found)
    if again:
        assert maintenance_on(day(again), RULES) is None


# ---- yearbooks


def yearbook(**changes: Any) -> RuleSet:
    return RuleSet.from_document(RULES.as_document() | changes)


def season(name: str, opens: str, closes: str) -> dict[str, Any]:
    return {"name": name, "opens": opens, "closes": closes, "businesses": ["recognition"]}


def with_value(name: str, value: Any) -> RuleSet:
    values = RULES.as_document()["values"]
    return yearbook(values=values | {name: values[name] | {"value": value}})


def test_the_shipped_yearbook_hangs_together() -> None:
    assert judge_yearbook(RULES) == []


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"seasons": []}, ["yearbook_without_season"]),
        (
            {
                "seasons": [
                    season("first_half", "2020-03-20", "2020-07-24"),
                    season("second_half", "2020-07-24", "2020-12-25"),
                ]
            },
            ["seasons_overlap"],
        ),
        (
            {
                "seasons": [
                    season("second_half", "2020-09-11", "2020-12-25"),
                    season("first_half", "2020-03-20", "2020-07-24"),
                ]
            },
            [],
        ),
        (
            {
                "seasons": [
                    season("first_half", "2020-03-20", "2020-05-24"),
                    season("first_half", "2020-06-08", "2020-07-24"),
                ]
            },
            ["season_named_twice"],
        ),
        ({"seasons": [season("first_half", "2020-12-01", "2021-01-15")]}, ["yearbook_day_outside_year"]),
        (
            {"maintenance": [{"first": "2021-06-01", "last": "2021-06-07"}]},
            ["yearbook_day_outside_year", "yearbook_day_outside_year"],
        ),
        (
            {
                "maintenance": [
                    {"first": "2020-06-01", "last": "2020-06-07"},
                    {"first": "2020-06-07", "last": "2020-06-08"},
                ]
            },
            ["maintenance_overlaps"],
        ),
        # The summer, when only reading and verifying stop, may be maintained too.
        ({"maintenance": [{"first": "2020-08-01", "last": "2020-08-09"}]}, []),
        ({"seasons": [season("first_half", "2020-04-07", "2020-04-17")]}, ["season_too_short"]),
        ({"seasons": [season("first_half", "2020-04-07", "2020-04-20")]}, []),
        ({"seasons": [season("first_half", "2020-06-01", "2020-06-18")]}, ["season_too_short"]),
    ],
)
def test_what_a_draft_yearbook_is_refused_for(changes: dict[str, Any], codes: list[str]) -> None:
    found = judge_yearbook(yearbook(**changes))
    assert [finding.code for finding in found] == codes
    assert all(finding.refuses and finding.clause == "三(一)" and finding.remedy for finding in found)


def test_an_overlap_says_when_the_later_may_begin() -> None:
    first, second = (
        season("first_half", "2020-03-20", "2020-07-24"),
        season("second_half", "2020-07-01", "2020-12-25"),
    )
    (finding,) = judge_yearbook(yearbook(seasons=[first, second]))
    assert finding.params["better"] == "2020-07-25"
    second["opens"] = finding.params["better"]
    assert judge_yearbook(yearbook(seasons=[first, second])) == []


def test_a_yearbook_of_a_year_not_promulgated() -> None:
    rules = yearbook(year=2031, seasons=[season("first_half", "2031-03-20", "2031-07-24")], maintenance=[])
    assert [finding.code for finding in judge_yearbook(rules)] == ["year_not_promulgated"]


@pytest.mark.parametrize(
    ("name", "value", "refused"),
    [
        ("entry_min_working_days", -1, True),
        ("entry_min_working_days", 0, False),
        ("photo_white_share", 1.2, True),
        ("photo_white_share", 1, False),
        ("photo_white_level", 256, True),
        ("last_day_closing_hour", 25, True),
        ("last_day_closing_hour", 24, False),
        ("review_days", -60, True),
    ],
)
def test_numbers_that_cannot_be_meant(name: str, value: float, refused: bool) -> None:
    found = judge_yearbook(with_value(name, value))
    expected = [("yearbook_value_out_of_range", name)] if refused else []
    assert [(finding.code, finding.field) for finding in found] == expected


def test_a_yearbook_is_published_after_its_replay_and_never_changed_after() -> None:
    assert YEARBOOK_MOVES.allows("draft", "replayed", "X")
    assert YEARBOOK_MOVES.allows("replayed", "published", "N")
    assert not YEARBOOK_MOVES.allows("draft", "published", "N")
    assert not YEARBOOK_MOVES.allows("replayed", "published", "P")
    assert YEARBOOK_MOVES.final == {"superseded"}
    for state in YEARBOOK_MOVES.labels:
        assert YEARBOOK_MOVES.allows("published", state) == (state == "superseded")
        assert bool(YEARBOOK_MOVES.owner(state)) == bool(YEARBOOK_MOVES.next_step(state))
        assert bool(YEARBOOK_MOVES.owner(state)) == (state not in YEARBOOK_MOVES.final)


def test_maintenance_covers_both_its_ends() -> None:
    period = Maintenance(day("2020-06-01"), day("2020-06-07"))
    assert [period.covers(day(f"2020-06-0{number}")) for number in (1, 7, 8)] == [True, True, False]

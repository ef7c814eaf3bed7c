"""Plans: the worked cases, every boundary, an independent judgement of random plans, and remedies that do."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.calendar.rules import WORKING_DAYS, Window
from core.foundation.findings import Finding, Verdict
from core.plans.rules import (
    FIELD_NAMES,
    PLAN_MOVES,
    TABLE_MOVES,
    Business,
    Ground,
    PlanDraft,
    TableDraft,
    judge_extension,
    judge_notice_filed,
    judge_table,
    judge_table_holds,
    judge_windows,
    judge_within_table,
    propose,
    replay,
)
from core.rulesets.loader import RuleSet, national, promulgated

RULES = national(2020)
YEARBOOKS = {2020: RULES}
CASES = list(csv.DictReader((Path(__file__).parents[1] / "data" / "plan_cases.csv").open(encoding="utf-8")))
DAYS = ("entry_start", "entry_end", "confirm_start", "confirm_end")


def plan(text: str, business: str = "recognition", hour: int = 24) -> PlanDraft:
    """`0407-0420 0421-0427` of 2020, or days written in full with two dots between."""
    days = [
        date.fromisoformat(part if len(part) == 10 else f"2020-{part[:2]}-{part[2:]}")
        for pair in text.split()
        for part in pair.split(".." if ".." in pair else "-")
    ]
    return PlanDraft(business, Window(days[0], days[1]), Window(days[2], days[3]), hour)


def codes(draft: PlanDraft, yearbooks: dict[int, RuleSet] | None = None) -> list[str]:
    return judge_windows(draft, YEARBOOKS if yearbooks is None else yearbooks).codes()


def varied(year: int = 2020, **changes: Any) -> RuleSet:
    """The rules of 2020 with some values, seasons or maintenance changed, as those of `year`."""
    document = RULES.as_document() | {"year": year}
    for name, value in changes.items():
        if name in ("seasons", "maintenance"):
            document[name] = value
        else:
            document["values"][name] = document["values"][name] | {"value": value}
    return RuleSet.from_document(document)


def season(name: str, opens: str, closes: str, *businesses: str) -> dict[str, Any]:
    return {"name": name, "opens": opens, "closes": closes, "businesses": businesses or ("recognition",)}


NEXT_YEAR = varied(
    2021,
    seasons=[
        season("first_half", "2021-01-04", "2021-07-23"),
        season("second_half", "2021-09-10", "2021-12-24"),
    ],
    maintenance=[{"first": "2021-01-04", "last": "2021-01-05"}],
)


# ---- the worked cases


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_worked_cases(case: dict[str, str]) -> None:
    days = [date.fromisoformat(case[name]) for name in DAYS]
    draft = PlanDraft(case["business"], Window(days[0], days[1]), Window(days[2], days[3]))
    judged = judge_windows(draft, YEARBOOKS)
    assert ("refuse" if judged.refused else "accept") == case["expected_verdict"]
    assert ";".join(judged.codes()) == case["expected_codes"]


def test_there_are_thirty_of_them() -> None:
    assert len(CASES) == 30


# ---- boundaries


@pytest.mark.parametrize(
    ("windows", "expected"),
    [
        # ten days, and nine
        ("0407-0420 0421-0427", ""),
        ("0408-0420 0421-0427", "entry_window_too_short"),
        # five days, and four
        ("0407-0420 0421-0425", "confirm_window_too_short"),
        ("0407-0420 0421-0426", ""),  # the make-up Sunday is the fifth
        # the confirmation may end at a weekend, on a holiday, the online window may not
        ("0407-0420 0421-0502", ""),
        ("0407-0503 0506-0512", "entry_ends_on_rest_day"),
        ("0407-0430 0506-0512", ""),
        # the days a season opens and closes
        ("0320-0402 0403-0410", ""),
        ("0706-0717 0720-0724", ""),
        ("0706-0717 0720-0725", "outside_season"),
        ("0911-0924 0925-0930", ""),
        ("1207-1218 1221-1226", "outside_season"),
        # all of it in the summer, when the system is closed
        ("0727-0814 0817-0828", "outside_season"),
        # each edge in maintenance
        ("0601-0619 0622-0630", "edge_in_maintenance"),
        ("0520-0607 0608-0612", "edge_in_maintenance;entry_ends_on_rest_day;entry_window_too_short"),
        ("0511-0527 0605-0615", "edge_in_maintenance"),
        ("0511-0527 0528-0607", "confirm_window_too_short;edge_in_maintenance"),
        ("0511-0527 0528-0608", "confirm_window_too_short"),
        ("0511-0527 0528-0610", ""),  # 28, 29 May, 8, 9, 10 June
        ("0914-1001 1009-1016", "edge_in_maintenance;entry_ends_on_rest_day"),
        # the two windows beside each other
        ("0407-0424 0407-0424", ""),  # the same days
        ("0407-0424 0406-0424", "confirm_before_entry"),
        ("0407-0424 0407-0423", "confirm_ends_before_entry"),
        ("0407-0424 0320-0420", "confirm_before_entry;confirm_ends_before_entry"),
        ("0407-0424 0601-0612", "edge_in_maintenance"),  # a gap between them is allowed, its edge is not
        ("0407-0424 0608-0612", ""),
        # before anything else, a window that is backwards
        ("0424-0407 0427-0509", "entry_ends_before_start"),
        ("0407-0424 0509-0427", "confirm_ends_before_start"),
        ("0424-0407 0509-0427", "confirm_ends_before_start;entry_ends_before_start"),
        ("2031-04-24..2031-04-07 2031-04-27..2031-05-09", "entry_ends_before_start"),
        # years: before, after, only one edge, only passed through
        ("2019-12-16..2019-12-31 0320-0402", "year_without_yearbook"),
        ("2021-04-07..2021-04-24 2021-04-25..2021-05-12", "year_without_yearbook"),
        ("1207-1218 2020-12-21..2021-01-08", "year_without_yearbook"),
        ("2019-03-20..2021-04-02 2021-04-06..2021-04-13", "year_without_yearbook"),
        # 29 February is a day like any other
        ("0229-0313 0316-0320", "outside_season"),
        # everything at once
        ("0601-0606 0604-0605", "confirm_ends_before_entry;confirm_window_too_short;edge_in_maintenance;"
         "entry_ends_on_rest_day;entry_window_too_short"),
    ],
)  # fmt: skip
def test_boundaries(windows: str, expected: str) -> None:
    assert ";".join(codes(plan(windows))) == expected


@pytest.mark.parametrize(
    ("windows", "expected"),
    [
        ("0407-0424 0427-0509", "business_not_open"),
        ("0706-0717 0720-0725", "business_not_open;outside_season"),
        ("0911-0924 0925-0930", ""),
        ("0910-0925 0927-1012", "outside_season"),  # it starts in no half
        ("0720-0918 0921-0925", "business_not_open;outside_season"),  # it starts in the first
    ],
)
def test_registration_is_held_in_the_second_half(windows: str, expected: str) -> None:
    assert ";".join(codes(plan(windows, "registration"))) == expected


def test_an_unknown_business_is_open_nowhere() -> None:
    assert codes(plan("0407-0420 0421-0427", "haircuts")) == ["business_not_open"]


def test_a_backwards_window_or_a_year_unknown_is_all_that_is_said() -> None:
    backwards = judge_windows(plan("0424-0407 0601-0502"), YEARBOOKS)
    assert backwards.rules == ("judge_order",)
    unknown = judge_windows(plan("2031-04-05..2031-04-05 2031-04-06..2031-04-06"), YEARBOOKS)
    assert unknown.rules == ("judge_order", "judge_years")
    assert [finding.params["year"] for finding in unknown.findings] == [2031]


def test_a_year_needs_its_yearbook_and_its_holidays_both() -> None:
    draft = plan("2021-04-06..2021-04-19 2021-04-20..2021-04-26")
    assert codes(draft) == ["year_without_yearbook"]
    assert codes(draft, YEARBOOKS | {2021: NEXT_YEAR}) == []
    later = plan("2031-04-07..2031-04-24 2031-04-25..2031-05-12")
    assert codes(later, {2031: varied(2031, seasons=[], maintenance=[])}) == ["year_without_yearbook"]
    assert codes(later, {}) == ["year_without_yearbook"]


def test_a_year_only_passed_through_needs_one_too() -> None:
    after_next = varied(2022, seasons=[season("first_half", "2022-03-18", "2022-07-22")], maintenance=[])
    draft = plan("2020-12-07..2022-04-01 2022-04-06..2022-04-13")
    judged = judge_windows(draft, YEARBOOKS | {2022: after_next})
    assert [(finding.code, finding.params["year"]) for finding in judged.findings] == [("year_without_yearbook", 2021)]


def test_a_plan_across_two_years_that_both_have_yearbooks() -> None:
    both = YEARBOOKS | {2021: NEXT_YEAR}
    assert codes(plan("2020-12-14..2020-12-25 2021-01-06..2021-01-12"), both) == ["outside_season"]
    edged = plan("2020-12-14..2020-12-25 2021-01-04..2021-01-12")
    assert codes(edged, both) == ["edge_in_maintenance", "outside_season"]
    # New Year's days and the maintenance of the second year are not counted
    assert Ground(both).count(Window(date(2020, 12, 28), date(2021, 1, 6))) == 5


def test_a_yearbook_may_let_a_window_end_on_a_makeup_day() -> None:
    draft = plan("0413-0426 0427-0508")
    assert codes(draft) == ["entry_ends_on_rest_day"]
    relaxed = {2020: varied(end_on_makeup_day=True)}
    assert codes(draft, relaxed) == []
    assert codes(plan("0413-0425 0427-0508"), relaxed) == ["entry_ends_on_rest_day"]


def test_minima_come_from_the_yearbook() -> None:
    draft = plan("0407-0420 0421-0427")
    assert codes(draft, {2020: varied(entry_min_working_days=11)}) == ["entry_window_too_short"]
    assert codes(draft, {2020: varied(confirm_min_working_days=7)}) == ["confirm_window_too_short"]


@pytest.mark.parametrize(("hour", "expected"), [(24, []), (17, []), (16, ["entry_window_too_short"])])
def test_a_last_day_that_closes_early_does_not_count(hour: int, expected: list[str]) -> None:
    assert codes(plan("0407-0420 0421-0427", hour=hour)) == expected
    assert codes(plan("0403-0420 0421-0427", hour=hour)) == []


def test_a_single_day_that_closes_early_counts_nothing() -> None:
    draft = plan("0407-0407 0407-0413", hour=12)
    (finding,) = judge_windows(draft, YEARBOOKS).refusals
    assert (finding.code, finding.params["actual"]) == ("entry_window_too_short", 0)


@pytest.mark.parametrize(
    ("windows", "due"),
    [
        ("0608-0619 0622-0624", None),
        ("0608-0619 0622-0625", "2020-07-25"),
        ("0706-0717 0720-0724", "2020-08-23"),
    ],
)
def test_a_conclusion_that_may_fall_after_the_season_is_only_said(windows: str, due: str | None) -> None:
    judged = judge_windows(plan(windows), {2020: varied(confirm_min_working_days=3)})
    assert not judged.refused
    assert [(f.code, f.params["due"]) for f in judged.warnings] == ([("conclusion_after_season", due)] if due else [])


def test_every_finding_names_clause_field_and_what_is_wrong() -> None:
    for case in CASES:
        days = [date.fromisoformat(case[name]) for name in DAYS]
        draft = PlanDraft(case["business"], Window(days[0], days[1]), Window(days[2], days[3]))
        for finding in judge_windows(draft, YEARBOOKS).findings:
            assert finding.clause
            assert finding.field in (*DAYS, "business")
            assert "%" not in finding.message % finding.params
            assert finding.remedy
            assert "20" in finding.remedy % finding.params or not finding.refuses
            assert Finding.from_dict(finding.as_dict()).code == finding.code


# ---- an independent judgement


def judged_by_hand(business: str, days: list[date]) -> set[str]:
    """The rulebook § 1.2 once more, day by day and without the code under test."""
    start, end, first, last = days
    found = {
        code
        for code, wrong in (
            ("entry_ends_before_start", end < start),
            ("confirm_ends_before_start", last < first),
        )
        if wrong
    }
    if found:
        return found
    if any(day.year != 2020 for day in days):
        return {"year_without_yearbook"}
    special = dict(promulgated(2020) or ())
    closed = {date(2020, 6, n) for n in range(1, 8)} | {date(2020, 10, n) for n in range(1, 9)}

    def length(one: date, other: date) -> int:
        days_between = [one + timedelta(days=n) for n in range((other - one).days + 1)]
        return sum(
            special.get(day, "weekday" if day.isoweekday() < 6 else "weekend") in ("weekday", "makeup_workday")
            and day not in closed
            for day in days_between
        )

    spring = (date(2020, 3, 20), date(2020, 7, 24))
    autumn = (date(2020, 9, 11), date(2020, 12, 25))
    checks = {
        "entry_window_too_short": length(start, end) < 10,
        "confirm_window_too_short": length(first, last) < 5,
        "entry_ends_on_rest_day": end.isoweekday() >= 6 or special.get(end) == "holiday",
        "outside_season": not any(all(a <= day <= b for day in days) for a, b in (spring, autumn)),
        "business_not_open": business == "registration" and spring[0] <= start <= spring[1],
        "edge_in_maintenance": any(day in closed for day in days),
        "confirm_before_entry": first < start,
        "confirm_ends_before_entry": last < end,
    }
    return {code for code, wrong in checks.items() if wrong}


ANY_DAY = st.dates(date(2019, 11, 1), date(2021, 2, 28))
BUSINESSES = st.sampled_from([business.value for business in Business])


@st.composite
def plausible(draw: st.DrawFn) -> list[date]:
    """Four days such as an officer might type: mostly in order and near each other."""
    start = draw(st.dates(date(2020, 3, 10), date(2020, 12, 31)))
    end = start + timedelta(days=draw(st.integers(-1, 40)))
    first = end + timedelta(days=draw(st.integers(-25, 12)))
    return [start, end, first, first + timedelta(days=draw(st.integers(-1, 25)))]


def drafted(business: str, days: list[date]) -> PlanDraft:
    return PlanDraft(business, Window(days[0], days[1]), Window(days[2], days[3]))


@settings(max_examples=300, deadline=None)
@given(BUSINESSES, st.one_of(plausible(), st.lists(ANY_DAY, min_size=4, max_size=4)))
def test_any_plan_is_judged_as_by_hand(business: str, days: list[date]) -> None:
    assert set(codes(drafted(business, days))) == judged_by_hand(business, days)


# ---- what would do


def faults(judged: Verdict) -> set[tuple[str, str]]:
    return {(finding.code, finding.field) for finding in judged.refusals}


def followed(draft: PlanDraft, finding: Finding) -> PlanDraft | None:
    """The draft with a finding's advice taken; None where it gives no day of its own."""
    told = finding.params
    if "better" in told:
        return draft.with_day(told["better_field"], date.fromisoformat(told["better"]))
    if "better_first" in told:
        window = Window(date.fromisoformat(told["better_first"]), date.fromisoformat(told["better_last"]))
        return replace(draft, entry=window) if finding.field == "entry_end" else replace(draft, confirm=window)
    if "better_entry_start" in told:
        days = [date.fromisoformat(told[f"better_{name}"]) for name in DAYS]
        return replace(drafted(draft.business, days), closing_hour=draft.closing_hour)
    return None


def check_advice(draft: PlanDraft) -> None:
    judged = judge_windows(draft, YEARBOOKS)
    before = faults(judged)
    for finding in judged.refusals:
        if finding.code == "year_without_yearbook":
            continue
        better = followed(draft, finding)
        assert better is not None, finding
        after = faults(judge_windows(better, YEARBOOKS))
        if "better" in finding.params:
            assert after <= before - {(finding.code, finding.field)}
        else:
            assert after == set()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_the_advice_on_the_worked_cases_would_do(case: dict[str, str]) -> None:
    check_advice(drafted(case["business"], [date.fromisoformat(case[name]) for name in DAYS]))


@settings(max_examples=80, deadline=None)
@given(BUSINESSES, plausible())
def test_any_advice_would_do(business: str, days: list[date]) -> None:
    check_advice(drafted(business, days))


@pytest.mark.parametrize(
    ("windows", "field", "better"),
    [
        ("0407-0417 0420-0426", "entry_end", "2020-04-20"),
        ("0413-0425 0426-0506", "entry_end", "2020-04-24"),
        ("0413-0426 0427-0508", "entry_end", "2020-04-27"),
        ("0319-0410 0413-0417", "entry_start", "2020-03-20"),
        ("0520-0605 0608-0612", "entry_end", "2020-06-09"),  # out of maintenance and long enough at once
        ("1207-1218 1222-1225", "confirm_start", "2020-12-21"),  # the end cannot move: the season closes
        ("0407-0424 0403-0424", "confirm_start", "2020-04-07"),
        ("0407-0424 0408-0422", "confirm_end", "2020-04-24"),
    ],
)
def test_one_day_that_would_do(windows: str, field: str, better: str) -> None:
    for finding in judge_windows(plan(windows), YEARBOOKS).refusals:
        assert (finding.params["better_field"], finding.params["better"]) == (field, better)
        assert finding.remedy % finding.params == f"{FIELD_NAMES[field]}改为{better}即可"


def test_where_no_single_day_would_do_a_whole_plan_is_named() -> None:
    (finding,) = judge_windows(plan("0708-0721 0722-0728"), YEARBOOKS).refusals
    assert finding.remedy % finding.params == (
        "可以整体改为：网报2020-07-06至2020-07-17，现场确认2020-07-20至2020-07-24"
    )


def test_days_typed_the_wrong_way_round_are_recognised() -> None:
    (finding,) = judge_windows(plan("0424-0407 0427-0509"), YEARBOOKS).refusals
    assert finding.remedy % finding.params == "开始日与结束日可能填反了；改为2020-04-07至2020-04-24即可"


def test_a_year_unknown_is_told_which_are_known() -> None:
    (finding,) = judge_windows(plan("2031-04-07..2031-04-24 2031-04-25..2031-05-12"), YEARBOOKS).refusals
    params = finding.params
    assert finding.remedy == "已发布年度规则的有%(known)s年，可以安排在%(opens)s至%(closes)s"
    assert (params["known"], str(params["opens"]), str(params["closes"])) == ([2020], "2020-09-11", "2020-12-25")
    (finding,) = judge_windows(plan("0407-0420 0421-0427"), {}).refusals
    assert finding.remedy == "请等待国家中心发布年度规则"


def test_no_plan_is_proposed_where_none_has_room() -> None:
    barren = {2020: varied(seasons=[season("first_half", "2020-04-07", "2020-04-17")])}
    draft = plan("0407-0417 0409-0417")
    assert propose(draft, Ground(barren)) is None
    for finding in judge_windows(draft, barren).refusals:
        assert finding.remedy == "已发布的年度规则下没有可行的安排，请与国家中心联系"


def test_a_short_season_is_proposed_windows_that_overlap() -> None:
    narrow = {2020: varied(seasons=[season("first_half", "2020-04-07", "2020-04-22")])}
    proposed = propose(plan("0407-0420 0421-0427"), Ground(narrow))
    assert proposed == plan("0407-0420 0415-0422")
    assert codes(proposed, narrow) == []


def test_a_proposal_is_as_long_as_what_was_asked_for() -> None:
    proposed = propose(plan("0402-0424 0427-0512", "registration"), Ground(YEARBOOKS))
    assert proposed is not None
    assert codes(proposed) == []
    assert proposed.entry.first == date(2020, 9, 11)
    assert WORKING_DAYS.count(proposed.entry) == 16
    assert WORKING_DAYS.count(proposed.confirm) == 10


# ---- notices first; the plan table


@pytest.mark.parametrize(
    ("business", "filed", "refused"),
    [
        ("recognition", [], True),
        ("recognition", ["teachers"], True),
        ("recognition", ["applicants"], False),
        ("recognition", ["both"], False),
        ("registration", ["applicants"], True),
        ("registration", ["applicants", "teachers"], False),
        ("registration", ["both"], False),
    ],
)
def test_the_fitting_notice_comes_first(business: str, filed: list[str], refused: bool) -> None:
    found = judge_notice_filed(business, filed)
    assert [finding.code for finding in found] == (["notice_not_filed"] if refused else [])


ROW = plan("0401-0430 0401-0529")


def test_a_missing_table_warns_and_only_gates_where_the_yearbook_says_so() -> None:
    draft = plan("0407-0420 0421-0427")
    (warned,) = judge_within_table(draft, None)
    assert (warned.code, warned.refuses) == ("plan_table_missing", False)
    (refused,) = judge_within_table(draft, None, gates=True)
    assert refused.refuses


@pytest.mark.parametrize(
    ("windows", "better"),
    [
        ("0407-0420 0421-0427", {}),
        ("0401-0430 0401-0529", {}),
        ("0331-0420 0421-0427", {"entry_start": "2020-04-01"}),
        ("0407-0506 0507-0601", {"entry_end": "2020-04-30", "confirm_end": "2020-05-29"}),
        ("0407-0420 0331-0427", {"confirm_start": "2020-04-01"}),
    ],
)
def test_a_plan_lies_within_its_provinces_table(windows: str, better: dict[str, str]) -> None:
    draft = plan(windows)
    found = judge_within_table(draft, [ROW])
    assert {finding.field: finding.params["better"] for finding in found} == better
    assert all(finding.code == "outside_plan_table" and finding.refuses for finding in found)
    for name, day in better.items():
        draft = draft.with_day(name, date.fromisoformat(day))
    assert judge_within_table(draft, [ROW]) == []


def test_the_row_that_comes_nearest_is_the_one_compared_with() -> None:
    other = plan("0911-0930 0911-1016")
    (finding,) = judge_within_table(plan("0331-0420 0421-0427"), [other, ROW])
    assert finding.params["first"] == "2020-04-01"


def test_a_business_that_the_table_leaves_out() -> None:
    (finding,) = judge_within_table(plan("0911-0924 0925-0930", "registration"), [ROW])
    assert (finding.code, finding.field) == ("outside_plan_table", "business")
    assert judge_within_table(plan("0407-0420 0421-0427"), []) != []


SPRING, AUTUMN = plan("0407-0424 0427-0515"), plan("0914-0930 1009-1016")
ALL = ("deployment", "policy", "system")


@pytest.mark.parametrize(
    ("table", "refused", "warned"),
    [
        (TableDraft(2020, (SPRING, AUTUMN), (ALL,)), [], []),
        (TableDraft(2020, (SPRING, AUTUMN), (("policy",), ("deployment", "system"))), [], []),
        (TableDraft(2020, (), (ALL,)), ["table_empty"], ["table_half_missing", "table_half_missing"]),
        (TableDraft(2020, (SPRING,), (ALL,)), [], ["table_half_missing"]),
        (TableDraft(2020, (SPRING, SPRING, AUTUMN), (ALL,)), ["table_row_repeated"], []),
        (TableDraft(2020, (SPRING, AUTUMN)), [], ["table_without_meeting"]),
        (TableDraft(2020, (SPRING, AUTUMN), (("policy",),)), [], ["table_meeting_contents_missing"]),
        (
            TableDraft(2020, (SPRING, plan("0407-0417 0420-0426"), AUTUMN), (ALL,)),
            ["entry_window_too_short"],
            [],
        ),
        (TableDraft(2021, (SPRING,), (ALL,)), ["table_row_outside_year"], []),
    ],
)
def test_a_table_is_judged_row_by_row_and_as_a_whole(table: TableDraft, refused: list[str], warned: list[str]) -> None:
    judged = judge_table(table, YEARBOOKS)
    assert [finding.code for finding in judged.refusals] == refused
    assert [finding.code for finding in judged.warnings] == warned


def test_a_faulty_row_is_named_by_its_number() -> None:
    judged = judge_table(TableDraft(2020, (SPRING, plan("0407-0417 0420-0426")), (ALL,)), YEARBOOKS)
    (finding,) = judged.refusals
    assert finding.field == "rows-1-entry_end"
    assert finding.params["better"] == "2020-04-20"


def test_plans_already_set_that_a_new_table_contradicts_are_named() -> None:
    plans = {"inside": plan("0407-0420 0421-0427"), "outside": plan("0507-0520 0521-0527")}
    (finding,) = judge_table_holds([ROW], plans)
    assert (finding.code, finding.params["title"]) == ("table_contradicts_plan", "outside")
    assert not finding.refuses


# ---- versions, replay, states


@pytest.mark.parametrize(
    ("new", "shortened"),
    [
        ("0407-0424 0427-0509", []),
        ("0403-0427 0427-0515", []),
        ("0408-0424 0427-0509", ["entry_start"]),
        ("0407-0423 0427-0509", ["entry_end"]),
        ("0407-0424 0428-0508", ["confirm_start", "confirm_end"]),
        ("0420-0430 0506-0520", ["entry_start", "confirm_start"]),  # moved, not made longer
    ],
)
def test_a_published_window_is_never_shortened(new: str, shortened: list[str]) -> None:
    found = judge_extension(plan("0407-0424 0427-0509"), plan(new))
    assert [finding.field for finding in found] == shortened
    assert all(finding.code == "published_window_shortened" for finding in found)


def test_a_published_plan_keeps_its_business_and_its_hour() -> None:
    old = plan("0911-0924 0925-0930")
    assert [f.code for f in judge_extension(old, replace(old, business="registration"))] == [
        "published_business_changed"
    ]
    assert [f.field for f in judge_extension(old, replace(old, closing_hour=17))] == ["closing_hour"]
    longer = replace(plan("0911-0925 0925-0930"), closing_hour=17)
    assert judge_extension(old, longer) == []


def test_a_replay_lists_the_plans_a_draft_yearbook_would_break() -> None:
    plans = {
        "kept": plan("0407-0424 0427-0515"),
        "late": plan("0706-0717 0720-0724"),
        "broken already": plan("0407-0417 0420-0426"),
    }
    shorter = {
        2020: varied(
            seasons=[season("first_half", "2020-03-20", "2020-07-17")],
            maintenance=[{"first": "2020-06-01", "last": "2020-06-07"}],
        )
    }
    broken = replay(plans, shorter)
    assert {key: {f.code for f in found} for key, found in broken.items()} == {
        "late": {"outside_season"},
        "broken already": {"entry_window_too_short"},
    }
    assert set(replay(plans, shorter, before=YEARBOOKS)) == {"late"}
    assert replay(plans, YEARBOOKS, before=YEARBOOKS) == {}
    assert all(finding.clause and finding.remedy for found in broken.values() for finding in found)


def test_a_replay_lists_only_what_is_new_of_a_plan() -> None:
    short = {"plan": plan("0407-0417 0420-0426")}
    stricter = {2020: varied(confirm_min_working_days=9)}
    (found,) = replay(short, stricter, before=YEARBOOKS).values()
    assert [finding.code for finding in found] == ["confirm_window_too_short"]


@pytest.mark.parametrize(
    ("before", "after", "who", "allowed"),
    [
        ("draft", "submitted", "O", True),
        ("draft", "submitted", "P", False),
        ("draft", "approved", "P", False),
        ("submitted", "approved", "P", True),
        ("submitted", "approved", "O", False),
        ("approved", "published", "P", True),
        ("submitted", "published", "P", False),
        ("published", "running", "X", True),
        ("running", "closed", "X", True),
        ("published", "draft", "P", False),
        ("running", "cancelled", "P", True),
        ("closed", "running", "X", False),
    ],
)
def test_how_a_plan_moves(before: str, after: str, who: str, allowed: bool) -> None:
    assert PLAN_MOVES.allows(before, after, who) is allowed
    assert [f.code for f in PLAN_MOVES.judge(before, after, who)] == ([] if allowed else ["transition_not_allowed"])


@pytest.mark.parametrize("moves", [PLAN_MOVES, TABLE_MOVES])
def test_every_state_is_reached_named_and_owned(moves: Any) -> None:
    assert set(moves.table) <= set(moves.labels)
    assert {"draft"} | {after for row in moves.table.values() for after in row} == set(moves.labels)
    for state in moves.labels:
        assert bool(moves.owner(state)) == bool(moves.next_step(state)) == (state not in moves.final)

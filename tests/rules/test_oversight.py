"""Quantiles, bands, shades, letters' days, standings; pictures whose words are text and fit."""

from __future__ import annotations

from datetime import date, timedelta
from xml.etree import ElementTree

import pytest

from core.applications.rules.conclusion import Limits
from core.applications.rules.owing import judge_checked, judge_limits
from core.certificates.rules.owing import judge_counted, judge_deliveries
from core.filing.rules.owing import judge_filings_answered, judge_filings_confirmed, judge_handover_filed
from core.foundation.findings import Finding
from core.foundation.obligations import Obligation
from core.notices.rules import audiences_of, judge_reported
from core.oversight import charts
from core.oversight.charts import Bar, Tile
from core.oversight.rules import banded, letter_due, quantile, shade, spread
from core.plans.rules.owing import judge_plans_answered, judge_table_filed, table_due
from core.rulesets.loader import national

DAY = date(2020, 3, 25)


@pytest.mark.parametrize(
    ("counts", "median", "p90"),
    [({}, None, None), ({5: 0}, None, None), ({5: 1}, 5, 5), ({1: 5, 9: 5}, 1, 9), ({0: 9, 48: 1}, 0, 0),
     ({0: 8, 48: 2}, 0, 48), ({72: 1, 1: 1, 24: 1}, 24, 72)],
)  # fmt: skip
def test_quantiles(counts, median, p90):
    made = spread(counts)
    assert (made.median, made.p90) == (median, p90)
    assert quantile(counts, 1.0) == (max(counts) if sum(counts.values()) else None)


def test_bands_and_shades():
    assert banded({0: 1, 7: 1, 8: 1, 30: 2, 60: 1, 61: 4}) == [2, 1, 2, 1, 4]
    assert [shade(value, 100) for value in (0, 1, 24, 26, 50, 51, 99, 100)] == [0, 1, 1, 2, 2, 3, 4, 4]
    assert shade(5, 0) == 0


@pytest.mark.parametrize(
    ("letters", "last", "due"),
    [("none", None, False), ("daily", None, True), ("daily", DAY, False), ("daily", DAY - timedelta(days=1), True),
     ("weekly", None, True), ("weekly", DAY - timedelta(days=2), False), ("weekly", DAY - timedelta(days=7), True),
     ("weekly", DAY, False)],
)  # fmt: skip
def test_letters_days(letters, last, due):
    assert letter_due(letters, last, DAY) is due


def test_a_weekly_letter_is_mondays():
    monday = date(2020, 3, 30)
    assert letter_due("weekly", DAY, monday)
    assert not letter_due("weekly", DAY, monday - timedelta(days=1))


@pytest.mark.parametrize(("days", "standing"), [(-1, "late"), (0, "soon"), (14, "soon"), (15, "later"), (None, "open")])
def test_standings(days, standing):
    due = None if days is None else DAY + timedelta(days=days)
    assert Obligation(Finding("x", "x"), "P", due_on=due).standing(DAY) == standing


def test_what_is_owed():
    rules = national(2020)
    codes = lambda findings: [finding.code for finding in findings]  # noqa: E731
    assert codes(judge_table_filed(False, rules)) == ["year_table_owed"]
    assert judge_table_filed(True, rules) == []
    assert table_due(rules) == date(2020, 3, 20)
    assert codes(judge_plans_answered(2, DAY)) == ["plans_to_approve"]
    assert judge_plans_answered(0, DAY) == []
    assert audiences_of(("recognition", "registration")) == ("applicants", "teachers")
    assert codes(judge_reported(("applicants", "teachers"), frozenset({"applicants"}))) == ["notice_owed"]
    assert judge_reported(("applicants", "teachers"), frozenset({"both"})) == []
    assert codes(judge_filings_answered(1)) == ["filings_to_approve"]
    assert judge_filings_answered(0) == []
    assert codes(judge_filings_confirmed(1, DAY + timedelta(days=30), DAY)) == ["filings_to_confirm"]
    assert judge_filings_confirmed(1, DAY + timedelta(days=31), DAY) == []
    assert codes(judge_handover_filed("draft", "x")) == ["handover_to_file"]
    assert codes(judge_counted(5, 0, "x", rules)) == ["stock_count_owed"]
    assert judge_counted(5, 1, "x", rules) == judge_counted(0, 0, "x", rules) == []
    assert codes(judge_deliveries(1, "requested", "x")) == ["stock_requests_open"]
    assert codes(judge_checked(1)) == ["checks_before_conclusion"]
    assert judge_checked(0) == judge_deliveries(0, "requested", "x") == []
    dates = Limits(DAY, DAY + timedelta(days=10))
    told = {days: codes(judge_limits(1, dates, DAY + timedelta(days=days))) for days in (0, 1, 10, 11)}
    assert told == {0: ["cases_to_conclude"], 1: ["cases_beyond_30_days"], 10: ["cases_beyond_30_days"],
                    11: ["cases_overdue"]}  # fmt: skip
    assert judge_limits(0, dates, DAY) == []


def test_words_in_pictures_are_text_and_stay_inside():
    evil = '<script>&"'
    for svg in (
        charts.tiles("a", evil, evil, [Tile(7, 7, "黑龙江省黑龙江省", "1234567890", 4, "/x?a=1&b=2", evil)]),
        charts.bars("b", evil, evil, [Bar("很长的名字" * 12, 10**9, "1000000000"), Bar(evil, 0, "0")]),
        charts.columns("c", evil, evil, [Bar(f"{n:02d}", n, str(n)) for n in range(24)], 3),
        charts.columns("d", "", "", []),
    ):
        root = ElementTree.fromstring(svg)
        wide = float(root.get("viewBox").split()[2])
        assert not list(root.iter("{http://www.w3.org/2000/svg}script"))
        for text in root.iter("{http://www.w3.org/2000/svg}text"):
            size, x = float(text.get("font-size")), float(text.get("x"))
            long = charts.width_of(text.text, size)
            left = {"middle": x - long / 2, "end": x - long}.get(text.get("text-anchor"), x)
            assert -9 <= left <= wide + 9 - long, text.text

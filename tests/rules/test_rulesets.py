"""The rule set: every number of the rulebook with its clause, read strictly, back and forth."""

from __future__ import annotations

import copy
import json
import re
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from core.evidence.rules import EDUCATION_LEVELS, PUTONGHUA_LEVELS
from core.foundation.findings import Severity
from core.people.rules import DocumentKind
from core.rulesets import sources
from core.rulesets.labels import VALUE_NAMES
from core.rulesets.loader import (
    RuleSet,
    national,
    promulgated,
    promulgation,
    province_names,
    provinces,
)
from core.training.rules import Content

RULES = national(2020)

NUMBERS = {
    "entry_min_working_days": (10, "二(一)", "R-PLAN-07"),
    "confirm_min_working_days": (5, "二(一)", "R-PLAN-08"),
    "end_on_makeup_day": (False, "二(一)", "R-PLAN-09"),
    "last_day_closing_hour": (17, "二(一)", "R-PLAN-07"),
    "plan_table_gates_plans": (False, "二(一)", "R-PLAN-06"),
    "applications_per_season": (1, "R-APPL-01", "R-APPL-01"),
    "photo_formats": (("JPEG",), "二(三)", "R-PHOTO-02"),
    "photo_max_bytes": (200 * 1024, "二(三)", "R-PHOTO-03"),
    "photo_min_width": (295, "二(三)", "R-PHOTO-08"),
    "photo_min_height": (413, "二(三)", "R-PHOTO-08"),
    "photo_ratio_width": (25, "二(三)", "R-PHOTO-01"),
    "photo_ratio_height": (35, "二(三)", "R-PHOTO-01"),
    "photo_ratio_tolerance": (0.03, "二(三)", "R-PHOTO-08"),
    "photo_white_level": (225, "二(三)", "R-PHOTO-01"),
    "photo_white_share": (0.9, "二(三)", "R-PHOTO-01"),
    "photo_recent_months": (6, "二(三)", "R-PHOTO-07"),
    "photo_looks": (2, "二(三)", "R-PHOTO-06"),
    "check_valid_days": (90, "一(二)", "R-CHECK-06"),
    "exam_valid_months": (36, "R-COND-07", "R-COND-07"),
    "exam_score_valid_months": (24, "R-COND-07", "R-COND-07"),
    "ability_certificate_valid_months": (36, "R-COND-06", "R-COND-06"),
    "medical_valid_months": (12, "R-COND-05", "R-COND-05"),
    "conclusion_amber_calendar_days": (30, "R-TIME-01", "R-TIME-01"),
    "conclusion_breach_working_days": (30, "R-TIME-02", "R-TIME-02"),
    "registration_conclusion_working_days": (90, "R-TIME-04", "R-TIME-04"),
    "first_registration_days": (60, "R-TIME-05", "R-TIME-05"),
    "review_days": (60, "R-TIME-06", "R-TIME-06"),
    "court_months": (6, "R-TIME-06", "R-TIME-06"),
    "bar_years_revocation": (5, "一(三)", "R-COND-09"),
    "bar_years_cheating": (3, "R-COND-09", "R-COND-09"),
    "blank_order_threshold": (1000, "二(三)", "R-STOCK-05"),
    "training_min_meetings": (1, "一(五)", "R-TRAIN-01"),
    "consultation_reply_working_days": (3, "一(五)", "R-CONS-02"),
    "penalty_report_due_working_days": (10, "一(三)", "R-PEN-04"),
    "penalty_hearing_terms": (("1996-10-01 3 days", "2021-07-15 5 working_days"), "一(三)", "§2.6"),
    "penalty_hearing_notice_days": (7, "一(三)", "§2.6"),
    "penalty_service_terms": (("1996-10-01 7 days", "2021-07-15 7 working_days"), "一(三)", "§2.6"),
    "penalty_case_days": (90, "一(三)", "R-PEN-01"),
    "penalty_recall_days": (30, "一(三)", "R-PEN-01"),
    "registration_cycle_years": (5, "R-REG-01", "R-REG-01"),
    "registration_notice_working_days": (5, "R-TIME-04", "R-TIME-04"),
    "registration_early_days": (183, "R-REG-13", "R-REG-13"),
    "registration_reminder_days": (60, "R-REG-13", "R-REG-13"),
    "registration_training_hours": (360, "R-REG-04", "R-REG-04"),
    "log_retention_months": (6, "R-SEC-04", "R-SEC-04"),
}


@pytest.mark.parametrize("key", NUMBERS)
def test_the_numbers_of_the_rulebook(key: str) -> None:
    value, clause, rule = NUMBERS[key]
    assert getattr(RULES.v, key) == value
    assert type(getattr(RULES.v, key)) is type(value)
    assert (RULES.clause_of(key), RULES.sources[key].rule) == (clause, rule)


def test_seasons_and_maintenance_of_2020() -> None:
    assert [(s.name, s.opens, s.closes, s.businesses) for s in RULES.seasons] == [
        ("first_half", date(2020, 3, 20), date(2020, 7, 24), ("recognition",)),
        ("second_half", date(2020, 9, 11), date(2020, 12, 25), ("recognition", "registration")),
    ]
    assert [(m.first, m.last) for m in RULES.maintenance] == [
        (date(2020, 6, 1), date(2020, 6, 7)),
        (date(2020, 10, 1), date(2020, 10, 8)),
    ]


@pytest.mark.parametrize(
    ("code", "identifier", "authority", "county_first", "education", "hmt"),
    [
        ("1", "kindergarten", "county", False, "secondary", True),
        ("2", "primary", "county", False, "secondary", True),
        ("3", "junior_middle", "county", False, "diploma", True),
        ("4", "senior_middle", "city", True, "bachelor", True),
        ("5", "secondary_vocational", "city", True, "bachelor", True),
        ("6", "vocational_instructor", "city", True, "secondary", True),
        ("7", "higher_education", "province", False, "bachelor", False),
    ],
)
def test_the_seven_kinds(
    code: str, identifier: str, authority: str, county_first: bool, education: str, hmt: bool
) -> None:
    kind = RULES.kind(code)
    assert kind is not None
    assert (kind.identifier, kind.authority, kind.county_first) == (identifier, authority, county_first)
    assert (kind.least_education, kind.least_putonghua, kind.hmt) == (education, "2B", hmt)
    assert kind.exempt_education == ("doctor" if code == "7" else "")
    assert bool(kind.subjects) == (code != "1")
    assert RULES.kind("8") is None


def test_every_value_names_its_clause_and_is_read_in_both_languages() -> None:
    for key, source in RULES.sources.items():
        assert source.clause, key
        assert source.rule.startswith(("R-", "§")), key
        assert bool(source.reading) == bool(source.reading_en), key
        assert not source.reading or any("\u4e00" <= character <= "\u9fff" for character in source.reading)
    assert set(VALUE_NAMES) == set(RULES.sources)
    assert RULES.reading_of("end_on_makeup_day").startswith("调休上班")
    assert "weekend" in RULES.reading_of("end_on_makeup_day", "en")
    assert RULES.reading_of("photo_looks", "en") == ""


def test_no_page_cites_our_own_numbering() -> None:
    core = Path(sources.__file__).parents[1]
    cited = {
        one for path in core.rglob("*.py") for one in re.findall(r'"(§ ?[\d.]+|R-[A-Z]+-\d+)"', path.read_text("utf-8"))
    }
    assert len(cited) > 40
    assert [one for one in cited if sources.source_of(one) == one] == []
    assert (sources.source_of("R-TIME-06"), sources.source_of("二(一)")) == ("行政复议法、行政诉讼法", "二(一)")


def test_lists_agree_with_the_areas_that_speak_of_them() -> None:
    assert RULES.v.education_levels == EDUCATION_LEVELS
    assert RULES.v.putonghua_levels == PUTONGHUA_LEVELS
    assert set(RULES.v.training_contents) == set(Content)
    assert set(RULES.v.hmt_documents) == set(DocumentKind) - {DocumentKind.RESIDENT_ID}
    assert RULES.v.photo_min_severity in set(Severity)


def test_a_year_that_is_not_shipped() -> None:
    with pytest.raises(LookupError, match="2031"):
        national(2031)


# ---- documents


def document() -> dict[str, Any]:
    return json.loads(json.dumps(RULES.as_document()))


def test_a_document_goes_through_json_and_back_unchanged() -> None:
    again = RuleSet.from_document(document())
    assert again == RULES
    assert again.sources == RULES.sources
    assert again.as_document() == RULES.as_document()


def _paths(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every key of a document, by the way to it."""
    if isinstance(node, dict):
        inner = [p for key, value in node.items() for p in _paths(value, (*path, key))]
        return [(*path, key) for key in node] + inner
    if isinstance(node, list):
        return [p for number, value in enumerate(node) for p in _paths(value, (*path, number))]
    return []


OPTIONAL = {"clause", "rule"}
KEYS = [
    path
    for path in _paths(RULES.as_document())
    if path[-1] not in ("reading", "reading_en")
    and not (path[0] in ("seasons", "maintenance") and path[-1] in OPTIONAL)
]


def test_any_missing_key_is_refused_by_name() -> None:
    assert len(KEYS) > 250
    for path in KEYS:
        data = document()
        holder = data
        for step in path[:-1]:
            holder = holder[step]
        del holder[path[-1]]
        with pytest.raises(ValueError, match=f"missing key {path[-1]}"):
            RuleSet.from_document(data)


WRONG: list[tuple[tuple[Any, ...], Any, str]] = [
    (("year",), "2020", "year must be a whole number"),
    (("year",), True, "year must be a whole number"),
    (("source",), 7, "source must be text"),
    (("seasons",), {}, "seasons must be a list"),
    (("seasons", 0), "first_half", r"seasons\[0\] must be a table"),
    (("seasons", 0, "name"), "summer", r"seasons\[0\].name must be one of"),
    (("seasons", 1, "opens"), "2020-02-30", r"seasons\[1\].opens must be a day"),
    (("seasons", 1, "opens"), 20200911, r"seasons\[1\].opens must be a day"),
    (("seasons", 1, "opens"), datetime(2020, 9, 11), r"seasons\[1\].opens must be a day"),
    (("seasons", 1, "closes"), "2020-09-10", r"seasons\[1\].closes is earlier"),
    (("seasons", 0, "businesses"), ["recognition", "exams"], r"seasons\[0\].businesses must be one of"),
    (
        ("seasons", 0, "businesses"),
        ["recognition", "recognition"],
        r"seasons\[0\].businesses names something",
    ),
    (("maintenance", 0, "last"), "2020-05-31", r"maintenance\[0\].last is earlier"),
    (("maintenance", 0, "until"), "2020-05-31", r"maintenance\[0\]: unknown key until"),
    (("kinds", 0, "code"), "8", r"kinds\[0\].code must be one of"),
    (("kinds", 1, "code"), "1", "kinds: a code stands twice"),
    (("kinds", 0, "hmt"), 1, r"kinds\[0\].hmt must be true or false"),
    (("kinds", 0, "least_education"), "phd", r"kinds\[0\].least_education must be one of"),
    (("kinds", 0, "least_putonghua"), "4A", r"kinds\[0\].least_putonghua must be one of"),
    (("kinds", 0, "subjects"), [1], r"kinds\[0\].subjects\[0\] must be text"),
    (("values", "photo_max_bytes"), 204800, "values.photo_max_bytes must be a table"),
    (("values", "photo_max_bytes", "value"), "204800", "values.photo_max_bytes must be a whole number"),
    (("values", "photo_max_bytes", "value"), 204800.0, "values.photo_max_bytes must be a whole number"),
    (("values", "photo_max_bytes", "value"), True, "values.photo_max_bytes must be a whole number"),
    (("values", "end_on_makeup_day", "value"), 0, "values.end_on_makeup_day must be true or false"),
    (("values", "photo_white_share", "value"), "0.9", "values.photo_white_share must be a number"),
    (("values", "photo_min_severity", "value"), "strict", "values.photo_min_severity must be one of"),
    (("values", "corps_certificate_digits", "value"), "67", "values.corps_certificate_digits must be one of"),
    (("values", "training_contents", "value"), "policy", "values.training_contents must be a list"),
    (("values", "review_days", "clause"), 6, "values.review_days.clause must be text"),
    (("values", "review_days", "note"), "x", "values.review_days: unknown key note"),
    (("values", "tea_breaks"), {"value": 2, "clause": "", "rule": ""}, "values: unknown key tea_breaks"),
    (("remarks",), "", "rule set: unknown key remarks"),
]


@pytest.mark.parametrize(("path", "value", "said"), WRONG)
def test_a_wrong_document_is_refused_by_the_key(path: tuple[Any, ...], value: Any, said: str) -> None:
    data = document()
    holder = data
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    with pytest.raises(ValueError, match=said):
        RuleSet.from_document(data)


@pytest.mark.parametrize("nonsense", [None, [], "2020", 7])
def test_what_is_no_document_at_all(nonsense: Any) -> None:
    with pytest.raises(ValueError, match="rule set must be a table"):
        RuleSet.from_document(nonsense)


def test_reading_leaves_the_document_alone() -> None:
    data = document()
    kept = copy.deepcopy(data)
    RuleSet.from_document(data)
    assert data == kept


# ---- provinces and holidays


def test_the_thirty_two_provinces() -> None:
    codes = list(provinces())
    assert len(codes) == 32
    assert codes == sorted(codes)
    assert provinces()["33"] == "浙江"
    assert province_names()["66"] == ("新疆生产建设兵团", "Xinjiang Production and Construction Corps")
    assert not {"71", "81", "82", "00"} & set(codes)


@pytest.mark.parametrize(
    ("year", "free", "worked"),
    [(2019, 28, 6), (2020, 30, 6), (2021, 31, 7), (2022, 32, 7), (2023, 28, 7), (2024, 28, 8), (2025, 28, 5),
     (2026, 33, 6)],
)  # fmt: skip
def test_the_promulgated_years(year: int, free: int, worked: int) -> None:
    """Days counted in the State Council office's notices; days of December in their own year."""
    days = promulgated(year)
    assert days is not None
    kinds = Counter(kind for _, kind in days)
    assert (kinds["holiday"], kinds["makeup_workday"]) == (free, worked)
    assert set(kinds) == {"holiday", "makeup_workday"}
    assert len({day for day, _ in days}) == len(days)
    assert {day.year for day, _ in days} == {year}
    assert all(day.weekday() >= 5 for day, kind in days if kind == "makeup_workday")
    assert promulgation(year).startswith("国办发明电〔")


@pytest.mark.parametrize("year", [2018, 2027, 2031])
def test_a_year_nobody_promulgated(year: int) -> None:
    assert promulgated(year) is None
    assert promulgation(year) == ""

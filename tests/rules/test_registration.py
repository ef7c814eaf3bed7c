"""Registration's rules: every reason and its outcome, who may apply and when, the survey, pilots, states."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from core.calendar.rules import Window
from core.filing.rules import judge_school, level_of
from core.people.rules import Bar, BarKind
from core.plans.rules import Pilot, PlanDraft, judge_pilot, judge_pilot_area, judge_pilot_end
from core.registration.rules import (
    OPEN,
    REGISTRATION_MOVES,
    Claim,
    Record,
    RegistrationFacts,
    compare_line,
    conclusion_due,
    cycle_end,
    cycle_years,
    judge_claim,
    judge_closing,
    judge_conclusion,
    judge_proposal,
    judge_registration,
    judge_signature,
    notice_end,
    outcome_of,
)
from core.registration.rules.states import RegistrationState
from core.rulesets.loader import national

RULES = national(2020)
DAY = date(2020, 9, 14)
PASSED = dict.fromkeys(range(2015, 2020), "passed")
GOOD = RegistrationFacts(DAY, first=False, certificate="in_force", appraisals=PASSED, training_hours=360)
FIRST = RegistrationFacts(
    DAY, first=True, certificate="genuine", appointed_on=date(2019, 9, 1), probation_passed_on=date(2020, 9, 1)
)


def codes(findings):
    return {finding.code.removeprefix("registration_") for finding in findings}


CASES = [
    (GOOD, {}, set(), "passed"),
    (FIRST, {}, set(), "passed"),
    (GOOD, {"training_hours": 359}, {"training_hours"}, "postponed"),
    (FIRST, {"training_hours": 0}, set(), "passed"),  # hours are those of a cycle
    (GOOD, {"absence_terms": 1, "absence_reason": "other"}, set(), "passed"),
    (GOOD, {"absence_terms": 2, "absence_reason": "other"}, {"absence"}, "postponed"),
    (GOOD, {"absence_terms": 2}, {"absence"}, "postponed"),
    (GOOD, {"absence_terms": 2, "absence_reason": "maternity"}, set(), "passed"),
    (GOOD, {"appraisals": PASSED | {2016: "failed"}}, {"appraisal_failed"}, "postponed"),
    (GOOD, {"appraisals": PASSED | {2016: "failed", 2018: "failed"}}, {"appraisal_failed"}, "postponed"),
    (GOOD, {"appraisals": PASSED | {2015: "failed", 2016: "failed"}},
     {"appraisal_failed", "appraisals_in_a_row"}, "failed"),
    (GOOD, {"appraisals": PASSED | {2018: "failed", 2019: "failed"}},
     {"appraisal_failed", "appraisals_in_a_row"}, "failed"),
    (GOOD, {"appraisals": PASSED | {2017: "missing"}}, {"appraisal_missing"}, "postponed"),
    (GOOD, {"appraisals": None}, {"appraisal_missing"}, "postponed"),
    (GOOD, {"conduct": "breach"}, {"conduct"}, "postponed"),
    (GOOD, {"conduct": ""}, {"conduct_missing"}, "postponed"),
    (GOOD, {"conduct": "bad_effect"}, {"conduct_bad_effect"}, "failed"),
    (GOOD, {"fit": False}, {"unfit"}, "postponed"),
    (GOOD, {"certificate": "unknown"}, {"certificate_unverified"}, "postponed"),
    (GOOD, {"certificate": "revoked"}, {"qualification_gone"}, "failed"),
    (GOOD, {"certificate": "lost_qualification"}, {"qualification_gone"}, "failed"),
    (GOOD, {"bars": (Bar(BarKind.LIFELONG, DAY, None),)}, {"barred"}, "failed"),
    (GOOD, {"bars": (Bar(BarKind.REVOCATION, date(2015, 9, 14), DAY),)}, set(), "passed"),
    (GOOD, {"bars": (Bar(BarKind.CHEATING, DAY, None),)}, set(), "passed"),  # bars the exam, not a teacher's register
    (GOOD, {"untrue": "postponed"}, {"untrue"}, "postponed"),
    (GOOD, {"untrue": "failed", "training_hours": 0}, {"untrue", "training_hours"}, "failed"),
    (FIRST, {"appointed_on": None}, {"not_appointed"}, "postponed"),
    (FIRST, {"probation_passed_on": date(2020, 9, 15)}, {"probation"}, "postponed"),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "change", "wanted", "outcome"), CASES)
def test_each_reason_has_its_outcome_and_the_gravest_decides(facts, change, wanted, outcome):
    """R-REG-03, R-REG-04, R-REG-05, R-REG-06, R-REG-07, R-REG-12."""
    findings = judge_registration(replace(facts, **change), RULES)
    assert (codes(findings), outcome_of(findings).value) == (wanted, outcome)


CLAIM = Claim(DAY, public=True, post="2", kind="3", registered_on=date(2015, 11, 20))


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({}, set()),
        ({"public": False}, {"not_public"}),
        ({"public": False, "private_included": True}, set()),
        ({"post": "4"}, {"kind_unfit"}),
        ({"post": "4", "kind": "5"}, set()),
        ({"kind": "6"}, {"kind_unfit"}),
        ({"post": "6", "kind": "6"}, set()),
        ({"registered_on": date(2016, 3, 17)}, {"too_early"}),
        ({"registered_on": date(2016, 3, 16)}, set()),  # 183 days before 16 March 2021
        ({"in_force_until": date(2021, 6, 1)}, {"too_early"}),
        ({"registered_on": None, "probation_passed_on": date(2020, 7, 16)}, set()),
        ({"registered_on": None, "probation_passed_on": date(2020, 7, 15)}, {"first_late"}),
    ],
)
def test_who_may_apply_and_when(change, wanted):
    """R-REG-02, R-REG-03, R-REG-13, R-TIME-05."""
    found = judge_claim(replace(CLAIM, **change), RULES)
    assert {
        f.code.replace("first_registration_late", "first_late").removeprefix("registration_") for f in found
    } == wanted
    assert all(f.refuses for f in found if f.code != "first_registration_late")


def test_times_of_a_registration():
    """R-REG-01, R-REG-13, R-TIME-04: notices skip the National Day break, cycles end on the same day."""
    assert notice_end(date(2020, 9, 28), RULES) == date(2020, 10, 12)
    assert cycle_end(date(2020, 2, 29), RULES) == date(2025, 3, 1)
    assert list(cycle_years(DAY, RULES)) == [2015, 2016, 2017, 2018, 2019]
    assert conclusion_due(date(2020, 9, 30), RULES) == date(2021, 2, 10)


def test_a_conclusion_waits_for_the_notice_the_objections_and_another_officer():
    """R-TIME-04, R-REG-07."""
    assert judge_conclusion(date(2020, 9, 22), date(2020, 9, 21), 0, "a", "b") == []
    found = judge_conclusion(date(2020, 9, 21), date(2020, 9, 21), 1, "a", "a")
    assert codes(found) == {"same_officer", "notice_not_over", "objection_open"}
    assert codes(judge_proposal("passed", outcome_of([]))) == set()
    assert codes(judge_proposal("failed", outcome_of([]))) == {"outcome_differs"}


RECORD = Record("20203310231000123", "赵晓明", True, "in_force", "3")


@pytest.mark.parametrize(
    ("number", "record", "state", "wanted"),
    [
        ("20203310231000123", RECORD, "matched", set()),
        ("20203310231000123", None, "to_check", {"survey_not_in_system"}),
        ("973301023100123", None, "to_check", {"survey_not_in_system"}),
        ("2020331023100012", None, "to_correct", {"certificate_length"}),
        ("20200010231000123", RECORD, "matched", set()),  # the invented province is in the system, not in the list
        ("20203310231000123", replace(RECORD, name="钱雨桐"), "to_correct", {"survey_name_differs"}),
        ("20203310231000123", replace(RECORD, same_person=False), "to_correct", {"survey_document_differs"}),
        ("20203310231000123", replace(RECORD, state="revoked"), "to_correct", {"survey_not_in_force"}),
    ],
)
def test_a_line_of_the_survey(number, record, state, wanted):
    """R-PILOT-02, R-PILOT-03, R-PILOT-04."""
    found, findings = compare_line("赵晓明", number, record, DAY)
    assert (found, codes(findings)) == (state, wanted)


def test_a_survey_closes_without_open_lines_and_a_second_officer_signs():
    """R-PILOT-02, R-PILOT-04."""
    assert codes(judge_closing(0, 0)) == {"survey_empty"}
    assert codes(judge_closing(3, 1)) == {"survey_lines_open"}
    assert judge_closing(3, 0) == []
    assert codes(judge_signature("a", "a")) == {"same_officer"}


PLAN = PlanDraft("registration", Window(date(2020, 9, 11), date(2020, 9, 25)), Window(DAY, date(2020, 9, 30)))
AREA = Pilot("3301", date(2020, 1, 1), surveyed=True)


@pytest.mark.parametrize(
    ("area", "division", "wanted"),
    [
        (AREA, "330102", set()),
        (AREA, "33", {"outside_pilot"}),
        (AREA, "330202", {"outside_pilot"}),
        (replace(AREA, since=date(2021, 1, 1)), "330102", {"before_pilot"}),
        (replace(AREA, until=date(2020, 9, 10)), "330102", {"outside_pilot"}),
        (replace(AREA, surveyed=False), "330102", {"pilot_survey_open"}),
    ],
)
def test_a_plan_lies_in_a_surveyed_pilot_area(area, division, wanted):
    """R-PILOT-01, R-PILOT-02."""
    found = judge_pilot(PLAN, division, [area], opening=True)
    assert codes(found) == wanted
    assert all(f.refuses for f in found)
    early = judge_pilot(PLAN, division, [area], opening=False)
    assert [f.refuses for f in early] == [f.code != "pilot_survey_open" for f in found]
    assert judge_pilot(replace(PLAN, business="recognition"), division, [], opening=True) == []


def test_pilot_areas_and_schools_are_of_the_own_place():
    """R-PILOT-01, R-REG-08."""
    assert judge_pilot_area("330102", "33", []) == []
    assert codes(judge_pilot_area("330102", "33", [AREA])) == {"pilot_area_overlaps"}
    assert codes(judge_pilot_area("410102", "33", [])) == {"pilot_division_form"}
    assert codes(judge_pilot_end(DAY, date(2020, 9, 13))) == {"pilot_backwards"}
    assert judge_school("330102000001", "一小", "primary", "330102") == []
    assert judge_school("330100000001", "一小", "primary", "3301") == []
    assert codes(judge_school("33010200001", "一", "other", "330102")) == {
        "school_code_form",
        "school_stage",
        "school_name",
    }
    assert level_of("330102000001") == "school"


def test_every_open_state_has_an_owner_and_every_state_is_reached():
    """§ 4.2."""
    assert {state.value for state in OPEN} == {s for s in REGISTRATION_MOVES.labels if REGISTRATION_MOVES.owner(s)}
    reached = {after for moves in REGISTRATION_MOVES.table.values() for after in moves} | {"draft"}
    assert reached == set(REGISTRATION_MOVES.labels) == {state.value for state in RegistrationState}
    assert not REGISTRATION_MOVES.allows("passed", "failed")
    assert REGISTRATION_MOVES.allows("passed", "cancelled", "H")

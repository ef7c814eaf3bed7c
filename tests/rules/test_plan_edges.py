"""More worked plans for 2020, thought out by hand: maintenance inside, make-up Sundays, borders of days and years."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from core.desk.service import judge_plans
from core.rulesets.loader import national

TABLE = Path(__file__).with_name("plan_edges.csv")
CASES = list(csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()))


@pytest.fixture(scope="module")
def said() -> dict[str, str]:
    judged = judge_plans(TABLE.read_bytes(), {2020: national(2020)})
    return {item.case: ";".join(item.verdict.codes()) for item in judged}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_a_worked_plan(case, said):
    assert said[case["case"]] == case["expected_codes"], case["why"]

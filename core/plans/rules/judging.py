"""A plan judged whole, with what would do; and all plans judged again under a draft yearbook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.calendar.rules import WORKING_DAYS, WorkingDays
from core.foundation.findings import Finding, Verdict, clause
from core.plans.rules.remedies import with_remedies
from core.plans.rules.values import Ground, PlanDraft, Yearbooks
from core.plans.rules.windows import verdicts


def judge_windows(draft: PlanDraft, yearbooks: Yearbooks, days: WorkingDays = WORKING_DAYS) -> Verdict:
    """Judge a plan's windows by every rule of 二(一), 三(一); all faults together, each with what would do.

    A backwards window, or a year without a published yearbook, is all that is then said.
    """
    return _judged(draft, Ground(yearbooks, days))


def _judged(draft: PlanDraft, ground: Ground) -> Verdict:
    judged = verdicts(draft, ground)
    return Verdict(with_remedies(draft, judged.findings, ground), judged.rules) if judged.refused else judged


@clause("三(一)", "R-CAL-09")
def replay(
    plans: Mapping[Any, PlanDraft],
    yearbooks: Yearbooks,
    days: WorkingDays = WORKING_DAYS,
    before: Yearbooks | None = None,
) -> dict[Any, tuple[Finding, ...]]:
    """Which of the existing plans a draft yearbook would break, and by which findings (三(一), R-CAL-09).

    `yearbooks` holds the draft; with `before`, the rules now in force, only what they let pass is listed.
    """
    ground = Ground(yearbooks, days)
    then = Ground(before, days) if before is not None else None
    broken = {}
    for key, draft in plans.items():
        known = _codes(draft, then) if then is not None else set()
        if _codes(draft, ground) - known:
            refusals = _judged(draft, ground).refusals
            broken[key] = tuple(finding for finding in refusals if _key(finding) not in known)
    return broken


def _key(finding: Finding) -> tuple[str, str]:
    return finding.code, finding.field


def _codes(draft: PlanDraft, ground: Ground) -> set[tuple[str, str]]:
    return {_key(finding) for finding in verdicts(draft, ground).refusals}

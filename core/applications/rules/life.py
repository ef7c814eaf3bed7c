"""本人简历: the applicant's life from first schooling on, line by line, without gaps (rulebook § 2.8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from core.foundation.findings import N_, Finding, clause

# A summer between two schools is no gap.
LONGEST_GAP_MONTHS = 4


@dataclass(frozen=True, slots=True)
class Stage:
    """One line of a life: from one month to another ("" is: until now), both YYYY-MM; where and as what."""

    since: str
    until: str
    unit: str
    role: str
    witness: str


@clause("§2.8")
def judge_life(stages: Sequence[Stage], today: date) -> list[Finding]:
    """There are lines, each the right way round and not in the future, and none leaves a gap after it."""
    if not stages:
        remedy = N_("每段一行：起止年月、单位、职务、证明人")
        return [_said("cv_missing", N_("请填写本人简历，从初等教育起"), "cv-0-since", remedy)]
    now = f"{today.year:04d}-{today.month:02d}"
    found = []
    for number, stage in enumerate(stages):
        if stage.since > now or (stage.until and not stage.since <= stage.until <= now):
            found.append(_said("cv_order", N_("起止年月前后颠倒，或晚于本月"), f"cv-{number}-since"))
    if found:
        return found
    ordered = sorted(enumerate(stages), key=lambda pair: pair[1].since)
    covered = ordered[0][1].since
    for number, stage in ordered:
        if _months(covered, stage.since) > LONGEST_GAP_MONTHS:
            found.append(_gap(number, covered, stage.since))
        covered = max(covered, stage.until or now)
    if _months(covered, now) > LONGEST_GAP_MONTHS:
        found.append(_gap(ordered[-1][0], covered, now))
    return found


def _months(first: str, last: str) -> int:
    return (int(last[:4]) - int(first[:4])) * 12 + int(last[5:7]) - int(first[5:7])


def _gap(number: int, first: str, last: str) -> Finding:
    return _said(
        "cv_gap", N_("%(first)s至%(last)s没有说明，简历不得中断"), f"cv-{number}-since",
        N_("请补填这一段的经历，待业、在家也应写明"), first=first, last=last,
    )  # fmt: skip


def _said(code: str, message: str, field: str, remedy: str = "", **params: object) -> Finding:
    return Finding(code, message, clause="§2.8", field=field, remedy=remedy, params=params)

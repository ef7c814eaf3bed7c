"""A review or suit against a refusal: when it can have been filed, what its decision brings (R-TIME-06)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.foundation.findings import N_, Finding, Severity, clause


class AppealKind(StrEnum):
    """To whom a refused applicant turned."""

    REVIEW = "review"
    SUIT = "suit"


APPEAL_NAMES = {AppealKind.REVIEW: N_("行政复议"), AppealKind.SUIT: N_("行政诉讼")}


class Outcome(StrEnum):
    """What the review or the court decided."""

    MAINTAINED = "maintained"
    OVERTURNED = "overturned"
    ENDED = "ended"


OUTCOME_NAMES = {
    "": N_("审理中"),
    Outcome.MAINTAINED: N_("维持原决定"),
    Outcome.OVERTURNED: N_("撤销或变更，重新作出决定"),
    Outcome.ENDED: N_("撤回申请或终止"),
}


@dataclass(frozen=True, slots=True)
class AppealFacts:
    """The days of an appeal: when the refusal was told, the last day to file, filed, decided; and today."""

    told_on: date
    last_day: date
    filed_on: date
    today: date
    decided_on: date | None = None


@clause("R-TIME-06")
def judge_appeal(facts: AppealFacts) -> list[Finding]:
    """Filed after the refusal, not in the future; decided not before it was filed. A late one is only remarked."""
    found = []
    if not facts.told_on <= facts.filed_on <= facts.today:
        found.append(_wrong_day("filed_on", N_("提出日期应在%(first)s至%(last)s之间"), facts.told_on, facts.today))
    elif facts.filed_on > facts.last_day:
        found.append(
            Finding(
                "appeal_late",
                N_("提出日期已过法定期限%(last)s，是否受理由受理机关决定"),
                clause="R-TIME-06",
                severity=Severity.WARNING,
                field="filed_on",
                params={"last": facts.last_day.isoformat()},
            )
        )
    if facts.decided_on is not None and not facts.filed_on <= facts.decided_on <= facts.today:
        found.append(_wrong_day("decided_on", N_("决定日期应在%(first)s至%(last)s之间"), facts.filed_on, facts.today))
    return found


def _wrong_day(field: str, message: str, first: date, last: date) -> Finding:
    return Finding(
        "appeal_day_impossible",
        message,
        clause="R-TIME-06",
        field=field,
        remedy=N_("请按文书上的日期填写"),
        params={"first": first.isoformat(), "last": last.isoformat()},
    )

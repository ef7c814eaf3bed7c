"""How long a step may take: by the law of the day, in days or working days (rulebook § 2.6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from core.calendar.rules import WorkingDays
from core.foundation.findings import N_
from core.rulesets.loader import RuleSet
from core.rulesets.terms import Term, term_on


def last_day(start: date, term: Term, days: WorkingDays) -> date:
    """The last day of a term that begins the day after `start`.

    Calendar days that end on a day of rest run on to the next working day. A year whose holidays are not
    promulgated raises `YearNotPromulgated`.
    """
    if term.working:
        return days.after(start, term.count)
    last = start + timedelta(days=term.count)
    return last if days.is_working(last) else days.after(last, 1)


@dataclass(frozen=True, slots=True)
class Facts:
    """Where a case stands, as far as its time limits ask; `paper_out`: a certificate may still be with the party."""

    state: str
    opened_on: date
    decided_on: date | None = None
    in_force_on: date | None = None
    paper_out: bool = True


@dataclass(frozen=True, slots=True)
class Due:
    """What is owed by when, and which clause says so."""

    what: str
    by: date
    clause: str


def due_of(facts: Facts, rules: RuleSet, days: WorkingDays) -> Due | None:
    """What the present state owes, and by when; None when nothing is owed."""
    if facts.state == "decided" and facts.decided_on is not None:
        term = term_on(rules.v.penalty_service_terms, facts.decided_on)
        return Due(N_("送达决定书"), last_day(facts.decided_on, term, days), rules.clause_of("penalty_service_terms"))
    if facts.state == "in_force" and facts.in_force_on is not None and facts.paper_out:
        by = facts.in_force_on + timedelta(days=rules.v.penalty_recall_days)
        return Due(N_("收缴证书或公告作废"), by, rules.clause_of("penalty_recall_days"))
    if facts.state in ("opened", "investigated", "notified", "heard", "proposed"):
        by = facts.opened_on + timedelta(days=rules.v.penalty_case_days)
        return Due(N_("作出决定或销案"), by, rules.clause_of("penalty_case_days"))
    return None

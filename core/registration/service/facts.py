"""Rows as the rules take them, many at once: how each certificate stands, which bars there are, what was declared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from core.certificates import service as certificates
from core.foundation.access import NATION, within
from core.foundation.db import session
from core.foundation.findings import Finding
from core.people import service as people
from core.registration.models import Registration, SurveyedTeacher
from core.registration.rules import RegistrationFacts, judge_registration
from core.rulesets.loader import RuleSet

STEP = 500


def standings(rows: Sequence[Any]) -> dict[Any, str]:
    """How each row's certificate stands, by row id: its record's state, "genuine" by the survey, or "unknown".

    Rows have id, certificate_number and document_index.
    """
    known = certificates.known(row.certificate_number for row in rows)
    found = {}
    for row in rows:
        record = known.get(row.certificate_number)
        if record is not None and record.document.fits(row.document_index):
            found[row.id] = record.state
    left = [row for row in rows if row.id not in found]
    genuine = _genuine([row.certificate_number for row in left])
    for row in left:
        found[row.id] = "genuine" if (row.document_index, row.certificate_number) in genuine else "unknown"
    return found


def _genuine(numbers: Iterable[str]) -> set[tuple[str, str]]:
    wanted, found = sorted({number for number in numbers if number}), set[tuple[str, str]]()
    with within(NATION):
        for start in range(0, len(wanted), STEP):
            statement = select(SurveyedTeacher.document_index, SurveyedTeacher.certificate_number).where(
                SurveyedTeacher.certificate_number.in_(wanted[start : start + STEP]), SurveyedTeacher.state == "genuine"
            )
            found |= {(row[0], row[1]) for row in session().execute(statement)}
    return found


def day_of(text: object) -> date | None:
    """A day kept as ISO text; None for none."""
    return date.fromisoformat(str(text)) if text else None


def facts_of(rows: Sequence[Registration], day: date) -> dict[Any, RegistrationFacts]:
    """The facts of rows on `day`, by row id, in a fixed number of queries for each five hundred."""
    standing = standings(rows)
    numbers = {row.id: row.document_number for row in rows}
    bars = people.bars_of_many(numbers.values())
    return {row.id: _facts(row, standing[row.id], bars.get(numbers[row.id], ()), day) for row in rows}


def _facts(row: Registration, standing: str, bars: Any, day: date) -> RegistrationFacts:
    form = row.form
    return RegistrationFacts(
        day=day,
        first=row.first,
        certificate=standing,
        bars=bars,
        conduct=row.conduct,
        appraisals={int(year): result for year, result in form.get("appraisals", {}).items()},
        training_hours=int(form.get("training_hours", 0)),
        absence_terms=int(form.get("absence_terms", 0)),
        absence_reason=form.get("absence_reason", ""),
        fit=bool(form.get("fit", True)),
        appointed_on=day_of(form.get("appointed_on")),
        probation_passed_on=day_of(form.get("probation_passed_on")),
        untrue=row.untrue,
    )


def judged(rows: Sequence[Registration], day: date, rules: RuleSet) -> dict[Any, list[Finding]]:
    """What the rules say against a pass of each row."""
    return {ident: judge_registration(facts, rules) for ident, facts in facts_of(rows, day).items()}

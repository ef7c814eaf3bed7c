"""What must hold of live data, each a query with its clause: `xingtan invariants` asks them all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from itertools import islice

from sqlalchemy import func, select

from core.applications.models import Case, CaseEvidence
from core.applications.rules.states import OPEN
from core.calendar import service as calendar
from core.calendar.rules import maintenance_on
from core.certificates.models import Certificate
from core.certificates.service import invariants as papers
from core.checks.models import CriminalCheck
from core.foundation import clock, recount
from core.foundation.db import db, session
from core.foundation.storage import storage
from core.notices.models import Notice
from core.penalties.service import invariants as penalties
from core.people.models import PersonBar
from core.plans import service as plans
from core.plans.models import Plan
from core.plans.rules import judge_windows

SHOWN = 20
WAS_CLEAR = ("clear", "clear_after_review", "expired", "superseded")
PUBLIC_PLANS = ("published", "running", "closed")


@dataclass(frozen=True, slots=True)
class Invariant:
    """One thing that must hold: its name, what it says, its clause, and how to find what breaks it."""

    name: str
    text: str
    clause: str
    broken: Callable[[], Iterator[str]]


def _unchecked() -> Iterator[str]:
    of_case = (CriminalCheck.province_code == Case.province_code) & (CriminalCheck.id == Case.check_id)
    statement = (
        select(Certificate.number, Certificate.issued_on, Certificate.person_id, CriminalCheck, Case.yearbook_id)
        .join(Case, (Case.province_code == Certificate.province_code) & (Case.id == Certificate.case_id))
        .outerjoin(CriminalCheck, of_case)
        .where(Certificate.state == "in_force")
    )
    for number, issued_on, person_id, check, yearbook_id in session().execute(statement):
        days = calendar.rules_by_id(yearbook_id).v.check_valid_days
        fits = check is not None and check.person_id == person_id and check.state in WAS_CLEAR
        if not fits or check.decided_on is None or not 0 <= (issued_on - check.decided_on).days <= days:
            yield number


def _same_officer() -> Iterator[str]:
    statement = select(Case.reference).where(Case.conclusion != "", Case.reviewed_by == Case.concluded_by)
    yield from session().scalars(statement)


def _certificates_of_a_case() -> Iterator[str]:
    valid = (
        select(Certificate.case_id, func.count().label("count"))
        .where(Certificate.state != "voided")
        .group_by(Certificate.case_id)
        .subquery()
    )
    statement = (
        select(Case.reference)
        .outerjoin(valid, valid.c.case_id == Case.id)
        .where((Case.state == "recognised") != (func.coalesce(valid.c.count, 0) == 1))
    )
    yield from session().scalars(statement)


def _windows() -> Iterator[str]:
    for row in session().scalars(select(Plan).where(Plan.state.in_(PUBLIC_PLANS))):
        rules = calendar.rules_by_id(row.yearbook_id)
        if judge_windows(plans.draft_of(row), {rules.year: rules}).refused:
            yield f"{row.institution_code} {row.title} {row.id}"


def _unannounced() -> Iterator[str]:
    wanted = {"recognition": ("applicants", "both"), "registration": ("teachers", "both")}
    for row in session().scalars(select(Plan).where(Plan.state.in_(PUBLIC_PLANS))):
        first = session().scalar(
            select(func.min(Notice.filed_at)).where(
                Notice.province_code == row.province_code, Notice.year == row.year, Notice.season == row.season,
                Notice.audience.in_(wanted[row.business]),
            )
        )  # fmt: skip
        if first is None or (row.published_at is not None and row.published_at < first):
            yield f"{row.institution_code} {row.title} {row.id}"


def _out_of_time() -> Iterator[str]:
    for row in session().scalars(select(Case).where(Case.submitted_at.is_not(None)).execution_options(yield_per=500)):
        versions = plans.versions(plans.plan(row.plan_id).series)
        day = _day(row.submitted_at)
        inside = any(version.entry_start <= day <= max(version.entry_end, version.confirm_end) for version in versions)
        if not inside or maintenance_on(day, calendar.rules_by_id(row.yearbook_id)):
            yield row.reference


def _day(moment: datetime | None) -> date:
    return clock.beijing(moment).date() if moment else date.max


def _photo_rule() -> Iterator[str]:
    statement = select(Notice.title).where(
        Notice.state.in_(("filed", "received", "published")), Notice.audience != "teachers", Notice.photo_rule == ""
    )
    yield from session().scalars(statement)


def _two_open() -> Iterator[str]:
    statement = (
        select(func.min(Case.reference))
        .where(Case.state.in_([str(state) for state in OPEN]))
        .group_by(Case.person_id, Case.season_key)
        .having(func.count() > 1)
    )
    yield from session().scalars(statement)


def _barred() -> Iterator[str]:
    statement = (
        select(Case.reference, Case.concluded_at, PersonBar.starts_on, PersonBar.ends_on)
        .join(PersonBar, PersonBar.document_index == Case.document_index)
        .where(
            Case.conclusion == "recognised", PersonBar.annulled_at.is_(None), PersonBar.created_at <= Case.concluded_at
        )
    )
    for reference, concluded_at, starts_on, ends_on in session().execute(statement):
        if starts_on <= _day(concluded_at) < (ends_on or date.max):
            yield reference
    yield from _submitted_barred()


def _submitted_barred() -> Iterator[str]:
    statement = (
        select(Case.reference, Case.submitted_at, PersonBar.starts_on, PersonBar.ends_on)
        .join(PersonBar, PersonBar.document_index == Case.document_index)
        .where(PersonBar.annulled_at.is_(None), PersonBar.created_at <= Case.submitted_at)
    )
    for reference, submitted_at, starts_on, ends_on in session().execute(statement):
        if starts_on <= _day(submitted_at) < (ends_on or date.max):
            yield reference


def _asked_on_paper() -> Iterator[str]:
    statement = select(CaseEvidence.id).where(
        CaseEvidence.result == "matched", CaseEvidence.original_seen_at.is_not(None)
    )
    yield from map(str, session().scalars(statement))


def _ownerless() -> Iterator[str]:
    statement = select(Case.reference).where(
        Case.state.in_([str(state) for state in OPEN]), Case.owner.in_(("", "nobody"))
    )
    yield from session().scalars(statement)


def _files() -> Iterator[str]:
    statement = select(Case.reference, Case.photo_key).where(Case.photo_key != "").execution_options(yield_per=500)
    for reference, key in session().execute(statement):
        if not storage().has(key):
            yield reference


def _figures() -> Iterator[str]:
    for (province, _territory, name, place, season, key, _day), short in recount.differences(db.engine).items():
        yield " ".join(filter(None, (province, place, season, name, key, f"{short:+d}")))


INVARIANTS = (
    Invariant(
        "check_before_certificate",
        "no certificate in force without a clear check, fresh on the day of the conclusion",
        "一(二)",
        _unchecked,
    ),
    Invariant("two_officers", "no conclusion by the officer of the first review", "§4.1", _same_officer),
    Invariant(
        "one_certificate", "each recognised case has exactly one certificate record", "§4.2", _certificates_of_a_case
    ),
    Invariant("windows_fit_yearbook", "every window in force satisfies the yearbook it pins", "二(一)", _windows),
    Invariant("notice_before_plan", "no plan in force before its notice was filed", "二(一)", _unannounced),
    Invariant("submitted_in_time", "no application outside its window or in maintenance", "三(一)", _out_of_time),
    Invariant("photo_rule_stated", "no notice to applicants without the photo rule", "二(三)", _photo_rule),
    Invariant("one_open_application", "nobody has two open applications in a season", "R-APPL-01", _two_open),
    Invariant("no_barred_person", "nobody barred went past submission or was recognised", "一(三)", _barred),
    Invariant("no_paper_for_matched", "nothing that compared well was asked for on paper", "一(一)", _asked_on_paper),
    Invariant("every_case_has_an_owner", "every open case has an owner", "§4.1", _ownerless),
    Invariant("every_photo_has_its_file", "every photo has its file", "二(三)", _files),
    Invariant("figures_are_true", "every running figure is what its table says", "一(五)", _figures),
)


def _of_certificates() -> Iterator[Invariant]:
    """Those of certificates and stock, which keep them by themselves."""
    year = clock.today().year
    yearbook = calendar.in_force(year) or calendar.in_force(year - 1)
    threshold = calendar.rules_by_id(yearbook.id).v.blank_order_threshold if yearbook else 0
    for item in papers.INVARIANTS.values():
        yield Invariant(item.name, item.text, item.clause, partial(_each, item.offending, threshold))


def _of_penalties() -> Iterator[Invariant]:
    """Those of penalties and their reports, which keep them by themselves."""
    for item in penalties.INVARIANTS:
        yield Invariant(item.name, item.text, item.clause, item.broken)


def _each(offending: Callable[[int], list[str]], threshold: int) -> Iterator[str]:
    yield from offending(threshold)


def ask() -> list[tuple[Invariant, list[str]]]:
    """Every invariant with the first things that break it, within the present scope."""
    return [(item, list(islice(item.broken(), SHOWN))) for item in (*INVARIANTS, *_of_certificates(), *_of_penalties())]

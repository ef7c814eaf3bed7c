"""What must hold of recognition cases: windows, four eyes, evidence, photos, owners."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import and_, exists, func, not_, or_, select, true
from sqlalchemy.orm import aliased

from core.applications.models import Case, CaseEvidence, MaterialRequest, OpenApplication, PhotoLook
from core.applications.rules.states import CONCLUDED, FINAL, OPEN
from core.calendar import service as calendar
from core.checks.models import CriminalCheck
from core.checks.rules import AWAITING, CheckState
from core.foundation.db import session
from core.foundation.dialects import BeijingDay, DaysBetween
from core.foundation.invariants import Broken, Query, holds
from core.plans.models import Plan
from core.rulesets.loader import RuleSet

WAS_CLEAR = ("clear", "clear_after_review", "expired", "superseded")
ABOLISHED = "复印件"  # no copy of a certificate is asked for: the word of R-EVID-01


def yearbooks() -> Iterable[tuple[Any, RuleSet]]:
    """The yearbooks that cases pin, each with its rules."""
    for yearbook_id in session().scalars(select(Case.yearbook_id).distinct()).all():
        yield yearbook_id, calendar.rules_by_id(yearbook_id)


@holds(1, "一(二)")
def recognised_after_a_clear_check() -> list[Broken]:
    """Every recognised case names a clear check of its own person, dated before and fresh on the conclusion's day."""
    concluded = BeijingDay(Case.concluded_at)
    own = and_(CriminalCheck.province_code == Case.province_code, CriminalCheck.id == Case.check_id)
    found: list[Broken] = []
    for yearbook_id, rules in yearbooks():
        age = DaysBetween(concluded, CriminalCheck.decided_on)
        fits = and_(
            CriminalCheck.person_id == Case.person_id,
            CriminalCheck.case_id == Case.id,
            CriminalCheck.state.in_(WAS_CLEAR),
            age.between(0, rules.v.check_valid_days),
        )
        found.append(
            select(Case.reference)
            .outerjoin(CriminalCheck, own)
            .where(Case.state == "recognised", Case.yearbook_id == yearbook_id, func.coalesce(not_(fits), true()))
        )
    return found


@holds(2, "§4.1")
def a_conclusion_has_both_officers() -> Query:
    """A concluded case names who reviewed and who concluded it, two different officers."""
    return select(Case.reference).where(
        Case.state.in_([str(state) for state in CONCLUDED]),
        or_(Case.reviewed_by.is_(None), Case.concluded_by.is_(None), Case.reviewed_by == Case.concluded_by),
    )


@holds(11, "三(一)")
def confirmed_in_the_window() -> list[Broken]:
    """Every confirmation lies in the plan's window and outside maintenance."""
    day = BeijingDay(Case.confirmed_at)
    own, version = aliased(Plan), aliased(Plan)
    inside = exists().where(
        own.id == Case.plan_id,
        own.province_code == Case.province_code,
        version.series == own.series,
        version.province_code == own.province_code,
        day.between(version.confirm_start, version.confirm_end),
    )
    outside = select(Case.reference).where(Case.confirmed_at.is_not(None), ~inside)
    return [outside, *(_within_stops(rules, yearbook_id, day) for yearbook_id, rules in yearbooks())]


def _within_stops(rules: RuleSet, yearbook_id: Any, day: Any) -> Query:
    stops = [day.between(stop.first, stop.last) for stop in rules.maintenance]
    return select(Case.reference).where(
        Case.yearbook_id == yearbook_id, or_(*stops) if stops else Case.confirmed_at.is_(None) & Case.id.is_(None)
    )


@holds(11, "三(一)")
def submitted_in_season() -> list[Broken]:
    """Every application was submitted while its business was open: in a season of the yearbook it pins."""
    day = BeijingDay(Case.submitted_at)
    found: list[Broken] = []
    for yearbook_id, rules in yearbooks():
        seasons = [day.between(s.opens, s.closes) for s in rules.seasons if "recognition" in s.businesses]
        found.append(
            select(Case.reference).where(
                Case.yearbook_id == yearbook_id, Case.submitted_at.is_not(None), ~or_(*seasons)
            )
        )
    return found


@holds(12, "二(三)")
def photo_seen_twice() -> Query:
    """Every recognised case has two accepted looks at its photo: at confirmation and at approval."""
    looks = (
        select(PhotoLook.province_code, PhotoLook.case_id, func.count().label("count"))
        .where(PhotoLook.accepted)
        .group_by(PhotoLook.province_code, PhotoLook.case_id)
        .subquery()
    )
    own = and_(looks.c.province_code == Case.province_code, looks.c.case_id == Case.id)
    return (
        select(Case.reference)
        .outerjoin(looks, own)
        .where(Case.state == "recognised", func.coalesce(looks.c.count, 0) < 2)
    )


@holds(13, "R-APPL-01")
def one_open_row_of_each_person() -> list[Broken]:
    """Each open case holds its person's place in the season, and each place is held by a case that is not ended."""
    held = and_(
        OpenApplication.person_id == Case.person_id,
        OpenApplication.season_key == Case.season_key,
        OpenApplication.case_id == Case.id,
    )
    placeless = (
        select(Case.reference)
        .outerjoin(OpenApplication, held)
        .where(Case.state.in_([str(state) for state in OPEN]), OpenApplication.case_id.is_(None))
    )
    own = and_(Case.province_code == OpenApplication.province_code, Case.id == OpenApplication.case_id)
    empty = (
        select(OpenApplication.case_id)
        .outerjoin(Case, own)
        .where(or_(Case.id.is_(None), Case.state.in_([str(state) for state in FINAL])))
    )
    return [placeless, empty]


@holds(17, "一(一)")
def no_copy_asked_for() -> Query:
    """No paper copy of an abolished kind is asked for."""
    return select(MaterialRequest.id).where(MaterialRequest.what.contains(ABOLISHED))


@holds(18, "一(一)")
def recognised_on_settled_evidence() -> Query:
    """Of a recognised case each item compared well, or its original was seen by a named officer."""
    return (
        select(Case.reference, CaseEvidence.kind)
        .join(CaseEvidence, (CaseEvidence.province_code == Case.province_code) & (CaseEvidence.case_id == Case.id))
        .where(
            Case.state == "recognised",
            CaseEvidence.result != "matched",
            or_(CaseEvidence.original_seen_at.is_(None), CaseEvidence.original_seen_by.is_(None)),
        )
    )


@holds(21, "§4.1")
def nothing_open_of_an_ended_case() -> list[Broken]:
    """An ended case has no open check and, concluded, no open request for papers: they would belong to nobody."""
    ended = [str(state) for state in (*FINAL, "refused")]
    open_states = [str(state) for state in (*AWAITING, CheckState.UNCLEAR, CheckState.RECORD_FOUND)]
    checks = (
        select(Case.reference, CriminalCheck.reference)
        .join(CriminalCheck, (CriminalCheck.province_code == Case.province_code) & (CriminalCheck.case_id == Case.id))
        .where(Case.state.in_(ended), CriminalCheck.state.in_(open_states))
    )
    papers = (
        select(Case.reference, MaterialRequest.id)
        .join(
            MaterialRequest,
            (MaterialRequest.province_code == Case.province_code) & (MaterialRequest.case_id == Case.id),
        )
        .where(Case.state.in_([str(state) for state in CONCLUDED]), MaterialRequest.closed_at.is_(None))
    )
    return [checks, papers]


@holds(22, "§4.1")
def a_case_stands_as_its_facts_say() -> list[Broken]:
    """The state of a case is what its facts say: concluded ones have their day, ended ones their reason's day."""
    facts = {
        "submitted": Case.submitted_at.is_not(None),
        "returned": Case.returned_at.is_not(None),
        "withdrawn": Case.withdrawn_at.is_not(None),
        "discarded": Case.discarded_at.is_not(None),
        "lapsed": Case.lapsed_at.is_not(None),
        "rejected_on_site": Case.rejected_on_site_at.is_not(None),
        "confirmed": Case.confirmed_at.is_not(None),
        "in_review": Case.review_started_at.is_not(None),
        "recognised": and_(Case.concluded_at.is_not(None), Case.conclusion == "recognised"),
        "refused": and_(Case.concluded_at.is_not(None), Case.conclusion == "refused"),
    }
    wrong = or_(*(and_(Case.state == state, not_(fact)) for state, fact in facts.items()))
    known = [*facts, "draft", "proposed_recognised", "proposed_refused"]
    return [select(Case.reference, Case.state).where(or_(wrong, Case.state.not_in(known)))]

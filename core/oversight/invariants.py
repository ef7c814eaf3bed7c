"""What must hold across areas: certificates and checks, plans and notices, bars, files, figures, filing and audit.

Each area states its own in its `invariants.py` (see `foundation/invariants.py`); here are those that need several.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from heapq import merge
from typing import Any

from sqlalchemy import Column, String, and_, case, exists, func, not_, or_, select, true, union_all
from sqlalchemy.orm import aliased

from core.applications.invariants import WAS_CLEAR, yearbooks
from core.applications.models import Case, CaseEvidence
from core.applications.rules.states import OPEN
from core.calendar import service as calendar
from core.calendar.models import Yearbook
from core.certificates.models import Certificate
from core.checks.models import CriminalCheck
from core.filing import service as filing
from core.filing.models import Filing, Handover, Institution
from core.foundation import chain, clock, obligations, recount
from core.foundation.audit import AuditEntry
from core.foundation.db import Base, db, session
from core.foundation.dialects import BeijingDay, DaysBetween, IdText
from core.foundation.invariants import Broken, Query, holds
from core.foundation.outbox import MessageState, OutboxMessage
from core.foundation.storage import storage
from core.notices.models import Notice
from core.oversight.hidden import numbers_in
from core.people.models import PersonBar
from core.plans import service as plans
from core.plans.models import Plan
from core.plans.rules import judge_windows
from core.training import service as training

KEYED_OTHERWISE = ("tally", "outbox_message")
NAMED_OTHERWISE = ("penalty.served_proof",)
PUBLIC_PLANS = ("published", "running", "closed")


@holds(1, "一(二)")
def check_before_certificate() -> list[Broken]:
    """No certificate in force without a clear check of the same person, fresh on the day of the conclusion."""
    own = and_(CriminalCheck.province_code == Case.province_code, CriminalCheck.id == Case.check_id)
    found: list[Broken] = []
    for yearbook_id, rules in yearbooks():
        age = DaysBetween(Certificate.issued_on, CriminalCheck.decided_on)
        fits = and_(
            CriminalCheck.person_id == Certificate.person_id,
            CriminalCheck.state.in_(WAS_CLEAR),
            age.between(0, rules.v.check_valid_days),
        )
        found.append(
            select(Certificate.number)
            .join(Case, (Case.province_code == Certificate.province_code) & (Case.id == Certificate.case_id))
            .outerjoin(CriminalCheck, own)
            .where(
                Certificate.state == "in_force",
                Case.yearbook_id == yearbook_id,
                func.coalesce(not_(fits), true()),
            )
        )
    return found


@holds(2, "§4.1")
def two_officers() -> Query:
    """No conclusion by the officer who made the first review."""
    return select(Case.reference).where(Case.conclusion != "", Case.reviewed_by == Case.concluded_by)


@holds(3, "§4.2")
def one_certificate() -> Query:
    """Each recognised case has exactly one certificate record, and no other case has one."""
    valid = (
        select(Certificate.province_code, Certificate.case_id, func.count().label("count"))
        .where(Certificate.state != "voided")
        .group_by(Certificate.province_code, Certificate.case_id)
        .subquery()
    )
    return (
        select(Case.reference)
        .outerjoin(valid, (valid.c.case_id == Case.id) & (valid.c.province_code == Case.province_code))
        .where((Case.state == "recognised") != (func.coalesce(valid.c.count, 0) == 1))
    )


@holds(9, "二(一)")
def windows_fit_yearbook() -> Iterator[str]:
    """Every window in force satisfies the yearbook it pins."""
    pinned = session().scalars(select(Plan.yearbook_id).distinct()).all()
    rules_of = {yearbook_id: calendar.rules_by_id(yearbook_id) for yearbook_id in pinned}
    statement = select(Plan).where(Plan.state.in_(PUBLIC_PLANS)).execution_options(yield_per=500)
    for row in session().scalars(statement):
        rules = rules_of[row.yearbook_id]
        if judge_windows(plans.draft_of(row), {rules.year: rules}).refused:
            yield f"{row.institution_code} {row.id}"


@holds(9, "二(一)")
def yearbooks_stand_unchanged() -> Query:
    """No published yearbook was changed: no act of the trail touches its document after it was published."""
    changed = AuditEntry.changes["document"].as_string().is_not(None)
    return (
        select(Yearbook.year, Yearbook.number, AuditEntry.verb)
        .join(AuditEntry, AuditEntry.subject_id == IdText(Yearbook.id))
        .where(Yearbook.published_at.is_not(None), AuditEntry.at > Yearbook.published_at, changed)
    )


@holds(10, "二(一)")
def notice_before_plan() -> list[Broken]:
    """No plan in force before its notice was filed with the centre."""
    wanted = {"recognition": ("applicants", "both"), "registration": ("teachers", "both")}
    found: list[Broken] = []
    for business, audiences in wanted.items():
        first = (
            select(Notice.province_code, Notice.year, Notice.season, func.min(Notice.filed_at).label("filed_at"))
            .where(Notice.audience.in_(audiences), Notice.filed_at.is_not(None))
            .group_by(Notice.province_code, Notice.year, Notice.season)
            .subquery()
        )
        own = and_(
            first.c.province_code == Plan.province_code, first.c.year == Plan.year, first.c.season == Plan.season
        )
        found.append(
            select(Plan.institution_code, Plan.id)
            .outerjoin(first, own)
            .where(
                Plan.state.in_(PUBLIC_PLANS),
                Plan.business == business,
                or_(first.c.filed_at.is_(None), Plan.published_at < first.c.filed_at),
            )
        )
    return found


@holds(11, "三(一)")
def submitted_in_time() -> list[Broken]:
    """No application outside its window or in maintenance; what was returned may come until confirmation ends."""
    day = BeijingDay(Case.submitted_at)
    own, version = aliased(Plan), aliased(Plan)
    inside = exists().where(
        own.id == Case.plan_id,
        own.province_code == Case.province_code,
        version.series == own.series,
        version.province_code == own.province_code,
        day >= version.entry_start,
        or_(day <= version.entry_end, day <= version.confirm_end),
    )
    found: list[Broken] = [select(Case.reference).where(Case.submitted_at.is_not(None), ~inside)]
    for yearbook_id, rules in yearbooks():
        for stop in rules.maintenance:
            during = day.between(stop.first, stop.last)
            found.append(select(Case.reference).where(Case.yearbook_id == yearbook_id, during))
    return found


@holds(12, "二(三)")
def photo_rule_stated() -> Query:
    """No notice to applicants in force without the photo rule."""
    return select(Notice.province_code, Notice.id).where(
        Notice.state.in_(("filed", "received", "published")), Notice.audience != "teachers", Notice.photo_rule == ""
    )


@holds(13, "R-APPL-01")
def one_open_application() -> Query:
    """Nobody has two open applications in a season."""
    return (
        select(func.min(Case.reference))
        .where(Case.state.in_([str(state) for state in OPEN]))
        .group_by(Case.person_id, Case.season_key)
        .having(func.count() > 1)
    )


@holds(14, "一(三)")
def no_barred_person() -> Iterator[str]:
    """Nobody barred went past submission or was recognised."""
    for moment in (Case.concluded_at, Case.submitted_at):
        known = PersonBar.created_at <= Case.submitted_at  # a bar entered later meets the case at its conclusion
        late = and_(Case.state == "recognised", PersonBar.created_at <= Case.concluded_at)
        statement = (
            select(Case.reference)
            .join(PersonBar, PersonBar.document_index == Case.document_index)
            .where(
                PersonBar.annulled_at.is_(None),
                known if moment is Case.submitted_at else late,
                BeijingDay(moment) >= PersonBar.starts_on,
                or_(PersonBar.ends_on.is_(None), BeijingDay(moment) < PersonBar.ends_on),
            )
        )
        yield from session().scalars(statement)


@holds(18, "一(一)")
def no_paper_for_matched() -> Query:
    """Nothing that compared well was asked for on paper."""
    return select(CaseEvidence.id).where(CaseEvidence.result == "matched", CaseEvidence.original_seen_at.is_not(None))


@holds(19, "三(二)")
def acts_by_filed_officers() -> list[Broken]:
    """Every act of an officer in the trail falls in the time of a filing of theirs; none while it was suspended."""
    acts = (
        select(AuditEntry.actor_id, func.min(AuditEntry.at).label("first"), func.max(AuditEntry.at).label("last"))
        .where(AuditEntry.actor_kind == "officer", AuditEntry.actor_id.is_not(None))
        .group_by(AuditEntry.actor_id)
        .subquery()
    )
    open_still = func.sum(case((Filing.ended_at.is_(None), 1), else_=0)).label("open")
    filed = (
        select(
            Filing.account_id, func.min(Filing.approved_at).label("since"), func.max(Filing.ended_at).label("until"),
            open_still,
        )
        .where(Filing.account_id.is_not(None), Filing.approved_at.is_not(None))
        .group_by(Filing.account_id)
        .subquery()
    )  # fmt: skip
    outside = (
        select(acts.c.actor_id)
        .outerjoin(filed, filed.c.account_id == acts.c.actor_id)
        .where(
            or_(
                filed.c.since.is_(None), acts.c.first < filed.c.since,
                and_(filed.c.open == 0, acts.c.last > filed.c.until),
            )
        )
    )  # fmt: skip
    return [outside, _while_suspended()]


def _while_suspended() -> Query:
    """Acts between a suspension and what ended it: resumed, confirmed, approved anew."""
    stop, start, act = aliased(AuditEntry), aliased(AuditEntry), aliased(AuditEntry)
    again = (
        select(func.min(start.at))
        .where(
            start.subject_id == stop.subject_id, start.at > stop.at,
            start.verb.in_(("filing.resume", "filing.confirm", "filing.approve")),
        )
        .scalar_subquery()
    )  # fmt: skip
    return (
        select(act.verb, act.id)
        .select_from(stop)
        .join(Filing, IdText(Filing.id) == stop.subject_id)
        .join(act, and_(act.actor_id == Filing.account_id, act.actor_kind == "officer", act.at > stop.at))
        .where(
            stop.verb.in_(("filing.suspend", "filing.lapse")),
            or_(again.is_(None), act.at < again),
        )
    )


@holds(20, "一(五)")
def ended_filings_left_nothing() -> list[Broken]:
    """Every ended filing has a filed hand-over, or was ended from above; nothing open belongs to it."""
    handed = exists().where(
        Handover.province_code == Filing.province_code, Handover.leaver_id == Filing.id, Handover.state == "filed"
    )
    from_above = exists().where(AuditEntry.subject_id == IdText(Filing.id), AuditEntry.verb == "filing.end")
    bare = select(Filing.id).where(Filing.state == "ended", ~handed, ~from_above)
    return [bare, (f"{row.id} {matter.kind} {matter.count}" for row, matter in filing.left_behind())]


@holds(21, "§4.1")
def every_case_has_an_owner() -> Query:
    """Every open case has an owner."""
    return select(Case.reference).where(Case.state.in_([str(state) for state in OPEN]), Case.owner.in_(("", "nobody")))


@holds(22, "三(二)", walks=True)
def the_audit_chain_holds() -> Iterator[str]:
    """The audit trail verifies in every province: no entry altered, put in or taken out."""
    yield from chain.verify()


@holds(22, "§4.1")
def each_state_has_its_act() -> list[Broken]:
    """Each case stands where the last act on it in the trail left it."""
    newest = func.row_number().over(
        partition_by=AuditEntry.subject_id, order_by=(AuditEntry.at.desc(), AuditEntry.id.desc())
    )
    acts = (
        select(AuditEntry.subject_id, AuditEntry.detail["after"].as_string().label("after"), newest.label("place"))
        .where(AuditEntry.subject_kind == "case", AuditEntry.detail["after"].as_string().is_not(None))
        .subquery()
    )
    last = select(acts.c.subject_id, acts.c.after).where(acts.c.place == 1).subquery()
    return [
        select(Case.reference, Case.state, last.c.after)
        .outerjoin(last, last.c.subject_id == IdText(Case.id))
        .where(or_(last.c.after.is_(None), last.c.after != Case.state))
    ]


@holds(23, "三(二)")
def messages_are_done_or_visible() -> Query:
    """Every message is done, waiting, leased for now, or visibly failed with its reason."""
    stuck = clock.real_now() - timedelta(hours=1)
    return select(OutboxMessage.id, OutboxMessage.kind, OutboxMessage.state).where(
        or_(
            OutboxMessage.state.not_in([str(state) for state in MessageState]),
            and_(OutboxMessage.state == MessageState.DONE, OutboxMessage.done_at.is_(None)),
            and_(OutboxMessage.state == MessageState.FAILED, OutboxMessage.last_error == ""),
            and_(OutboxMessage.state == MessageState.LEASED, func.coalesce(OutboxMessage.lease_until < stuck, true())),
        )
    )


@holds(26, "一(五)")
def a_missing_meeting_stands_on_the_board() -> Iterator[str]:
    """Every province has its meeting with the three contents this year, or it stands on the board."""
    now = clock.now()
    codes = tuple(session().scalars(select(Institution.province_code).distinct().order_by(Institution.province_code)))
    if calendar.in_force(clock.today().year) is None:
        return
    lacking = {year.province_code for year in training.years(codes, clock.today().year, now) if year.findings}
    told = obligations.owed(obligations.Asked(codes, clock.today(), now), "")
    yield from sorted(lacking - {one.province_code for one in told if one.kind.startswith("training_")})


@holds(27, "三(二)")
def no_identity_number_in_clear() -> Iterator[str]:
    """No identity number stands in clear anywhere in the database."""
    yield from numbers_in(Base.metadata)


@holds(28, "三(二)", walks=True)
def files_have_rows_and_rows_files() -> Iterator[str]:
    """Every row's file is in storage, and every file in storage has its row."""
    before = ""
    wanted = ((key, 0) for key in _keys_of_rows())
    kept = ((key, 1) for key in storage().keys(clock.real_now() - timedelta(hours=1)))
    sides: set[int] = set()
    for key, side in merge(wanted, kept):
        if key != before and before:
            yield from _missing(before, sides)
            sides = set()
        before = key
        sides.add(side)
    if before:
        yield from _missing(before, sides)


def _missing(key: str, sides: set[int]) -> Iterator[str]:
    if sides == {0} and not storage().has(key):  # a file of this hour is not listed
        yield f"{key}: a row names it, no file is there"
    elif sides == {1}:
        yield f"{key}: a file, no row names it"


def file_columns() -> list[Column[Any]]:
    """Every column that names a file in storage: by the house's convention `key` or `…_key`, of 60 or 80 characters."""
    named = [column for table in Base.metadata.sorted_tables for column in table.columns if _names_a_file(column)]
    return [column for column in named if isinstance(column.type, String) and column.type.length in (60, 80)]


def _names_a_file(column: Column[Any]) -> bool:
    table, name = column.table.name, column.name
    keyed = name == "key" or name.endswith("_key")
    return f"{table}.{name}" in NAMED_OTHERWISE or (keyed and table not in KEYED_OTHERWISE)


def _keys_of_rows() -> Iterator[str]:
    every = union_all(*(select(column.label("key")).where(column != "") for column in file_columns())).subquery()
    postgresql = session().get_bind().dialect.name == "postgresql"
    order: Any = every.c.key.collate("C") if postgresql else every.c.key  # byte by byte, as Python compares
    statement = select(every.c.key).order_by(order).execution_options(yield_per=5000)
    yield from session().scalars(statement)


@holds(28, "三(二)", walks=True)
def files_read_as_written() -> Iterator[str]:
    """Every file whose hash its row keeps reads back with that hash."""
    for column in file_columns():
        hashed = column.table.columns.get(column.name.removesuffix("key") + "sha256")
        if hashed is None:
            continue
        statement = select(column, hashed).where(column != "").execution_options(yield_per=500)
        for key, digest in session().execute(statement):
            if storage().has(key) and hashlib.sha256(storage().get(key)).hexdigest() != digest:
                yield f"{column.table.name} {key}"


@holds(0, "一(五)")
def figures_are_true() -> Iterator[str]:
    """Every running figure is what its table says."""
    for (province, _territory, name, place, season, key, _day), short in recount.differences(db.engine).items():
        yield " ".join(filter(None, (province, place, season, name, key, f"{short:+d}")))

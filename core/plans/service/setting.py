"""Plans of institutions: drafted, judged under the pinned yearbook, approved, published, versioned."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select

from core.accounts.rules import judge_four_eyes
from core.calendar import service as calendar
from core.calendar.rules import season_of
from core.filing import service as filing
from core.foundation import clock, outbox
from core.foundation.access import Actor
from core.foundation.db import found, locked, one_transaction, session
from core.foundation.errors import NotAllowed, ProvinceFault, Refused
from core.foundation.findings import N_, Finding, Verdict, verdict
from core.foundation.paging import Page, Paging, paged
from core.hooks import types
from core.hooks.discovery import host_for
from core.hooks.host import Moment
from core.notices import service as notices
from core.plans.models import Plan
from core.plans.rules import (
    PLAN_MOVES,
    Business,
    PlanDraft,
    judge_extension,
    judge_notice_filed,
    judge_pilot,
    judge_windows,
    judge_within_table,
)
from core.plans.service.pilots import pilots
from core.plans.service.tables import table_rows
from core.plans.service.trail import written
from core.plans.service.values import draft_of

LIVE = ("published", "running")


def plans(paging: Paging, state: str = "", business: str = "") -> Page[Plan]:
    """Plans of the present scope."""
    statement = select(Plan)
    if state:
        statement = statement.where(Plan.state == state)
    if business:
        statement = statement.where(Plan.business == business)
    sorts = {"entry_start": Plan.entry_start, "institution": Plan.institution_code, "state": Plan.state}
    return paged(statement, paging, sorts)


def plan(plan_id: UUID) -> Plan:
    """One plan of the present scope; raises `NotFound`."""
    return found(Plan, plan_id)


def live(plan_id: UUID) -> Plan:
    """The version cases go by, whichever they were begun under: in force, closed or cancelled, the newest such."""
    row = found(Plan, plan_id)
    if row.state in LIVE:
        return row
    return next((v for v in reversed(versions(row.series)) if v.state in (*LIVE, "closed", "cancelled")), row)


def versions(series: UUID) -> list[Plan]:
    """All versions of a plan, the oldest first."""
    return list(session().scalars(select(Plan).where(Plan.series == series).order_by(Plan.number).limit(100)))


def judge(
    draft: PlanDraft, province_code: str, institution_code: str, now: datetime, *, opening: bool = False
) -> Verdict:
    """Everything the nation and the province have to say about a plan; `opening`: it is to be published now."""
    yearbooks = calendar.published()
    verdict_ = judge_windows(draft, yearbooks)
    if draft.entry.first.year not in yearbooks or draft.entry.backwards or draft.confirm.backwards:
        return verdict_
    rules = yearbooks[draft.entry.first.year]
    season = season_of(draft.entry.first, rules)
    audiences = notices.reported_audiences(province_code, rules.year, season.name if season else "")
    return verdict_ + verdict(
        ("judge_notice_filed", judge_notice_filed(draft.business, audiences)),
        (
            "judge_pilot",
            _judge_pilot(draft, province_code, institution_code, opening),
        ),
        (
            "judge_within_table",
            judge_within_table(draft, table_rows(province_code, rules.year), rules.v.plan_table_gates_plans),
        ),
        ("province", _province_findings(draft, province_code, institution_code, Moment(rules, now))),
    )


def _judge_pilot(draft: PlanDraft, province_code: str, institution_code: str, opening: bool) -> list[Finding]:
    if draft.business != Business.REGISTRATION:
        return []
    division = filing.institution(institution_code).division
    return judge_pilot(draft, division, pilots(province_code), opening=opening)


def _province_findings(draft: PlanDraft, province_code: str, institution_code: str, moment: Moment) -> list[Finding]:
    facts = types.PlanFacts(institution_code, draft.business, **draft.fields())
    try:
        return host_for(province_code).judge_plan(moment, facts)
    except ProvinceFault:
        return [notices.province_unavailable()]


def _institution_of(actor: Actor, code: str) -> Any:
    body = filing.institution(code)
    if not body.division.startswith(actor.prefix) or (actor.institution_code and actor.institution_code != code):
        raise NotAllowed()
    return body


@one_transaction
def draft(actor: Actor, data: dict[str, Any], now: datetime) -> Plan:
    """Draft a plan of an institution; only the order of its days is judged yet.

    `data`: id, institution_code, business, title, entry_start, entry_end, confirm_start, confirm_end.
    """
    known = session().scalars(select(Plan).where(Plan.id == data["id"])).one_or_none()
    if known is not None:
        return known
    body = _institution_of(actor, data["institution_code"])
    yearbook, rules = calendar.rules_on(data["entry_start"])
    season = season_of(data["entry_start"], rules)
    row = Plan(
        **data,
        series=data["id"],
        number=1,
        province_code=body.province_code,
        territory=body.division,
        year=rules.year,
        season=season.name if season else "",
        yearbook_id=yearbook.id,
        state="draft",
        warnings=[],
        drafted_by=actor.id,
        drafted_at=now,
    )
    session().add(row)
    written(actor, "plans.draft", row, now)
    return row


@one_transaction
def change(actor: Actor, plan_id: UUID, data: dict[str, Any], version: int, now: datetime) -> Plan:
    """Change a draft or a returned plan; `version` is what the form was made from. A new version keeps its business.

    `data`: business, title and the four days.
    """
    row = locked(Plan, plan_id)
    _institution_of(actor, row.institution_code)
    if row.state not in ("draft", "returned"):
        raise Refused(PLAN_MOVES.judge(row.state, "draft"))
    if row.version != version:
        raise Refused(
            [
                Finding(
                    "changed_meanwhile",
                    N_("您打开页面后，此内容已被他人修改"),
                    clause="§4",
                    remedy=N_("请刷新页面，核对后再提交"),
                )
            ]
        )
    yearbook, rules = calendar.rules_on(data["entry_start"])
    season = season_of(data["entry_start"], rules)
    for name in ("business", "title", "entry_start", "entry_end", "confirm_start", "confirm_end"):
        setattr(row, name, data[name])
    row.year, row.yearbook_id, row.season = rules.year, yearbook.id, season.name if season else ""
    written(actor, "plans.change", row, now)
    return row


@one_transaction
def submit(actor: Actor, plan_id: UUID, now: datetime) -> Plan:
    """Hand a plan to the province: judged by every rule, all faults together."""
    row = _moved(plan_id, "submitted", "O")
    _judge_and_pin(row, now)
    row.state, row.submitted_by = "submitted", actor.id
    written(actor, "plans.submit", row, now)
    return row


def _judge_and_pin(row: Plan, now: datetime, *, opening: bool = False) -> None:
    judged = judge(draft_of(row), row.province_code, row.institution_code, now, opening=opening)
    if row.number > 1:
        before = next(v for v in versions(row.series) if v.number == row.number - 1)
        judged += verdict(("judge_extension", judge_extension(draft_of(before), draft_of(row))))
    if judged.refused:
        raise Refused(judged)
    yearbook, _rules = calendar.rules_on(row.entry_start)
    row.yearbook_id = yearbook.id
    row.warnings = [finding.as_dict() for finding in judged.warnings]


@one_transaction
def approve(actor: Actor, plan_id: UUID, now: datetime) -> Plan:
    """The province approves: another person than submitted it; judged again under today's yearbook."""
    row = _moved(plan_id, "approved", "P")
    if same := judge_four_eyes(row.submitted_by, actor.id):
        raise Refused(same)
    _judge_and_pin(row, now)
    row.state, row.approved_by = "approved", actor.id
    written(actor, "plans.approve", row, now)
    return row


@one_transaction
def give_back(actor: Actor, plan_id: UUID, reason: str, now: datetime) -> Plan:
    """The province returns a plan with its reason."""
    row = _moved(plan_id, "returned", "P")
    row.state, row.reason = "returned", reason
    written(actor, "plans.return", row, now, reason=reason)
    return row


@one_transaction
def publish(actor: Actor, plan_id: UUID, now: datetime) -> Plan:
    """Show an approved plan on the public site; a newer version takes the place of the old."""
    row = _moved(plan_id, "published", "P")
    _judge_and_pin(row, now, opening=True)
    for other in versions(row.series):
        if other.id != row.id and other.state in LIVE:
            other.state = "superseded"
    begun = row.entry_start <= clock.beijing(now).date()
    row.state, row.published_at = "running" if begun else "published", now
    written(actor, "plans.publish", row, now)
    if row.number > 1:
        outbox.post("plans.changed", row.province_code, now=now, plan_id=row.id)
    return row


@one_transaction
def withdraw(actor: Actor, plan_id: UUID, now: datetime) -> Plan:
    """Take a plan back before the province approved it."""
    row = _moved(plan_id, "withdrawn", "O")
    row.state = "withdrawn"
    written(actor, "plans.withdraw", row, now)
    return row


@one_transaction
def cancel(actor: Actor, plan_id: UUID, reason: str, now: datetime) -> Plan:
    """Cancel a published plan, with the reason; applicants in progress are told."""
    row = _moved(plan_id, "cancelled", "P")
    row.state, row.reason = "cancelled", reason
    written(actor, "plans.cancel", row, now, reason=reason)
    outbox.post("plans.changed", row.province_code, now=now, plan_id=row.id)
    return row


@one_transaction
def extend(actor: Actor, plan_id: UUID, data: dict[str, Any], now: datetime) -> Plan:
    """Draft the next version of a published plan: windows may only grow (R-PLAN-11).

    `data`: id of the new version, reason, and the four days.
    """
    old = locked(Plan, plan_id)
    _institution_of(actor, old.institution_code)
    if old.state not in LIVE:
        raise Refused(PLAN_MOVES.judge(old.state, "superseded", "P"))
    newest = session().scalar(select(func.max(Plan.number)).where(Plan.series == old.series)) or old.number
    row = Plan(
        id=data["id"],
        province_code=old.province_code,
        territory=old.territory,
        series=old.series,
        number=newest + 1,
        institution_code=old.institution_code,
        business=old.business,
        title=old.title,
        year=old.year,
        season=old.season,
        yearbook_id=old.yearbook_id,
        state="draft",
        reason=data["reason"],
        warnings=[],
        drafted_by=actor.id,
        drafted_at=now,
        **{name: data[name] for name in ("entry_start", "entry_end", "confirm_start", "confirm_end")},
    )
    findings = judge_extension(draft_of(old), draft_of(row))
    if findings:
        raise Refused(findings)
    session().add(row)
    written(actor, "plans.extend", row, now, reason=data["reason"])
    return row


def _moved(plan_id: UUID, state: str, who: str) -> Plan:
    row = locked(Plan, plan_id)
    findings = PLAN_MOVES.judge(row.state, state, who)
    if findings:
        raise Refused(findings)
    return row


def open_plans(
    paging: Paging, today: date, business: str, province_code: str = "", *, entering: bool = False, kind: str = ""
) -> Page[Plan]:
    """Published plans not over on `today`; `entering`: only those one may apply under now. For the public.

    `kind`: only institutions that decide this kind of qualification.
    """
    statement = select(Plan).where(Plan.state.in_(LIVE), Plan.business == business, Plan.confirm_end >= today)
    if entering:
        statement = statement.where(Plan.entry_start <= today, Plan.entry_end >= today)
    if province_code:
        statement = statement.where(Plan.province_code == province_code)
    if kind:
        statement = statement.where(Plan.institution_code.in_(filing.deciding(kind)))
    return paged(statement, paging, {"entry_start": Plan.entry_start, "institution": Plan.institution_code})


def window_open(row: Plan, today: date) -> bool:
    """Whether people may apply under a plan on `today`."""
    return row.state in LIVE and row.entry_start <= today <= row.entry_end


@one_transaction
def advance(today: date, now: datetime) -> int:
    """The daily job: published plans whose window began run, and those whose confirmation is over close."""
    statement = select(Plan).where(
        or_(
            (Plan.state == "published") & (Plan.entry_start <= today),
            (Plan.state == "running") & (Plan.confirm_end < today),
        )
    )
    rows = list(session().scalars(statement.limit(5000)))
    for row in rows:
        row.state = "closed" if row.confirm_end < today else "running"
    return len(rows)

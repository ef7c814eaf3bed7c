"""Yearbooks: drafted, replayed, published by a second officer, superseded; and whether the site is open now."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import Response, current_app, make_response, render_template, request
from flask_babel import gettext as _
from sqlalchemy import bindparam, func, select

from core.accounts.rules import judge_four_eyes
from core.calendar.models import Yearbook
from core.calendar.rules import (
    YEARBOOK_MOVES,
    judge_yearbook,
    maintenance_on,
)
from core.config import Settings
from core.foundation import audit, clock, outbox
from core.foundation.access import Actor, Lookup, rule_of
from core.foundation.db import found, locked, new_id, one_transaction, session
from core.foundation.errors import Refused
from core.foundation.findings import N_, Finding
from core.foundation.paging import Page, Paging, paged
from core.foundation.web import problem, wants_problem
from core.rulesets.loader import Maintenance, RuleSet

_CACHE_SECONDS = 3.0
_TELEPHONES: list[Callable[[], list[str]]] = []
_parsed: dict[UUID, RuleSet] = {}


def rules_of(yearbook: Yearbook) -> RuleSet:
    """The rule set of a yearbook; parsed once for each immutable version."""
    if yearbook.state == "draft":
        return RuleSet.revived(yearbook.document)
    if yearbook.id not in _parsed:
        _parsed[yearbook.id] = RuleSet.revived(yearbook.document)
    return _parsed[yearbook.id]


def in_force(year: int) -> Yearbook | None:
    """The published yearbook of a year."""
    return session().scalars(select(Yearbook).where(Yearbook.published_key == year)).one_or_none()


_IN_FORCE = Lookup(select(Yearbook.id).where(Yearbook.published_key == bindparam("year")))


def rules_in_force(year: int) -> RuleSet | None:
    """The rules of a year's published yearbook, for reading: its id is asked, its rules are parsed already."""
    row = _IN_FORCE.row(year=year)
    return rules_by_id(row.id) if row else None


def rules_on(day: date) -> tuple[Yearbook, RuleSet]:
    """The yearbook and rules in force on a day; raises `Refused` when the year has none."""
    yearbook = in_force(day.year)
    if yearbook is None:
        raise Refused(
            [
                Finding(
                    "year_without_yearbook",
                    N_("%(year)s年尚未发布年度规则"),
                    clause="三(一)",
                    remedy=N_("请等待国家中心发布年度规则"),
                    params={"year": day.year},
                )
            ]
        )
    return yearbook, rules_of(yearbook)


def rules_by_id(yearbook_id: UUID) -> RuleSet:
    """The rules a plan or case is pinned to."""
    if yearbook_id not in _parsed:
        return rules_of(found(Yearbook, yearbook_id))
    return _parsed[yearbook_id]


def published() -> dict[int, RuleSet]:
    """Every year's rules in force, as the window rules take them."""
    rows = session().scalars(select(Yearbook).where(Yearbook.published_key.is_not(None)).limit(100))
    return {row.year: rules_of(row) for row in rows}


def newest() -> Yearbook | None:
    """The published yearbook of the latest year."""
    statement = select(Yearbook).where(Yearbook.published_key.is_not(None)).order_by(Yearbook.year.desc()).limit(1)
    return session().scalars(statement).one_or_none()


def yearbooks(paging: Paging) -> Page[Yearbook]:
    """All versions of all years, the newest first."""
    ordered = Paging(paging.number, paging.size, "drafted_at", True)
    return paged(select(Yearbook), ordered, {"drafted_at": Yearbook.drafted_at})


def yearbook(yearbook_id: UUID) -> Yearbook:
    """One version; raises `NotFound`."""
    return found(Yearbook, yearbook_id)


def _number(year: int) -> int:
    return (session().scalar(select(func.max(Yearbook.number)).where(Yearbook.year == year)) or 0) + 1


@one_transaction
def draft(actor: Actor, yearbook_id: UUID, document: dict[str, Any], reason: str, now: datetime) -> Yearbook:
    """Draft a new version of a year's rules; raises `Refused` when it does not hang together."""
    known = session().get(Yearbook, yearbook_id)
    if known is not None:
        return known
    try:
        rules = RuleSet.from_document(document)
    except (ValueError, KeyError, TypeError) as fault:
        raise Refused([_unreadable(str(fault))]) from fault
    findings = judge_yearbook(rules)
    if findings:
        raise Refused(findings)
    row = Yearbook(
        id=yearbook_id,
        year=rules.year,
        number=_number(rules.year),
        state="draft",
        document=rules.as_document(),
        reason=reason,
        drafted_by=actor.id,
        drafted_at=now,
    )
    session().add(row)
    audit.record(actor, "calendar.draft", "yearbook", row.id, province_code="", now=now, clause="三(一)")
    outbox.post("calendar.replay", now=now, yearbook_id=row.id)
    return row


def _unreadable(text: str) -> Finding:
    return Finding(
        "yearbook_unreadable",
        N_("年度规则内容有误：%(text)s"),
        clause="三(一)",
        field="document",
        params={"text": text},
    )


@one_transaction
def record_replay(yearbook_id: UUID, broken: list[dict[str, Any]], now: datetime) -> None:
    """Keep which existing plans a draft would break, and by which clause; a repeat changes nothing."""
    row = locked(Yearbook, yearbook_id)
    if row.state != "draft":
        return
    row.replay, row.replayed_at, row.state = broken, now, "replayed"


@one_transaction
def publish(actor: Actor, yearbook_id: UUID, now: datetime) -> Yearbook:
    """Publish a replayed draft: by a second officer; the version in force is superseded in the same act."""
    row = locked(Yearbook, yearbook_id)
    findings = YEARBOOK_MOVES.judge(row.state, "published", "N")
    findings += judge_four_eyes(row.drafted_by, actor.id)
    if findings:
        raise Refused(findings)
    before = in_force(row.year)
    if before is not None:
        before.state, before.published_key, before.superseded_at = "superseded", None, now
        session().flush()
    row.state, row.published_key, row.published_by, row.published_at = "published", row.year, actor.id, now
    audit.record(
        actor, "calendar.publish", "yearbook", row.id, province_code="", now=now, clause="三(一)",
        year=row.year, number=row.number,
    )  # fmt: skip
    current_app.extensions.pop("xingtan_maintenance", None)
    return row


def maintenance_now() -> Maintenance | None:
    """The maintenance of this moment; looked up every few seconds, so that each request need not ask."""
    day = clock.today()
    kept = current_app.extensions.get("xingtan_maintenance")
    if kept is None or kept[0] < time.monotonic() or kept[1] != day:
        row = in_force(day.year)
        period = maintenance_on(day, rules_of(row)) if row else None
        kept = (time.monotonic() + _CACHE_SECONDS, day, period)
        current_app.extensions["xingtan_maintenance"] = kept
    return kept[2]


def gate(site: str) -> Callable[[], Any]:
    """Before each request of the public site: closed during maintenance, with a page that says until when.

    The calendar itself and the health check stay up (三(一), R-CAL-05, R-CAL-07). Staff functions stay open but
    for user confirmation, which its own rule closes (R-CAL-06).
    """

    def check() -> Response | None:
        rule = rule_of(current_app.view_functions.get(request.endpoint or ""))
        if site != "public" or rule is None or rule.through_maintenance:
            return None
        period = maintenance_now()
        return closed_page(period) if period else None

    return check


def names_telephones(source: Callable[[], list[str]]) -> Callable[[], list[str]]:
    """Register who knows telephone lines to be shown while the site is closed."""
    if source not in _TELEPHONES:
        _TELEPHONES.append(source)
    return source


def closed_page(period: Maintenance) -> Response:
    """503 with the dates and the telephone lines; a problem document for the API."""
    settings: Settings = current_app.config["SETTINGS"]
    lines = [line.strip() for line in settings.consultation_lines.split(",") if line.strip()]
    lines = list(dict.fromkeys([*lines, *(line for source in _TELEPHONES for line in source())]))
    title = _("系统维护中：%(first)s至%(last)s", first=period.first, last=period.last)
    if wants_problem():
        response = problem(503, title, "maintenance", until=period.last.isoformat(), telephones=lines)
    else:
        page = render_template("shared/errors/maintenance.html", title=title, period=period, lines=lines)
        response = make_response(page, 503)
    response.headers["Retry-After"] = "86400"
    return response


def seed_national(year: int, rules: RuleSet, now: datetime) -> Yearbook:
    """Publish the shipped rules as a year's first version: for demonstrations and tests."""
    return _seed(year, rules, now)


@one_transaction
def _seed(year: int, rules: RuleSet, now: datetime) -> Yearbook:
    known = in_force(year)
    if known is not None:
        return known
    row = Yearbook(
        id=new_id(),
        year=year,
        number=_number(year),
        state="published",
        published_key=year,
        document=rules.as_document(),
        replay=[],
        replayed_at=now,
        drafted_at=now,
        published_at=now,
    )
    session().add(row)
    return row

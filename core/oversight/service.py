"""What an officer sees first, the operator's view, and the day's recurring work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from core.accounts import service as accounts
from core.applications import service as applications
from core.applications.models import Case
from core.applications.rules.conclusion import limits
from core.calendar import service as calendar
from core.certificates import service as certificates
from core.checks import service as checks
from core.consultation import service as consultation
from core.filing import service as filing
from core.foundation import audit, clock, outbox, tallies
from core.foundation.access import NATION, SYSTEM, Actor, within
from core.foundation.db import db, one_transaction, session
from core.foundation.errors import Refused
from core.foundation.findings import Finding
from core.foundation.recount import differences, mend
from core.hooks import models as health
from core.hooks.discovery import present
from core.plans import service as plans
from core.rulesets.loader import provinces
from core.training import service as training


@dataclass(frozen=True, slots=True)
class Board:
    """What awaits the actor: cases by state, what the year still owes."""

    by_state: dict[str, int]
    overdue: int
    enquiries: tuple[int, int, int]
    owed: list[tuple[str, Finding]]


def board(actor: Actor, today: date, now: datetime) -> Board:
    """The home page's figures for the actor's territory."""
    by_state = applications.counts_by_state() if actor.may("applications.view") else {}
    asked = consultation.waiting(today) if actor.may("consultation.view") else (0, 0, 0)
    return Board(by_state, _overdue(today) if by_state else 0, asked, _owed(actor, today, now))


def _overdue(today: date) -> int:
    """Open confirmed cases past the statutory limit (R-TIME-02)."""
    try:
        rules = calendar.rules_on(today)[1]
    except Refused:
        return 0
    statement = (
        select(Case.confirm_last)
        .where(Case.state.in_(("confirmed", "in_review", "proposed_recognised", "proposed_refused")))
        .distinct()
        .limit(200)
    )
    late = [last for last in session().scalars(statement) if today > limits(last, rules).breach]
    if not late:
        return 0
    counted = select(Case.id).where(
        Case.confirm_last.in_(late),
        Case.state.in_(("confirmed", "in_review", "proposed_recognised", "proposed_refused")),
    )
    return len(list(session().scalars(counted.limit(10_000))))


def _owed(actor: Actor, today: date, now: datetime) -> list[tuple[str, Finding]]:
    codes = [actor.province_code] if actor.province_code else list(provinces())
    if "province_officer" not in actor.roles and actor.province_code:
        return []
    try:
        owed = training.years(codes, today.year, now)
        return [(year.province_code, finding) for year in owed for finding in year.findings][:200]
    except Refused:
        return []


@dataclass(frozen=True, slots=True)
class Operations:
    """The operator's page: messages by state, failed ones, provinces and their breakers."""

    tally: dict[str, int]
    failed: list[Any]
    hosts: list[Any]
    health: list[health.ProvinceHealth]
    behind: dict[str, str]


def operations() -> Operations:
    """How the platform's machinery stands."""
    statement = (
        select(outbox.OutboxMessage)
        .where(outbox.OutboxMessage.state == outbox.MessageState.FAILED)
        .order_by(outbox.OutboxMessage.id.desc())
        .limit(50)
    )
    provinces = present()
    return Operations(
        outbox.tally(), list(session().scalars(statement)), provinces.active() + provinces.blocked(),
        health.all_health(), provinces.behind(db.engine),
    )  # fmt: skip


def daily(now: datetime) -> dict[str, int]:
    """The day's recurring work over the whole nation; repeating it on the same day changes nothing more."""
    today = clock.beijing(now).date()
    with within(NATION):
        done = {
            "filings": _all(lambda: filing.lapse(now)),
            "plans": _all(lambda: plans.advance(today, now)),
            "lapsed": _all(lambda: applications.lapse(today, now)),
            "reminded": _all(lambda: applications.remind(today, now)),
            "meetings": training.remind(today, now),
            "enquiries": consultation.advance(today, now),
            "mailboxes": consultation.promise_all_readings(now),
            "hotlines": consultation.promise_fetching(today, now),
            "sign_ins": accounts.dispose(),
            "lists_disposed": certificates.dispose_batches(now),
            "log_head": certificates.publish_log_head(now),
        }
        try:
            rules = calendar.rules_on(today)[1]
            done["checks"] = _all(lambda: checks.age(rules, today, now))
        except Refused:
            done["checks"] = 0
        done["provinces"] = present().post_daily(today, now)
    return done


def _all(some: Callable[[], int]) -> int:
    """Work that takes a bounded bite at a time, until a bite finds nothing: a day leaves nothing for the next."""
    done = 0
    while count := some():
        done += count
    return done


def recounted(*, repair: bool) -> dict[tuple[Any, ...], int]:
    """By how much each running figure falls short of the truth; with `repair` it is mended and folded."""
    wrong = dict(differences(db.engine))
    if wrong and repair:
        now = clock.now()
        count = mend(db.engine, now)
        _write_down(count, now)
        tallies.fold_all()
    return wrong


@one_transaction
def _write_down(count: int, now: datetime) -> None:
    audit.record(
        SYSTEM, "oversight.recount", "figures", "all", province_code="", now=now, clause="一(五)", figures=count
    )

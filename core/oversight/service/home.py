"""What an officer sees first, the operator's view, and the day's recurring work."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from core.accounts import service as accounts
from core.applications import service as applications
from core.applications.rules.states import CASE_MOVES
from core.calendar import service as calendar
from core.certificates import service as certificates
from core.checks import service as checks
from core.consultation import service as consultation
from core.evidence import service as evidence
from core.evidence.models import ExamConference, ExamContact, ExamScreening, RegisterImport
from core.evidence.rules import EvidenceKind
from core.filing import service as filing
from core.foundation import clock, outbox, tallies
from core.foundation.access import NATION, Actor, within
from core.foundation.db import db, session
from core.foundation.errors import Refused
from core.foundation.obligations import Obligation, Standing
from core.foundation.paging import Paging
from core.hooks import models as health
from core.hooks.discovery import present
from core.oversight.service.owing import everything, is_mine
from core.oversight.service.subscribing import promise_letters
from core.penalties import service as penalties
from core.plans import service as plans
from core.registration import service as registration
from core.training import service as training

EXAM_ROWS = 5


@dataclass(frozen=True, slots=True)
class Board:
    """What awaits the actor: cases by state, those beyond the limit, the obligations that are the actor's own."""

    by_state: dict[str, int]
    overdue: int
    mine: list[Obligation]
    counts: Counter[Standing]


def board(actor: Actor, today: date, now: datetime) -> Board:
    """The home page's figures for the actor's territory, from running figures and every area's obligations."""
    by_state: dict[str, int] = {}
    if actor.may("applications.view"):
        found = tallies.sums("case", "key", places=len(actor.prefix) > 2)
        by_state = {state: found[(state,)] for state in CASE_MOVES.labels if (state,) in found}
    items = everything(actor, today, now) if actor.may("oversight.view") else []
    late = sum(item.count for item in items if item.kind == "cases_overdue")
    mine = [item for item in items if is_mine(item, actor)]
    return Board(by_state, late, mine, Counter(item.standing(today) for item in items))


@dataclass(frozen=True, slots=True)
class ExamDesk:
    """What an exam department's officer sees first: lists asked about, the register's newest import, who is known.

    `conference` is the newest joint meeting on record (R-EXAM-01): meetings are put on record once they were held.
    """

    screenings: list[ExamScreening]
    imported: RegisterImport | None
    contacts: list[ExamContact]
    conference: ExamConference | None


def exam_desk(actor: Actor) -> ExamDesk | None:
    """The exam department's home; None for officers who have another."""
    if not actor.may("exam.screen") or actor.may("oversight.view"):
        return None
    few = Paging(size=EXAM_ROWS)
    met = evidence.conferences(Paging(size=1)).rows
    return ExamDesk(
        evidence.screenings(actor, few).rows, evidence.newest_import(EvidenceKind.EXAM), evidence.contacts(few).rows,
        met[0] if met else None,
    )  # fmt: skip


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
            "registrations_ended": _all(lambda: registration.expire(today, now))
            + _all(lambda: registration.lapse(today, now)),
            "registrations_reminded": _all(lambda: registration.remind(today, now)),
            "sign_ins": accounts.dispose(),
            "lists_disposed": certificates.dispose_batches(now),
            "penalty_reports": penalties.open_reports(today, now),
            "log_head": certificates.publish_log_head(now),
        }
        try:
            rules = calendar.rules_on(today)[1]
            done["checks"] = _all(lambda: checks.age(rules, today, now))
        except Refused:
            done["checks"] = 0
        done["provinces"] = present().post_daily(today, now)
        done["letters"] = promise_letters(today, now)
    return done


def _all(some: Callable[[], int]) -> int:
    """Work that takes a bounded bite at a time, until a bite finds nothing: a day leaves nothing for the next."""
    done = 0
    while count := some():
        done += count
    return done

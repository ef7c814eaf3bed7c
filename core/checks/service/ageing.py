"""What time does to checks: late answers are shown as late, clear ones lapse. Silence is never an answer."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from core.checks.models import CriminalCheck
from core.checks.rules import OPEN_GATE, CheckState, expired_on, overdue_on
from core.checks.service.reading import move
from core.foundation import clock
from core.foundation.access import SYSTEM
from core.foundation.db import one_transaction, session
from core.rulesets.loader import RuleSet


@one_transaction
def age(rules: RuleSet, today: date, now: datetime, limit: int = 2000) -> int:
    """The daily job: mark late and lapsed checks, `limit` of each at a time; returns how many changed.

    Only those whose time is over are read: however many wait in time, none that is late hides behind them.
    """
    sent_before = _midnight(today - timedelta(days=rules.v.check_overdue_days))
    decided_before = today - timedelta(days=rules.v.check_valid_days)
    late = (CriminalCheck.state == CheckState.SENT) & (CriminalCheck.sent_at < sent_before)
    old = CriminalCheck.state.in_([str(s) for s in OPEN_GATE]) & (CriminalCheck.decided_on < decided_before)
    changed = 0
    for row in session().scalars(select(CriminalCheck).where(late).limit(limit)):
        if row.sent_at and overdue_on(clock.beijing(row.sent_at).date(), today, rules):
            move(row, CheckState.OVERDUE, "X", SYSTEM, now)
            changed += 1
    for row in session().scalars(select(CriminalCheck).where(old).limit(limit)):
        if row.decided_on and expired_on(row.decided_on, today, rules):
            move(row, CheckState.EXPIRED, "X", SYSTEM, now)
            changed += 1
    return changed


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.BEIJING)

"""What time does to checks: late answers are shown as late, clear ones lapse. Silence is never an answer."""

from __future__ import annotations

from datetime import date, datetime

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
    """The daily job: mark late and lapsed checks; returns how many changed."""
    changed = 0
    waiting = select(CriminalCheck).where(CriminalCheck.state == CheckState.SENT).limit(limit)
    for row in session().scalars(waiting):
        if row.sent_at and overdue_on(clock.beijing(row.sent_at).date(), today, rules):
            move(row, CheckState.OVERDUE, "X", SYSTEM, now)
            changed += 1
    clear = select(CriminalCheck).where(CriminalCheck.state.in_([str(s) for s in OPEN_GATE])).limit(limit)
    for row in session().scalars(clear):
        if row.decided_on and expired_on(row.decided_on, today, rules):
            move(row, CheckState.EXPIRED, "X", SYSTEM, now)
            changed += 1
    return changed

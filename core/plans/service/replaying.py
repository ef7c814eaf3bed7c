"""A draft yearbook is replayed against the existing plans."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from core.calendar import service as calendar
from core.calendar.models import Yearbook
from core.foundation.access import NATION, within
from core.foundation.db import found, session
from core.plans.models import Plan
from core.plans.rules import (
    replay,
)
from core.plans.service.tables import STANDING
from core.plans.service.values import draft_of


def replay_yearbook(yearbook_id: UUID, now: datetime) -> int:
    """The job: judge all live plans of the year under a draft yearbook; returns how many it would break."""
    draft_rules = calendar.rules_of(found(Yearbook, yearbook_id))
    with within(NATION):
        statement = select(Plan).where(Plan.year == draft_rules.year, Plan.state.in_(STANDING))
        rows = {row.id: row for row in session().scalars(statement.execution_options(yield_per=500))}
    broken = replay(
        {key: draft_of(row) for key, row in rows.items()},
        {draft_rules.year: draft_rules},
        before=calendar.published(),
    )
    listed = [
        {
            "plan_id": str(key),
            "province_code": rows[key].province_code,
            "institution_code": rows[key].institution_code,
            "title": rows[key].title,
            "findings": [finding.as_dict() for finding in findings],
        }
        for key, findings in broken.items()
    ]
    calendar.record_replay(yearbook_id, listed, now)
    return len(listed)

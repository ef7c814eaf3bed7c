"""What an officer has in hand in recognition: the open cases assigned to them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from core.applications.models import Case
from core.applications.rules.states import OPEN
from core.applications.service.following import written
from core.filing.rules import Matter
from core.filing.service import Post, contribute
from core.foundation.access import SYSTEM
from core.foundation.db import session
from core.foundation.findings import N_

_NAMED = 20


def _open(post: Post) -> list[Case]:
    statement = (
        select(Case)
        .where(
            Case.province_code == post.province_code,
            Case.assigned_to == post.account_id,
            Case.state.in_([str(item) for item in OPEN]),
        )
        .order_by(Case.reference)
        .execution_options(populate_existing=True)
    )
    return list(session().scalars(statement)) if post.account_id else []


def collect(post: Post) -> list[Matter]:
    """Open cases by reference; the first twenty by name."""
    rows = _open(post)
    named = "、".join(row.reference for row in rows[:_NAMED]) + (" …" if len(rows) > _NAMED else "")
    return [Matter("cases", N_("未办结的认定申请"), len(rows), named, own=True)]


def take_over(old: Post, new: Post, now: datetime) -> int:
    """The successor is assigned every open case; each case's trail says so."""
    rows = _open(old)
    for row in rows:
        row.assigned_to = new.account_id
        written(SYSTEM, "hand_over", row, now, clause="一(五)", to=str(new.account_id))
    return len(rows)


contribute("applications", collect, take_over)

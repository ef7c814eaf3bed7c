"""What a post has in hand in the calendar: yearbooks not yet published."""

from __future__ import annotations

from sqlalchemy import func, select

from core.calendar.models import Yearbook
from core.filing.rules import Matter
from core.filing.service import Post, contribute, shared
from core.foundation.db import session
from core.foundation.findings import N_


def collect(post: Post) -> list[Matter]:
    """Yearbooks drafted or replayed."""
    if not post.may("calendar.draft"):
        return []
    statement = select(func.count()).where(Yearbook.state.in_(("draft", "replayed")))
    return [Matter("yearbooks", N_("未发布的年度规则"), session().scalar(statement) or 0)]


contribute("calendar", collect, shared)

"""What a post has in hand in training: meetings planned, attendance to be recorded."""

from __future__ import annotations

from sqlalchemy import select

from core.filing.rules import Matter
from core.filing.service import Post, contribute, shared
from core.foundation.db import session
from core.foundation.findings import N_
from core.training.models import Meeting


def collect(post: Post) -> list[Matter]:
    """Meetings of the province not yet held or recorded, by day."""
    if not post.may("training.plan"):
        return []
    statement = select(Meeting.held_on).where(Meeting.state.in_(("planned", "held"))).order_by(Meeting.held_on)
    days = [day.isoformat() for day in session().scalars(statement.limit(100))]
    return [Matter("meetings", N_("已计划或待归档的培训会议"), len(days), "、".join(days[:10]))]


contribute("training", collect, shared)

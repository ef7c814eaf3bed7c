"""What a post has in hand in notices: those drafted, filed or returned."""

from __future__ import annotations

from sqlalchemy import func, select

from core.filing.rules import Matter
from core.filing.service import Post, contribute, shared
from core.foundation.db import session
from core.foundation.findings import N_
from core.notices.models import Notice


def collect(post: Post) -> list[Matter]:
    """Notices not yet published."""
    if not post.may("notices.draft") and not post.may("notices.receive"):
        return []
    statement = select(func.count()).where(Notice.state.in_(("draft", "filed", "returned", "received")))
    return [Matter("notices", N_("办理中的工作通知"), session().scalar(statement) or 0)]


contribute("notices", collect, shared)

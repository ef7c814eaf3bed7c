"""What a post has in hand in consultation: questions that wait for an answer."""

from __future__ import annotations

from sqlalchemy import select

from core.consultation.models import Enquiry
from core.consultation.rules import WAITING
from core.filing.rules import Matter
from core.filing.service import Post, contribute, shared
from core.foundation.db import session
from core.foundation.findings import N_


def collect(post: Post) -> list[Matter]:
    """Open questions of the post's territory, the oldest first."""
    if not post.may("consultation.answer"):
        return []
    statement = select(Enquiry.reference).where(Enquiry.state.in_(WAITING)).order_by(Enquiry.asked_at)
    numbers = list(session().scalars(statement.limit(1000)))
    return [Matter("enquiries", N_("待答复的咨询"), len(numbers), "、".join(numbers[:10]))]


contribute("consultation", collect, shared)

"""What a post has in hand in criminal-record checks: answers to be weighed, batches under way."""

from __future__ import annotations

from sqlalchemy import func, select

from core.checks.models import CheckBatch, CriminalCheck
from core.filing.rules import Matter
from core.filing.service import Post, contribute, shared
from core.foundation.db import session
from core.foundation.findings import N_


def collect(post: Post) -> list[Matter]:
    """Checks of the territory that people must act on, and those still out."""
    if not post.may("checks.enter") and not post.may("checks.send"):
        return []
    weighed = select(func.count()).where(CriminalCheck.state.in_(("record_found", "unclear", "under_review")))
    out = select(func.count()).where(CriminalCheck.state.in_(("requested", "sent", "overdue", "failed")))
    batches = select(func.count()).where(CheckBatch.state.in_(("prepared", "sent", "failed")))
    return [
        Matter("checks", N_("待人工审查的核查结果"), session().scalar(weighed) or 0),
        Matter("checks_out", N_("尚未返回的无犯罪记录核查"), session().scalar(out) or 0),
        Matter("check_batches", N_("未办结的核查批次"), session().scalar(batches) or 0),
    ]


contribute("checks", collect, shared)

"""What a post has in hand in planning: plans of the institution under way, the province's table."""

from __future__ import annotations

from sqlalchemy import func, select

from core.filing.rules import Matter
from core.filing.service import Post, contribute, shared
from core.foundation.db import session
from core.foundation.findings import N_
from core.plans.models import Plan, PlanTable


def collect(post: Post) -> list[Matter]:
    """Plans not yet published, plans running, and tables not yet received."""
    under_way = select(func.count()).where(Plan.state.in_(("draft", "submitted", "returned", "approved")))
    running = select(func.count()).where(Plan.state.in_(("published", "running")))
    if post.institution_code:
        mine = Plan.institution_code == post.institution_code
        under_way, running = under_way.where(mine), running.where(mine)
    lines = []
    if post.may("plans.draft") or post.may("plans.approve"):
        lines.append(Matter("plans", N_("办理中的工作计划"), session().scalar(under_way) or 0))
        lines.append(Matter("plans_running", N_("已发布、进行中的工作计划"), session().scalar(running) or 0))
    if post.may("tables.file"):
        open_tables = select(func.count()).where(PlanTable.state.in_(("draft", "filed", "returned")))
        lines.append(Matter("tables", N_("未被接收的计划表"), session().scalar(open_tables) or 0))
    return lines


contribute("plans", collect, shared)

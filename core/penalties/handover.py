"""What a post has in hand in penalties: open cases of the institution, reports to be signed and filed."""

from __future__ import annotations

from sqlalchemy import select

from core.filing.rules import Matter
from core.filing.service import Post, contribute, shared
from core.foundation.db import session
from core.foundation.findings import N_
from core.penalties.models import Penalty, PenaltyReport
from core.penalties.rules import ENDED

_NAMED = 20


def collect(post: Post) -> list[Matter]:
    """Open cases by number; reports not yet filed by quarter."""
    found = []
    if post.may("penalties.handle"):
        statement = select(Penalty.number).where(
            Penalty.province_code == post.province_code, Penalty.territory == post.territory,
            Penalty.state.not_in(ENDED),
        )  # fmt: skip
        numbers = list(session().scalars(statement.order_by(Penalty.number).limit(1000)))
        found.append(Matter("penalties", N_("未办结的处罚案件"), len(numbers), "、".join(numbers[:_NAMED])))
    if post.may("reports.sign"):
        waiting = select(PenaltyReport.year, PenaltyReport.quarter).where(
            PenaltyReport.province_code == post.province_code, PenaltyReport.state.in_(("open", "signed", "returned"))
        )
        quarters = [f"{year}-{quarter}" for year, quarter in session().execute(waiting.limit(100))]
        found.append(Matter("penalty_reports", N_("未上报的季度报告"), len(quarters), "、".join(quarters)))
    return found


contribute("penalties", collect, shared)

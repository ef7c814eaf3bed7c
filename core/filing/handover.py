"""What an officer has in hand in named filing: proposals under way, being an institution's responsible person."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select, update

from core.filing.models import Filing, Institution
from core.filing.rules import Matter
from core.filing.service import Post, contribute
from core.foundation.db import session
from core.foundation.findings import N_


def collect(post: Post) -> list[Matter]:
    """Filings drafted, waiting or returned in the unit, and the duty of responsible person (R-SEC-02)."""
    statement = select(func.count()).where(
        Filing.province_code == post.province_code,
        Filing.territory == post.territory,
        Filing.state.in_(("draft", "submitted", "returned", "changing")),
    )
    duties = session().scalars(select(Institution.code).where(Institution.responsible_id == post.account_id))
    codes = list(duties) if post.account_id else []
    lines = [Matter("responsible", N_("网络安全责任人"), len(codes), "、".join(codes), own=True)]
    if post.may("filing.propose"):
        lines.append(Matter("filings", N_("办理中的实名备案"), session().scalar(statement) or 0))
    return lines


def take_over(old: Post, new: Post, now: datetime) -> int:
    """The successor becomes the responsible person."""
    done = session().execute(
        update(Institution)
        .where(Institution.responsible_id == old.account_id)
        .values(responsible_id=new.account_id, version=Institution.version + 1)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]


contribute("filing", collect, take_over)

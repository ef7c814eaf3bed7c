"""How many cases still need a blank (报名数据): what stock is allotted by (R-STOCK-01, -02)."""

from __future__ import annotations

from sqlalchemy import func, select

from core.applications.models import Case
from core.applications.rules.states import OPEN, CaseState
from core.certificates.rules import Item
from core.certificates.service import counts_need
from core.foundation.access import NATION, territory, within
from core.foundation.db import session

# Submitted or later, not refused, not withdrawn; recognised cases have their blank already.
NEEDING = tuple(sorted(OPEN - {CaseState.DRAFT}))


@counts_need(Item.BLANK)
def cases_in_need(province_code: str, season_key: str) -> dict[str, int]:
    """Cases of a batch not yet supplied, by institution; `province_code` "" is the nation."""
    statement = (
        select(Case.institution_code, func.count())
        .where(Case.season_key == season_key, Case.state.in_(NEEDING))
        .group_by(Case.institution_code)
        .limit(5000)
    )
    with within(territory(province_code) if province_code else NATION):
        return {row[0]: row[1] for row in session().execute(statement)}

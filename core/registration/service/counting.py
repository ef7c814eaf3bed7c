"""How many registrations still need a sticker (报名数据): what stickers are allotted by (R-STOCK-01, -02)."""

from __future__ import annotations

from sqlalchemy import func, or_, select

from core.certificates.rules import Item
from core.certificates.service import counts_need
from core.foundation.access import NATION, territory, within
from core.foundation.db import session
from core.registration.models import Registration
from core.registration.rules import OPEN, RegistrationState

# Submitted or later and not refused; those that passed until their sticker is applied.
NEEDING = tuple(sorted(OPEN - {RegistrationState.DRAFT}))


@counts_need(Item.STICKER)
def cases_in_need(province_code: str, season_key: str) -> dict[str, int]:
    """Registrations of a season without their sticker, by institution; `province_code` "" is the nation."""
    unsupplied = (Registration.state == RegistrationState.PASSED) & (Registration.sticker == "")
    statement = (
        select(Registration.institution_code, func.count())
        .where(Registration.season_key == season_key, or_(Registration.state.in_(NEEDING), unsupplied))
        .group_by(Registration.institution_code)
        .limit(5000)
    )
    with within(territory(province_code) if province_code else NATION):
        return {row[0]: row[1] for row in session().execute(statement)}

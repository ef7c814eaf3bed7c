"""The breaker's memory: one row for each province and hook that ever failed; an operator can read it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from core.foundation import clock
from core.foundation.db import Base, one_transaction, session

LIMIT = 5
PAUSE = timedelta(minutes=30)


class ProvinceHealth(Base):
    """Faults in a row of one hook of one province; open until `open_until`, then one probe may try."""

    __tablename__ = "province_health"

    province_code: Mapped[str] = mapped_column(String(2), primary_key=True)
    hook: Mapped[str] = mapped_column(String(40), primary_key=True)
    faults: Mapped[int] = mapped_column(default=0)
    open_until: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(Text, default="")
    last_at: Mapped[datetime]


def is_open(province_code: str, hook: str) -> bool:
    """Whether the breaker holds calls back now; past its time, one probe is let through."""
    row = session().get(ProvinceHealth, (province_code, hook), populate_existing=True)
    return row is not None and row.open_until is not None and row.open_until > clock.real_now()


@one_transaction
def note_fault(province_code: str, hook: str, error: str) -> None:
    """Count a fault; the fifth in a row opens the breaker, each failed probe opens it again."""
    row = session().get(ProvinceHealth, (province_code, hook), with_for_update=True, populate_existing=True)
    if row is None:
        row = ProvinceHealth(province_code=province_code, hook=hook, faults=0, last_at=clock.real_now())
        session().add(row)
    row.faults += 1
    row.last_error, row.last_at = error[:500], clock.real_now()
    if row.faults >= LIMIT:
        row.open_until = clock.real_now() + PAUSE


@one_transaction
def note_success(province_code: str, hook: str) -> None:
    """Close the breaker and forget the faults."""
    row = session().get(ProvinceHealth, (province_code, hook), populate_existing=True)
    if row is not None and row.faults:
        row.faults, row.open_until = 0, None


def all_health() -> list[ProvinceHealth]:
    """Every row, for the operator's page."""
    statement = select(ProvinceHealth).order_by(ProvinceHealth.province_code, ProvinceHealth.hook).limit(500)
    return list(session().scalars(statement))

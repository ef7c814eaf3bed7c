"""Annual plan tables of provinces, the plans (windows) of their institutions in versions, and pilot areas."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.foundation.db import Base, Territorial, Versioned


class PlanTable(Territorial, Versioned, Base):
    """A province's 网报及培训计划表 of one year, filed with the centre.

    `rows`: [{business, season, entry_start, entry_end, confirm_start, confirm_end}] in ISO days;
    `meetings`: [{held_on, place, contents}].
    """

    __tablename__ = "plan_table"
    __extra_args__ = (Index(None, "province_code", "year", "state"),)

    year: Mapped[int]
    number: Mapped[int]
    rows: Mapped[list[Any]]
    meetings: Mapped[list[Any]]
    state: Mapped[str] = mapped_column(String(12))
    drafted_by: Mapped[UUID | None]
    drafted_at: Mapped[datetime]
    filed_at: Mapped[datetime | None]
    received_at: Mapped[datetime | None]
    returned_reason: Mapped[str] = mapped_column(Text, default="")


class Plan(Territorial, Versioned, Base):
    """An institution's windows (工作计划) for one business, judged under the yearbook it pins.

    A change is a new row of the same `series` with the next `number`; the old one is superseded.
    """

    __tablename__ = "plan"
    __extra_args__ = (
        Index(None, "province_code", "institution_code", "state"),
        Index(None, "state", "entry_end"),
    )

    series: Mapped[UUID] = mapped_column(index=True)
    number: Mapped[int] = mapped_column(default=1)
    institution_code: Mapped[str] = mapped_column(String(5))
    business: Mapped[str] = mapped_column(String(16))
    title: Mapped[str] = mapped_column(String(120))
    year: Mapped[int]
    season: Mapped[str] = mapped_column(String(12))
    entry_start: Mapped[date]
    entry_end: Mapped[date]
    confirm_start: Mapped[date]
    confirm_end: Mapped[date]
    yearbook_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(Text, default="")
    warnings: Mapped[list[Any]]
    drafted_by: Mapped[UUID | None]
    drafted_at: Mapped[datetime]
    submitted_by: Mapped[UUID | None]
    approved_by: Mapped[UUID | None]
    published_at: Mapped[datetime | None]


class PilotArea(Territorial, Versioned, Base):
    """A division where registration runs as a pilot (试点地区), from `since` to `until`, listed by the province.

    `private`: the province includes private schools (R-REG-02). `surveyed_at`: when the survey of certificates before
    its first registration was closed. It stands here, below registration, since plans are judged by it.
    """

    __tablename__ = "pilot_area"
    __extra_args__ = (Index(None, "province_code", "division"),)

    division: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(60))
    since: Mapped[date]
    until: Mapped[date | None]
    basis: Mapped[str] = mapped_column(String(200))
    private: Mapped[bool] = mapped_column(default=False)
    surveyed_at: Mapped[datetime | None]
    listed_by: Mapped[UUID | None]
    listed_at: Mapped[datetime]

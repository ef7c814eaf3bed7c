"""Training meetings of a province and who attended."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.foundation.db import Base, Territorial, Versioned


class Meeting(Territorial, Versioned, Base):
    """A province-wide meeting: planned, held, recorded (or cancelled); `contents` of the three kinds."""

    __tablename__ = "training_meeting"
    __extra_args__ = (Index(None, "province_code", "year"),)

    year: Mapped[int]
    held_on: Mapped[date]
    place: Mapped[str] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(String(200))
    contents: Mapped[list[str]]
    make_up_of: Mapped[UUID | None]
    state: Mapped[str] = mapped_column(String(12))
    created_by: Mapped[UUID | None]
    created_at: Mapped[datetime]


class Attendance(Territorial, Base):
    """An institution at a meeting: invited, and how many came."""

    __tablename__ = "training_attendance"
    __extra_args__ = (
        ForeignKeyConstraint(
            ["province_code", "meeting_id"], ["training_meeting.province_code", "training_meeting.id"]
        ),
        Index(None, "province_code", "meeting_id", "institution_code", unique=True),
    )

    meeting_id: Mapped[UUID]
    institution_code: Mapped[str] = mapped_column(String(5))
    attendees: Mapped[int] = mapped_column(default=0)
    names: Mapped[list[str]]
    recorded_by: Mapped[UUID | None]
    recorded_at: Mapped[datetime | None]

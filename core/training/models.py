"""Training meetings of a province, who was invited and came, and the papers of the meeting."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.foundation.db import Base, Sealed, Territorial, Versioned


def _of_meeting() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["province_code", "meeting_id"], ["training_meeting.province_code", "training_meeting.id"]
    )


class Meeting(Territorial, Versioned, Base):
    """A province-wide meeting: planned, held, recorded (or cancelled); `contents` of the three kinds.

    `make_up_of` names the meeting whose absent institutions this session is for.
    """

    __tablename__ = "training_meeting"
    __extra_args__ = (Index(None, "province_code", "year"), Index(None, "state", "held_on"))

    year: Mapped[int]
    held_on: Mapped[date]
    place: Mapped[str] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(String(200))
    agenda: Mapped[str] = mapped_column(Text, default="", server_default="")
    hours: Mapped[int] = mapped_column(default=0, server_default="0")
    contents: Mapped[list[str]]
    make_up_of: Mapped[UUID | None]
    state: Mapped[str] = mapped_column(String(12))
    created_by: Mapped[UUID | None]
    created_at: Mapped[datetime]


class Attendance(Territorial, Versioned, Base):
    """An institution at a meeting: invited, how many it announced, how many came (unknown until recorded).

    `contact` is a mobile or mail address of the institution, for reminders.
    """

    __tablename__ = "training_attendance"
    __extra_args__ = (
        _of_meeting(),
        Index(None, "province_code", "meeting_id", "institution_code", unique=True),
        Index(None, "province_code", "institution_code"),
    )

    meeting_id: Mapped[UUID]
    institution_code: Mapped[str] = mapped_column(String(5))
    expected: Mapped[int | None]
    contact: Mapped[str | None] = mapped_column(Sealed)
    reminded_at: Mapped[datetime | None]
    attendees: Mapped[int] = mapped_column(default=0)
    recorded_by: Mapped[UUID | None]
    recorded_at: Mapped[datetime | None]


class Attendee(Territorial, Base):
    """A named officer who was at a meeting: their record of training (二(三))."""

    __tablename__ = "training_attendee"
    __extra_args__ = (
        _of_meeting(),
        Index(None, "province_code", "meeting_id", "account_id", unique=True),
        Index(None, "account_id"),
    )

    meeting_id: Mapped[UUID]
    institution_code: Mapped[str] = mapped_column(String(5))
    account_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(String(60))
    recorded_by: Mapped[UUID | None]
    recorded_at: Mapped[datetime]


class Material(Territorial, Base):
    """A paper of a meeting: a kept file, read through a permission check."""

    __tablename__ = "training_material"
    __extra_args__ = (_of_meeting(), Index(None, "province_code", "meeting_id"))

    meeting_id: Mapped[UUID]
    file_name: Mapped[str] = mapped_column(String(200))
    file_key: Mapped[str] = mapped_column(String(80))
    file_sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    uploaded_by: Mapped[UUID | None]
    uploaded_at: Mapped[datetime]

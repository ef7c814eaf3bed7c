"""The province's own tables: returned workbooks and what became of them; meetings and who came, by county."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.sdk.tables import Base, Territorial, Versioned


class Return(Territorial, Versioned, Base):
    """A returned workbook: waiting, taken or refused; `refused` names why it could not even be fetched."""

    __tablename__ = "p41_return"
    __extra_args__ = (
        Index(None, "province_code", "batch", "sha256", unique=True),
        Index(None, "state", "seen_at"),
    )

    batch: Mapped[str] = mapped_column(String(60))
    file_id: Mapped[UUID]
    sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(12))
    seen_at: Mapped[datetime]
    applied: Mapped[int] = mapped_column(default=0)
    repeated: Mapped[int] = mapped_column(default=0)
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(200), default="")


class Meeting(Territorial, Versioned, Base):
    """A meeting or a make-up session (`make_up_of`) as the province itself keeps it."""

    __tablename__ = "p41_meeting"
    __extra_args__ = (Index(None, "province_code", "held_on"),)

    held_on: Mapped[date]
    title: Mapped[str] = mapped_column(String(200))
    place: Mapped[str] = mapped_column(String(200))
    make_up_of: Mapped[UUID | None]


class Presence(Territorial, Base):
    """How many of a county's institution came to a meeting."""

    __tablename__ = "p41_presence"
    __extra_args__ = (
        ForeignKeyConstraint(["province_code", "meeting_id"], ["p41_meeting.province_code", "p41_meeting.id"]),
        Index(None, "province_code", "meeting_id", "institution_code", unique=True),
    )

    meeting_id: Mapped[UUID]
    institution_code: Mapped[str] = mapped_column(String(5))
    people: Mapped[int]

"""Employers' lists: numbers and names to verify, answered in a job and disposed of after some days."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.foundation.db import Base, Keyed, Sealed, Versioned


class VerificationBatch(Keyed, Versioned, Base):
    """One list of an employer; `lines` and `answers` are sealed JSON and emptied when it is disposed of."""

    __tablename__ = "verification_batch"
    __table_args__ = (Index(None, "person_id", "created_at"), Index(None, "disposed_at", "dispose_on"))

    person_id: Mapped[UUID]
    employer: Mapped[str] = mapped_column(String(120))
    purpose: Mapped[str] = mapped_column(Text)
    consented_at: Mapped[datetime]
    lines: Mapped[str] = mapped_column(Sealed)
    count: Mapped[int]
    answers: Mapped[str] = mapped_column(Sealed)
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    dispose_on: Mapped[date]
    disposed_at: Mapped[datetime | None]

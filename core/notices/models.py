"""Notices of a province to applicants and teachers: drafted, filed with the centre, published."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.foundation.db import Base, Territorial, Versioned


class Notice(Territorial, Versioned, Base):
    """One notice (工作通知) for one season; `audience` is applicants, teachers or both.

    `sections` are the province's own parts (from the hook `notice_sections`): [{title, body}].
    """

    __tablename__ = "notice"
    __extra_args__ = (Index(None, "province_code", "year", "season", "state"),)

    year: Mapped[int]
    season: Mapped[str] = mapped_column(String(12))
    audience: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    photo_rule: Mapped[str] = mapped_column(Text, default="")
    sections: Mapped[list[Any]]
    state: Mapped[str] = mapped_column(String(12))
    drafted_by: Mapped[UUID | None]
    drafted_at: Mapped[datetime]
    filed_at: Mapped[datetime | None]
    received_at: Mapped[datetime | None]
    returned_reason: Mapped[str] = mapped_column(Text, default="")
    published_at: Mapped[datetime | None]
    publication_receipt: Mapped[str] = mapped_column(String(200), default="")
    replaced_by: Mapped[UUID | None]

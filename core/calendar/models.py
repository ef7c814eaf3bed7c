"""Yearbooks: the national parameters of a year, drafted, replayed, published, superseded; never edited."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.foundation.db import Base, Json, Keyed, Versioned


class Yearbook(Keyed, Versioned, Base):
    """One version of a year's rules; `document` is the rule set as data, `replay` what it would break.

    `published_key` is the year while published and NULL otherwise: unique, so that a year has one in force.
    """

    __tablename__ = "yearbook"
    __table_args__ = (UniqueConstraint("year", "number"),)

    year: Mapped[int]
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(12))
    published_key: Mapped[int | None] = mapped_column(unique=True)
    document: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    reason: Mapped[str] = mapped_column(Text, default="")
    replay: Mapped[list[Any] | None] = mapped_column(Json)
    replayed_at: Mapped[datetime | None]
    drafted_by: Mapped[UUID | None]
    drafted_at: Mapped[datetime]
    published_by: Mapped[UUID | None]
    published_at: Mapped[datetime | None]
    superseded_at: Mapped[datetime | None]

"""Workbooks handed in by schools: lists for the survey, and applications of all their teachers."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.foundation.db import Base, Json, Territorial, Versioned


class RegistrationUpload(Territorial, Versioned, Base):
    """One workbook: waiting, checking, refused (with its faulty lines), checked (to be confirmed), writing, done.

    `kind` is "survey" or "cases", `subject_id` the survey or the plan; `faults`: the first faults as
    [{line, column, message, params}]; `summary`: what the lines come to; `done`/`total` are rows, for the bar.
    """

    __tablename__ = "registration_upload"
    __extra_args__ = (Index(None, "province_code", "territory", "started_at"),)

    kind: Mapped[str] = mapped_column(String(8))
    subject_id: Mapped[UUID]
    file_name: Mapped[str] = mapped_column(String(200))
    file_key: Mapped[str] = mapped_column(String(80))
    file_sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(12))
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    fault_count: Mapped[int] = mapped_column(default=0)
    faults: Mapped[list[Any] | None] = mapped_column(Json)
    summary: Mapped[dict[str, Any] | None] = mapped_column(Json)
    started_by: Mapped[UUID | None]
    started_at: Mapped[datetime]
    confirmed_by: Mapped[UUID | None]
    confirmed_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

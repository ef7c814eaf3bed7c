"""No-criminal-record checks: one for one case and identity; sent in batches, answered by three doors."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.foundation.db import PERSONAL, Base, Personal, Sealed, Territorial, Versioned


class CriminalCheck(Personal, Versioned, Base):
    """One check (无犯罪记录核查), bound to name and document as submitted; `reference` goes to the agency.

    `detail` is sealed: only the reviewing officer and the auditor open it.
    """

    __tablename__ = "criminal_check"
    __extra_args__ = (
        Index(None, "province_code", "case_id"),
        Index(None, "province_code", "state", "requested_at"),
        Index(None, "province_code", "batch_id"),
        Index(None, "reference", unique=True),
    )

    case_id: Mapped[UUID]
    reference: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(60), info=PERSONAL)
    document_kind: Mapped[str] = mapped_column(String(30))
    document_number: Mapped[str] = mapped_column(Sealed)
    document_index: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(20))
    batch_id: Mapped[UUID | None]
    requested_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    decided_on: Mapped[date | None]
    door: Mapped[str] = mapped_column(String(12), default="")
    agency_reference: Mapped[str] = mapped_column(String(80), default="")
    detail: Mapped[str | None] = mapped_column(Sealed)
    typed_outcome: Mapped[str] = mapped_column(String(20), default="")
    typed_on: Mapped[date | None]
    typed_by: Mapped[UUID | None]
    review_proposal: Mapped[str] = mapped_column(String(24), default="")
    review_reason: Mapped[str] = mapped_column(Text, default="")
    reviewed_by: Mapped[UUID | None]
    decided_by: Mapped[UUID | None]


class CheckBatch(Territorial, Versioned, Base):
    """A batch handed to the province's hook: prepared, sent, done, or failed; receipts as returned."""

    __tablename__ = "check_batch"
    __extra_args__ = (Index(None, "province_code", "state"),)

    state: Mapped[str] = mapped_column(String(12))
    size: Mapped[int]
    channel: Mapped[str] = mapped_column(String(20), default="")
    receipts: Mapped[list[Any]]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    polls: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(Text, default="")


class StrayResult(Territorial, Base):
    """An answer that fits no open check (unknown, repeated, contradicting): kept and shown, never applied."""

    __tablename__ = "check_stray_result"

    reference: Mapped[str] = mapped_column(String(80))
    outcome: Mapped[str] = mapped_column(String(20))
    why: Mapped[str] = mapped_column(String(20))
    door: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime]

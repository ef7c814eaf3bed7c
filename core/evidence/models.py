"""National registers with which evidence is compared, imported whole or not at all."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.foundation.db import Base, Json, Keyed, Versioned


class RegisterImport(Keyed, Versioned, Base):
    """One file of one register: waiting, checking, writing, refused (with its faulty lines), in force, or superseded.

    `faults`: the first faults as [{line, column, message, params}]; `done`/`total` are rows, for the bar.
    """

    __tablename__ = "register_import"

    kind: Mapped[str] = mapped_column(String(12))
    file_name: Mapped[str] = mapped_column(String(200))
    file_key: Mapped[str] = mapped_column(String(60))
    file_sha256: Mapped[str] = mapped_column(String(64))
    replaces_all: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(12))
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    fault_count: Mapped[int] = mapped_column(default=0)
    faults: Mapped[list[Any] | None] = mapped_column(Json)
    started_by: Mapped[UUID | None]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class RegisterEntry(Keyed, Base):
    """One line of a register, found by person and kind; the document number itself is not kept."""

    __tablename__ = "register_entry"
    __table_args__ = (Index(None, "document_index", "kind"),)

    import_id: Mapped[UUID] = mapped_column(ForeignKey("register_import.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    document_index: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(60))
    number: Mapped[str] = mapped_column(String(60))
    level: Mapped[str] = mapped_column(String(20), default="")
    subject: Mapped[str] = mapped_column(String(60), default="")
    division: Mapped[str] = mapped_column(String(12), default="")
    issued_on: Mapped[date | None]
    valid_until: Mapped[date | None]

"""National registers with which evidence is compared, imported whole or not at all."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from core.foundation.db import PERSONAL, Base, Json, Keyed, Sealed, Territorial, Versioned


class RegisterImport(Keyed, Versioned, Base):
    """One file of one register: waiting, checking, writing, refused (with its faulty lines), in force, or superseded;
    one with `preview` stops as checked until it is confirmed or discarded. `replaced`: lines it took the place of.

    `faults`: the first faults as [{line, column, message, params}]; `done`/`total` are rows, for the bar.
    """

    __tablename__ = "register_import"

    kind: Mapped[str] = mapped_column(String(12))
    file_name: Mapped[str] = mapped_column(String(200))
    file_key: Mapped[str] = mapped_column(String(60))
    file_sha256: Mapped[str] = mapped_column(String(64))
    replaces_all: Mapped[bool] = mapped_column(default=False)
    preview: Mapped[bool] = mapped_column(default=False, server_default=false())
    replaced: Mapped[int] = mapped_column(default=0, server_default="0")
    confirmed_at: Mapped[datetime | None]
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
    __table_args__ = (Index(None, "document_index", "kind"), Index(None, "kind", "number"))

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


class ExamScreening(Keyed, Versioned, Base):
    """A file of candidates that an exam department (of a province, "" the nation) asked about.

    State: waiting, done or refused. List and answers are sealed files, dropped after their time.
    """

    __tablename__ = "exam_screening"
    __table_args__ = (Index(None, "province_code", "asked_at"),)

    province_code: Mapped[str] = mapped_column(String(2))
    state: Mapped[str] = mapped_column(String(10))
    file_name: Mapped[str] = mapped_column(String(200))
    file_key: Mapped[str] = mapped_column(String(60))
    file_sha256: Mapped[str] = mapped_column(String(64))
    result_key: Mapped[str] = mapped_column(String(60), default="")
    on_day: Mapped[date]
    total: Mapped[int] = mapped_column(default=0)
    barred: Mapped[int] = mapped_column(default=0)
    fault_count: Mapped[int] = mapped_column(default=0)
    faults: Mapped[list[Any] | None] = mapped_column(Json)
    asked_by: Mapped[UUID | None]
    asked_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class ExamContact(Territorial, Versioned, Base):
    """A named person at an exam department with whom a place keeps in touch (R-EXAM-01)."""

    __tablename__ = "exam_contact"
    __extra_args__ = (Index(None, "province_code", "unit"),)

    name: Mapped[str] = mapped_column(String(60), info=PERSONAL)
    unit: Mapped[str] = mapped_column(String(120))
    post: Mapped[str] = mapped_column(String(60), default="")
    telephone: Mapped[str] = mapped_column(Sealed)
    mail: Mapped[str] = mapped_column(Sealed, default="")
    remark: Mapped[str] = mapped_column(String(200), default="")
    ended_on: Mapped[date | None]
    recorded_by: Mapped[UUID | None]


class ExamConference(Territorial, Versioned, Base):
    """A meeting held together with an exam department, on record."""

    __tablename__ = "exam_conference"
    __extra_args__ = (Index(None, "province_code", "held_on"),)

    held_on: Mapped[date]
    place: Mapped[str] = mapped_column(String(120), default="")
    topic: Mapped[str] = mapped_column(String(200))
    participants: Mapped[str] = mapped_column(Text, default="")
    minutes: Mapped[str] = mapped_column(Text, default="")
    recorded_by: Mapped[UUID | None]

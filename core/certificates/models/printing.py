"""Printers with their offsets, print runs, and one line for each piece to be printed."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from core.foundation.db import Base, Personal, Territorial, Versioned


class Printer(Territorial, Versioned, Base):
    """A printer of an institution; offsets in tenths of a millimetre, right and down, for the front and the back."""

    __tablename__ = "printer"
    __extra_args__ = (Index(None, "province_code", "institution_code", "name", unique=True),)

    institution_code: Mapped[str] = mapped_column(String(5))
    name: Mapped[str] = mapped_column(String(60))
    front_x: Mapped[int] = mapped_column(default=0)
    front_y: Mapped[int] = mapped_column(default=0)
    back_x: Mapped[int] = mapped_column(default=0)
    back_y: Mapped[int] = mapped_column(default=0)
    duplex: Mapped[bool] = mapped_column(default=True)
    changed_by: Mapped[UUID | None]
    changed_at: Mapped[datetime]


class PrintRun(Territorial, Versioned, Base):
    """A batch of pieces for one printer: checked, drawn as one PDF (`key`, its hash), then settled piece by piece."""

    __tablename__ = "print_run"
    __extra_args__ = (Index(None, "province_code", "institution_code", "opened_at"),)

    institution_code: Mapped[str] = mapped_column(String(5))
    printer_id: Mapped[UUID]
    layout: Mapped[dict[str, Any]]
    total: Mapped[int]
    checked: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(10))
    key: Mapped[str] = mapped_column(String(60), default="")
    sha256: Mapped[str] = mapped_column(String(64), default="")
    fault: Mapped[str] = mapped_column(Text, default="")
    opened_by: Mapped[UUID | None]
    opened_at: Mapped[datetime]


_OPEN = text("state IN ('waiting', 'drawn')")


class PrintLine(Personal, Versioned, Base):
    """One piece in a run: which page, which blank, what was found wrong with it, what became of it."""

    __tablename__ = "print_line"
    __extra_args__ = (
        ForeignKeyConstraint(["province_code", "run_id"], ["print_run.province_code", "print_run.id"]),
        Index(None, "province_code", "run_id", "position", unique=True),
        Index(
            "ix_print_line_open",
            "province_code",
            "piece_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    run_id: Mapped[UUID]
    piece_id: Mapped[UUID]
    certificate_id: Mapped[UUID]
    position: Mapped[int]
    page: Mapped[int] = mapped_column(default=0)
    number: Mapped[str] = mapped_column(String(17))
    blank: Mapped[str] = mapped_column(String(50))
    state: Mapped[str] = mapped_column(String(10))
    findings: Mapped[list[Any]]
    settled_by: Mapped[UUID | None]
    settled_at: Mapped[datetime | None]

"""The record of each certificate, its number, and what the public may ask of it."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from core.foundation.db import PERSONAL, Base, Personal, Sealed, Versioned


class Certificate(Personal, Versioned, Base):
    """The record of one qualification; the paper is a piece of it. `blank_lot` and `blank_serial` say which."""

    __tablename__ = "certificate"
    __extra_args__ = (
        Index(
            None,
            "province_code",
            "case_id",
            unique=True,
            sqlite_where=text("state <> 'voided'"),
            postgresql_where=text("state <> 'voided'"),
        ),
        Index(None, "province_code", "institution_code", "issued_on"),
    )

    number: Mapped[str] = mapped_column(String(17))
    case_id: Mapped[UUID]
    institution_code: Mapped[str] = mapped_column(String(5))
    institution_name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(1))
    subject: Mapped[str] = mapped_column(String(60), default="")
    name: Mapped[str] = mapped_column(String(60), info=PERSONAL)
    sex: Mapped[str] = mapped_column(String(1))
    birth_date: Mapped[date] = mapped_column(info=PERSONAL)
    document_number: Mapped[str] = mapped_column(Sealed)
    photo_key: Mapped[str] = mapped_column(String(60), default="")
    issued_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(20))
    blank_lot: Mapped[UUID | None]
    blank_serial: Mapped[str] = mapped_column(String(20), default="")
    created_at: Mapped[datetime]


class CertificateNumber(Base):
    """National: which numbers were given, to whom (name by blind index), and how they stand, for verification.

    Kept apart from casework so that the public's look-up is one read by primary key, and holds no more than the
    answer needs. `piece` counts the papers of the certificate from 1; only the last may stand.
    """

    __tablename__ = "certificate_number"
    __table_args__ = (
        Index(
            "ix_certificate_number_not_standing",
            "number",
            sqlite_where=text("state <> 'in_force' OR piece > 1"),
            postgresql_where=text("state <> 'in_force' OR piece > 1"),
        ),
    )

    number: Mapped[str] = mapped_column(String(17), primary_key=True)
    province_code: Mapped[str] = mapped_column(String(2))
    certificate_id: Mapped[UUID]
    name_index: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(20))
    piece: Mapped[int] = mapped_column(default=1)


class NumberSeries(Base):
    """The last sequence given by an institution in a year, over all kinds (§ 2.4); its row is the lock."""

    __tablename__ = "number_series"

    institution_code: Mapped[str] = mapped_column(String(5), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(default=0)

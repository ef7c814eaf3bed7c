"""The record of each certificate, its number, and what the public may ask of it."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from core.foundation.db import PERSONAL, Base, Personal, Sealed, Versioned


class Certificate(Personal, Versioned, Base):
    """The record of one qualification; each paper issued for it is a `CertificatePiece`."""

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
    ethnic_group: Mapped[str] = mapped_column(String(20), default="", info=PERSONAL)
    document_number: Mapped[str] = mapped_column(Sealed)
    photo_key: Mapped[str] = mapped_column(String(60), default="")
    issued_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(20))
    void_reason: Mapped[str] = mapped_column(Text, default="")
    decision_ref: Mapped[str] = mapped_column(String(80), default="")
    created_at: Mapped[datetime]


_LIVE = text("state IN ('assigned', 'printed', 'handed_over', 'reported_lost', 'recalled')")


class CertificatePiece(Personal, Versioned, Base):
    """One piece of paper of a certificate (证书实物) and the blank it is on; at most one is live (R-CERT-06)."""

    __tablename__ = "certificate_piece"
    __extra_args__ = (
        Index(
            "ix_certificate_piece_live",
            "province_code",
            "certificate_id",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        Index(None, "province_code", "certificate_id", "number", unique=True),
        Index("ix_certificate_piece_blank", "series", "serial", unique=True),
        Index(None, "province_code", "institution_code", "state"),
    )

    certificate_id: Mapped[UUID]
    number: Mapped[int]
    institution_code: Mapped[str] = mapped_column(String(5))
    holder_code: Mapped[str] = mapped_column(String(5))
    series: Mapped[int]
    serial: Mapped[int]
    blank: Mapped[str] = mapped_column(String(50))
    cause: Mapped[str] = mapped_column(String(12), default="")
    remark: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(20))
    assigned_at: Mapped[datetime]
    printed_by: Mapped[UUID | None]
    printed_at: Mapped[datetime | None]
    handed_by: Mapped[UUID | None]
    handed_at: Mapped[datetime | None]
    handed_how: Mapped[str] = mapped_column(String(12), default="")
    handed_to: Mapped[str] = mapped_column(String(80), default="")
    closed_by: Mapped[UUID | None]
    closed_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Text, default="")


class CertificateChange(Personal, Versioned, Base):
    """A correction, replacement or re-issue: who asked, what was shown, what came of it.

    `asked` and `before` are sealed JSON of the values to correct and of those that stood: history is kept.
    """

    __tablename__ = "certificate_change"
    __extra_args__ = (
        Index(None, "province_code", "certificate_id", "requested_at"),
        Index("ix_certificate_change_queue", "province_code", "institution_code", "state", "requested_at"),
        Index(
            "ix_certificate_change_open",
            "province_code",
            "certificate_id",
            unique=True,
            sqlite_where=text("state = 'requested'"),
            postgresql_where=text("state = 'requested'"),
        ),
    )

    certificate_id: Mapped[UUID]
    institution_code: Mapped[str] = mapped_column(String(5))
    kind: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(Text)
    asked: Mapped[str] = mapped_column(Sealed)
    before: Mapped[str] = mapped_column(Sealed)
    proof_key: Mapped[str] = mapped_column(String(60), default="")
    proof_sha256: Mapped[str] = mapped_column(String(64), default="")
    by_holder: Mapped[bool]
    state: Mapped[str] = mapped_column(String(12))
    old_piece_id: Mapped[UUID | None]
    new_piece_id: Mapped[UUID | None]
    requested_by: Mapped[UUID | None]
    requested_at: Mapped[datetime]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str] = mapped_column(Text, default="")


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

"""Institutions and where people confirm in person. Public facts, changed by the province alone."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.foundation.db import Base, Keyed, Versioned


class Institution(Versioned, Base):
    """A body that recognises or confirms (认定机构), by its five-digit code.

    `level` is county, city, province or university; `division` the division code of its territory
    ("33", "3301", "330102"); `kinds` the kinds 1–7 it concludes.
    """

    __tablename__ = "institution"
    __table_args__ = (Index(None, "province_code", "division"),)

    code: Mapped[str] = mapped_column(String(5), primary_key=True)
    province_code: Mapped[str] = mapped_column(String(2))
    name: Mapped[str] = mapped_column(String(120))
    level: Mapped[str] = mapped_column(String(12))
    division: Mapped[str] = mapped_column(String(12))
    division_name: Mapped[str] = mapped_column(String(60))
    kinds: Mapped[list[str]]
    telephone: Mapped[str] = mapped_column(String(40))
    active: Mapped[bool] = mapped_column(default=True)


class ConfirmationPoint(Keyed, Base):
    """A place where applicants of an institution confirm in person (现场确认点)."""

    __tablename__ = "confirmation_point"

    institution_code: Mapped[str] = mapped_column(ForeignKey("institution.code"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    address: Mapped[str] = mapped_column(String(200))
    telephone: Mapped[str] = mapped_column(String(40))

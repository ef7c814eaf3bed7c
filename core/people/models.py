"""Persons of the nation and what bars them; a person exists once, whatever province they apply in."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.foundation.db import PERSONAL, Base, Keyed, Sealed, Versioned


class Person(Keyed, Versioned, Base):
    """One human being, found by the blind index of the document number or of the mobile."""

    __tablename__ = "person"

    name: Mapped[str] = mapped_column(String(60), info=PERSONAL)
    document_kind: Mapped[str] = mapped_column(String(30))
    document_number: Mapped[str] = mapped_column(Sealed)
    document_index: Mapped[str] = mapped_column(String(64), unique=True)
    sex: Mapped[str] = mapped_column(String(1))
    birth_date: Mapped[date] = mapped_column(info=PERSONAL)
    mobile: Mapped[str] = mapped_column(Sealed)
    mobile_index: Mapped[str] = mapped_column(String(64), unique=True)
    mail: Mapped[str] = mapped_column(Sealed, default="")
    created_at: Mapped[datetime]


class PersonBar(Keyed, Base):
    """A bar in the national register, kept by document so that it meets people who never signed up."""

    __tablename__ = "person_bar"
    __table_args__ = (Index(None, "document_index"),)

    document_index: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(20))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    decision: Mapped[str] = mapped_column(String(120))
    annulled_at: Mapped[datetime | None]
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime]

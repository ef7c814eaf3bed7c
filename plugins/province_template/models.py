"""The province's own table: the agency's call-backs, so that its officers see when it last called."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from core.sdk.tables import Base, Territorial


class Call(Territorial, Base):
    """A call-back of the agency and what became of its answers."""

    __tablename__ = "p00_call"

    at: Mapped[datetime] = mapped_column(index=True)
    applied: Mapped[int]
    repeated: Mapped[int]
    unknown: Mapped[int]

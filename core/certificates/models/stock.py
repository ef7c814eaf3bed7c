"""The ledger of blanks: every balance is a sum of movements."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.foundation.db import Base, Territorial, Versioned


class BlankLot(Territorial, Versioned, Base):
    """Blanks at one holder: a range of serials (`prefix` + digits) or a counted lot (`counted`).

    `next_serial` runs from `first` to `last`; what is left is a difference, checked against the movements.
    """

    __tablename__ = "blank_lot"
    __extra_args__ = (Index(None, "province_code", "holder_code", "received_at"),)

    holder_code: Mapped[str] = mapped_column(String(5))
    counted: Mapped[bool] = mapped_column(default=False)
    prefix: Mapped[str] = mapped_column(String(8), default="")
    width: Mapped[int] = mapped_column(default=8)
    first: Mapped[int]
    last: Mapped[int]
    next_serial: Mapped[int]
    received_at: Mapped[datetime]


class StockMovement(Territorial, Base):
    """One line of the ledger: receive, use, allot …; `quantity` is signed from the holder's side."""

    __tablename__ = "stock_movement"
    __extra_args__ = (
        Index(None, "province_code", "holder_code", "at"),
        Index(None, "province_code", "lot_id"),
    )

    lot_id: Mapped[UUID]
    holder_code: Mapped[str] = mapped_column(String(5))
    kind: Mapped[str] = mapped_column(String(12))
    quantity: Mapped[int]
    first: Mapped[int]
    last: Mapped[int]
    certificate_id: Mapped[UUID | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    by: Mapped[UUID | None]
    at: Mapped[datetime]

"""The ledger of blanks and stickers: every balance is a sum of movements, every serial is in one segment.

A serial stands on one number line for the whole nation: series number × 10⁹ + serial. Segments of that line never
overlap (the database itself refuses it), and every movement takes a stretch out of one and puts it into another:
so a serial is in one place, and nothing that was received is ever gone. Counted lots are series whose ordinals are
not printed on the paper.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.foundation.db import APPEND_ONLY, NO_OVERLAP, Base, Json, Territorial, Versioned

LINE = 1_000_000_000


class StockSeries(Base):
    """National: one prefix of printed serials, or one counted lot, of an item; `number` places it on the line."""

    __tablename__ = "stock_series"
    __table_args__ = (UniqueConstraint("item", "mark"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    item: Mapped[str] = mapped_column(String(10))
    mark: Mapped[str] = mapped_column(String(40))
    counted: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class StockHolder(Base):
    """A holder of an item; its row is the lock under which its stock changes. It holds no number."""

    __tablename__ = "stock_holder"

    holder_code: Mapped[str] = mapped_column(String(5), primary_key=True)
    item: Mapped[str] = mapped_column(String(10), primary_key=True)


class StockSegment(Territorial, Base):
    """A stretch of serials in one place: holder and account. `low` and `high` count, on the national line."""

    __tablename__ = "stock_segment"
    __extra_args__ = (
        Index(None, "province_code", "holder_code", "item", "account", "low"),
        Index("ix_stock_segment_low", "low"),
    )

    holder_code: Mapped[str] = mapped_column(String(5))
    item: Mapped[str] = mapped_column(String(10))
    account: Mapped[str] = mapped_column(String(12))
    low: Mapped[int] = mapped_column(BigInteger)
    high: Mapped[int] = mapped_column(BigInteger)

    @property
    def series(self) -> int:
        """Number of the series it belongs to."""
        return self.low // LINE

    @property
    def first(self) -> int:
        """First serial."""
        return self.low % LINE

    @property
    def last(self) -> int:
        """Last serial."""
        return self.high % LINE

    @property
    def quantity(self) -> int:
        """How many serials."""
        return self.high - self.low + 1


class StockMovement(Territorial, Base):
    """One line of the ledger, seen from one account of one holder; `quantity` is signed. Append-only.

    A movement writes two lines of one `move_id`, one out and one in; what the printer delivers has only its line in.
    """

    __tablename__ = "stock_movement"
    __extra_args__ = (
        Index(None, "province_code", "holder_code", "item", "at"),
        Index(None, "series", "first"),
        Index(None, "kind", "at"),
        Index(None, "subject_id"),
    )

    move_id: Mapped[UUID]
    item: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(12))
    holder_code: Mapped[str] = mapped_column(String(5))
    account: Mapped[str] = mapped_column(String(12))
    other_code: Mapped[str] = mapped_column(String(5), default="")
    series: Mapped[int]
    first: Mapped[int]
    last: Mapped[int]
    quantity: Mapped[int]
    cause: Mapped[str] = mapped_column(String(12), default="")
    season_key: Mapped[str] = mapped_column(String(20), default="")
    subject_id: Mapped[UUID | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    by: Mapped[UUID | None]
    at: Mapped[datetime]


class StockRequest(Territorial, Versioned, Base):
    """Items asked for or sent back, from request to receipt; it lies in the lower holder's territory.

    `ranges` are [series, first, last] as dispatched; `supply` the figures at the decision.
    """

    __tablename__ = "stock_request"
    __extra_args__ = (
        Index(None, "province_code", "holder_code", "state"),
        Index(None, "province_code", "source_code", "state"),
        Index(None, "state", "requested_at"),
    )

    item: Mapped[str] = mapped_column(String(10))
    purpose: Mapped[str] = mapped_column(String(10))
    holder_code: Mapped[str] = mapped_column(String(5))
    source_code: Mapped[str] = mapped_column(String(5))
    season_key: Mapped[str] = mapped_column(String(20))
    order_id: Mapped[UUID | None]
    asked: Mapped[int]
    note: Mapped[str] = mapped_column(Text, default="")
    approved: Mapped[int] = mapped_column(default=0)
    supply: Mapped[dict[str, Any] | None] = mapped_column(Json)
    excess_reason: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(12))
    decision_reason: Mapped[str] = mapped_column(Text, default="")
    ranges: Mapped[list[Any]]
    disputed_quantity: Mapped[int | None]
    dispute_reason: Mapped[str] = mapped_column(Text, default="")
    missing: Mapped[list[Any]]
    write_off_by: Mapped[UUID | None]
    write_off_reason: Mapped[str] = mapped_column(Text, default="")
    requested_by: Mapped[UUID | None]
    requested_at: Mapped[datetime]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    dispatched_by: Mapped[UUID | None]
    dispatched_at: Mapped[datetime | None]
    received_by: Mapped[UUID | None]
    received_at: Mapped[datetime | None]


class StockBatch(Base):
    """National: a province's recognition batch (season); its row is the lock of the batch's orders (R-STOCK-06)."""

    __tablename__ = "stock_batch"

    province_code: Mapped[str] = mapped_column(String(2), primary_key=True)
    season_key: Mapped[str] = mapped_column(String(20), primary_key=True)


class StockOrder(Territorial, Versioned, Base):
    """An order of extra blanks in a batch: cause, quantity, and above 1000 the application and its reply."""

    __tablename__ = "stock_order"
    __extra_args__ = (Index(None, "province_code", "season_key", "state"), Index(None, "state", "ordered_at"))

    season_key: Mapped[str] = mapped_column(String(20))
    cause: Mapped[str] = mapped_column(String(12))
    quantity: Mapped[int]
    granted: Mapped[int] = mapped_column(default=0)
    total_with: Mapped[int]
    note: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(24))
    ordered_by: Mapped[UUID | None]
    ordered_at: Mapped[datetime]
    application_key: Mapped[str] = mapped_column(String(60), default="")
    application_sha256: Mapped[str] = mapped_column(String(64), default="")
    applied_by: Mapped[UUID | None]
    applied_at: Mapped[datetime | None]
    reply_reference: Mapped[str] = mapped_column(String(80), default="")
    reply_text: Mapped[str] = mapped_column(Text, default="")
    reply_on: Mapped[date | None]
    reply_key: Mapped[str] = mapped_column(String(60), default="")
    reply_sha256: Mapped[str] = mapped_column(String(64), default="")
    replied_by: Mapped[UUID | None]
    replied_at: Mapped[datetime | None]


class Spoilage(Territorial, Versioned, Base):
    """Items spoiled at a holder: serials, cause, person, proof; a second person confirms (R-STOCK-04)."""

    __tablename__ = "stock_spoilage"
    __extra_args__ = (
        Index(None, "province_code", "holder_code", "item", "at"),
        Index(None, "province_code", "destruction_id"),
    )

    holder_code: Mapped[str] = mapped_column(String(5))
    item: Mapped[str] = mapped_column(String(10))
    series: Mapped[int]
    first: Mapped[int]
    last: Mapped[int]
    cause: Mapped[str] = mapped_column(String(12))
    note: Mapped[str] = mapped_column(Text, default="")
    photo_key: Mapped[str] = mapped_column(String(60), default="")
    photo_sha256: Mapped[str] = mapped_column(String(64), default="")
    returned: Mapped[bool] = mapped_column(default=False)
    piece_id: Mapped[UUID | None]
    season_key: Mapped[str] = mapped_column(String(20), default="")
    by: Mapped[UUID | None]
    at: Mapped[datetime]
    second_by: Mapped[UUID | None]
    second_at: Mapped[datetime | None]
    destruction_id: Mapped[UUID | None]


class Destruction(Territorial, Versioned, Base):
    """A destruction of spoiled items with its protocol: two persons and a file."""

    __tablename__ = "stock_destruction"
    __extra_args__ = (Index(None, "province_code", "holder_code", "at"),)

    holder_code: Mapped[str] = mapped_column(String(5))
    item: Mapped[str] = mapped_column(String(10))
    quantity: Mapped[int]
    protocol_key: Mapped[str] = mapped_column(String(60))
    protocol_sha256: Mapped[str] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(Text, default="")
    by: Mapped[UUID | None]
    at: Mapped[datetime]
    second_by: Mapped[UUID | None]
    second_at: Mapped[datetime | None]


class StockCount(Territorial, Versioned, Base):
    """A stock-taking at a holder: `lines` are {series, mark, expected, counted, explanation, missing, found}."""

    __tablename__ = "stock_count"
    __extra_args__ = (Index(None, "province_code", "holder_code", "at"),)

    holder_code: Mapped[str] = mapped_column(String(5))
    item: Mapped[str] = mapped_column(String(10))
    lines: Mapped[list[Any]]
    difference: Mapped[int]
    by: Mapped[UUID | None]
    at: Mapped[datetime]
    second_by: Mapped[UUID | None]
    second_at: Mapped[datetime | None]


APPEND_ONLY.append("stock_movement")
NO_OVERLAP.append(("stock_segment", "low", "high"))

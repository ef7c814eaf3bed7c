"""What an officer has chosen of reminders: a calendar address, letters. One row for one account; nothing personal."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.foundation.db import Base


class Subscription(Base):
    """`feed_index` finds the calendar by its secret address, of which nothing else is kept; "" is none.

    `letters` is none, daily or weekly; `letter_on` the last day for which one was promised, `sent_on` for which one
    went out.
    """

    __tablename__ = "oversight_subscription"
    __table_args__ = (Index(None, "feed_index"), Index(None, "letters", "letter_on"))

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    feed_index: Mapped[str] = mapped_column(String(64), default="")
    feed_at: Mapped[datetime | None]
    letters: Mapped[str] = mapped_column(String(8), default="none")
    letter_on: Mapped[date | None]
    sent_on: Mapped[date | None]

"""Accounts: one for one person; an officer's carries roles, territory and institution."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from core.foundation.db import Base, Keyed, Versioned


class Account(Keyed, Versioned, Base):
    """A sign-in. `epoch` is part of every session: raising it ends them all at once.

    `filed_until` is the last day on which the filing in force lets an officer in; None lets nobody in. The
    filing's verbs write it in their own transaction, so that nothing needs to ask the filing.
    """

    __tablename__ = "account"

    kind: Mapped[str] = mapped_column(String(12))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), unique=True)
    username: Mapped[str | None] = mapped_column(String(40), unique=True)
    display_name: Mapped[str] = mapped_column(String(60))
    password_hash: Mapped[str] = mapped_column(String(200))
    roles: Mapped[list[str]]
    prefix: Mapped[str] = mapped_column(String(12), default="")
    institution_code: Mapped[str] = mapped_column(String(5), default="")
    active: Mapped[bool] = mapped_column(default=True)
    filed_until: Mapped[date | None]
    epoch: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    last_sign_in_at: Mapped[datetime | None]

"""The province's own tables: nonces that the agency used, and its call-backs, taken or refused."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.sdk.tables import Base, Territorial


class Nonce(Territorial, Base):
    """A nonce of a call-back that was taken: the same one again is a replay."""

    __tablename__ = "p33_nonce"
    __extra_args__ = (Index(None, "province_code", "nonce", unique=True),)

    nonce: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime] = mapped_column(index=True)


class Call(Territorial, Base):
    """A call-back and what became of it: `refused` says why it was not taken, "" when it was."""

    __tablename__ = "p33_call"

    at: Mapped[datetime] = mapped_column(index=True)
    refused: Mapped[str] = mapped_column(String(20))
    applied: Mapped[int]
    repeated: Mapped[int]
    unknown: Mapped[int]
    contradicts: Mapped[int]

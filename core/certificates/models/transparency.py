"""The transparency log: a leaf of a Merkle tree for each event of a certificate, and its signed heads.

An entry is written in the transaction of its cause; sequencing gives leaves their places afterwards, in batches, so
that writers never queue on the log's end.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from core.foundation.db import APPEND_ONLY, Base, Keyed, Sealed


class LogEntry(Keyed, Base):
    """What happened: `data` is the leaf (sealed, as it holds a name), `hash` its leaf hash in hex."""

    __tablename__ = "log_entry"

    number: Mapped[str] = mapped_column(String(17), index=True)
    data: Mapped[str] = mapped_column(Sealed)
    hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class LogPending(Base):
    """Entries that have no place in the tree yet."""

    __tablename__ = "log_pending"

    entry_id: Mapped[UUID] = mapped_column(primary_key=True)


class LogLeaf(Base):
    """The place of an entry in the tree, from 0."""

    __tablename__ = "log_leaf"

    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    entry_id: Mapped[UUID] = mapped_column(unique=True)


class LogNode(Base):
    """The hash (hex) of a complete subtree: 2**level leaves from position * 2**level."""

    __tablename__ = "log_node"

    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    hash: Mapped[str] = mapped_column(String(64))


class LogHead(Base):
    """A signed head: the root of the first `size` leaves. `at` is part of what was signed."""

    __tablename__ = "log_head"

    size: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    root: Mapped[str] = mapped_column(String(64))
    at: Mapped[str] = mapped_column(String(40))
    algorithm: Mapped[str] = mapped_column(String(12))
    public: Mapped[str] = mapped_column(String(128))
    signature: Mapped[str] = mapped_column(String(200))


# log_entry is not among them: a rotation of keys seals it anew; the tree finds any other change.
APPEND_ONLY += ["log_leaf", "log_node", "log_head"]

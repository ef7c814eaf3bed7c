"""Accounts: one for one person; an officer's carries roles, territory and institution."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.foundation.db import PERSONAL, Base, Keyed, Sealed, Versioned


class Account(Keyed, Versioned, Base):
    """A sign-in. `epoch` is part of every session: raising it ends them all at once.

    `filed_until` is the last day on which the filing in force lets an officer in; None lets nobody in. The
    filing's verbs write it in their own transaction, so that nothing needs to ask the filing.
    `totp_step` is the last time step whose code was accepted: no code is taken twice. `enrolled_at` says since
    when a second factor exists.
    """

    __tablename__ = "account"

    kind: Mapped[str] = mapped_column(String(12))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), unique=True)
    username: Mapped[str | None] = mapped_column(String(40), unique=True)
    display_name: Mapped[str] = mapped_column(String(60), info=PERSONAL)
    password_hash: Mapped[str] = mapped_column(String(200), info=PERSONAL)
    roles: Mapped[list[str]]
    prefix: Mapped[str] = mapped_column(String(12), default="")
    institution_code: Mapped[str] = mapped_column(String(5), default="")
    active: Mapped[bool] = mapped_column(default=True)
    filed_until: Mapped[date | None]
    epoch: Mapped[int] = mapped_column(default=1)
    totp_secret: Mapped[str | None] = mapped_column(Sealed)
    totp_step: Mapped[int] = mapped_column(default=0, server_default="0")
    enrolled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    last_sign_in_at: Mapped[datetime | None]


class SignIn(Keyed, Base):
    """One session of an account: the cookie carries only its signed id.

    `stage` is open, second (the second factor is awaited) or enrol (it must be set up first). `fresh_at` is when
    the user last proved who they are. `challenge` is the passkey question asked last, `offer` the secret being
    enrolled. An ended session keeps why it ended and from where, so that its holder can be told.
    """

    __tablename__ = "sign_in"
    __table_args__ = (Index(None, "account_id", "ended_at"),)

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    epoch: Mapped[int]
    stage: Mapped[str] = mapped_column(String(10))
    factor: Mapped[str] = mapped_column(String(10))
    address: Mapped[str] = mapped_column(String(45))
    agent: Mapped[str] = mapped_column(String(200))
    begun_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    fresh_at: Mapped[datetime]
    failures: Mapped[int] = mapped_column(default=0)
    challenge: Mapped[bytes | None] = mapped_column(LargeBinary)
    offer: Mapped[str | None] = mapped_column(Sealed)
    ended_at: Mapped[datetime | None]
    ended_why: Mapped[str] = mapped_column(String(12), default="")
    ended_from: Mapped[str] = mapped_column(String(45), default="")


class Passkey(Keyed, Base):
    """A WebAuthn credential of an officer; the private key never leaves their device."""

    __tablename__ = "passkey"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int]
    name: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class RecoveryCode(Keyed, Base):
    """A code for the day the device is lost: kept as a keyed fingerprint, good once."""

    __tablename__ = "recovery_code"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    mark: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None]


class OneTimeCode(Keyed, Base):
    """A proof that somebody reads a mobile or a mailbox; good once. An officer's first password has its filing's code.

    `purpose` is sign_up, password or contact. `account_id` is empty where nobody was found: the row and
    the message are written all the same. `mark` is the keyed fingerprint of the code ("": not yet sent).
    """

    __tablename__ = "one_time_code"

    purpose: Mapped[str] = mapped_column(String(10))
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"), index=True)
    target: Mapped[str] = mapped_column(Sealed, default="")
    payload: Mapped[str] = mapped_column(Sealed, default="")
    mark: Mapped[str] = mapped_column(String(64), default="", index=True)
    tries: Mapped[int] = mapped_column(default=0)
    message_id: Mapped[UUID | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class AllowedNetwork(Keyed, Base):
    """A network from which an institution's officers may sign in; without any, from everywhere."""

    __tablename__ = "allowed_network"
    __table_args__ = (UniqueConstraint("institution_code", "cidr"),)

    institution_code: Mapped[str] = mapped_column(String(5))
    cidr: Mapped[str] = mapped_column(String(43))
    note: Mapped[str] = mapped_column(String(100), default="")
    added_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime]


class LinkedIdentity(Keyed, Base):
    """Who an officer is at their province's single sign-on: an issuer's subject opens one filed account."""

    __tablename__ = "linked_identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"), UniqueConstraint("account_id", "issuer"))

    issuer: Mapped[str] = mapped_column(String(200))
    subject: Mapped[str] = mapped_column(String(200))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    linked_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime]

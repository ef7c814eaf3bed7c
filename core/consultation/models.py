"""Lines and mailboxes of institutions, enquiries with their letters and files, calls, and articles of knowledge."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.foundation.db import Base, Keyed, Personal, Sealed, Territorial, Versioned


class EnquiryLine(Territorial, Versioned, Base):
    """How an institution is asked: telephone, hours of a working day ("08:30"), mail address. Public facts.

    `dedicated`: the line is linked with the centre's platform (R-CONS-03: encouraged, no duty).
    """

    __tablename__ = "enquiry_telephone"
    __extra_args__ = (Index(None, "province_code", "institution_code", unique=True),)

    institution_code: Mapped[str] = mapped_column(String(5))
    telephone: Mapped[str] = mapped_column(String(40))
    opens: Mapped[str] = mapped_column(String(5))
    closes: Mapped[str] = mapped_column(String(5))
    pause_from: Mapped[str] = mapped_column(String(5), default="")
    pause_to: Mapped[str] = mapped_column(String(5), default="")
    mailbox: Mapped[str] = mapped_column(String(120), default="")
    remark: Mapped[str] = mapped_column(String(200), default="")
    dedicated: Mapped[bool] = mapped_column(default=False)
    changed_by: Mapped[UUID | None]
    changed_at: Mapped[datetime]


class EnquiryInbox(Territorial, Versioned, Base):
    """How an institution's mailbox is read (IMAP) and answered from (SMTP); name and password are sealed.

    `validity` and `last_uid` say how far it was read; `fault` is what went wrong last, "" when nothing did.
    """

    __tablename__ = "enquiry_inbox"
    __extra_args__ = (Index(None, "province_code", "institution_code", unique=True),)

    institution_code: Mapped[str] = mapped_column(String(5))
    address: Mapped[str] = mapped_column(String(120))
    username: Mapped[str] = mapped_column(Sealed)
    password: Mapped[str] = mapped_column(Sealed)
    imap_host: Mapped[str] = mapped_column(String(120))
    imap_port: Mapped[int]
    imap_security: Mapped[str] = mapped_column(String(10))
    smtp_host: Mapped[str] = mapped_column(String(120))
    smtp_port: Mapped[int]
    smtp_security: Mapped[str] = mapped_column(String(10))
    authority: Mapped[str] = mapped_column(Text, default="")
    enabled: Mapped[bool] = mapped_column(default=True)
    validity: Mapped[int] = mapped_column(default=0)
    last_uid: Mapped[int] = mapped_column(default=0)
    read_at: Mapped[datetime | None]
    fault: Mapped[str] = mapped_column(String(200), default="")
    changed_by: Mapped[UUID | None]
    changed_at: Mapped[datetime]


class Enquiry(Personal, Versioned, Base):
    """One question: open, answered, closed, or escalated to the centre.

    `person_id` is the asker's where they are signed in, else the row's own id, so that nobody else's scope shows
    it. `due_on` is None while a year's holidays are unknown. `follows_id`: the enquiry whose thread it goes on with.
    """

    __tablename__ = "enquiry"
    __extra_args__ = (
        Index(None, "reference", unique=False),
        Index(None, "province_code", "state", "due_on"),
        Index(None, "province_code", "asked_on"),
        Index(None, "state", "answered_at"),
    )

    reference: Mapped[str] = mapped_column(String(20))
    code_hash: Mapped[str] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(10))
    institution_code: Mapped[str] = mapped_column(String(5))
    subject: Mapped[str] = mapped_column(Sealed)
    asker: Mapped[str] = mapped_column(Sealed)
    contact: Mapped[str] = mapped_column(Sealed)
    state: Mapped[str] = mapped_column(String(12))
    asked_at: Mapped[datetime]
    asked_on: Mapped[date]
    due_on: Mapped[date | None]
    escalated_at: Mapped[datetime | None]
    escalated_why: Mapped[str] = mapped_column(String(12), default="")
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[UUID | None]
    took_hours: Mapped[int | None]
    timely: Mapped[bool] = mapped_column(default=False)
    closed_at: Mapped[datetime | None]
    follows_id: Mapped[UUID | None]
    inbox_id: Mapped[UUID | None]


def _of_enquiry() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["province_code", "enquiry_id"], ["enquiry.province_code", "enquiry.id"])


class EnquiryLetter(Personal, Base):
    """A text of an enquiry's thread: "in" from the asker, "out" to them, "note" among officers.

    `mark` is the hash of a mail's Message-ID: a mailbox gives one letter once. `dropped` names files not kept.
    """

    __tablename__ = "enquiry_letter"
    __extra_args__ = (
        _of_enquiry(),
        Index(None, "province_code", "enquiry_id"),
        Index("ix_enquiry_letter_mark", "province_code", "inbox_id", "mark", unique=True),
    )

    enquiry_id: Mapped[UUID]
    direction: Mapped[str] = mapped_column(String(5))
    body: Mapped[str] = mapped_column(Sealed)
    at: Mapped[datetime]
    written_by: Mapped[UUID | None]
    inbox_id: Mapped[UUID | None]
    mark: Mapped[str | None] = mapped_column(String(64))
    mail_reference: Mapped[str] = mapped_column(Sealed, default="")
    dropped: Mapped[str] = mapped_column(Sealed, default="")
    sent_at: Mapped[datetime | None]


class EnquiryAttachment(Personal, Base):
    """A file that came with a letter: kept sealed, handed on as it is, never opened here."""

    __tablename__ = "enquiry_attachment"
    __extra_args__ = (_of_enquiry(), Index(None, "province_code", "enquiry_id"))

    enquiry_id: Mapped[UUID]
    letter_id: Mapped[UUID]
    file_name: Mapped[str] = mapped_column(Sealed)
    size: Mapped[int]
    file_key: Mapped[str] = mapped_column(String(80))
    file_sha256: Mapped[str] = mapped_column(String(64))


class EnquiryCall(Territorial, Base):
    """A call to an enquiry line: when, answered or not; never who called.

    `missed`: nobody answered in working hours (R-CONS-01). `reference` is the provincial line's own, else the id.
    """

    __tablename__ = "enquiry_call"
    __extra_args__ = (
        Index(None, "province_code", "reference", unique=True),
        Index(None, "province_code", "received_on", "institution_code"),
    )

    institution_code: Mapped[str] = mapped_column(String(5))
    reference: Mapped[str] = mapped_column(String(90))
    source: Mapped[str] = mapped_column(String(10))
    received_at: Mapped[datetime]
    received_on: Mapped[date]
    answered: Mapped[bool]
    missed: Mapped[bool]
    minutes: Mapped[int] = mapped_column(default=0)
    topic: Mapped[str] = mapped_column(String(60), default="")
    recorded_by: Mapped[UUID | None]


class KnowledgeArticle(Keyed, Versioned, Base):
    """A question often asked and its answer, of a province ("" the centre): drafted, published, withdrawn."""

    __tablename__ = "knowledge_article"
    __table_args__ = (Index(None, "state", "province_code", "published_at"),)

    province_code: Mapped[str] = mapped_column(String(2))
    title: Mapped[str] = mapped_column(String(120))
    body: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(String(160), default="")
    body_en: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(12))
    drafted_by: Mapped[UUID | None]
    drafted_at: Mapped[datetime]
    published_at: Mapped[datetime | None]

"""Penalty cases, the certificates they took, the papers issued in them, and the quarterly reports.

What is known of the party and of the facts is sealed; the columns in clear are those that lists, limits and counts
need.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.foundation.db import APPEND_ONLY, PERSONAL, Base, Json, Sealed, Territorial, Versioned


def _of_penalty() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["province_code", "penalty_id"], ["penalty.province_code", "penalty.id"])


def _of_report() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["province_code", "report_id"], ["penalty_report.province_code", "penalty_report.id"])


class Penalty(Territorial, Versioned, Base):
    """One case against one person, found by the blind index of the document: who never signed up has one too.

    `party`, `basis` are sealed JSON; `due_on` and `due_what` say what the present state owes, for supervision.
    """

    __tablename__ = "penalty"
    __extra_args__ = (
        Index(None, "province_code", "number", unique=True),
        Index("ix_penalty_source", "province_code", "source", "source_id", unique=True),
        Index(None, "document_index"),
        Index(None, "province_code", "state", "opened_on"),
        Index(None, "state", "due_on"),
        Index(None, "province_code", "in_force_on"),
    )

    number: Mapped[str] = mapped_column(String(30))
    institution_code: Mapped[str] = mapped_column(String(5))
    measure: Mapped[str] = mapped_column(String(12))
    ground: Mapped[str] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(String(12))
    source_id: Mapped[UUID | None]
    certificate_id: Mapped[UUID | None]
    name: Mapped[str] = mapped_column(String(60), info=PERSONAL)
    document_kind: Mapped[str] = mapped_column(String(30))
    document_number: Mapped[str] = mapped_column(Sealed)
    document_index: Mapped[str] = mapped_column(String(64))
    party: Mapped[str] = mapped_column(Sealed)
    summary: Mapped[str] = mapped_column(Sealed)
    state: Mapped[str] = mapped_column(String(12))
    opened_by: Mapped[UUID | None]
    opened_on: Mapped[date]
    opened_at: Mapped[datetime]
    facts: Mapped[str] = mapped_column(Sealed, default="")
    basis: Mapped[str] = mapped_column(Sealed, default="{}")
    basis_on: Mapped[date | None]
    investigated_by: Mapped[UUID | None]
    notified_on: Mapped[date | None]
    hearing_until: Mapped[date | None]
    defence: Mapped[str] = mapped_column(Sealed, default="")
    hearing_asked_on: Mapped[date | None]
    hearing_on: Mapped[date | None]
    hearing_place: Mapped[str] = mapped_column(String(200), default="")
    hearing_record: Mapped[str] = mapped_column(Sealed, default="")
    proposal: Mapped[str] = mapped_column(Sealed, default="")
    weighing: Mapped[str] = mapped_column(Sealed, default="")
    law: Mapped[str] = mapped_column(String(300), default="")
    proposed_by: Mapped[UUID | None]
    decision_number: Mapped[str] = mapped_column(String(60), default="")
    decided_by: Mapped[UUID | None]
    decided_on: Mapped[date | None]
    served_on: Mapped[date | None]
    served_at: Mapped[datetime | None]
    served_how: Mapped[str] = mapped_column(String(12), default="")
    served_proof: Mapped[str] = mapped_column(String(80), default="")
    in_force_on: Mapped[date | None]
    bar_id: Mapped[UUID | None]
    bar_until: Mapped[date | None]
    registrations_ended: Mapped[int] = mapped_column(default=0)
    executed_on: Mapped[date | None]
    execution: Mapped[str] = mapped_column(String(20), default="")
    reviews: Mapped[list[Any]] = mapped_column(Json, default=list)
    annulled_on: Mapped[date | None]
    annulment: Mapped[str] = mapped_column(String(200), default="")
    closed_on: Mapped[date | None]
    close_reason: Mapped[str] = mapped_column(Text, default="")
    due_on: Mapped[date | None]
    due_what: Mapped[str] = mapped_column(String(40), default="")
    due_clause: Mapped[str] = mapped_column(String(40), default="")


class PenaltyCertificate(Territorial, Base):
    """A certificate that fell by a decision, wherever in the nation it was issued, and what became of its paper."""

    __tablename__ = "penalty_taking"
    __extra_args__ = (
        _of_penalty(),
        Index(None, "province_code", "penalty_id", "certificate_id", unique=True),
        Index(None, "certificate_id"),
    )

    penalty_id: Mapped[UUID]
    certificate_id: Mapped[UUID]
    number: Mapped[str] = mapped_column(String(17))
    kind: Mapped[str] = mapped_column(String(1))
    subject: Mapped[str] = mapped_column(String(60))
    institution_name: Mapped[str] = mapped_column(String(120))
    issued_on: Mapped[date]
    outcome: Mapped[str] = mapped_column(String(20))
    outcome_on: Mapped[date | None]


class PenaltyPaper(Territorial, Base):
    """A paper issued in a case (告知书, 听证通知书, 决定书, 送达回证): a sealed PDF and its hash, never changed."""

    __tablename__ = "penalty_paper"
    __extra_args__ = (_of_penalty(), Index(None, "province_code", "penalty_id", "issued_at"))

    penalty_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(20))
    number: Mapped[str] = mapped_column(String(60))
    file_key: Mapped[str] = mapped_column(String(80))
    file_sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    issued_by: Mapped[UUID | None]
    issued_at: Mapped[datetime]


class PenaltyReport(Territorial, Versioned, Base):
    """A province's report of a quarter; what was signed lies in `PenaltyReportCopy`, the newest `copy_id`."""

    __tablename__ = "penalty_report"
    __extra_args__ = (
        Index(None, "province_code", "year", "quarter", unique=True),
        Index(None, "year", "quarter"),
    )

    year: Mapped[int]
    quarter: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))
    due_on: Mapped[date | None]
    nil: Mapped[bool] = mapped_column(default=False)
    copy_id: Mapped[UUID | None]
    opened_at: Mapped[datetime]
    signed_by: Mapped[UUID | None]
    signed_at: Mapped[datetime | None]
    filed_by: Mapped[UUID | None]
    filed_at: Mapped[datetime | None]
    answered_by: Mapped[UUID | None]
    answered_at: Mapped[datetime | None]
    return_reason: Mapped[str] = mapped_column(Text, default="")


class PenaltyReportLine(Territorial, Base):
    """Which report carries a case, as a `case` and, when its decision was reversed, as a `correction`."""

    __tablename__ = "penalty_reporting"
    __extra_args__ = (
        _of_penalty(),
        _of_report(),
        Index(None, "province_code", "penalty_id", "role", unique=True),
        Index(None, "province_code", "report_id"),
    )

    report_id: Mapped[UUID]
    penalty_id: Mapped[UUID]
    role: Mapped[str] = mapped_column(String(12))


class PenaltyReportCopy(Territorial, Base):
    """A report as it was signed: a sealed JSON file and its hash. A returned and signed again one has several."""

    __tablename__ = "penalty_report_copy"
    __extra_args__ = (_of_report(), Index(None, "province_code", "report_id", "signed_at"))

    report_id: Mapped[UUID]
    file_key: Mapped[str] = mapped_column(String(80))
    file_sha256: Mapped[str] = mapped_column(String(64))
    signed_by: Mapped[UUID | None]
    signer: Mapped[str] = mapped_column(String(60))
    signed_at: Mapped[datetime]


APPEND_ONLY += ["penalty_paper", "penalty_report_copy"]

"""Registrations, the public notices of their results, and objections against them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from core.foundation.db import PERSONAL, Base, Json, Personal, Sealed, Territorial, Versioned

_IN_FORCE = text("state = 'passed'")


class Registration(Personal, Versioned, Base):
    """One teacher's periodic registration (定期注册) of one season, from draft to conclusion and to its end.

    `territory` is the school's code, under the division of the institution that decides. A school hands in teachers
    who never signed up: `person_id` is then empty until they do (`document_index` finds them). `plan_id` is the plan's
    first version, whichever is in force. `form` holds what was declared: post, subject, days, hours, appraisals
    {year: result}, absence. `conduct` is the school's word.
    """

    __tablename__ = "registration"
    __extra_args__ = (
        Index(None, "province_code", "institution_code", "state"),
        Index(None, "province_code", "territory", "state"),
        Index(None, "province_code", "season_key", "state"),
        Index(None, "plan_id", "state"),
        Index(None, "publicity_id", "state"),
        Index(None, "document_index"),
        Index(
            "ix_registration_in_force", "valid_until", sqlite_where=_IN_FORCE, postgresql_where=_IN_FORCE
        ),
    )  # fmt: skip

    person_id: Mapped[UUID | None] = mapped_column(index=True)  # type: ignore[assignment]
    reference: Mapped[str] = mapped_column(String(24), unique=True)
    plan_id: Mapped[UUID]
    yearbook_id: Mapped[UUID]
    season_key: Mapped[str] = mapped_column(String(20))
    institution_code: Mapped[str] = mapped_column(String(5))
    person_name: Mapped[str] = mapped_column(String(60), info=PERSONAL)
    document_kind: Mapped[str] = mapped_column(String(30), default="resident_id")
    document_number: Mapped[str] = mapped_column(Sealed)
    document_masked: Mapped[str] = mapped_column(String(30), info=PERSONAL)
    document_index: Mapped[str] = mapped_column(String(64))
    certificate_number: Mapped[str] = mapped_column(String(17), default="")
    certificate_kind: Mapped[str] = mapped_column(String(1), default="")
    first: Mapped[bool] = mapped_column(default=True)
    form: Mapped[dict[str, Any]]
    conduct: Mapped[str] = mapped_column(String(12), default="")
    conduct_note: Mapped[str] = mapped_column(Text, default="")
    untrue: Mapped[str] = mapped_column(String(12), default="")
    fraud_summary: Mapped[str] = mapped_column(Text, default="")
    fraud_told_at: Mapped[datetime | None]
    fraud_told_by: Mapped[UUID | None]

    state: Mapped[str] = mapped_column(String(16))
    due_on: Mapped[date | None]
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    endorsed_by: Mapped[UUID | None]
    endorsed_at: Mapped[datetime | None]
    return_reason: Mapped[str] = mapped_column(Text, default="")
    confirmed_by: Mapped[UUID | None]
    confirmed_at: Mapped[datetime | None]
    reviewed_by: Mapped[UUID | None]
    proposed_at: Mapped[datetime | None]
    proposal: Mapped[str] = mapped_column(String(12), default="")
    reasons: Mapped[list[Any] | None] = mapped_column(Json)
    publicity_id: Mapped[UUID | None]
    concluded_by: Mapped[UUID | None]
    concluded_at: Mapped[datetime | None]
    conclusion: Mapped[str] = mapped_column(String(12), default="")
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    sticker: Mapped[str] = mapped_column(String(50), default="")
    reminded_at: Mapped[datetime | None]
    decision_ref: Mapped[str] = mapped_column(String(80), default="")
    ended_at: Mapped[datetime | None]


class OpenRegistration(Base):
    """National: a person's one registration of a season; its key forbids a second in any province."""

    __tablename__ = "registration_open"

    document_index: Mapped[str] = mapped_column(String(64), primary_key=True)
    season_key: Mapped[str] = mapped_column(String(20), primary_key=True)
    province_code: Mapped[str] = mapped_column(String(2))
    case_id: Mapped[UUID]


class RegistrationPublicity(Territorial, Base):
    """A public notice (公示) of proposed results of one plan, open from the day it was made to `closes_on`."""

    __tablename__ = "registration_publicity"
    __extra_args__ = (Index(None, "closes_on"), Index(None, "province_code", "institution_code"))

    plan_id: Mapped[UUID]
    institution_code: Mapped[str] = mapped_column(String(5))
    opened_on: Mapped[date]
    closes_on: Mapped[date]
    count: Mapped[int]
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime]


class RegistrationObjection(Territorial, Versioned, Base):
    """An objection (异议) against a publicised result: who said what, and how it was decided.

    `recorded_by` is the officer who entered it, None for one that came online; name and contact go two years after
    the decision.
    """

    __tablename__ = "registration_objection"
    __extra_args__ = (
        ForeignKeyConstraint(["province_code", "case_id"], ["registration.province_code", "registration.id"]),
        Index(None, "province_code", "case_id"),
        Index(None, "reference"),
    )

    reference: Mapped[str] = mapped_column(String(24), default="")
    case_id: Mapped[UUID]
    said_by: Mapped[str | None] = mapped_column(Sealed)
    contact: Mapped[str | None] = mapped_column(Sealed)
    text: Mapped[str] = mapped_column(Sealed)
    recorded_by: Mapped[UUID | None]
    recorded_at: Mapped[datetime]
    decision: Mapped[str] = mapped_column(String(12), default="")
    decision_reason: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]

    @property
    def online(self) -> bool:
        """Whether it came by the public site's form."""
        return self.recorded_by is None

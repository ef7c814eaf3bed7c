"""The survey of certificates before an area's first registration (摸底), line by line."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.foundation.db import PERSONAL, Base, Json, Sealed, Territorial, Versioned


class RegistrationSurvey(Territorial, Versioned, Base):
    """The survey of one pilot area: open until every line is settled, then closed for good."""

    __tablename__ = "registration_survey"
    __extra_args__ = (Index(None, "province_code", "pilot_area_id", unique=True),)

    pilot_area_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(String(8))
    opened_by: Mapped[UUID | None]
    opened_at: Mapped[datetime]
    closed_by: Mapped[UUID | None]
    closed_at: Mapped[datetime | None]


class SurveyedTeacher(Territorial, Versioned, Base):
    """A teacher on a school's list, their certificate, how it compared, and the authenticity check where needed.

    `findings`: what was wrong, as rules said it. `late` lines came from a registration after the survey had closed.
    """

    __tablename__ = "surveyed_teacher"
    __extra_args__ = (
        ForeignKeyConstraint(
            ["province_code", "survey_id"], ["registration_survey.province_code", "registration_survey.id"]
        ),
        Index(None, "province_code", "survey_id", "state"),
        Index(
            "ix_surveyed_teacher_teacher",
            "province_code",
            "survey_id",
            "document_index",
            "certificate_number",
            unique=True,
        ),
        Index(None, "document_index"),
    )

    survey_id: Mapped[UUID]
    school_code: Mapped[str] = mapped_column(String(12))
    person_name: Mapped[str] = mapped_column(String(60), info=PERSONAL)
    document_number: Mapped[str] = mapped_column(Sealed)
    document_masked: Mapped[str] = mapped_column(String(30), info=PERSONAL)
    document_index: Mapped[str] = mapped_column(String(64))
    certificate_number: Mapped[str] = mapped_column(String(17))
    state: Mapped[str] = mapped_column(String(12))
    findings: Mapped[list[Any] | None] = mapped_column(Json)
    late: Mapped[bool] = mapped_column(default=False)
    asked_of: Mapped[str] = mapped_column(String(120), default="")
    asked_by: Mapped[UUID | None]
    asked_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(String(12), default="")
    answer_text: Mapped[str] = mapped_column(Text, default="")
    answer_reference: Mapped[str] = mapped_column(String(80), default="")
    answered_by: Mapped[UUID | None]
    answered_at: Mapped[datetime | None]
    signed_by: Mapped[UUID | None]
    signed_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]

"""Recognition cases and what hangs on them: evidence, requests for papers, photo looks, notes, holds."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.foundation.db import PERSONAL, Base, Json, Keyed, Personal, Sealed, Versioned

_CASE = (["province_code", "case_id"], ["recognition_case.province_code", "recognition_case.id"])


class Case(Personal, Versioned, Base):
    """One application for recognition (认定申请): the form, and the facts from which its state is derived.

    `state`, `owner`, `due_on` are what `rules.states.derive` said of the facts when they last changed.
    `form` holds what has no personal secret; `contact` (address, mobile, CV …) is sealed JSON.
    """

    __tablename__ = "recognition_case"
    __extra_args__ = (
        Index(None, "province_code", "institution_code", "state", "submitted_at"),
        Index(None, "province_code", "state", "due_on"),
        Index(None, "province_code", "assigned_to", "state"),
        Index(None, "plan_id"),
        Index(None, "photo_key"),
    )

    reference: Mapped[str] = mapped_column(String(24), unique=True)
    plan_id: Mapped[UUID]
    yearbook_id: Mapped[UUID]
    season_key: Mapped[str] = mapped_column(String(20))
    institution_code: Mapped[str] = mapped_column(String(5))
    confirmation_point: Mapped[UUID | None]
    kind: Mapped[str] = mapped_column(String(1))
    subject: Mapped[str] = mapped_column(String(60), default="")
    place_basis: Mapped[str] = mapped_column(String(20))
    person_name: Mapped[str] = mapped_column(String(60), info=PERSONAL)
    document_masked: Mapped[str] = mapped_column(String(30), info=PERSONAL)
    document_index: Mapped[str] = mapped_column(String(64))
    form: Mapped[dict[str, Any]]
    contact: Mapped[str] = mapped_column(Sealed)

    photo_key: Mapped[str] = mapped_column(String(60), default="")
    photo_original_sha256: Mapped[str] = mapped_column(String(64), default="")
    photo_facts: Mapped[dict[str, Any] | None] = mapped_column(Json)
    photo_taken_on: Mapped[date | None]

    state: Mapped[str] = mapped_column(String(24))
    owner: Mapped[str] = mapped_column(String(24))
    due_on: Mapped[date | None]

    entry_last: Mapped[date]
    confirm_last: Mapped[date]
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    returned_at: Mapped[datetime | None]
    return_reason: Mapped[str] = mapped_column(Text, default="")
    withdrawn_at: Mapped[datetime | None]
    discarded_at: Mapped[datetime | None]
    lapsed_at: Mapped[datetime | None]
    rejected_on_site_at: Mapped[datetime | None]
    rejection_reason: Mapped[str] = mapped_column(Text, default="")
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[UUID | None]
    review_started_at: Mapped[datetime | None]
    reviewed_by: Mapped[UUID | None]
    proposal: Mapped[str] = mapped_column(String(12), default="")
    proposal_reason: Mapped[str] = mapped_column(Text, default="")
    proposed_at: Mapped[datetime | None]
    concluded_at: Mapped[datetime | None]
    concluded_by: Mapped[UUID | None]
    conclusion: Mapped[str] = mapped_column(String(12), default="")
    conclusion_reason: Mapped[str] = mapped_column(Text, default="")
    reopened_at: Mapped[datetime | None]
    reopen_reason: Mapped[str] = mapped_column(Text, default="")

    undertaking_version: Mapped[str] = mapped_column(String(20), default="")
    undertaken_at: Mapped[datetime | None]
    signature_key: Mapped[str] = mapped_column(String(60), default="")
    signature_sha256: Mapped[str] = mapped_column(String(64), default="")
    signed_on_site: Mapped[bool] = mapped_column(default=False)
    medical_result: Mapped[str] = mapped_column(String(12), default="")
    medical_on: Mapped[date | None]
    medical_hospital: Mapped[str] = mapped_column(String(100), default="")

    check_id: Mapped[UUID | None]
    check_state: Mapped[str] = mapped_column(String(20), default="")
    certificate_number: Mapped[str] = mapped_column(String(17), default="")
    assigned_to: Mapped[UUID | None]


class OpenApplication(Base):
    """National: a person's one open application of a season; its key forbids a second in any province."""

    __tablename__ = "open_application"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    season_key: Mapped[str] = mapped_column(String(20), primary_key=True)
    province_code: Mapped[str] = mapped_column(String(2))
    case_id: Mapped[UUID]


class CaseEvidence(Personal, Versioned, Base):
    """One item of evidence: what was claimed, which register was asked, and what came of it (R-EVID-05)."""

    __tablename__ = "case_evidence"
    __extra_args__ = (
        ForeignKeyConstraint(*_CASE),
        Index(None, "province_code", "case_id", "kind", unique=True),
    )

    case_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(20))
    claimed: Mapped[dict[str, Any]]
    register: Mapped[str] = mapped_column(String(60), default="")
    result: Mapped[str] = mapped_column(String(12), default="")
    differences: Mapped[list[Any]]
    compared_at: Mapped[datetime | None]
    upload_key: Mapped[str] = mapped_column(String(60), default="")
    upload_sha256: Mapped[str] = mapped_column(String(64), default="")
    original_seen_by: Mapped[UUID | None]
    original_seen_at: Mapped[datetime | None]


class MaterialRequest(Personal, Versioned, Base):
    """A request for missing papers (补正): what, until when, the answer."""

    __tablename__ = "material_request"
    __extra_args__ = (
        ForeignKeyConstraint(*_CASE),
        Index(None, "province_code", "case_id"),
        Index(None, "due_on", "answered_at"),
    )

    case_id: Mapped[UUID]
    what: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date]
    asked_by: Mapped[UUID | None]
    asked_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    answer_key: Mapped[str] = mapped_column(String(60), default="")
    answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[UUID | None]


class PhotoLook(Personal, Base):
    """A recorded look at the photo, at confirmation and at approval (R-PHOTO-06)."""

    __tablename__ = "photo_look"
    __extra_args__ = (
        ForeignKeyConstraint(*_CASE),
        Index(None, "province_code", "case_id", "stage", unique=True),
    )

    case_id: Mapped[UUID]
    stage: Mapped[str] = mapped_column(String(12))
    accepted: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text, default="")
    answers: Mapped[dict[str, Any] | None] = mapped_column(Json)
    by: Mapped[UUID | None]
    at: Mapped[datetime]


class PhotoOffer(Personal, Base):
    """A mended photo, or one with a doubt, that waits for the person's yes; `doubts` are codes of findings."""

    __tablename__ = "photo_offer"
    __extra_args__ = (ForeignKeyConstraint(*_CASE), Index(None, "province_code", "case_id"), Index(None, "key"))

    case_id: Mapped[UUID]
    key: Mapped[str] = mapped_column(String(60))
    original_sha256: Mapped[str] = mapped_column(String(64))
    doubts: Mapped[list[str]]
    created_at: Mapped[datetime]


class PhotoMark(Keyed, Base):
    """National: the perceptual mark of a case's photo (72 hex digits), to know the picture again in other hands."""

    __tablename__ = "photo_mark"

    case_id: Mapped[UUID] = mapped_column(index=True)
    person_id: Mapped[UUID]
    province_code: Mapped[str] = mapped_column(String(2))
    sha256: Mapped[str] = mapped_column(String(64))
    mark: Mapped[str] = mapped_column(String(72))
    created_at: Mapped[datetime]


class PhotoBand(Base):
    """National: the pieces of a mark; marks that are near share a piece, found by the key's first column."""

    __tablename__ = "photo_band"

    band: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    mark_id: Mapped[UUID] = mapped_column(primary_key=True)


class CaseNote(Personal, Base):
    """An officer's note on a case; the applicant never sees it."""

    __tablename__ = "case_note"
    __extra_args__ = (ForeignKeyConstraint(*_CASE), Index(None, "province_code", "case_id"))

    case_id: Mapped[UUID]
    text: Mapped[str] = mapped_column(Text)
    by: Mapped[UUID | None]
    at: Mapped[datetime]


class CaseHold(Personal, Versioned, Base):
    """Something that holds a conclusion until it is lifted: a province on defaults, a bar being examined."""

    __tablename__ = "case_hold"
    __extra_args__ = (ForeignKeyConstraint(*_CASE), Index(None, "province_code", "case_id"))

    case_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text)
    by: Mapped[UUID | None]
    at: Mapped[datetime]
    lifted_by: Mapped[UUID | None]
    lifted_at: Mapped[datetime | None]
    lift_reason: Mapped[str] = mapped_column(Text, default="")


class CaseAppeal(Personal, Versioned, Base):
    """A review (复议) or suit against a refusal: filed with a body, decided, carried out (R-TIME-06)."""

    __tablename__ = "case_appeal"
    __extra_args__ = (ForeignKeyConstraint(*_CASE), Index(None, "province_code", "case_id"))

    case_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(12))
    filed_on: Mapped[date]
    body: Mapped[str] = mapped_column(String(100))
    document: Mapped[str] = mapped_column(String(60))
    recorded_by: Mapped[UUID | None]
    recorded_at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(String(12), default="")
    decided_on: Mapped[date | None]
    decision: Mapped[str] = mapped_column(String(60), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    carried_out_by: Mapped[UUID | None]
    carried_out_at: Mapped[datetime | None]

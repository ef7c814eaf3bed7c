"""Periodic registration: pilot areas, schools, surveys, registrations and what hangs on them.

Revision: registration, after running_figures. Yearbooks in the database get the values that registration asks for.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.foundation.db import Json

revision = "registration"
down_revision = "penalties"
branch_labels = None
depends_on = None

VALUES = {
    "registration_notice_working_days": {
        "value": 5,
        "clause": "R-TIME-04",
        "rule": "R-TIME-04",
        "reading": "注册结论作出前公示的工作日数，公示当日不计",
        "reading_en": "shown in public for so many working days before the conclusion, the first day not counted",
    },
    "registration_early_days": {
        "value": 183,
        "clause": "R-REG-13",
        "rule": "R-REG-13",
        "reading": "有效期届满前六个月起可申请下一次注册",
        "reading_en": "the next registration may be applied for from half a year before the present one ends",
    },
    "registration_reminder_days": {
        "value": 60,
        "clause": "R-REG-13",
        "rule": "R-REG-13",
        "reading": "有效期届满前60日提醒一次",
        "reading_en": "a teacher is reminded once, 60 days before the registration ends",
    },
}
YEARBOOK = sa.table("yearbook", sa.column("id", sa.Uuid()), sa.column("document", Json))


def upgrade() -> None:
    op.create_table(
        "pilot_area",
        sa.Column("division", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("basis", sa.String(length=200), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("surveyed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("listed_by", sa.Uuid(), nullable=True),
        sa.Column("listed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("province_code", "id", name=op.f("pk_pilot_area")),
    )
    op.create_index("ix_pilot_area_id", "pilot_area", ["id"])
    op.create_index(op.f("ix_pilot_area_province_code_division"), "pilot_area", ["province_code", "division"])

    op.create_table(
        "registration",
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("reference", sa.String(length=24), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("yearbook_id", sa.Uuid(), nullable=False),
        sa.Column("season_key", sa.String(length=20), nullable=False),
        sa.Column("institution_code", sa.String(length=5), nullable=False),
        sa.Column("person_name", sa.String(length=60), nullable=False),
        sa.Column("document_kind", sa.String(length=30), nullable=False),
        sa.Column("document_number", sa.LargeBinary(), nullable=False),
        sa.Column("document_masked", sa.String(length=30), nullable=False),
        sa.Column("document_index", sa.String(length=64), nullable=False),
        sa.Column("certificate_number", sa.String(length=17), nullable=False),
        sa.Column("certificate_kind", sa.String(length=1), nullable=False),
        sa.Column("first", sa.Boolean(), nullable=False),
        sa.Column("form", Json, nullable=False),
        sa.Column("conduct", sa.String(length=12), nullable=False),
        sa.Column("conduct_note", sa.Text(), nullable=False),
        sa.Column("untrue", sa.String(length=12), nullable=False),
        sa.Column("fraud_summary", sa.Text(), nullable=False),
        sa.Column("fraud_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fraud_told_by", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("endorsed_by", sa.Uuid(), nullable=True),
        sa.Column("endorsed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("return_reason", sa.Text(), nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_by", sa.Uuid(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proposal", sa.String(length=12), nullable=False),
        sa.Column("reasons", Json, nullable=True),
        sa.Column("publicity_id", sa.Uuid(), nullable=True),
        sa.Column("concluded_by", sa.Uuid(), nullable=True),
        sa.Column("concluded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("conclusion", sa.String(length=12), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("sticker", sa.String(length=50), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_ref", sa.String(length=80), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("province_code", "id", name=op.f("pk_registration")),
        sa.UniqueConstraint("reference", name=op.f("uq_registration_reference")),
    )
    op.create_index(op.f("ix_registration_document_index"), "registration", ["document_index"])
    op.create_index("ix_registration_id", "registration", ["id"])
    op.create_index(
        "ix_registration_in_force",
        "registration",
        ["valid_until"],
        sqlite_where=sa.text("state = 'passed'"),
        postgresql_where=sa.text("state = 'passed'"),
    )
    op.create_index(op.f("ix_registration_person_id"), "registration", ["person_id"])
    op.create_index(op.f("ix_registration_plan_id_state"), "registration", ["plan_id", "state"])
    op.create_index(
        op.f("ix_registration_province_code_institution_code_state"),
        "registration",
        ["province_code", "institution_code", "state"],
    )
    op.create_index(
        op.f("ix_registration_province_code_season_key_state"), "registration", ["province_code", "season_key", "state"]
    )
    op.create_index(
        op.f("ix_registration_province_code_territory_state"), "registration", ["province_code", "territory", "state"]
    )
    op.create_index(op.f("ix_registration_publicity_id_state"), "registration", ["publicity_id", "state"])

    op.create_table(
        "registration_open",
        sa.Column("document_index", sa.String(length=64), nullable=False),
        sa.Column("season_key", sa.String(length=20), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("document_index", "season_key", name=op.f("pk_registration_open")),
    )
    op.create_table(
        "registration_publicity",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("institution_code", sa.String(length=5), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.String(length=12), nullable=False),
        sa.PrimaryKeyConstraint("province_code", "id", name=op.f("pk_registration_publicity")),
    )
    op.create_index(op.f("ix_registration_publicity_closes_on"), "registration_publicity", ["closes_on"])
    op.create_index("ix_registration_publicity_id", "registration_publicity", ["id"])
    op.create_index(
        op.f("ix_registration_publicity_province_code_institution_code"),
        "registration_publicity",
        ["province_code", "institution_code"],
    )

    op.create_table(
        "registration_survey",
        sa.Column("pilot_area_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("province_code", "id", name=op.f("pk_registration_survey")),
    )
    op.create_index("ix_registration_survey_id", "registration_survey", ["id"])
    op.create_index(
        op.f("ix_registration_survey_province_code_pilot_area_id"),
        "registration_survey",
        ["province_code", "pilot_area_id"],
        unique=True,
    )

    op.create_table(
        "registration_upload",
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("file_key", sa.String(length=80), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("fault_count", sa.Integer(), nullable=False),
        sa.Column("faults", Json, nullable=True),
        sa.Column("summary", Json, nullable=True),
        sa.Column("started_by", sa.Uuid(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("province_code", "id", name=op.f("pk_registration_upload")),
    )
    op.create_index("ix_registration_upload_id", "registration_upload", ["id"])
    op.create_index(
        op.f("ix_registration_upload_province_code_territory_started_at"),
        "registration_upload",
        ["province_code", "territory", "started_at"],
    )

    op.create_table(
        "registration_objection",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("said_by", sa.LargeBinary(), nullable=False),
        sa.Column("contact", sa.LargeBinary(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.String(length=12), nullable=False),
        sa.Column("decision_reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["province_code", "case_id"],
            ["registration.province_code", "registration.id"],
            name=op.f("fk_registration_objection_province_code_case_id"),
        ),
        sa.PrimaryKeyConstraint("province_code", "id", name=op.f("pk_registration_objection")),
    )
    op.create_index("ix_registration_objection_id", "registration_objection", ["id"])
    op.create_index(
        op.f("ix_registration_objection_province_code_case_id"), "registration_objection", ["province_code", "case_id"]
    )

    op.create_table(
        "surveyed_teacher",
        sa.Column("survey_id", sa.Uuid(), nullable=False),
        sa.Column("school_code", sa.String(length=12), nullable=False),
        sa.Column("person_name", sa.String(length=60), nullable=False),
        sa.Column("document_number", sa.LargeBinary(), nullable=False),
        sa.Column("document_masked", sa.String(length=30), nullable=False),
        sa.Column("document_index", sa.String(length=64), nullable=False),
        sa.Column("certificate_number", sa.String(length=17), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("findings", Json, nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("asked_of", sa.String(length=120), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(length=12), nullable=False),
        sa.Column("answer_text", sa.Text(), nullable=False),
        sa.Column("answer_reference", sa.String(length=80), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_by", sa.Uuid(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["province_code", "survey_id"],
            ["registration_survey.province_code", "registration_survey.id"],
            name=op.f("fk_surveyed_teacher_province_code_survey_id"),
        ),
        sa.PrimaryKeyConstraint("province_code", "id", name=op.f("pk_surveyed_teacher")),
    )
    op.create_index(op.f("ix_surveyed_teacher_document_index"), "surveyed_teacher", ["document_index"])
    op.create_index("ix_surveyed_teacher_id", "surveyed_teacher", ["id"])
    op.create_index(
        op.f("ix_surveyed_teacher_province_code_survey_id_state"),
        "surveyed_teacher",
        ["province_code", "survey_id", "state"],
    )
    op.create_index(
        "ix_surveyed_teacher_teacher",
        "surveyed_teacher",
        ["province_code", "survey_id", "document_index", "certificate_number"],
        unique=True,
    )

    op.create_table(
        "school",
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("institution_code", sa.String(length=5), nullable=False),
        sa.Column("telephone", sa.String(length=40), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["institution_code"], ["institution.code"], name=op.f("fk_school_institution_code")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_school")),
    )
    op.create_index(op.f("ix_school_institution_code"), "school", ["institution_code"])
    op.create_index(op.f("ix_school_province_code_code"), "school", ["province_code", "code"])
    _yearbooks(add=True)


def _yearbooks(*, add: bool) -> None:
    """Every kept rule set has the values, as 2020 reads them, or has them no more."""
    connection = op.get_bind()
    for row in connection.execute(sa.select(YEARBOOK.c.id, YEARBOOK.c.document)).all():
        document = dict(row.document)
        values = {name: item for name, item in document["values"].items() if name not in VALUES}
        if add:
            values |= VALUES
        document["values"] = values
        connection.execute(YEARBOOK.update().where(YEARBOOK.c.id == row.id).values(document=document))


def downgrade() -> None:
    _yearbooks(add=False)
    for table in (
        "school",
        "surveyed_teacher",
        "registration_objection",
        "registration_upload",
        "registration_survey",
        "registration_publicity",
        "registration_open",
        "registration",
        "pilot_area",
    ):
        op.drop_table(table)

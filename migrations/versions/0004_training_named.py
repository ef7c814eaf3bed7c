"""training: agenda, named attendees, materials, reminders

Revision: training_named, after 0001.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "training_named"
down_revision = "house_appeals"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "training_attendee",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("institution_code", sa.String(length=5), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(
            ["province_code", "meeting_id"],
            ["training_meeting.province_code", "training_meeting.id"],
            name=op.f("fk_training_attendee_province_code_meeting_id"),
        ),
        sa.PrimaryKeyConstraint("province_code", "id", name=op.f("pk_training_attendee")),
    )
    with op.batch_alter_table("training_attendee", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_training_attendee_account_id"), ["account_id"], unique=False)
        batch_op.create_index("ix_training_attendee_id", ["id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_training_attendee_province_code_meeting_id_account_id"),
            ["province_code", "meeting_id", "account_id"],
            unique=True,
        )

    op.create_table(
        "training_material",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("file_key", sa.String(length=80), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("uploaded_by", sa.Uuid(), nullable=True),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(
            ["province_code", "meeting_id"],
            ["training_meeting.province_code", "training_meeting.id"],
            name=op.f("fk_training_material_province_code_meeting_id"),
        ),
        sa.PrimaryKeyConstraint("province_code", "id", name=op.f("pk_training_material")),
    )
    with op.batch_alter_table("training_material", schema=None) as batch_op:
        batch_op.create_index("ix_training_material_id", ["id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_training_material_province_code_meeting_id"), ["province_code", "meeting_id"], unique=False
        )

    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_column("trained_at")

    with op.batch_alter_table("training_attendance", schema=None) as batch_op:
        batch_op.add_column(sa.Column("expected", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("contact", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("version", sa.Integer(), server_default="1", nullable=False))
        batch_op.create_index(
            batch_op.f("ix_training_attendance_province_code_institution_code"),
            ["province_code", "institution_code"],
            unique=False,
        )
        batch_op.drop_column("names")
    with op.batch_alter_table("training_attendance", schema=None) as batch_op:
        batch_op.alter_column("version", existing_type=sa.Integer(), server_default=None)

    with op.batch_alter_table("training_meeting", schema=None) as batch_op:
        batch_op.add_column(sa.Column("agenda", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("hours", sa.Integer(), server_default="0", nullable=False))
        batch_op.create_index(batch_op.f("ix_training_meeting_state_held_on"), ["state", "held_on"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("training_meeting", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_training_meeting_state_held_on"))
        batch_op.drop_column("hours")
        batch_op.drop_column("agenda")

    with op.batch_alter_table("training_attendance", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "names", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), server_default="[]", nullable=False
            )
        )
        batch_op.drop_index(batch_op.f("ix_training_attendance_province_code_institution_code"))
        batch_op.drop_column("version")
        batch_op.drop_column("reminded_at")
        batch_op.drop_column("contact")
        batch_op.drop_column("expected")

    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("trained_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("training_material", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_training_material_province_code_meeting_id"))
        batch_op.drop_index("ix_training_material_id")

    op.drop_table("training_material")
    with op.batch_alter_table("training_attendee", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_training_attendee_province_code_meeting_id_account_id"))
        batch_op.drop_index("ix_training_attendee_id")
        batch_op.drop_index(batch_op.f("ix_training_attendee_account_id"))

    op.drop_table("training_attendee")

"""Attendance becomes rows of its own, one for each institution; what is there is carried over.

Revision: presence, after first.
"""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "presence"
down_revision = "first"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MEETING = sa.table(
    "p41_meeting", sa.column("province_code", sa.String), sa.column("id", sa.Uuid), sa.column("counts", JSON)
)
PRESENCE = sa.table(
    "p41_presence", sa.column("province_code", sa.String), sa.column("id", sa.Uuid), sa.column("territory", sa.String),
    sa.column("meeting_id", sa.Uuid), sa.column("institution_code", sa.String), sa.column("people", sa.Integer),
)  # fmt: skip


def upgrade() -> None:
    bind = op.get_bind()
    meetings = bind.execute(sa.select(MEETING.c.province_code, MEETING.c.id, MEETING.c.counts)).all()
    with op.batch_alter_table("p41_meeting") as batch:  # before anything points at the table: SQLite makes it anew
        batch.drop_column("counts")
    op.create_table(
        "p41_presence",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("institution_code", sa.String(length=5), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(
            ["province_code", "meeting_id"], ["p41_meeting.province_code", "p41_meeting.id"],
            name=op.f("fk_p41_presence_province_code_meeting_id"),
        ),
        sa.PrimaryKeyConstraint("province_code", "id", name=op.f("pk_p41_presence")),
    )  # fmt: skip
    op.create_index("ix_p41_presence_id", "p41_presence", ["id"])
    op.create_index(
        op.f("ix_p41_presence_province_code_meeting_id_institution_code"), "p41_presence",
        ["province_code", "meeting_id", "institution_code"], unique=True,
    )  # fmt: skip
    rows = [
        {
            "province_code": code, "id": uuid.uuid4(), "territory": code, "meeting_id": meeting,
            "institution_code": institution, "people": people,
        }
        for code, meeting, counts in meetings
        for institution, people in (counts.items() if isinstance(counts, dict) else ())
    ]  # fmt: skip
    if rows:
        bind.execute(sa.insert(PRESENCE), rows)


def downgrade() -> None:
    bind = op.get_bind()
    counts: dict[tuple[str, uuid.UUID], dict[str, int]] = {}
    columns = (PRESENCE.c.province_code, PRESENCE.c.meeting_id, PRESENCE.c.institution_code, PRESENCE.c.people)
    for code, meeting, institution, people in bind.execute(sa.select(*columns)):
        counts.setdefault((code, meeting), {})[institution] = people
    op.drop_table("p41_presence")
    with op.batch_alter_table("p41_meeting") as batch:
        batch.add_column(sa.Column("counts", JSON, nullable=False, server_default="{}"))
    for (code, meeting), said in counts.items():
        fits = (MEETING.c.province_code == code) & (MEETING.c.id == meeting)
        bind.execute(sa.update(MEETING).where(fits).values(counts=said))

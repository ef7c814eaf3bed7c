"""Printing: printers with offsets, runs, their lines; the ethnic group on a certificate."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "printing"
down_revision = "stock_ledger"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
OPEN = sa.text("state IN ('waiting', 'drawn')")


def _territorial() -> list[sa.Column]:  # type: ignore[type-arg]
    return [
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
    ]


def upgrade() -> None:
    """Add the tables and the column."""
    op.create_table(
        "printer",
        *_territorial(),
        sa.Column("institution_code", sa.String(length=5), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("front_x", sa.Integer(), nullable=False),
        sa.Column("front_y", sa.Integer(), nullable=False),
        sa.Column("back_x", sa.Integer(), nullable=False),
        sa.Column("back_y", sa.Integer(), nullable=False),
        sa.Column("duplex", sa.Boolean(), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("province_code", "id", name=op.f("pk_printer")),
    )
    with op.batch_alter_table("printer", schema=None) as batch_op:
        batch_op.create_index("ix_printer_id", ["id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_printer_province_code_institution_code_name"),
            ["province_code", "institution_code", "name"],
            unique=True,
        )
    op.create_table(
        "print_run",
        *_territorial(),
        sa.Column("institution_code", sa.String(length=5), nullable=False),
        sa.Column("printer_id", sa.Uuid(), nullable=False),
        sa.Column("layout", JSON, nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("checked", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("province_code", "id", name=op.f("pk_print_run")),
    )
    with op.batch_alter_table("print_run", schema=None) as batch_op:
        batch_op.create_index("ix_print_run_id", ["id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_print_run_province_code_institution_code_opened_at"),
            ["province_code", "institution_code", "opened_at"],
            unique=False,
        )
    op.create_table(
        "print_line",
        *_territorial(),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("piece_id", sa.Uuid(), nullable=False),
        sa.Column("certificate_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=17), nullable=False),
        sa.Column("blank", sa.String(length=50), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("findings", JSON, nullable=False),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["province_code", "run_id"],
            ["print_run.province_code", "print_run.id"],
            name=op.f("fk_print_line_province_code_run_id"),
        ),
        sa.PrimaryKeyConstraint("province_code", "id", name=op.f("pk_print_line")),
    )
    with op.batch_alter_table("print_line", schema=None) as batch_op:
        batch_op.create_index("ix_print_line_id", ["id"], unique=False)
        batch_op.create_index(batch_op.f("ix_print_line_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_print_line_province_code_run_id_position"),
            ["province_code", "run_id", "position"],
            unique=True,
        )
        batch_op.create_index(
            "ix_print_line_open",
            ["province_code", "piece_id"],
            unique=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        )
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ethnic_group", sa.String(length=20), nullable=False, server_default=""))
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.alter_column("ethnic_group", server_default=None)


def downgrade() -> None:
    """Take them away again."""
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.drop_column("ethnic_group")
    op.drop_table("print_line")
    op.drop_table("print_run")
    op.drop_table("printer")

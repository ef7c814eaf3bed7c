"""stock as a ledger

Revision: stock_ledger, after 0001.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from core.foundation.db import append_only_ddl, no_overlap_ddl

revision = "stock_ledger"
down_revision = "named_filing"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("blank_lot")
    op.drop_table("stock_movement")
    op.create_table(
        "certificate_change",
        sa.Column("certificate_id", sa.Uuid(), nullable=False),
        sa.Column("institution_code", sa.String(length=5), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked", sa.LargeBinary(), nullable=False),
        sa.Column("before", sa.LargeBinary(), nullable=False),
        sa.Column("proof_key", sa.String(length=60), nullable=False),
        sa.Column("proof_sha256", sa.String(length=64), nullable=False),
        sa.Column("by_holder", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("old_piece_id", sa.Uuid(), nullable=True),
        sa.Column("new_piece_id", sa.Uuid(), nullable=True),
        sa.Column("requested_by", sa.Uuid(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("province_code", "id", name=op.f("pk_certificate_change")),
    )
    with op.batch_alter_table("certificate_change", schema=None) as batch_op:
        batch_op.create_index("ix_certificate_change_id", ["id"], unique=False)
        batch_op.create_index(
            "ix_certificate_change_open",
            ["province_code", "certificate_id"],
            unique=True,
            sqlite_where=sa.text("state = 'requested'"),
            postgresql_where=sa.text("state = 'requested'"),
        )
        batch_op.create_index(batch_op.f("ix_certificate_change_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_certificate_change_province_code_certificate_id_requested_at"),
            ["province_code", "certificate_id", "requested_at"],
            unique=False,
        )
        batch_op.create_index(
            "ix_certificate_change_queue", ["province_code", "institution_code", "state", "requested_at"], unique=False
        )

    op.create_table(
        "certificate_piece",
        sa.Column("certificate_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("institution_code", sa.String(length=5), nullable=False),
        sa.Column("holder_code", sa.String(length=5), nullable=False),
        sa.Column("series", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("blank", sa.String(length=50), nullable=False),
        sa.Column("cause", sa.String(length=12), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("printed_by", sa.Uuid(), nullable=True),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handed_by", sa.Uuid(), nullable=True),
        sa.Column("handed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handed_how", sa.String(length=12), nullable=False),
        sa.Column("handed_to", sa.String(length=80), nullable=False),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("province_code", "id", name=op.f("pk_certificate_piece")),
    )
    with op.batch_alter_table("certificate_piece", schema=None) as batch_op:
        batch_op.create_index("ix_certificate_piece_blank", ["series", "serial"], unique=True)
        batch_op.create_index("ix_certificate_piece_id", ["id"], unique=False)
        batch_op.create_index(
            "ix_certificate_piece_live",
            ["province_code", "certificate_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('assigned', 'printed', 'handed_over', 'reported_lost', 'recalled')"),
            postgresql_where=sa.text("state IN ('assigned', 'printed', 'handed_over', 'reported_lost', 'recalled')"),
        )
        batch_op.create_index(batch_op.f("ix_certificate_piece_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_certificate_piece_province_code_certificate_id_number"),
            ["province_code", "certificate_id", "number"],
            unique=True,
        )
        batch_op.create_index(
            batch_op.f("ix_certificate_piece_province_code_institution_code_state"),
            ["province_code", "institution_code", "state"],
            unique=False,
        )

    op.create_table(
        "stock_batch",
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("season_key", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("province_code", "season_key", name=op.f("pk_stock_batch")),
    )
    op.create_table(
        "stock_count",
        sa.Column("holder_code", sa.String(length=5), nullable=False),
        sa.Column("item", sa.String(length=10), nullable=False),
        sa.Column("lines", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("difference", sa.Integer(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("second_by", sa.Uuid(), nullable=True),
        sa.Column("second_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("province_code", "id", name=op.f("pk_stock_count")),
    )
    with op.batch_alter_table("stock_count", schema=None) as batch_op:
        batch_op.create_index("ix_stock_count_id", ["id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_stock_count_province_code_holder_code_at"),
            ["province_code", "holder_code", "at"],
            unique=False,
        )

    op.create_table(
        "stock_destruction",
        sa.Column("holder_code", sa.String(length=5), nullable=False),
        sa.Column("item", sa.String(length=10), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("protocol_key", sa.String(length=60), nullable=False),
        sa.Column("protocol_sha256", sa.String(length=64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("second_by", sa.Uuid(), nullable=True),
        sa.Column("second_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("province_code", "id", name=op.f("pk_stock_destruction")),
    )
    with op.batch_alter_table("stock_destruction", schema=None) as batch_op:
        batch_op.create_index("ix_stock_destruction_id", ["id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_stock_destruction_province_code_holder_code_at"),
            ["province_code", "holder_code", "at"],
            unique=False,
        )

    op.create_table(
        "stock_holder",
        sa.Column("holder_code", sa.String(length=5), nullable=False),
        sa.Column("item", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("holder_code", "item", name=op.f("pk_stock_holder")),
    )
    op.create_table(
        "stock_movement",
        sa.Column("move_id", sa.Uuid(), nullable=False),
        sa.Column("item", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("holder_code", sa.String(length=5), nullable=False),
        sa.Column("account", sa.String(length=12), nullable=False),
        sa.Column("other_code", sa.String(length=5), nullable=False),
        sa.Column("series", sa.Integer(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(length=12), nullable=False),
        sa.Column("season_key", sa.String(length=20), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.String(length=12), nullable=False),
        sa.PrimaryKeyConstraint("province_code", "id", name=op.f("pk_stock_movement")),
    )
    with op.batch_alter_table("stock_movement", schema=None) as batch_op:
        batch_op.create_index("ix_stock_movement_id", ["id"], unique=False)
        batch_op.create_index(batch_op.f("ix_stock_movement_kind_at"), ["kind", "at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_stock_movement_province_code_holder_code_item_at"),
            ["province_code", "holder_code", "item", "at"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_stock_movement_series_first"), ["series", "first"], unique=False)
        batch_op.create_index(batch_op.f("ix_stock_movement_subject_id"), ["subject_id"], unique=False)

    op.create_table(
        "stock_order",
        sa.Column("season_key", sa.String(length=20), nullable=False),
        sa.Column("cause", sa.String(length=12), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("granted", sa.Integer(), nullable=False),
        sa.Column("total_with", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("ordered_by", sa.Uuid(), nullable=True),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("application_key", sa.String(length=60), nullable=False),
        sa.Column("application_sha256", sa.String(length=64), nullable=False),
        sa.Column("applied_by", sa.Uuid(), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reply_reference", sa.String(length=80), nullable=False),
        sa.Column("reply_text", sa.Text(), nullable=False),
        sa.Column("reply_on", sa.Date(), nullable=True),
        sa.Column("reply_key", sa.String(length=60), nullable=False),
        sa.Column("reply_sha256", sa.String(length=64), nullable=False),
        sa.Column("replied_by", sa.Uuid(), nullable=True),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("province_code", "id", name=op.f("pk_stock_order")),
    )
    with op.batch_alter_table("stock_order", schema=None) as batch_op:
        batch_op.create_index("ix_stock_order_id", ["id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_stock_order_province_code_season_key_state"),
            ["province_code", "season_key", "state"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_stock_order_state_ordered_at"), ["state", "ordered_at"], unique=False)

    op.create_table(
        "stock_request",
        sa.Column("item", sa.String(length=10), nullable=False),
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("holder_code", sa.String(length=5), nullable=False),
        sa.Column("source_code", sa.String(length=5), nullable=False),
        sa.Column("season_key", sa.String(length=20), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("approved", sa.Integer(), nullable=False),
        sa.Column("supply", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("excess_reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("decision_reason", sa.Text(), nullable=False),
        sa.Column("ranges", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("disputed_quantity", sa.Integer(), nullable=True),
        sa.Column("dispute_reason", sa.Text(), nullable=False),
        sa.Column("missing", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("write_off_by", sa.Uuid(), nullable=True),
        sa.Column("write_off_reason", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dispatched_by", sa.Uuid(), nullable=True),
        sa.Column("dispatched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_by", sa.Uuid(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("province_code", "id", name=op.f("pk_stock_request")),
    )
    with op.batch_alter_table("stock_request", schema=None) as batch_op:
        batch_op.create_index("ix_stock_request_id", ["id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_stock_request_province_code_holder_code_state"),
            ["province_code", "holder_code", "state"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_stock_request_province_code_source_code_state"),
            ["province_code", "source_code", "state"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_stock_request_state_requested_at"), ["state", "requested_at"], unique=False
        )

    op.create_table(
        "stock_segment",
        sa.Column("holder_code", sa.String(length=5), nullable=False),
        sa.Column("item", sa.String(length=10), nullable=False),
        sa.Column("account", sa.String(length=12), nullable=False),
        sa.Column("low", sa.BigInteger(), nullable=False),
        sa.Column("high", sa.BigInteger(), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.String(length=12), nullable=False),
        sa.PrimaryKeyConstraint("province_code", "id", name=op.f("pk_stock_segment")),
    )
    with op.batch_alter_table("stock_segment", schema=None) as batch_op:
        batch_op.create_index("ix_stock_segment_id", ["id"], unique=False)
        batch_op.create_index("ix_stock_segment_low", ["low"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_stock_segment_province_code_holder_code_item_account_low"),
            ["province_code", "holder_code", "item", "account", "low"],
            unique=False,
        )

    op.create_table(
        "stock_series",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("item", sa.String(length=10), nullable=False),
        sa.Column("mark", sa.String(length=40), nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_stock_series")),
        sa.UniqueConstraint("item", "mark", name=op.f("uq_stock_series_item_mark")),
    )
    op.create_table(
        "stock_spoilage",
        sa.Column("holder_code", sa.String(length=5), nullable=False),
        sa.Column("item", sa.String(length=10), nullable=False),
        sa.Column("series", sa.Integer(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(length=12), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("photo_key", sa.String(length=60), nullable=False),
        sa.Column("photo_sha256", sa.String(length=64), nullable=False),
        sa.Column("returned", sa.Boolean(), nullable=False),
        sa.Column("piece_id", sa.Uuid(), nullable=True),
        sa.Column("season_key", sa.String(length=20), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("second_by", sa.Uuid(), nullable=True),
        sa.Column("second_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("destruction_id", sa.Uuid(), nullable=True),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("province_code", "id", name=op.f("pk_stock_spoilage")),
    )
    with op.batch_alter_table("stock_spoilage", schema=None) as batch_op:
        batch_op.create_index("ix_stock_spoilage_id", ["id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_stock_spoilage_province_code_destruction_id"),
            ["province_code", "destruction_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_stock_spoilage_province_code_holder_code_item_at"),
            ["province_code", "holder_code", "item", "at"],
            unique=False,
        )

    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.add_column(sa.Column("void_reason", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("decision_ref", sa.String(length=80), nullable=False, server_default=""))
        batch_op.drop_column("blank_serial")
        batch_op.drop_column("blank_lot")

    dialect = op.get_bind().dialect.name
    for statement in append_only_ddl("stock_movement", dialect):
        op.execute(statement)
    for statement in no_overlap_ddl("stock_segment", "low", "high", dialect):
        op.execute(statement)


def downgrade() -> None:
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.add_column(sa.Column("blank_lot", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("blank_serial", sa.String(length=20), nullable=False, server_default=""))
        batch_op.drop_column("decision_ref")
        batch_op.drop_column("void_reason")

    with op.batch_alter_table("stock_spoilage", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stock_spoilage_province_code_holder_code_item_at"))
        batch_op.drop_index(batch_op.f("ix_stock_spoilage_province_code_destruction_id"))
        batch_op.drop_index("ix_stock_spoilage_id")

    op.drop_table("stock_spoilage")
    op.drop_table("stock_series")
    with op.batch_alter_table("stock_segment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stock_segment_province_code_holder_code_item_account_low"))
        batch_op.drop_index("ix_stock_segment_low")
        batch_op.drop_index("ix_stock_segment_id")

    op.drop_table("stock_segment")
    with op.batch_alter_table("stock_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stock_request_state_requested_at"))
        batch_op.drop_index(batch_op.f("ix_stock_request_province_code_source_code_state"))
        batch_op.drop_index(batch_op.f("ix_stock_request_province_code_holder_code_state"))
        batch_op.drop_index("ix_stock_request_id")

    op.drop_table("stock_request")
    with op.batch_alter_table("stock_order", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stock_order_state_ordered_at"))
        batch_op.drop_index(batch_op.f("ix_stock_order_province_code_season_key_state"))
        batch_op.drop_index("ix_stock_order_id")

    op.drop_table("stock_order")
    with op.batch_alter_table("stock_movement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stock_movement_subject_id"))
        batch_op.drop_index(batch_op.f("ix_stock_movement_series_first"))
        batch_op.drop_index(batch_op.f("ix_stock_movement_province_code_holder_code_item_at"))
        batch_op.drop_index(batch_op.f("ix_stock_movement_kind_at"))
        batch_op.drop_index("ix_stock_movement_id")

    op.drop_table("stock_movement")
    op.drop_table("stock_holder")
    with op.batch_alter_table("stock_destruction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stock_destruction_province_code_holder_code_at"))
        batch_op.drop_index("ix_stock_destruction_id")

    op.drop_table("stock_destruction")
    with op.batch_alter_table("stock_count", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stock_count_province_code_holder_code_at"))
        batch_op.drop_index("ix_stock_count_id")

    op.drop_table("stock_count")
    op.drop_table("stock_batch")
    with op.batch_alter_table("certificate_piece", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_certificate_piece_province_code_institution_code_state"))
        batch_op.drop_index(batch_op.f("ix_certificate_piece_province_code_certificate_id_number"))
        batch_op.drop_index(batch_op.f("ix_certificate_piece_person_id"))
        batch_op.drop_index(
            "ix_certificate_piece_live",
            sqlite_where=sa.text("state IN ('assigned', 'printed', 'handed_over', 'reported_lost', 'recalled')"),
            postgresql_where=sa.text("state IN ('assigned', 'printed', 'handed_over', 'reported_lost', 'recalled')"),
        )
        batch_op.drop_index("ix_certificate_piece_id")
        batch_op.drop_index("ix_certificate_piece_blank")

    op.drop_table("certificate_piece")
    with op.batch_alter_table("certificate_change", schema=None) as batch_op:
        batch_op.drop_index("ix_certificate_change_queue")
        batch_op.drop_index(batch_op.f("ix_certificate_change_province_code_certificate_id_requested_at"))
        batch_op.drop_index(batch_op.f("ix_certificate_change_person_id"))
        batch_op.drop_index(
            "ix_certificate_change_open",
            sqlite_where=sa.text("state = 'requested'"),
            postgresql_where=sa.text("state = 'requested'"),
        )
        batch_op.drop_index("ix_certificate_change_id")

    op.drop_table("certificate_change")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION stock_movement_refuse()")
    # as the first revision made them
    op.create_table(
        "blank_lot",
        sa.Column("holder_code", sa.String(length=5), nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("prefix", sa.String(length=8), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("next_serial", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("province_code", "id", name=op.f("pk_blank_lot")),
    )
    with op.batch_alter_table("blank_lot", schema=None) as batch_op:
        batch_op.create_index("ix_blank_lot_id", ["id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_blank_lot_province_code_holder_code_received_at"),
            ["province_code", "holder_code", "received_at"],
            unique=False,
        )

    op.create_table(
        "stock_movement",
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("holder_code", sa.String(length=5), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("certificate_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.String(length=12), nullable=False),
        sa.PrimaryKeyConstraint("province_code", "id", name=op.f("pk_stock_movement")),
    )
    with op.batch_alter_table("stock_movement", schema=None) as batch_op:
        batch_op.create_index("ix_stock_movement_id", ["id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_stock_movement_province_code_holder_code_at"),
            ["province_code", "holder_code", "at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_stock_movement_province_code_lot_id"), ["province_code", "lot_id"], unique=False
        )

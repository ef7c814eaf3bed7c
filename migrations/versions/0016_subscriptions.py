"""What officers have chosen of reminders: a calendar address, letters.

Revision: subscriptions, after running_figures.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "subscriptions"
down_revision = "running_figures"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "oversight_subscription",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("feed_index", sa.String(length=64), nullable=False),
        sa.Column("feed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("letters", sa.String(length=8), nullable=False),
        sa.Column("letter_on", sa.Date(), nullable=True),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_oversight_subscription_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_oversight_subscription")),
    )
    op.create_index(op.f("ix_oversight_subscription_feed_index"), "oversight_subscription", ["feed_index"])
    op.create_index(
        op.f("ix_oversight_subscription_letters_letter_on"), "oversight_subscription", ["letters", "letter_on"]
    )


def downgrade() -> None:
    op.drop_table("oversight_subscription")

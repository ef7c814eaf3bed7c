"""What messages of certificates do."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from core.certificates.service import batches, transparency
from core.foundation.outbox import Message, job


@job("certificates.sequence")
def sequence(message: Message, now: datetime) -> None:
    """Give events their places in the transparency log."""
    transparency.sequence(now)


@job("certificates.batch", timeout=300)
def batch(message: Message, now: datetime) -> None:
    """Answer an employer's list."""
    batches.answer(UUID(message.payload["batch_id"]), now)

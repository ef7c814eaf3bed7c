"""What messages of training do."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from core.foundation.access import SYSTEM
from core.foundation.outbox import Message, job
from core.training import service


@job("training.fetch", foreign=True, timeout=30)
def fetch(message: Message, now: datetime) -> None:
    """Fetch a held meeting's attendance."""
    service.fetch(UUID(message.payload["meeting_id"]), SYSTEM, now)


@job("training.remind", foreign=True, timeout=30)
def remind(message: Message, now: datetime) -> None:
    """Remind an institution of a planned meeting."""
    service.tell(UUID(message.payload["attendance_id"]), str(message.id), SYSTEM)

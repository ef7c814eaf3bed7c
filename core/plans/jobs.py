"""What messages of plans do."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from core.foundation.outbox import Message, job
from core.plans import service


@job("calendar.replay", timeout=300)
def replay(message: Message, now: datetime) -> None:
    """Judge the existing plans under a draft yearbook."""
    service.replay_yearbook(UUID(message.payload["yearbook_id"]), now)

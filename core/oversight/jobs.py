"""What messages of oversight do."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from core.foundation.outbox import Message, job
from core.oversight import service


@job("oversight.letter", foreign=True, timeout=60)
def letter(message: Message, now: datetime) -> None:
    """Send an officer the day's letter of obligations."""
    day = date.fromisoformat(message.payload["day"])
    service.write_letter(UUID(message.payload["account_id"]), day, str(message.id), now)

"""What messages of consultation do."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from core.consultation import service
from core.foundation.outbox import Message, job


@job("consultation.read", foreign=True, timeout=300, attempts=3)
def read(message: Message, now: datetime) -> None:
    """Read a mailbox."""
    service.read_inbox(UUID(message.payload["inbox_id"]), now)


@job("consultation.send", foreign=True, timeout=60)
def send(message: Message, now: datetime) -> None:
    """Send an answer by mail."""
    service.send(UUID(message.payload["letter_id"]), now)


@job("consultation.hotline", foreign=True, timeout=60)
def hotline(message: Message, now: datetime) -> None:
    """Fetch a day's calls from a province's own line."""
    service.fetch(message.province_code, date.fromisoformat(message.payload["day"]), now)

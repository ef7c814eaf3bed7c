"""What messages of accounts do."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from core.accounts.service import codes
from core.foundation.outbox import Message, job


@job("accounts.send_code", foreign=True, timeout=30)
def send_code(message: Message, now: datetime) -> None:
    """Make and send a one-time code."""
    codes.send(UUID(message.payload["code_id"]), str(message.id))

"""What messages of filing do."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from core.filing import service
from core.foundation.outbox import Message, job


@job("filing.invite", foreign=True, timeout=30)
def invite(message: Message, now: datetime) -> None:
    """Send a newly filed officer the code for the first password."""
    service.invite(UUID(message.payload["filing_id"]), now)

"""What messages of penalties do."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from core.foundation.outbox import Message, job
from core.penalties import service


@job("registration.fraud_found")
def refer(message: Message, now: datetime) -> None:
    """Open a penalty case on untrue statements in a registration; what was found is read from the registration."""
    service.refer(UUID(message.payload["case_id"]), now)

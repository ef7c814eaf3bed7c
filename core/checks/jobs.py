"""What messages of criminal checks do."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from core.checks import service
from core.checks.service.asking import TRIES
from core.foundation.outbox import Message, job


@job("checks.batch", foreign=True, timeout=60, attempts=TRIES)
def batch(message: Message, now: datetime) -> None:
    """Send what is requested through the province's hook."""
    service.send_batches(message.province_code, message.attempts, now)


@job("checks.collect", foreign=True, timeout=60)
def collect(message: Message, now: datetime) -> None:
    """Fetch a batch's answers."""
    service.collect(UUID(message.payload["batch_id"]), now)

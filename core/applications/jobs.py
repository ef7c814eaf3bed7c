"""What messages of applications do."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from core.applications import service
from core.foundation.outbox import Message, job


@job("applications.compare", foreign=True, timeout=60)
def compare(message: Message, now: datetime) -> None:
    """Compare a case's evidence with the registers."""
    service.compare_case(UUID(message.payload["case_id"]), message.attempts, now)


@job("applications.tell", foreign=True, timeout=30)
def tell(message: Message, now: datetime) -> None:
    """Tell the applicant of a turn of their case."""
    service.tell(UUID(message.payload["case_id"]), message.payload["state"], str(message.id), now)


@job("checks.recorded")
def check_recorded(message: Message, now: datetime) -> None:
    """A check has moved: its case follows."""
    service.check_changed(UUID(message.payload["case_id"]), UUID(message.payload["check_id"]), now)

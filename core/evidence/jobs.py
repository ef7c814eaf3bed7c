"""What messages of evidence do."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from core.evidence import service
from core.foundation.outbox import Message, job


@job("evidence.import", foreign=True, timeout=900)
def run_import(message: Message, now: datetime) -> None:
    """Check and write a register's file."""
    service.run_import(UUID(message.payload["import_id"]), now)


@job("exam.screen", foreign=True, timeout=300)
def run_screening(message: Message, now: datetime) -> None:
    """Answer a file of candidates."""
    service.run_screening(UUID(message.payload["screening_id"]), now)

"""What messages of registration do."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from core.foundation.outbox import Message, job
from core.registration import service


@job("registration.tell", foreign=True, timeout=30)
def tell(message: Message, now: datetime) -> None:
    """Tell a teacher of a turn of their registration."""
    service.tell(UUID(message.payload["registration_id"]), message.payload["state"], str(message.id))


@job("registration.remind", foreign=True, timeout=30)
def remind(message: Message, now: datetime) -> None:
    """Remind a teacher that their registration runs out."""
    service.tell_reminder(UUID(message.payload["registration_id"]), str(message.id))


@job("registration.answer_objection", foreign=True, timeout=30)
def answer_objection(message: Message, now: datetime) -> None:
    """Tell who objected that it was received, or how it was decided."""
    ident = UUID(message.payload["registration_objection_id"])
    service.answer_objector(ident, message.payload["turn"], str(message.id))


@job("registration.check_upload", foreign=True, timeout=900)
def check_upload(message: Message, now: datetime) -> None:
    """Judge every line of a school's workbook."""
    service.run_check(UUID(message.payload["registration_upload_id"]), now)


@job("registration.write_upload", foreign=True, timeout=900)
def write_upload(message: Message, now: datetime) -> None:
    """Write a workbook that was confirmed."""
    service.run_write(UUID(message.payload["registration_upload_id"]), now)

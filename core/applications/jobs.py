"""What messages of applications do."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from core.applications import service
from core.foundation.outbox import Message, job


@job("applications.compare", foreign=True, timeout=15)
def compare(message: Message, now: datetime) -> None:
    """Compare a case's evidence with the registers."""
    service.compare_case(UUID(message.payload["case_id"]), message.attempts, now)


@job("applications.tell", foreign=True, timeout=15)
def tell(message: Message, now: datetime) -> None:
    """Tell the applicant of a turn of their case."""
    service.tell(UUID(message.payload["case_id"]), message.payload["state"], str(message.id), now)


@job("applications.drop_file")
def drop_file(message: Message, now: datetime) -> None:
    """Delete a photo that nothing refers to any more."""
    service.drop_file(message.payload["file"])


@job("checks.recorded")
def check_recorded(message: Message, now: datetime) -> None:
    """A check has moved: its case follows."""
    service.check_changed(UUID(message.payload["case_id"]), UUID(message.payload["check_id"]), now)


@job("plans.changed")
def plan_changed(message: Message, now: datetime) -> None:
    """A plan was extended or cancelled: its cases follow."""
    service.plan_changed(UUID(message.payload["plan_id"]), now)


@job("applications.tell_plan", foreign=True, timeout=30)
def tell_plan(message: Message, now: datetime) -> None:
    """Tell an applicant of their plan's change."""
    service.tell_plan(UUID(message.payload["case_id"]), UUID(message.payload["plan_id"]), str(message.id))


@job("applications.remind", foreign=True, timeout=30)
def remind(message: Message, now: datetime) -> None:
    """Remind an applicant of papers that are due."""
    service.tell_reminder(UUID(message.payload["case_id"]), message.payload["due_on"], str(message.id))


@job("applications.tell_material", foreign=True, timeout=30)
def tell_material(message: Message, now: datetime) -> None:
    """Tell an applicant which paper is missing."""
    case_id, request_id = UUID(message.payload["case_id"]), UUID(message.payload["request_id"])
    service.tell_material(case_id, request_id, str(message.id))

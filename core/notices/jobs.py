"""What messages of notices do."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from core.foundation.outbox import Message, job
from core.notices import service


@job("notices.publish", foreign=True, timeout=30)
def publish(message: Message, now: datetime) -> None:
    """Hand a published notice to the province's own site."""
    service.publish_at_province(UUID(message.payload["notice_id"]), now)

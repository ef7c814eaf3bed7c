"""What the province has done in the background."""

from __future__ import annotations

from datetime import datetime

from core.sdk.actions import Message, daily
from plugins.province_zhejiang import service


@daily("p33.tidy")
def tidy(message: Message, now: datetime) -> None:
    """Forget old call-backs and nonces, once a day."""
    service.tidy(now)

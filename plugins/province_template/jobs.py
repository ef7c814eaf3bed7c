"""What the province has done in the background: kinds begin with its code."""

from __future__ import annotations

from datetime import datetime

from core.sdk.actions import Message, daily
from plugins.province_template import service


@daily("p00.tidy")
def tidy(message: Message, now: datetime) -> None:
    """Forget old call-backs, once a day."""
    service.tidy(now)

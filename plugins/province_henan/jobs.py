"""What the province has done in the background: looking for returned workbooks, daily and when asked to."""

from __future__ import annotations

from datetime import datetime

from core.sdk.actions import Message, daily, job, post
from core.sdk.tables import one_transaction
from plugins.province_henan import returns


@daily("p41.look", foreign=True)
def look(message: Message, now: datetime) -> None:
    """Fetch returned workbooks, once a day."""
    returns.look(now)


@job("p41.look_now", foreign=True, attempts=3)
def look_now(message: Message, now: datetime) -> None:
    """Fetch returned workbooks because an officer asked."""
    returns.look(now)


@one_transaction
def ask(now: datetime) -> None:
    """Promise to look now."""
    post("p41.look_now", at=now, key="look")

"""Officers' reminders: letters weekly or for a while daily, a calendar under a secret address."""

from __future__ import annotations

from datetime import datetime

from core.demonstration.season.acting import Cast
from core.foundation import clock
from core.foundation.errors import NotFound
from core.oversight import service as oversight


def subscribe(cast: Cast, codes: list[str], now: datetime) -> None:
    """The centre wants a letter weekly, a province daily for now; another province opens a calendar."""
    cast.act(cast.officer("centre"), oversight.choose_letters, "weekly", now)
    cast.act(cast.officer(f"p{codes[0]}one"), oversight.choose_letters, "daily", now)
    feeder = cast.officer(f"p{codes[0]}two")
    old, new = (cast.act(feeder, oversight.open_feed, now) for _turn in range(2))
    today = clock.beijing(now).date()
    oversight.fed(new, today, now)
    try:
        oversight.fed(old, today, now)  # the first address leaked: it opens no more
    except NotFound as fault:
        cast.tally.refused(fault)


def enough(cast: Cast, codes: list[str], now: datetime) -> None:
    """Every day is too often; the calendar is closed."""
    cast.act(cast.officer(f"p{codes[0]}one"), oversight.choose_letters, "none", now)
    cast.act(cast.officer(f"p{codes[0]}two"), oversight.close_feed, now)

"""The recount of running figures, and its trace in the audit trail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from core.foundation import audit, clock, tallies
from core.foundation.access import SYSTEM
from core.foundation.db import db, one_transaction
from core.foundation.recount import differences, mend


def recounted(*, repair: bool) -> dict[tuple[Any, ...], int]:
    """By how much each running figure falls short of the truth; with `repair` it is mended and folded."""
    wrong = dict(differences(db.engine))
    if wrong and repair:
        now = clock.now()
        _write_down(mend(db.engine, now), now)
        tallies.fold_all()
    return wrong


@one_transaction
def _write_down(count: int, now: datetime) -> None:
    audit.record(SYSTEM, "oversight.recount", "figures", "all", province_code="", now=now, figures=count)

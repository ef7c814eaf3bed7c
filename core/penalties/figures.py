"""What of penalties is counted as it changes: cases by state."""

from __future__ import annotations

from core.foundation.findings import N_
from core.foundation.tallies import Tally, Value, count
from core.penalties.models import Penalty
from core.penalties.rules import PENALTY_MOVES

count(
    Tally(
        "penalty", Penalty, Value("state"), place="institution_code", title=N_("处罚案件按状态"),
        labels=PENALTY_MOVES.labels,
    )
)  # fmt: skip

"""What of criminal checks is counted as it changes: those without an answer, by the day they were asked for."""

from __future__ import annotations

from core.checks.models import CriminalCheck
from core.checks.rules import CheckState
from core.foundation.tallies import Tally, Value, count

OUTSTANDING = tuple(
    str(state)
    for state in (
        CheckState.REQUESTED, CheckState.SENT, CheckState.OVERDUE, CheckState.FAILED, CheckState.UNCLEAR,
        CheckState.RECORD_FOUND, CheckState.UNDER_REVIEW,
    )
)  # fmt: skip

count(Tally("check", CriminalCheck, Value("state", OUTSTANDING), day="requested_at"))

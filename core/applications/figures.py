"""What of recognition cases is counted as it changes: for the dashboards, and for the limits of 30 and 90 days."""

from __future__ import annotations

from core.applications.models import Case
from core.applications.rules.states import CaseState
from core.foundation.tallies import Hour, Joined, Tally, Value, Waited, count

UNDER_LIMIT = (
    str(CaseState.CONFIRMED),
    str(CaseState.IN_REVIEW),
    str(CaseState.PROPOSED_RECOGNISED),
    str(CaseState.PROPOSED_REFUSED),
)
STEPS = (
    ("case.submitted", "created_at", "submitted_at"),
    ("case.confirmed", "submitted_at", "confirmed_at"),
    ("case.proposed", "confirmed_at", "proposed_at"),
    ("case.concluded", "proposed_at", "concluded_at"),
    ("case.whole", "submitted_at", "concluded_at"),
)

count(Tally("case", Case, Value("state"), place="institution_code", season="season_key"))
count(Tally("case.limit", Case, Value("state", UNDER_LIMIT), place="institution_code", day="confirm_last"))
count(Tally("case.check", Case, Joined(("state", "check_state")), place="institution_code"))
count(Tally("case.hour", Case, Hour("submitted_at"), day="submitted_at"))
for _name, _since, _until in STEPS:
    count(Tally(_name, Case, Waited(_since, _until), season="season_key"))

"""Plans and lines of tables as the rules take them."""

from __future__ import annotations

from datetime import date
from typing import Any

from core.calendar.rules import Window
from core.plans.models import Plan
from core.plans.rules import (
    PlanDraft,
)


def draft_of(row: Plan) -> PlanDraft:
    """A plan's windows as the rules take them."""
    return PlanDraft(row.business, Window(row.entry_start, row.entry_end), Window(row.confirm_start, row.confirm_end))


def draft_from(data: dict[str, Any]) -> PlanDraft:
    """A table's line (days as such or in ISO) as the rules take it."""
    days = [data[n] for n in ("entry_start", "entry_end", "confirm_start", "confirm_end")]
    days = [date.fromisoformat(day) if isinstance(day, str) else day for day in days]
    return PlanDraft(data["business"], Window(days[0], days[1]), Window(days[2], days[3]))

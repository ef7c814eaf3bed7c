"""Writing the acts on plans and plan tables down."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from core.foundation import audit
from core.foundation.access import Actor
from core.plans.models import Plan, PlanTable


def written(actor: Actor, verb: str, row: Plan | PlanTable, now: datetime, **detail: Any) -> None:
    """Put an act on a plan or a plan table into the audit trail."""
    kind = "plan" if isinstance(row, Plan) else "plan_table"
    audit.record(actor, verb, kind, row.id, province_code=row.province_code, now=now, clause="二(一)", **detail)

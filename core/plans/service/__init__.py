"""Verbs of plans and plan tables, one subject a file."""

from core.plans.service.replaying import replay_yearbook
from core.plans.service.setting import (
    advance,
    approve,
    cancel,
    draft,
    extend,
    give_back,
    judge,
    live,
    open_plans,
    plan,
    plans,
    publish,
    submit,
    versions,
    window_open,
    withdraw,
)
from core.plans.service.tables import (
    answer_table,
    contradictions,
    file_table,
    judge_table,
    table,
    table_rows,
    tables,
)
from core.plans.service.values import draft_of

__all__ = [
    "advance",
    "answer_table",
    "approve",
    "cancel",
    "contradictions",
    "draft",
    "draft_of",
    "extend",
    "file_table",
    "give_back",
    "judge",
    "judge_table",
    "live",
    "open_plans",
    "plan",
    "plans",
    "publish",
    "replay_yearbook",
    "submit",
    "table",
    "table_rows",
    "tables",
    "versions",
    "window_open",
    "withdraw",
]

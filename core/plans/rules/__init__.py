"""二(一): rules on plans, one subject a file: windows, what would do instead, tables, versions, states."""

from core.plans.rules.judging import judge_windows, replay
from core.plans.rules.moves import PLAN_MOVES, TABLE_MOVES
from core.plans.rules.pilots import Pilot, judge_pilot, judge_pilot_area, judge_pilot_end, pilot_of
from core.plans.rules.remedies import propose
from core.plans.rules.tables import TableDraft, judge_table, judge_table_holds, judge_within_table
from core.plans.rules.values import FIELD_NAMES, Business, Ground, PlanDraft, Yearbooks
from core.plans.rules.versions import judge_extension, judge_notice_filed

__all__ = [
    "FIELD_NAMES",
    "PLAN_MOVES",
    "TABLE_MOVES",
    "Business",
    "Ground",
    "Pilot",
    "PlanDraft",
    "TableDraft",
    "Yearbooks",
    "judge_extension",
    "judge_notice_filed",
    "judge_pilot",
    "judge_pilot_area",
    "judge_pilot_end",
    "judge_table",
    "judge_table_holds",
    "judge_windows",
    "judge_within_table",
    "pilot_of",
    "propose",
    "replay",
]

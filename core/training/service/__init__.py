"""Verbs of training: meetings, attendance, materials, reminders, and how a province's year stands."""

from core.training.service.attendance import (
    attendance,
    attendees,
    fetch,
    officers_of,
    presence,
    record_attendance,
    record_presence,
    record_workbook,
    reply,
    sheet,
    shown,
)
from core.training.service.materials import add_material, drop_material, material, materials
from core.training.service.planning import (
    absent_from,
    change,
    judge_draft,
    make_up_draft,
    meeting,
    meetings,
    move,
    plan,
)
from core.training.service.reminding import remind, remind_now, tell
from core.training.service.status import ProvinceYear, first_trained, judge, trained, year_of, years

__all__ = [
    "ProvinceYear",
    "absent_from",
    "add_material",
    "attendance",
    "attendees",
    "change",
    "drop_material",
    "fetch",
    "first_trained",
    "judge",
    "judge_draft",
    "make_up_draft",
    "material",
    "materials",
    "meeting",
    "meetings",
    "move",
    "officers_of",
    "plan",
    "presence",
    "record_attendance",
    "record_presence",
    "record_workbook",
    "remind",
    "remind_now",
    "reply",
    "sheet",
    "shown",
    "tell",
    "trained",
    "year_of",
    "years",
]

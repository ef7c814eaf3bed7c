"""What oversight shows and does: home pages, dashboards, obligations, reminders, the day's work."""

from core.oversight.service.dashboards import (
    Dashboard,
    Standing,
    dashboard,
    level_of,
    present_season,
    seasons,
    week_before,
)
from core.oversight.service.home import Board, ExamDesk, Operations, board, daily, exam_desk, operations
from core.oversight.service.owing import Owing, Wanted, everything, is_mine, owing
from core.oversight.service.recounting import recounted
from core.oversight.service.subscribing import (
    choose_letters,
    close_feed,
    fed,
    open_feed,
    promise_letters,
    subscription,
    write_letter,
)

__all__ = [
    "Board",
    "Dashboard",
    "ExamDesk",
    "Operations",
    "Owing",
    "Standing",
    "Wanted",
    "board",
    "choose_letters",
    "close_feed",
    "daily",
    "dashboard",
    "everything",
    "exam_desk",
    "fed",
    "is_mine",
    "level_of",
    "open_feed",
    "operations",
    "owing",
    "present_season",
    "promise_letters",
    "recounted",
    "seasons",
    "subscription",
    "week_before",
    "write_letter",
]

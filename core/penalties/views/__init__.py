"""Pages of penalties and of the quarterly report, one subject a file."""

from core.penalties.views import cases, reports, steps
from core.penalties.views.words import STAFF_SECTIONS, staff

__all__ = ["STAFF_SECTIONS", "cases", "reports", "staff", "steps"]

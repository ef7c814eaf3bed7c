"""Pages of registration: for teachers and the public, for schools and the institutions that decide."""

from core.registration.views import boards as _boards
from core.registration.views import deciding as _deciding
from core.registration.views.cases import STAFF_SECTIONS, staff

__all__ = ["STAFF_SECTIONS", "_boards", "_deciding", "staff"]

"""Pages of registration: for teachers and the public, for schools and the institutions that decide."""

from core.registration.views import boards as _boards
from core.registration.views import deciding as _deciding
from core.registration.views import surveys as _surveys
from core.registration.views import uploads as _uploads
from core.registration.views.cases import STAFF_SECTIONS, staff
from core.registration.views.teachers import PUBLIC_SECTIONS, public

__all__ = ["PUBLIC_SECTIONS", "STAFF_SECTIONS", "_boards", "_deciding", "_surveys", "_uploads", "public", "staff"]

"""Pages of applications: the applicant's own and the officers'."""

from core.applications.views import handling, paper, photos
from core.applications.views.applicants import PUBLIC_SECTIONS, public
from core.applications.views.officers import STAFF_SECTIONS, staff

__all__ = ["PUBLIC_SECTIONS", "STAFF_SECTIONS", "handling", "paper", "photos", "public", "staff"]

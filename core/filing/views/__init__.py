"""Pages of institutions, named filing and hand-over on the staff site."""

from core.filing.views import divisions as _divisions
from core.filing.views import handovers as _handovers
from core.filing.views import imports as _imports
from core.filing.views import institutions as _institutions
from core.filing.views import schools as _schools
from core.filing.views.filings import STAFF_SECTIONS, staff

__all__ = ["STAFF_SECTIONS", "_divisions", "_handovers", "_imports", "_institutions", "_schools", "staff"]

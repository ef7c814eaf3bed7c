"""Named filing, hand-over, institutions and divisions as an API: the same verbs as the pages."""

from core.filing.api import filings, handovers, places
from core.filing.api.blueprints import staff

__all__ = ["filings", "handovers", "places", "staff"]

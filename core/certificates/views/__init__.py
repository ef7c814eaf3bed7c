"""Pages of certificates, one subject a file."""

from core.certificates.views import printing, records, stock, verification
from core.certificates.views.words import PUBLIC_SECTIONS, STAFF_SECTIONS, public, staff

__all__ = ["PUBLIC_SECTIONS", "STAFF_SECTIONS", "printing", "public", "records", "staff", "stock", "verification"]

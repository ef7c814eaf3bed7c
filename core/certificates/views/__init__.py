"""Pages of certificates, one subject a file."""

from core.certificates.views import changes, losses, orders, printing, records, requests, stock, verification
from core.certificates.views.words import PUBLIC_SECTIONS, STAFF_SECTIONS, public, staff

__all__ = [
    "PUBLIC_SECTIONS",
    "STAFF_SECTIONS",
    "changes",
    "losses",
    "orders",
    "printing",
    "public",
    "records",
    "requests",
    "staff",
    "stock",
    "verification",
]

"""Pages of accounts: signing in on both sites, second factors, sessions, lost passwords, networks."""

from core.accounts.views import account, confirming, factors, offices, proving, signing, sso
from core.accounts.views.blueprints import public, staff
from core.accounts.views.offices import STAFF_SECTIONS

__all__ = [
    "STAFF_SECTIONS",
    "account",
    "confirming",
    "factors",
    "offices",
    "proving",
    "public",
    "signing",
    "sso",
    "staff",
]

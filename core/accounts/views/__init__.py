"""Pages of accounts: signing in on both sites, second factors, sessions, lost passwords, networks."""

from core.accounts.views import account, confirming, factors, signing
from core.accounts.views.blueprints import public, staff

__all__ = ["account", "confirming", "factors", "public", "signing", "staff"]

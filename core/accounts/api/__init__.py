"""Accounts as an API: the session, codes by message, second factors, what an officer does for those below."""

from core.accounts.api import factors, offices, proving, session
from core.accounts.api.blueprints import public, staff

__all__ = ["factors", "offices", "proving", "public", "session", "staff"]

"""The two sites' API blueprints of this area, and their limit."""

from __future__ import annotations

from flask import current_app
from flask_smorest import Blueprint

public = Blueprint("session_api", __name__, url_prefix="/api/v1/session", description="Signing in")
staff = Blueprint("session_api", __name__, url_prefix="/api/v1/session", description="Signing in")


def rate() -> str:
    """How many attempts an address has."""
    return str(current_app.config["SETTINGS"].signin_rate)

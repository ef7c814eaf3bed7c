"""The two sites' blueprints of this area."""

from __future__ import annotations

from flask import Blueprint

public = Blueprint("accounts", __name__)
staff = Blueprint("accounts", __name__)

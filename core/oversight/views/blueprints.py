"""The blueprints that the area's pages hang on."""

from __future__ import annotations

from flask import Blueprint

public = Blueprint("oversight", __name__)
staff = Blueprint("oversight", __name__)

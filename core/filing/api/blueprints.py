"""The blueprint of the area's API."""

from flask_smorest import Blueprint

staff = Blueprint("filing_api", __name__, url_prefix="/api/v1", description="Named filing")

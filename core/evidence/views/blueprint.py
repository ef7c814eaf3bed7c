"""The area's blueprint."""

from flask import Blueprint

staff = Blueprint("evidence", __name__)

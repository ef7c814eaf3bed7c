"""The province's own routes, mounted under /p/00/: the agency's signed call-back."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, abort, jsonify, request

from core.sdk.actions import agency, record_check_results, settings
from plugins.province_template import client

blueprint = Blueprint("province_00", __name__, template_folder="templates")


@blueprint.post("/checks")
@agency()
def called_back() -> Any:
    """The agency calls back with answers; unsigned bodies are refused, repeated ones are harmless."""
    body = request.get_data(cache=False)
    if not client.is_signed(body, request.headers.get("X-Signature", ""), settings("00")["agency_key"]):
        abort(403)
    try:
        answers = client.results(json.loads(body))
    except (ValueError, KeyError, TypeError):
        abort(400)
    return jsonify(record_check_results("00", answers))

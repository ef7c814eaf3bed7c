"""The province's own routes on the staff site, mounted under /p/00/. Each says who may use it."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, abort, jsonify, render_template, request

from core.sdk.actions import AgencyUnavailable, now, record_check_results, settings
from core.sdk.pages import Section, agency, listing, officer, paging
from core.sdk.values import N_, NoticeSeason
from plugins.province_template import client, notices, rules, service

blueprint = Blueprint("province_00", __name__, template_folder="templates")

STAFF_SECTIONS = (Section(N_("本省"), "province_00.about", "oversight.view"),)


@blueprint.get("/")
@officer()
def about() -> Any:
    """What this province adds to the nation's rules, for its officers; other provinces' get 404."""
    texts = notices.sections(NoticeSeason(year=0, season="", audience="both"), settings("00")["telephone"])
    return render_template(
        "province_00/about.html", document=rules.DOCUMENT, texts=texts, training=rules.TRAINING,
        calls=listing(service.calls(paging())),
    )  # fmt: skip


@blueprint.post("/checks")
@agency()
def called_back() -> Any:
    """The agency calls back with answers: unsigned or old messages are refused, repeated answers harmless."""
    body = request.get_data(cache=False)
    timestamp, given = request.headers.get("X-Timestamp", ""), request.headers.get("X-Signature", "")
    if not client.is_signed(settings("00")["agency_key"], timestamp, given, "POST", request.path, body):
        abort(403)
    try:
        answers = client.results(json.loads(body))
    except (ValueError, AgencyUnavailable):
        abort(400)
    counts = record_check_results("00", answers)
    service.note_call(counts, now())
    return jsonify(counts)

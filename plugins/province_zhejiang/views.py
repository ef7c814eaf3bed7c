"""The province's own routes on the staff site, mounted under /p/33/. Each says who may use it."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, abort, jsonify, render_template, request

from core.sdk.actions import AgencyUnavailable, now, settings
from core.sdk.pages import Conflict, Section, agency, listing, officer, paging
from core.sdk.values import N_, NoticeSeason
from plugins.province_zhejiang import client, rules, service, signing

blueprint = Blueprint("province_33", __name__, template_folder="templates")

STAFF_SECTIONS = (Section(N_("浙江省接口"), "province_33.about", "oversight.view"),)

REASONS = {
    "algorithm": N_("算法不符"),
    "timestamp": N_("时间超出允许范围"),
    "nonce": N_("随机数格式不正确"),
    "signature": N_("签名不符"),
    "replay": N_("重复发送"),
    "form": N_("格式不正确"),
}


@blueprint.get("/")
@officer("oversight.view")
def about() -> Any:
    """The agency's call-backs and what the province adds to a notice, for its officers; others' get 404."""
    given = settings("33")
    return render_template(
        "province_33/about.html", calls=listing(service.calls(paging())), reasons=REASONS,
        address=given["agency_url"], algorithm=given["algorithm"], callback=given["callback_url"],
        document=rules.DOCUMENT, texts=rules.sections(NoticeSeason(year=0, season="", audience="both")),
        training=rules.TRAINING,
    )  # fmt: skip


@blueprint.post("/checks")
@agency()
def called_back() -> Any:
    """The agency calls back with answers: unsigned, old and replayed messages are refused; repeats are harmless."""
    body = request.get_data(cache=False)
    given = settings("33")
    wrong = signing.wrong_with(
        dict(request.headers), given["agency_key"], given["algorithm"], "POST", request.path, body
    )
    if wrong is not None:
        service.refuse(wrong, now())
        abort(403)
    nonce = request.headers["X-Nonce"]
    if service.was_used(nonce):
        service.refuse("replay", now())
        abort(409)
    try:
        answers = client.results(json.loads(body))
    except (ValueError, AgencyUnavailable):
        service.refuse("form", now())
        abort(400)
    try:
        return jsonify(service.take(nonce, answers, now()))
    except Conflict:
        service.refuse("replay", now())
        abort(409)

"""Public verification: by number and name, by the code on the paper, offline, and by an employer's list."""

from __future__ import annotations

import json
import re
from typing import Any
from uuid import UUID

from flask import Response, current_app, render_template
from flask_babel import gettext as _

from core.certificates.rules import PUBLIC_STATES
from core.certificates.schemas import BatchShape, CodeShape, VerifyShape
from core.certificates.service import batches, codes, transparency
from core.certificates.service.verification import verify as by_number
from core.certificates.views.words import kind_names, public
from core.foundation import clock, tables
from core.foundation.access import anyone, applicant
from core.foundation.findings import N_
from core.foundation.i18n import language_tag, say
from core.foundation.limits import limiter
from core.foundation.web import Form, actor, notify, see_other


def _rate() -> str:
    return str(current_app.config["SETTINGS"].verify_rate)


@public.route("/verify", methods=["GET", "POST"])
@limiter.limit(_rate, methods=["POST"])
@anyone()
def verify() -> Any:
    """Check a certificate by number and name; one answer for an unknown number and a wrong name."""
    form = Form(VerifyShape())
    asked, answer = False, None
    if form.sent and (data := form.load()):
        asked = True
        answer = by_number(re.sub(r"\s", "", data["number"]), data["name"])
    return form.page("public/certificates/verify.html", asked=asked, answer=answer, states=PUBLIC_STATES)


@public.route("/verify/code", methods=["GET", "POST"])
@limiter.limit(_rate, methods=["POST"])
@anyone()
def verify_code() -> Any:
    """Check the code on a certificate; a scanned address brings it behind the `#`, which no server is sent."""
    form = Form(CodeShape())
    answer = codes.check_code(data["code"]) if form.sent and (data := form.load()) else None
    return form.page(
        "public/certificates/code.html",
        answer=answer,
        states=PUBLIC_STATES,
        kind_names=kind_names() if answer else {},
    )


@public.get("/verify/offline.html")
@limiter.limit("20 per minute")
@anyone()
def offline() -> Any:
    """One file that checks codes without a network: the keys and the papers that no longer stand are in it."""
    facts = {"keys": codes.keys(), "snapshot": codes.snapshot(clock.now())}
    page = render_template(
        "public/certificates/offline.html",
        facts=json.dumps(facts, ensure_ascii=False).replace("<", "\\u003c"),
        noble=_script("vendor/noble-ed25519/index.js"),
        script=_script("offline.js"),
        states={key: say(words) for key, words in PUBLIC_STATES.items()},
        kind_names={key: say(words) for key, words in kind_names().items()},
    )
    name = f"xingtan-{clock.today().isoformat()}.html"
    return Response(page, mimetype="text/html", headers={"Content-Disposition": f"attachment; filename={name}"})


def _script(name: str) -> str:
    with current_app.open_resource(f"{current_app.static_folder}/{name}", "r", encoding="utf-8") as file:
        return str(file.read())


@public.get("/transparency")
@anyone()
def transparency_log() -> str:
    """The signed heads of the transparency log, and how to check them."""
    rows = [transparency.head_dict(row) for row in transparency.heads(60)]
    return render_template("public/certificates/transparency.html", rows=rows, keys=codes.keys())


@public.route("/verify/lists", methods=["GET", "POST"])
@applicant()
def lists() -> Any:
    """An employer's lists: a new one, and those sent in the last days."""
    form = Form(BatchShape(), files=("file",))
    if form.sent:
        who, now = actor(), clock.now()
        row = form.carry_out(
            lambda data: batches.send_batch(
                who, data["id"], data["employer"], data["purpose"], data["consent"], data["file"], now
            )
        )
        if row is not None:
            notify(N_("名单已收到，正在查验。"))
            return see_other("certificates.list_of", batch_id=row.id)
    return form.page(
        "public/certificates/lists.html", rows=batches.batches(actor()), most=batches.MOST_LINES,
        days=batches.KEPT_DAYS,
    )  # fmt: skip


@public.get("/verify/lists/template.xlsx")
@applicant()
def list_template() -> Any:
    """An empty list with its columns."""
    return _sheet(tables.workbook({"list": (_heads(), [])}), "list.xlsx")


@public.get("/verify/lists/<uuid:batch_id>")
@applicant()
def list_of(batch_id: UUID) -> str:
    """One list with its answers."""
    row = batches.batch(actor(), batch_id)
    return render_template("public/certificates/list.html", row=row, lines=batches.answered_lines(row), words=_words())


@public.get("/verify/lists/<uuid:batch_id>.xlsx")
@applicant()
def list_sheet(batch_id: UUID) -> Any:
    """One list with its answers as XLSX."""
    words = _words()
    lines = [
        (number, name, result, words[result])
        for number, name, result in batches.answered_lines(batches.batch(actor(), batch_id))
    ]
    return _sheet(tables.workbook({"list": ((*_heads(), "result", _("查验结果")), lines)}), "answers.xlsx")


def _heads() -> tuple[str, ...]:
    """A list's headings: English names on the English pages, Chinese ones else; a list may come back with either."""
    return batches.COLUMNS if language_tag() == "en" else tuple(batches.HEADINGS.values())


def _words() -> dict[str, str]:
    return {"no_record": _("没有相符的记录")} | {key: say(text) for key, text in PUBLIC_STATES.items()}


def _sheet(data: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(data, mimetype=tables.SHEET_TYPE, headers=headers)

"""Register imports on the staff site, with progress and faults by line."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, current_app, render_template, request

from core.evidence import service, workbook
from core.evidence.rules import HEADINGS, KIND_NAMES, REGISTER_MOVES, REQUIRED, EvidenceKind
from core.evidence.schemas import ImportShape
from core.evidence.views.blueprint import staff
from core.filing import exports
from core.foundation import clock
from core.foundation.access import officer
from core.foundation.findings import N_
from core.foundation.i18n import say
from core.foundation.web import Form, actor, listing, notify, only, paging, see_other

LABELS = REGISTER_MOVES.labels


@staff.get("/registers")
@officer("evidence.view")
def index() -> str:
    """Imports, the newest first."""
    return render_template(
        "staff/evidence/index.html",
        listing=listing(service.imports(paging())),
        labels=LABELS,
        kind_names=KIND_NAMES,
    )


@staff.get("/registers/<uuid:import_id>")
@officer("evidence.view")
def show(import_id: UUID) -> str:
    """One import: how far it is, and its faulty lines."""
    return render_template(
        "staff/evidence/show.html", row=service.one_import(import_id), labels=LABELS, kind_names=KIND_NAMES,
        headings=HEADINGS,
    )  # fmt: skip


@staff.get("/registers/template.xlsx")
@officer("evidence.import")
def template() -> Response:
    """The empty sheet of a register, `?kind=`."""
    asked = request.args.get("kind", "")
    kind = EvidenceKind(asked) if asked in set(EvidenceKind) else EvidenceKind.EDUCATION
    return exports.workbook(actor(), "register", "template", workbook.template(kind), f"{kind}-template.xlsx")


@staff.route("/registers/new", methods=["GET", "POST"])
@officer("evidence.import")
def new() -> Any:
    """Import a register's file."""
    request.max_content_length = current_app.config["SETTINGS"].register_max_bytes
    form = Form(ImportShape())
    if form.sent:
        file = request.files.get("file")
        data = file.read() if file else b""
        name = (file.filename or "") if file else ""
        row = form.carry_out(
            lambda given: service.start_import(
                actor(), given["id"], given["kind"], name, data, given["replaces_all"], clock.now(), given["preview"]
            )
        )
        if row is not None:
            return see_other("evidence.show", import_id=row.id)
    kinds = [(kind.value, say(name)) for kind, name in KIND_NAMES.items()]
    return form.page(
        "staff/evidence/new.html",
        kinds=kinds,
        headings=HEADINGS,
        required=REQUIRED,
        kind_names=KIND_NAMES,
    )


@staff.post("/registers/<uuid:import_id>/confirm")
@officer("evidence.import")
def confirm(import_id: UUID) -> Any:
    """Write what was previewed."""
    only()
    service.confirm_import(actor(), import_id, clock.now())
    notify(N_("已确认，正在写入。"))
    return see_other("evidence.show", import_id=import_id)


@staff.post("/registers/<uuid:import_id>/discard")
@officer("evidence.import")
def discard(import_id: UUID) -> Any:
    """Let a preview go."""
    only()
    service.discard_import(actor(), import_id, clock.now())
    notify(N_("已放弃，未写入任何一行。"))
    return see_other("evidence.show", import_id=import_id)

"""Correction, replacement, re-issue: asked for on either site, carried out on the staff site."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from flask import render_template, request

from core.certificates import service
from core.certificates.models import CertificateChange
from core.certificates.rules import CHANGE_MOVES, CHANGE_NAMES, CORRECTABLE, PIECE_MOVES
from core.certificates.schemas import BareShape, CarryOutShape, ChangeShape
from core.certificates.views.records import act
from core.certificates.views.words import (
    holder_names,
    kept_file,
    kind_names,
    officer_names,
    options,
    public,
    staff,
)
from core.foundation import clock
from core.foundation.access import applicant, officer
from core.foundation.errors import NotFound
from core.foundation.findings import N_
from core.foundation.i18n import say
from core.foundation.shapes import ReasonShape
from core.foundation.web import Form, actor, listing, notify, paging, see_other

FIELD_NAMES = {
    "name": N_("姓名"),
    "sex": N_("性别"),
    "birth_date": N_("出生日期"),
    "document_number": N_("证件号码"),
}
SEXES = {"1": N_("男"), "2": N_("女")}


def _ask(certificate_id: UUID, data: dict[str, Any]) -> CertificateChange:
    values = {key: str(data[key] or "") for key in CORRECTABLE}
    return service.request_change(
        actor(), data["id"], certificate_id, data["kind"], values, data["reason"], data["proof"], clock.now()
    )


@public.route("/my/certificates/<uuid:certificate_id>/change", methods=["GET", "POST"])
@applicant()
def ask_change(certificate_id: UUID) -> Any:
    """The holder asks for a correction, replacement or re-issue."""
    row = service.certificate(certificate_id)
    kind = request.args.get("kind", "")
    form = Form(ChangeShape(), {"kind": kind if kind in CHANGE_NAMES else "reissue"}, files=("proof",))
    if form.sent and form.carry_out(lambda d: _ask(certificate_id, d)) is not None:
        notify(N_("已提交，发证机关将办理。"))
        return see_other("certificates.mine")
    piece = service.live_pieces([row.id]).get(row.id)
    return form.page(
        "public/certificates/change.html", row=row, kinds=options(CHANGE_NAMES), sexes=options(SEXES), piece=piece,
        piece_labels=PIECE_MOVES.labels, kind_names=kind_names(),
    )  # fmt: skip


@public.post("/my/certificates/changes/<uuid:change_id>/withdraw")
@applicant()
def withdraw_own(change_id: UUID) -> Any:
    """The holder takes it back; a paper reported lost was found."""
    form = Form(BareShape())
    if form.carry_out(lambda d: service.withdraw_change(actor(), change_id, clock.now())) is not None:
        notify(N_("已撤回。"))
    return see_other("certificates.mine")


@staff.get("/changes")
@officer("certificates.view")
def changes() -> str:
    """Changes asked for in the officer's territory."""
    state = request.args.get("state", "requested")
    page = service.changes(paging(), state if state in CHANGE_MOVES.labels else "")
    rows = {row.certificate_id: service.certificate(row.certificate_id) for row in page.rows}
    return render_template(
        "staff/certificates/changes.html", listing=listing(page, "state"), state=state, certificates=rows,
        labels=CHANGE_MOVES.labels, change_names=CHANGE_NAMES,
        names=holder_names(row.institution_code for row in page.rows),
    )  # fmt: skip


@staff.get("/changes/<uuid:change_id>")
@officer("certificates.view")
def show_change(change_id: UUID) -> Any:
    """One change: what stands, what is asked, what was shown."""
    return _page(change_id, Form(CarryOutShape()))


def _page(change_id: UUID, form: Form) -> Any:
    row = service.change(change_id)
    certificate = service.certificate(row.certificate_id)
    asked, before = json.loads(row.asked), json.loads(row.before)
    stood = before or {key: str(getattr(certificate, key)) for key in asked}
    return form.page(
        "staff/certificates/change.html", row=row, certificate=certificate, asked=asked, stood=stood,
        fields=FIELD_NAMES, sexes=SEXES, labels=CHANGE_MOVES.labels, change_names=CHANGE_NAMES,
        piece=service.live_pieces([certificate.id]).get(certificate.id), piece_labels=PIECE_MOVES.labels,
        people=officer_names((row.requested_by, row.decided_by)),
    )  # fmt: skip


@staff.get("/changes/<uuid:change_id>/proof")
@officer("certificates.view")
def change_proof(change_id: UUID) -> Any:
    """What was shown for a change."""
    row = service.change(change_id)
    if not row.proof_key:
        raise NotFound()
    return kept_file(row.proof_key, "proof")


@staff.post("/certificates/<uuid:certificate_id>/changes")
@officer("certificates.handle")
def ask_for_holder(certificate_id: UUID) -> Any:
    """An officer asks for the holder, at the counter; another carries it out."""
    return act(certificate_id, ChangeShape(), lambda d: _ask(certificate_id, d), N_("已登记变更申请。"), ("proof",))


@staff.post("/changes/<uuid:change_id>/carry-out")
@officer("certificates.handle")
def carry_out(change_id: UUID) -> Any:
    """Carry it out: the old paper ends, the next blank is taken."""
    form = Form(CarryOutShape())
    if form.carry_out(lambda d: service.carry_out(actor(), change_id, d["taken_back"], clock.now())) is None:
        return _page(change_id, form)
    notify(N_("已办结，请打印新证。"))
    return see_other("certificates.show", certificate_id=service.change(change_id).certificate_id)


@staff.post("/changes/<uuid:change_id>/refuse")
@officer("certificates.handle")
def refuse_change(change_id: UUID) -> Any:
    """Refuse it, with the reason."""
    form = Form(ReasonShape())
    if form.carry_out(lambda d: service.refuse_change(actor(), change_id, d["reason"], clock.now())) is None:
        return _page(change_id, form)
    notify(say(N_("已不予办理。")))
    return see_other("certificates.changes")


@staff.post("/changes/<uuid:change_id>/withdraw")
@officer("certificates.handle")
def withdraw_change(change_id: UUID) -> Any:
    """The officer who asked takes it back."""
    form = Form(BareShape())
    if form.carry_out(lambda d: service.withdraw_change(actor(), change_id, clock.now())) is None:
        return _page(change_id, form)
    notify(N_("已撤回。"))
    return see_other("certificates.changes")

"""Certificates: a person's own, and those of an officer's territory with their pieces."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import render_template
from marshmallow import Schema

from core.certificates import service
from core.certificates.rules import CAUSE_NAMES, CERTIFICATE_MOVES, CHANGE_MOVES, CHANGE_NAMES, PIECE_MOVES
from core.certificates.schemas import BareShape, HandOverShape, MisprintShape
from core.certificates.views.words import VERB_NAMES, kind_names, officer_names, options, public, staff
from core.foundation import clock
from core.foundation.access import applicant, officer
from core.foundation.audit import history
from core.foundation.findings import N_
from core.foundation.i18n import say
from core.foundation.web import Form, actor, listing, notify, paging, see_other

HOW_NAMES = {"signature": N_("本人签字领取"), "courier": N_("邮寄")}


@public.get("/my/certificates")
@applicant()
def mine() -> str:
    """The person's certificates, where each paper is and what was asked for."""
    person = actor().person_id
    rows = service.of_person(person) if person else []
    ids = [row.id for row in rows]
    return render_template(
        "public/certificates/mine.html", rows=rows, labels=CERTIFICATE_MOVES.labels, kind_names=kind_names(),
        pieces=service.live_pieces(ids), piece_labels=PIECE_MOVES.labels, changes=service.changes_of(ids),
        change_labels=CHANGE_MOVES.labels, change_names=CHANGE_NAMES,
    )  # fmt: skip


@staff.get("/certificates")
@officer("certificates.view")
def index() -> str:
    """Certificates of the officer's territory."""
    page = service.certificates(paging())
    return render_template(
        "staff/certificates/index.html", listing=listing(page), labels=CERTIFICATE_MOVES.labels,
        kind_names=kind_names(), pieces=service.live_pieces([row.id for row in page.rows]),
        piece_labels=PIECE_MOVES.labels,
    )  # fmt: skip


@staff.get("/certificates/<uuid:certificate_id>")
@officer("certificates.view")
def show(certificate_id: UUID) -> Any:
    """One certificate's record, its pieces, its changes and what may be done."""
    return page_of(certificate_id, Form(BareShape()))


def page_of(certificate_id: UUID, form: Form) -> Any:
    """The page of one certificate, with a form that was refused."""
    row = service.certificate(certificate_id)
    pieces = service.pieces(certificate_id)
    return form.page(
        "staff/certificates/show.html", row=row, pieces=pieces, labels=CERTIFICATE_MOVES.labels,
        piece_labels=PIECE_MOVES.labels, cause_names=CAUSE_NAMES, kind_names=kind_names(),
        changes=service.changes_of([row.id]), change_labels=CHANGE_MOVES.labels, change_names=CHANGE_NAMES,
        how_names=HOW_NAMES, hows=options(HOW_NAMES), kinds=options(CHANGE_NAMES),
        sexes=[("1", say(N_("男"))), ("2", say(N_("女")))], timeline=history("certificate", row.id),
        verb_names=VERB_NAMES,
        people=officer_names(key for p in pieces for key in (p.printed_by, p.handed_by, p.closed_by)),
    )  # fmt: skip


def act(
    certificate_id: UUID, shape: Schema, verb: Callable[[dict[str, Any]], Any], done: str, files: tuple[str, ...] = ()
) -> Any:
    """Do a verb from the certificate's page and come back to it."""
    form = Form(shape, files=files)
    if form.carry_out(verb) is None:
        return page_of(certificate_id, form)
    notify(done)
    return see_other("certificates.show", certificate_id=certificate_id)


@staff.post("/certificates/<uuid:certificate_id>/pieces/<uuid:piece_id>/printed")
@officer("certificates.handle")
def mark_printed(certificate_id: UUID, piece_id: UUID) -> Any:
    """The paper came well out of the printer."""
    return act(
        certificate_id, BareShape(), lambda d: service.mark_printed(actor(), piece_id, clock.now()), N_("已登记打印。")
    )


@staff.post("/certificates/<uuid:certificate_id>/pieces/<uuid:piece_id>/misprint")
@officer("certificates.handle")
def misprint(certificate_id: UUID, piece_id: UUID) -> Any:
    """Spoil the blank, take the next, count it: one step."""
    return act(
        certificate_id,
        MisprintShape(),
        lambda d: service.misprint(actor(), piece_id, d["id"], d["note"], d["photo"], d["returned"], clock.now()),
        N_("废证已登记，已取用下一份空白证书。"),
        ("photo",),
    )


@staff.post("/certificates/<uuid:certificate_id>/pieces/<uuid:piece_id>/hand-over")
@officer("certificates.handle")
def hand_over(certificate_id: UUID, piece_id: UUID) -> Any:
    """The paper reaches its holder."""
    return act(
        certificate_id,
        HandOverShape(),
        lambda d: service.hand_over(actor(), piece_id, d["how"], d["to"], clock.now()),
        N_("已登记发放。"),
    )

"""Working a case: assignment, notes, papers, holds, medical result, reveals, reviews (复议), uploaded files."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response

from core.applications import service
from core.applications.schemas import (
    AppealOutcomeShape,
    AppealShape,
    AssignShape,
    MaterialShape,
    MedicalShape,
    NoteShape,
    WhyShape,
)
from core.applications.views.officers import act, page_of, staff
from core.applications.views.words import CONTACT_NAMES, as_file
from core.foundation import clock
from core.foundation.access import officer
from core.foundation.findings import N_
from core.foundation.i18n import say
from core.foundation.shapes import EmptyShape
from core.foundation.web import Form, actor


@staff.post("/cases/<uuid:case_id>/assign")
@officer("applications.assign")
def assign(case_id: UUID) -> Any:
    """Give to an officer."""
    return act(
        case_id,
        AssignShape(),
        lambda d: service.assign(actor(), case_id, d["account_id"], clock.now()),
        N_("已分派。"),
    )


@staff.post("/cases/<uuid:case_id>/notes")
@officer("applications.note")
def note(case_id: UUID) -> Any:
    """Write a note."""
    return act(
        case_id,
        NoteShape(),
        lambda d: service.add_note(actor(), case_id, d["text"], clock.now(), d["id"]),
        N_("已添加备注。"),
    )


@staff.post("/cases/<uuid:case_id>/materials")
@officer("applications.review")
def ask_material(case_id: UUID) -> Any:
    """Ask for a missing paper."""
    return act(
        case_id,
        MaterialShape(),
        lambda d: service.ask_material(actor(), case_id, d["what"], d["due_on"], clock.now(), d["id"]),
        N_("补正通知已发出。"),
    )


@staff.post("/cases/<uuid:case_id>/materials/<uuid:material_request_id>/close")
@officer("applications.review")
def close_material(case_id: UUID, material_request_id: UUID) -> Any:
    """Be content with an answer, or drop a request."""
    return act(
        case_id,
        EmptyShape(),
        lambda d: service.close_material(actor(), material_request_id, clock.now()),
        N_("补正已办结。"),
    )


@staff.post("/cases/<uuid:case_id>/holds")
@officer("applications.review")
def hold(case_id: UUID) -> Any:
    """Hold the conclusion."""
    return act(
        case_id,
        WhyShape(),
        lambda d: service.hold(actor(), case_id, d["reason"], clock.now()),
        N_("已暂停。"),
    )


@staff.post("/cases/<uuid:case_id>/holds/<uuid:hold_id>/lift")
@officer("applications.review")
def lift(case_id: UUID, hold_id: UUID) -> Any:
    """Lift a hold."""
    return act(
        case_id,
        WhyShape(),
        lambda d: service.lift_hold(actor(), hold_id, d["reason"], clock.now()),
        N_("已恢复。"),
    )


@staff.post("/cases/<uuid:case_id>/reveal")
@officer("applications.reveal", fresh=True)
def reveal(case_id: UUID) -> Any:
    """Show document number and mobile for this one page; the reason is written down."""
    form = Form(WhyShape())
    shown = form.carry_out(lambda d: service.reveal(actor(), case_id, d["reason"], clock.now()))
    if shown is None:
        return page_of(case_id, form)
    shown["contact"] = [(say(CONTACT_NAMES[name]), value) for name, value in shown["contact"].items()]
    return page_of(case_id, None, shown)


@staff.post("/cases/<uuid:case_id>/medical")
@officer("applications.review")
def medical(case_id: UUID) -> Any:
    """Write the hospital's result down."""
    return act(
        case_id,
        MedicalShape(),
        lambda d: service.record_medical(actor(), case_id, d["medical_result"], d["hospital"], d["on"], clock.now()),
        N_("体检结果已录入。"),
    )


@staff.post("/cases/<uuid:case_id>/recheck")
@officer("checks.send")
def recheck(case_id: UUID) -> Any:
    """Ask for a new criminal check in place of a lapsed or void one."""
    return act(
        case_id,
        EmptyShape(),
        lambda d: service.recheck(actor(), case_id, clock.now()),
        N_("已重新发起无犯罪记录核查。"),
    )


@staff.post("/cases/<uuid:case_id>/appeals")
@officer("applications.reopen")
def record_appeal(case_id: UUID) -> Any:
    """A refused applicant asked for review or went to court."""
    return act(
        case_id,
        AppealShape(),
        lambda d: service.record_appeal(actor(), case_id, d, clock.now()),
        N_("已登记。"),
    )


@staff.post("/cases/<uuid:case_id>/appeals/<uuid:appeal_id>")
@officer("applications.reopen")
def decide_appeal(case_id: UUID, appeal_id: UUID) -> Any:
    """The decision of a review or court; one that overturns reopens the case."""
    return act(
        case_id,
        AppealOutcomeShape(),
        lambda d: service.decide_appeal(actor(), appeal_id, d, clock.now()),
        N_("结果已登记。"),
    )


@staff.get("/cases/<uuid:case_id>/evidence/<uuid:evidence_id>")
@officer("applications.view")
def uploaded(case_id: UUID, evidence_id: UUID) -> Response:
    """The picture of an original that the applicant uploaded."""
    return as_file(*service.uploaded(service.case(case_id), evidence_id))


@staff.get("/cases/<uuid:case_id>/materials/<uuid:material_request_id>")
@officer("applications.view")
def answered_with(case_id: UUID, material_request_id: UUID) -> Response:
    """The file of an answer."""
    return as_file(*service.answered_with(service.case(case_id), material_request_id))


@staff.get("/cases/<uuid:case_id>/signature.jpg")
@officer("applications.view")
def signature(case_id: UUID) -> Response:
    """The signature under the undertaking."""
    return as_file(service.signature(service.case(case_id)), "jpg")

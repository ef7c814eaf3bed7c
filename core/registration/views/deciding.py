"""Each verb on one registration as one post: what a rule says no with is shown on the case's own page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from core.foundation import clock
from core.foundation.access import officer
from core.foundation.findings import N_
from core.foundation.shapes import EmptyShape
from core.foundation.web import Form, actor, notify, see_other
from core.registration import service
from core.registration.schemas import (
    CancelShape,
    ConductShape,
    CorrectionShape,
    ObjectionDecisionShape,
    ObjectionShape,
    PublicityShape,
    RegistrationWhyShape,
)
from core.registration.views.cases import page_of, staff
from core.registration.views.words import kept_form

Verb = Callable[[dict[str, Any], datetime], Any]


def _act(registration_id: UUID, shape: Any, verb: Verb, said: str) -> Any:
    row, form = service.registration(registration_id), Form(shape)
    if form.carry_out(lambda data: verb(data, clock.now())) is None:
        return page_of(row.id, form)
    notify(said)
    return see_other("registration.show", registration_id=row.id)


@staff.post("/registrations/<uuid:registration_id>/endorse")
@officer("registration.endorse")
def endorse(registration_id: UUID) -> Any:
    """The school endorses."""
    return _act(
        registration_id, ConductShape(),
        lambda data, now: service.endorse(actor(), [registration_id], data["conduct"], data["note"], now),
        N_("已审核上报。"),
    )  # fmt: skip


@staff.post("/registrations/<uuid:registration_id>/return-to-teacher")
@officer("registration.endorse")
def school_return(registration_id: UUID) -> Any:
    """The school returns."""
    return _give_back(registration_id)


@staff.post("/registrations/<uuid:registration_id>/return")
@officer("registration.review")
def give_back(registration_id: UUID) -> Any:
    """The institution returns."""
    return _give_back(registration_id)


def _give_back(registration_id: UUID) -> Any:
    return _act(
        registration_id, RegistrationWhyShape(),
        lambda data, now: service.give_back(actor(), [registration_id], data["reason"], now), N_("已退回。"),
    )  # fmt: skip


@staff.post("/registrations/<uuid:registration_id>/confirm")
@officer("registration.review")
def confirm(registration_id: UUID) -> Any:
    """Take in."""
    return _act(
        registration_id, EmptyShape(), lambda data, now: service.confirm(actor(), [registration_id], now),
        N_("已确认受理。"),
    )  # fmt: skip


@staff.post("/registrations/<uuid:registration_id>/review")
@officer("registration.review")
def start_review(registration_id: UUID) -> Any:
    """Begin the review."""
    return _act(
        registration_id, EmptyShape(), lambda data, now: service.start_review(actor(), [registration_id], now),
        N_("已开始审核。"),
    )  # fmt: skip


@staff.post("/registrations/<uuid:registration_id>/correct")
@officer("registration.review")
def correct(registration_id: UUID) -> Any:
    """Correct what was declared."""
    row = service.registration(registration_id)
    return _act(
        registration_id, CorrectionShape(),
        lambda data, now: service.correct(actor(), registration_id, kept_form(row, data), data["version"], now),
        N_("已更正，结论按更正后的材料判定。"),
    )  # fmt: skip


@staff.post("/registrations/<uuid:registration_id>/propose")
@officer("registration.review")
def propose(registration_id: UUID) -> Any:
    """Propose what the facts come to."""
    return _act(
        registration_id, EmptyShape(), lambda data, now: service.propose(actor(), [registration_id], now),
        N_("已拟定结论，由机构负责人公示。"),
    )  # fmt: skip


@staff.post("/registrations/<uuid:registration_id>/authenticity")
@officer("registration.review")
def check_certificate(registration_id: UUID) -> Any:
    """Have the certificate's authenticity checked."""
    return _act(
        registration_id, EmptyShape(), lambda data, now: service.check_certificate(actor(), registration_id, now),
        N_("已转入真伪核查。"),
    )  # fmt: skip


@staff.post("/registrations/<uuid:registration_id>/fraud")
@officer("registration.review")
def report_untrue(registration_id: UUID) -> Any:
    """Hand untrue statements to the penalties area."""
    return _act(
        registration_id, RegistrationWhyShape(),
        lambda data, now: service.report_untrue(actor(), registration_id, data["reason"], now), N_("已移送。"),
    )  # fmt: skip


@staff.post("/registrations/<uuid:registration_id>/step-back")
@officer("registration.conclude")
def step_back(registration_id: UUID) -> Any:
    """Send a proposal back."""
    return _act(
        registration_id, RegistrationWhyShape(),
        lambda data, now: service.step_back(actor(), [registration_id], data["reason"], now), N_("已退回审核。"),
    )  # fmt: skip


@staff.post("/registrations/<uuid:registration_id>/publicise")
@officer("registration.conclude")
def publicise(registration_id: UUID) -> Any:
    """Show one proposal in public."""
    return _act(
        registration_id, PublicityShape(),
        lambda data, now: service.publicise(actor(), data["id"], [registration_id], now), N_("已公示。"),
    )  # fmt: skip


@staff.post("/registrations/<uuid:registration_id>/conclude")
@officer("registration.conclude", fresh=True)
def conclude(registration_id: UUID) -> Any:
    """Conclude."""
    return _act(
        registration_id, EmptyShape(), lambda data, now: service.conclude(actor(), [registration_id], now),
        N_("已作出注册结论。"),
    )  # fmt: skip


@staff.post("/registrations/<uuid:registration_id>/sticker")
@officer("certificates.handle")
def apply_sticker(registration_id: UUID) -> Any:
    """Apply a sticker from stock."""
    return _act(
        registration_id, EmptyShape(),
        lambda data, now: service.apply_stickers(actor(), [registration_id], now) or True, N_("已登记粘贴注册贴。"),
    )  # fmt: skip


@staff.post("/registrations/<uuid:registration_id>/cancel")
@officer("registration.conclude", fresh=True)
def cancel(registration_id: UUID) -> Any:
    """Cancel a passed registration for untrue statements."""
    return _act(
        registration_id, CancelShape(),
        lambda data, now: service.cancel_untrue(actor(), registration_id, data["reason"], data["decision"], now),
        N_("已撤销注册。"),
    )  # fmt: skip


@staff.post("/registrations/<uuid:registration_id>/objections")
@officer("registration.review")
def object_to(registration_id: UUID) -> Any:
    """Record an objection."""
    return _act(
        registration_id, ObjectionShape(),
        lambda data, now: service.object_to(actor(), data["id"], registration_id, data, now), N_("异议已登记。"),
    )  # fmt: skip


@staff.post("/registrations/objections/<uuid:registration_objection_id>")
@officer("registration.conclude")
def decide_objection(registration_objection_id: UUID) -> Any:
    """Decide an objection."""
    item = service.objection(registration_objection_id)
    return _act(
        item.case_id, ObjectionDecisionShape(),
        lambda data, now: service.decide_objection(actor(), item.id, data["upheld"] == "1", data["reason"], now),
        N_("异议已处理。"),
    )  # fmt: skip

"""A plan's board: how many cases stand where, and what may be done with all of them at once; public notices."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import render_template

from core.filing import service as filing
from core.foundation import clock
from core.foundation.access import officer
from core.foundation.findings import N_
from core.foundation.shapes import EmptyShape
from core.foundation.web import Form, actor, listing, notify, paging, see_other
from core.registration import service
from core.registration.schemas import ConductShape
from core.registration.views.cases import staff
from core.registration.views.words import options, words

Verb = Callable[[dict[str, Any], datetime], Any]


@staff.get("/registrations/plans/<uuid:plan_id>")
@officer("registration.view")
def board(plan_id: UUID) -> Any:
    """One plan."""
    return _board(plan_id, Form(EmptyShape()))


def _board(plan_id: UUID, form: Form) -> Any:
    plan = service.plan_for(actor(), plan_id)
    page = render_template(
        "staff/registration/board.html", plan=plan, form=form, counts=service.counts(plan.id),
        body=filing.institution(plan.institution_code), unstuck=service.unstuck(plan.id),
        publicities=service.publicities(paging(), plan.id).rows, most=service.BATCH, **options(), **words(),
    )  # fmt: skip
    return page, form.status


def _all(plan_id: UUID, verb: Verb, said: str, shape: Any = None) -> Any:
    plan, form = service.plan_for(actor(), plan_id), Form(shape or EmptyShape())
    done = form.carry_out(lambda data: _counted(verb(data, clock.now())))
    if done is None:
        return _board(plan.id, form)
    notify(said, count=done)
    return see_other("registration.board", plan_id=plan.id)


def _counted(done: Any) -> int:
    if isinstance(done, dict):
        return sum(count for name, count in done.items() if name not in ("left", "in_review"))
    return int(done)


@staff.post("/registrations/plans/<uuid:plan_id>/endorse")
@officer("registration.endorse")
def endorse_all(plan_id: UUID) -> Any:
    """The school endorses all its submitted cases."""
    return _all(
        plan_id, lambda data, now: service.endorse_all(actor(), plan_id, actor().prefix, data["conduct"], now),
        N_("已审核上报%(count)s件。"), ConductShape(),
    )  # fmt: skip


@staff.post("/registrations/plans/<uuid:plan_id>/confirm")
@officer("registration.review")
def confirm_all(plan_id: UUID) -> Any:
    """Take in all endorsed cases."""
    return _all(plan_id, lambda data, now: service.confirm_all(actor(), plan_id, now), N_("已确认受理%(count)s件。"))


@staff.post("/registrations/plans/<uuid:plan_id>/propose")
@officer("registration.review")
def propose_all(plan_id: UUID) -> Any:
    """Propose to pass whatever nothing stands against; the others go into review one by one."""
    return _all(
        plan_id, lambda data, now: service.propose_all(actor(), plan_id, now),
        N_("已对%(count)s件拟定“注册合格”，其余转入逐件审核。"),
    )  # fmt: skip


@staff.post("/registrations/plans/<uuid:plan_id>/publicise")
@officer("registration.conclude")
def publicise_all(plan_id: UUID) -> Any:
    """Show all proposals in public."""

    def verb(data: dict[str, Any], now: datetime) -> int:
        made = service.publicise_all(actor(), plan_id, now)
        return made.count if made else 0

    return _all(plan_id, verb, N_("已公示%(count)s件。"))


@staff.post("/registrations/plans/<uuid:plan_id>/stickers")
@officer("certificates.handle")
def stickers_all(plan_id: UUID) -> Any:
    """Apply stickers to all that passed."""
    return _all(
        plan_id,
        lambda data, now: service.apply_stickers_all(actor(), plan_id, now),
        N_("已登记粘贴注册贴%(count)s枚。"),
    )


@staff.get("/registrations/publicities/<uuid:publicity_id>")
@officer("registration.view")
def publicity(publicity_id: UUID) -> Any:
    """One public notice: whom it names and what is left to conclude."""
    return _publicity(publicity_id, Form(EmptyShape()))


def _publicity(publicity_id: UUID, form: Form) -> Any:
    row = service.publicity(publicity_id)
    page = service.registrations(paging(), service.Wanted(publicity_id=row.id))
    shown = render_template(
        "staff/registration/publicity.html", row=row, form=form, listing=listing(page),
        schools=filing.schools_of(item.territory for item in page.rows), plan=service.plan_for(actor(), row.plan_id),
        body=filing.institution(row.institution_code), **words(),
    )  # fmt: skip
    return shown, form.status


@staff.post("/registrations/publicities/<uuid:publicity_id>/conclude")
@officer("registration.conclude", fresh=True)
def conclude_all(publicity_id: UUID) -> Any:
    """Conclude all that nothing stands against."""
    row, form = service.publicity(publicity_id), Form(EmptyShape())
    done = form.carry_out(lambda data: service.conclude_all(actor(), row.id, clock.now()))
    if done is None:
        return _publicity(row.id, form)
    notify(
        N_("已作出%(count)s件结论，%(left)s件有异议或材料有变，须逐件办理。"), count=_counted(done), left=done["left"]
    )
    return see_other("registration.publicity", publicity_id=row.id)

"""The applicant's photo page: upload, every fault told at once, a mended photo offered beside the one sent."""

from __future__ import annotations

import base64
from typing import Any
from uuid import UUID

from flask import Response, request

from core.applications import service
from core.applications.models import Case, PhotoOffer
from core.applications.rules.states import EDITABLE
from core.applications.views.applicants import public
from core.calendar import service as calendar
from core.foundation import clock
from core.foundation.access import applicant
from core.foundation.findings import N_
from core.foundation.images import thumbnail
from core.foundation.shapes import EmptyShape
from core.foundation.web import Form, actor, notify, see_other


@public.route("/my/<uuid:case_id>/photo", methods=["GET", "POST"])
@applicant()
def photo_page(case_id: UUID) -> Any:
    """Upload the photo; each fault is told at once, and what would mend it is offered."""
    row = service.case_of_person(actor(), case_id)
    form = Form(EmptyShape())
    if not form.sent:
        if row.state not in EDITABLE:
            return see_other("applications.show", case_id=case_id)
        return _page(form, row)
    file = request.files.get("photo")
    data = file.read() if file else b""
    if form.carry_out(lambda given: service.attach_photo(actor(), case_id, data, clock.now())) is not None:
        notify(N_("照片符合要求，已保存。"))
        return see_other("applications.check_and_submit", case_id=case_id)
    if data:
        service.offer(actor(), case_id, data, clock.now())
    return _page(form, row, sent=_inline(data))


@public.post("/my/<uuid:case_id>/photo/offers/<uuid:offer_id>/accept")
@applicant()
def accept_photo(case_id: UUID, offer_id: UUID) -> Any:
    """Take the photo that was offered."""
    row = service.case_of_person(actor(), case_id)
    form = Form(EmptyShape())
    if form.carry_out(lambda given: service.accept_offer(actor(), case_id, offer_id, clock.now())) is None:
        return _page(form, row)
    notify(N_("照片已保存。"))
    return see_other("applications.check_and_submit", case_id=case_id)


@public.get("/my/<uuid:case_id>/photo/offers/<uuid:offer_id>.jpg")
@applicant()
def offered_photo(case_id: UUID, offer_id: UUID) -> Response:
    """The picture that is offered."""
    row = service.case_of_person(actor(), case_id)
    return Response(service.offered_picture(row, offer_id), content_type="image/jpeg")


@public.get("/my/<uuid:case_id>/photo.jpg")
@applicant()
def photo(case_id: UUID) -> Response:
    """The person's own photo."""
    row = service.case_of_person(actor(), case_id)
    return Response(service.photo(row), content_type="image/jpeg")


def _page(form: Form, row: Case, sent: str = "") -> tuple[str, int]:
    offers: list[PhotoOffer] = service.offers_of(row)
    return form.page(
        "public/applications/photo.html", row=row, rules=calendar.rules_by_id(row.yearbook_id),
        offer=offers[0] if offers else None, sent=sent,
    )  # fmt: skip


def _inline(data: bytes) -> str:
    """A small picture of what was sent, inside the page, since a refused file is kept nowhere."""
    small = thumbnail(data)
    return f"data:image/jpeg;base64,{base64.b64encode(small).decode()}" if small else ""

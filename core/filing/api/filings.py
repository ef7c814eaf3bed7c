"""Named filing as an API: proposed, approved, suspended and ended with the same verbs as the pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import fields

from core.filing import service
from core.filing.api.blueprints import staff
from core.filing.schemas import FilingShape
from core.foundation import clock
from core.foundation.access import officer
from core.foundation.shapes import ReasonShape, Shape
from core.foundation.web import actor, paging


class FilingOut(Shape):
    """A filing without personal numbers."""

    id = fields.UUID()
    state = fields.String()
    name = fields.String()
    unit = fields.String()
    institution_code = fields.String()
    territory = fields.String()
    post = fields.String()
    roles = fields.List(fields.String())
    username = fields.String()
    confirm_by = fields.Date()
    valid_until = fields.Date()


@staff.route("/filings", methods=["GET"])
@staff.response(200, FilingOut(many=True))
@officer("filing.view")
def listed() -> Any:
    """Filings of the territory, the newest first, a page at a time."""
    return service.filings(paging()).rows


@staff.route("/filings/<uuid:filing_id>", methods=["GET"])
@staff.response(200, FilingOut)
@officer("filing.view")
def shown(filing_id: UUID) -> Any:
    """One filing."""
    return service.filing(filing_id)


@staff.route("/filings", methods=["POST"])
@staff.arguments(FilingShape(exclude=("undertaking",)))
@staff.response(201, FilingOut)
@officer("filing.propose")
def drafted(data: dict[str, Any]) -> Any:
    """Draft a filing; the undertaking is uploaded on its page."""
    return service.draft(actor(), data | {"undertaking": None}, clock.now())


@staff.route("/filings/<uuid:filing_id>/submit", methods=["POST"])
@staff.response(200, FilingOut)
@officer("filing.propose")
def submitted(filing_id: UUID) -> Any:
    """Hand to the level above."""
    return service.submit(actor(), filing_id, clock.now())


@staff.route("/filings/<uuid:filing_id>/approve", methods=["POST"])
@staff.response(200, FilingOut)
@officer("filing.approve")
def approved(filing_id: UUID) -> Any:
    """Put in force."""
    return service.approve(actor(), filing_id, clock.now())


@staff.route("/filings/<uuid:filing_id>/suspend", methods=["POST"])
@staff.arguments(ReasonShape)
@staff.response(200, FilingOut)
@officer("filing.approve")
def suspended(data: dict[str, Any], filing_id: UUID) -> Any:
    """Shut the person out at once."""
    return service.suspend(actor(), filing_id, data["reason"], clock.now())


@staff.route("/filings/<uuid:filing_id>/resume", methods=["POST"])
@staff.response(200, FilingOut)
@officer("filing.approve")
def resumed(filing_id: UUID) -> Any:
    """Let the person in again."""
    return service.resume(actor(), filing_id, clock.now())


@staff.route("/filings/<uuid:filing_id>/confirm", methods=["POST"])
@staff.response(200, FilingOut)
@officer("filing.propose")
def confirmed(filing_id: UUID) -> Any:
    """Confirm for another year."""
    return service.confirm(actor(), filing_id, clock.now())


@staff.route("/filings/<uuid:filing_id>/end", methods=["POST"])
@staff.arguments(ReasonShape)
@staff.response(200, FilingOut)
@officer("filing.approve")
def ended(data: dict[str, Any], filing_id: UUID) -> Any:
    """End a filing that leaves nothing open."""
    return service.end(actor(), filing_id, data["reason"], clock.now())

"""Cases on the staff site: the list, what is late, opening one, one case with its papers and its next step."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from flask import Response, render_template, request

from core.accounts import service as accounts
from core.certificates import service as certificates
from core.filing import service as filing
from core.foundation import clock
from core.foundation.access import officer
from core.foundation.audit import history
from core.foundation.findings import N_
from core.foundation.i18n import say
from core.foundation.web import Form, actor, listing, notify, paging, see_other
from core.penalties import service
from core.penalties.models import Penalty
from core.penalties.rules import GROUND_NAMES, GROUNDS_OF, MEASURE_NAMES, PENALTY_MOVES, SOURCE_NAMES, Source
from core.penalties.schemas import OpenPenaltyShape, RevealShape
from core.penalties.views.steps import steps_of
from core.penalties.views.words import SEX_NAMES, options, staff, words
from core.people.rules import DOCUMENT_NAMES, masked_name, masked_number

RECEIPT_TYPES = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"}
TYPED_SOURCES = {key: name for key, name in SOURCE_NAMES.items() if key != Source.REGISTRATION}


@staff.get("/penalties")
@officer("penalties.view")
def index() -> str:
    """Cases of the officer's territory, by state and measure, or of one document number."""
    asked = {name: request.args.get(name, "") for name in ("state", "measure")}
    state = asked["state"] if asked["state"] in PENALTY_MOVES.labels else ""
    measure = asked["measure"] if asked["measure"] in set(MEASURE_NAMES) else ""
    page = service.penalties(paging(), state, measure)
    return render_template(
        "staff/penalties/index.html", listing=listing(page, "state", "measure"), asked=asked, masked=masked_name,
        bodies=filing.names_of({row.institution_code for row in page.rows}), today=clock.today(),
        late=service.late_count(clock.today()), **words(),
    )  # fmt: skip


@staff.get("/penalties/late")
@officer("penalties.view")
def late() -> str:
    """What is past its limit in the territory: what is owed, since when, by which clause."""
    page = service.late(paging(), clock.today())
    return render_template(
        "staff/penalties/late.html", listing=listing(page), today=clock.today(),
        bodies=filing.names_of({row.institution_code for row in page.rows}), **words(),
    )  # fmt: skip


@staff.route("/penalties/new", methods=["GET", "POST"])
@officer("penalties.handle")
def new() -> Any:
    """Open a case on whom a document names."""
    source = request.args.get("source", "")
    return _new(Form(OpenPenaltyShape(), {"source": source if source in TYPED_SOURCES else "own"}), None)


@staff.route("/certificates/<uuid:certificate_id>/penalty", methods=["GET", "POST"])
@officer("penalties.handle")
def new_on_certificate(certificate_id: UUID) -> Any:
    """Open a case on the holder of a certificate of the territory."""
    row = certificates.certificate(certificate_id)
    initial = {"source": "own", "certificate_id": str(row.id), "measure": "revocation", "ground": "fraud"}
    return _new(Form(OpenPenaltyShape(), initial), row)


def _new(form: Form, certificate: Any) -> Any:
    if form.sent:
        row = form.carry_out(
            lambda data: service.open_case(
                actor(), data | {"certificate_id": certificate.id if certificate else None}, clock.now()
            )
        )
        if row is not None:
            notify(N_("已立案，案号%(number)s。"), number=row.number)
            return see_other("penalties.show", penalty_id=row.id)
    return form.page(
        "staff/penalties/new.html", certificate=certificate, measures=options(MEASURE_NAMES), masked=masked_name,
        grounds=_grounds(), sources=options(TYPED_SOURCES), documents=options(DOCUMENT_NAMES),
        sexes=options(SEX_NAMES), **words(),
    )  # fmt: skip


def _grounds() -> list[tuple[str, str]]:
    """Grounds under the measure that each carries."""
    return [
        (str(ground), f"{say(MEASURE_NAMES[measure])}{say(N_('：'))}{say(GROUND_NAMES[ground])}")
        for measure, grounds in GROUNDS_OF.items()
        for ground in grounds
    ]


@staff.get("/penalties/<uuid:penalty_id>")
@officer("penalties.view")
def show(penalty_id: UUID) -> Any:
    """One case: what is known, what was issued, what comes next."""
    return page_of(penalty_id, Form(RevealShape()))


def page_of(penalty_id: UUID, form: Form, revealed: dict[str, str] | None = None) -> tuple[str, int]:
    """The page of one case; `revealed` is the party as an officer with a reason sees it."""
    row = service.penalty(penalty_id)
    people = {row.opened_by, row.investigated_by, row.proposed_by, row.decided_by} - {None}
    return form.page(
        "staff/penalties/show.html", row=row, revealed=revealed, party=revealed or _masked(row), today=clock.today(),
        body=filing.institution(row.institution_code), basis=json.loads(row.basis), taken=service.taken(penalty_id),
        papers=service.papers(penalty_id), steps=steps_of(row, actor()), next_step=PENALTY_MOVES.next_step(row.state),
        people=accounts.names_of({key for key in people if key}), timeline=history("penalty", row.id),
        documents=DOCUMENT_NAMES, **words(),
    )  # fmt: skip


def _masked(row: Penalty) -> dict[str, str]:
    return {"name": masked_name(row.name), "document_number": masked_number(row.document_number)}


@staff.post("/penalties/<uuid:penalty_id>/reveal")
@officer("penalties.reveal", fresh=True)
def reveal(penalty_id: UUID) -> Any:
    """Show the party, for a reason that is written down."""
    form = Form(RevealShape())
    shown = form.carry_out(lambda data: service.reveal(actor(), penalty_id, data["reason"], clock.now()))
    return page_of(penalty_id, form, shown)


@staff.get("/penalties/<uuid:penalty_id>/papers/<uuid:paper_id>.pdf")
@officer("penalties.reveal", fresh=True)
def paper(penalty_id: UUID, paper_id: UUID) -> Response:
    """A paper of the case; it names the party, so that reading it is written down."""
    data = service.read_paper(actor(), penalty_id, paper_id, clock.now())
    headers = {"Content-Disposition": f'inline; filename="{paper_id}.pdf"'}
    return Response(data, content_type="application/pdf", headers=headers)


@staff.get("/penalties/<uuid:penalty_id>/receipt-file")
@officer("penalties.reveal", fresh=True)
def receipt_file(penalty_id: UUID) -> Response:
    """The signed receipt; it names the party, so that reading it is written down."""
    data, suffix = service.read_receipt(actor(), penalty_id, clock.now())
    headers = {"Content-Disposition": f'inline; filename="receipt.{suffix}"'}
    return Response(data, content_type=RECEIPT_TYPES[suffix], headers=headers)

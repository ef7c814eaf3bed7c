"""Certificates: a person's own, and those of an officer's territory."""

from __future__ import annotations

from uuid import UUID

from flask import render_template

from core.certificates import service
from core.certificates.rules import CERTIFICATE_MOVES
from core.certificates.views.words import kind_names, public, staff
from core.foundation.access import applicant, officer
from core.foundation.web import actor, listing, paging


@public.get("/my/certificates")
@applicant()
def mine() -> str:
    """The person's certificates."""
    person = actor().person_id
    rows = service.of_person(person) if person else []
    return render_template(
        "public/certificates/mine.html", rows=rows, labels=CERTIFICATE_MOVES.labels, kind_names=kind_names()
    )


@staff.get("/certificates")
@officer("certificates.view")
def index() -> str:
    """Certificates of the officer's territory."""
    return render_template(
        "staff/certificates/index.html", listing=listing(service.certificates(paging())),
        labels=CERTIFICATE_MOVES.labels, kind_names=kind_names(),
    )  # fmt: skip


@staff.get("/certificates/<uuid:certificate_id>")
@officer("certificates.view")
def show(certificate_id: UUID) -> str:
    """One certificate's record."""
    return render_template(
        "staff/certificates/show.html", row=service.certificate(certificate_id), labels=CERTIFICATE_MOVES.labels,
        kind_names=kind_names(),
    )  # fmt: skip

"""What must hold of penalties and reports (promises 15 and 16), as queries over live data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import select

from core.certificates.models import Certificate
from core.foundation import clock
from core.foundation.db import session
from core.foundation.storage import storage
from core.penalties.models import Penalty, PenaltyCertificate, PenaltyPaper, PenaltyReportCopy
from core.penalties.rules import CAUGHT, Outcome
from core.penalties.service.effect import still_held
from core.penalties.service.reports import unreported
from core.people.models import PersonBar


@dataclass(frozen=True, slots=True)
class Invariant:
    """One thing that must hold, its clause, and how to find what breaks it."""

    name: str
    text: str
    clause: str
    broken: Callable[[], Iterator[str]]


def _without_bar() -> Iterator[str]:
    statement = (
        select(Penalty.number)
        .outerjoin(PersonBar, (PersonBar.id == Penalty.bar_id) & PersonBar.annulled_at.is_(None)
                   & (PersonBar.decision == Penalty.decision_number))
        .where(Penalty.state.in_(CAUGHT), PersonBar.id.is_(None))
    )  # fmt: skip
    yield from session().scalars(statement)
    lifted = (
        select(Penalty.number)
        .join(PersonBar, PersonBar.id == Penalty.bar_id)
        .where(Penalty.state == "annulled", PersonBar.annulled_at.is_(None))
    )
    yield from session().scalars(lifted)


def _unmarked() -> Iterator[str]:
    statement = (
        select(Penalty.number, Certificate.number)
        .join(PenaltyCertificate, (PenaltyCertificate.province_code == Penalty.province_code)
              & (PenaltyCertificate.penalty_id == Penalty.id))
        .join(Certificate, Certificate.id == PenaltyCertificate.certificate_id)
        .where(
            Penalty.state.in_(CAUGHT), PenaltyCertificate.outcome != Outcome.RESTORED,
            (Certificate.state.not_in(("revoked", "lost_qualification")))
            | (Certificate.decision_ref != Penalty.decision_number),
        )
    )  # fmt: skip
    for number, certificate in session().execute(statement):
        yield f"{number} {certificate}"
    for row in session().scalars(select(Penalty).where(Penalty.state.in_(CAUGHT), Penalty.measure != "exam_ban")):
        yield from (f"{row.number} {held.number}" for held in still_held(row))


def _unreported() -> Iterator[str]:
    yield from unreported(clock.today())


def _files() -> Iterator[str]:
    for model in (PenaltyPaper, PenaltyReportCopy):
        for ident, key in session().execute(select(model.id, model.file_key)):
            if not storage().has(key):
                yield str(ident)


INVARIANTS = (
    Invariant(
        "penalty_has_its_bar", "every decision in force has its bar, an annulled one none", "一(三)", _without_bar
    ),
    Invariant(
        "penalty_took_its_certificates", "certificates of a decision in force are marked with it", "一(三)", _unmarked
    ),
    Invariant(
        "penalty_in_its_report", "every decision in force is in one filed report, or its quarter is not yet due",
        "一(三)", _unreported,
    ),
    Invariant("penalty_papers_have_files", "every paper and signed report has its file", "一(三)", _files),
)  # fmt: skip

"""What must hold of penalties and their reports (promises 15 and 16)."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from core.certificates.models import Certificate
from core.foundation import clock
from core.foundation.db import session
from core.foundation.invariants import Broken, holds
from core.penalties.models import Penalty, PenaltyCertificate
from core.penalties.rules import CAUGHT, Measure, Outcome
from core.penalties.service.effect import still_held
from core.penalties.service.reports import unreported
from core.people.models import PersonBar
from core.registration.models import Registration


@holds(15, "一(三)")
def penalty_has_its_bar() -> list[Broken]:
    """Every decision in force has its bar, an annulled one none."""
    own = (PersonBar.id == Penalty.bar_id) & (PersonBar.decision == Penalty.decision_number)
    bare = (
        select(Penalty.number)
        .outerjoin(PersonBar, own & PersonBar.annulled_at.is_(None))
        .where(Penalty.state.in_(CAUGHT), PersonBar.id.is_(None))
    )
    lifted = (
        select(Penalty.number)
        .join(PersonBar, PersonBar.id == Penalty.bar_id)
        .where(Penalty.state == "annulled", PersonBar.annulled_at.is_(None))
    )
    return [bare, lifted]


@holds(15, "一(三)")
def penalty_ended_its_registrations() -> list[Broken]:
    """No registration that was in force when a decision took effect still stands."""
    return [
        select(Penalty.number, Registration.reference)
        .join(Registration, Registration.document_index == Penalty.document_index)
        .where(
            Penalty.state.in_(CAUGHT), Penalty.measure != Measure.EXAM_BAN, Registration.state == "passed",
            Registration.valid_from <= Penalty.in_force_on,
        )
    ]  # fmt: skip


@holds(15, "一(三)")
def penalty_took_its_certificates() -> list[Broken]:
    """Certificates of a decision in force are marked with it, and none it should have taken is left."""
    own = (PenaltyCertificate.province_code == Penalty.province_code) & (PenaltyCertificate.penalty_id == Penalty.id)
    unmarked = (
        select(Penalty.number, Certificate.number)
        .join(PenaltyCertificate, own)
        .join(Certificate, Certificate.id == PenaltyCertificate.certificate_id)
        .where(
            Penalty.state.in_(CAUGHT),
            PenaltyCertificate.outcome != Outcome.RESTORED,
            Certificate.state.not_in(("revoked", "lost_qualification"))
            | (Certificate.decision_ref != Penalty.decision_number),
        )
    )
    return [unmarked, _left()]


def _left() -> Iterator[str]:
    statement = select(Penalty).where(Penalty.state.in_(CAUGHT), Penalty.measure != "exam_ban")
    for row in session().scalars(statement.execution_options(yield_per=500)):
        yield from (f"{row.number} {held.number}" for held in still_held(row))


@holds(16, "一(三)")
def penalty_in_its_report() -> Iterator[str]:
    """Every decision in force is in one filed report, or its quarter is not yet due."""
    yield from unreported(clock.today())

"""What must hold of penalties and their reports (promises 15 and 16)."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import or_, select

from core.certificates.models import Certificate
from core.foundation import clock
from core.foundation.invariants import Broken, Query, holds
from core.penalties.models import Penalty, PenaltyCertificate
from core.penalties.rules import CAUGHT, Ground, Measure, Outcome
from core.penalties.service.reports import unreported
from core.people.models import Person, PersonBar
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


def _left() -> Query:
    """Certificates still in force that a decision should have taken: by fraud the one it was obtained by, else all."""
    chosen = or_(
        Penalty.ground != Ground.FRAUD, Penalty.certificate_id.is_(None), Certificate.id == Penalty.certificate_id
    )
    return (
        select(Penalty.number, Certificate.number)
        .join(Person, Person.document_index == Penalty.document_index)
        .join(Certificate, Certificate.person_id == Person.id)
        .where(
            Penalty.state.in_(CAUGHT), Penalty.measure != Measure.EXAM_BAN, Certificate.state == "in_force",
            Certificate.issued_on < Penalty.in_force_on, chosen,
        )
    )  # fmt: skip


@holds(16, "一(三)")
def penalty_in_its_report() -> Iterator[str]:
    """Every decision in force is in one filed report, or its quarter is not yet due."""
    yield from unreported(clock.today())

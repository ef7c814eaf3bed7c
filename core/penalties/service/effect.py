"""What a decision does when it is served, and undoes when it is annulled: certificates, bar and registration at once.

Everything happens in one transaction over the whole nation: whoever applies anywhere a second later meets the bar.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.calendar.rules import WORKING_DAYS
from core.certificates import service as certificates
from core.certificates.models import Certificate
from core.certificates.rules import PieceState
from core.foundation import clock
from core.foundation.access import NATION, Actor, within
from core.foundation.db import new_id, one_transaction, session
from core.foundation.errors import NotFound, Refused
from core.foundation.findings import N_, Finding
from core.foundation.storage import storage
from core.penalties.models import Penalty, PenaltyCertificate
from core.penalties.rules import (
    CAUGHT,
    Ground,
    Measure,
    Outcome,
    bar_of,
    judge_execution,
    judge_given,
    judge_past,
    judge_receipt,
    judge_service,
    last_day,
)
from core.penalties.service.cases import CLAUSE, asked, counted, moved, owe, penalty, rules_on, taken, written
from core.people import service as people
from core.people.models import Person
from core.registration import service as registration
from core.rulesets.terms import term_on

FALLS = {Measure.REVOCATION: certificates.revoke, Measure.LOSS: certificates.forfeit}


@one_transaction
def serve(actor: Actor, penalty_id: UUID, data: dict[str, Any], now: datetime) -> Penalty:
    """Record that the decision reached the party (送达): it is in force from that day, with all that it does.

    `data`: version, served_on, how; proof, the signed receipt as a file (b"" when it comes later).
    """
    row, today, rules = asked(actor, penalty_id, data["version"]), clock.beijing(now).date(), rules_on(now)
    decided_on, served_on = row.decided_on or today, data["served_on"]
    until = counted(last_day, decided_on, term_on(rules.v.penalty_service_terms, decided_on), WORKING_DAYS)
    findings = judge_service(served_on, decided_on, until, today)
    if any(finding.refuses for finding in findings):
        raise Refused(findings)
    moved(row, "in_force", "X")
    row.served_on = row.in_force_on = served_on
    row.served_how, row.served_at = data["how"], now
    if data.get("proof"):
        row.served_proof = _kept(data["proof"])
    _take_effect(actor, row, rules, now)
    owe(row, now)
    late = any(finding.code == "penalty_served_late" for finding in findings)
    written(actor, "serve", row, now, decision=row.decision_number, served_on=served_on.isoformat(), late=late,
            certificates=len(taken(row.id)), registrations=row.registrations_ended)  # fmt: skip
    return row


@one_transaction
def add_receipt(actor: Actor, penalty_id: UUID, data: dict[str, Any], now: datetime) -> Penalty:
    """Keep the signed receipt of a decision served before, once. `data`: version, proof, the file."""
    row = asked(actor, penalty_id, data["version"])
    findings = judge_receipt(row.in_force_on is not None, bool(row.served_proof), bool(data["proof"]))
    if findings:
        raise Refused(findings)
    row.served_proof = _kept(data["proof"])
    written(actor, "receipt", row, now, sha256=hashlib.sha256(data["proof"]).hexdigest())
    return row


@one_transaction
def read_receipt(actor: Actor, penalty_id: UUID, now: datetime) -> tuple[bytes, str]:
    """(the signed receipt, its name's ending); it names the party, so that the reading is written down."""
    row = penalty(penalty_id)
    if not row.served_proof:
        raise NotFound()
    written(actor, "read_paper", row, now, paper="signed_receipt")
    return storage().get(row.served_proof), row.served_proof.rpartition(".")[2]


def _kept(data: bytes) -> str:
    suffix = next((end for head, end in ((b"%PDF-", ".pdf"), (b"\xff\xd8\xff", ".jpg"), (b"\x89PNG", ".png"))
                   if data.startswith(head)), "")  # fmt: skip
    if not suffix:
        message = N_("请上传PDF、JPEG或PNG文件，最多8兆字节")
        raise Refused([Finding("penalty_proof_unfit", message, CLAUSE, field="proof")])
    return storage().put(data, suffix).key


def _take_effect(actor: Actor, row: Penalty, rules: Any, now: datetime) -> None:
    assert row.in_force_on is not None
    kind, starts_on, ends_on = bar_of(row.measure, row.in_force_on, row.basis_on, rules)
    with within(NATION):
        bar = people.enter_bar(actor, row.document_number, kind, starts_on, ends_on, row.decision_number, now)
        row.bar_id, row.bar_until = bar.id, ends_on
        _fell(actor, row, now)
        if row.measure != Measure.EXAM_BAN:
            index = people.document_index(row.document_number)
            row.registrations_ended = registration.end_for_penalty(
                actor, document_index=index, decision=row.decision_number, at=now
            )
        session().flush()


def _held(row: Penalty) -> list[Certificate]:
    """Certificates in force that a decision takes: by fraud the one it was obtained by, else all of the person."""
    statement = (
        select(Certificate)
        .join(Person, Person.id == Certificate.person_id)
        .where(Person.document_index.in_(people.document_index(row.document_number).layers))
        .where(Certificate.state == "in_force")
    )
    if row.ground == Ground.FRAUD and row.certificate_id is not None:
        statement = statement.where(Certificate.id == row.certificate_id)
    return list(session().scalars(statement.order_by(Certificate.number).limit(50)))


def _fell(actor: Actor, row: Penalty, now: datetime) -> None:
    verb = FALLS.get(Measure(row.measure))
    if verb is None:
        return
    for certificate in _held(row):
        verb(actor, certificate.id, row.decision_number, now)
        session().flush()
        pieces = certificates.pieces(certificate.id)
        out = pieces[-1].state if pieces else ""
        outcome = {
            PieceState.RECALLED: Outcome.RECALLED,
            PieceState.DECLARED_VOID: Outcome.DECLARED_VOID,
        }.get(PieceState(out) if out else PieceState.SURRENDERED, Outcome.SURRENDERED)
        known = [one for one in taken(row.id) if one.certificate_id == certificate.id]
        line = known[0] if known else _line(row, certificate)
        line.outcome = outcome
        line.outcome_on = None if outcome == Outcome.RECALLED else clock.beijing(now).date()
        session().add(line)
        session().flush()


def _line(row: Penalty, certificate: Certificate) -> PenaltyCertificate:
    return PenaltyCertificate(
        id=new_id(), province_code=row.province_code, territory=row.territory, penalty_id=row.id,
        certificate_id=certificate.id, number=certificate.number, kind=certificate.kind, subject=certificate.subject,
        institution_name=certificate.institution_name, issued_on=certificate.issued_on,
    )  # fmt: skip


@one_transaction
def execute(actor: Actor, penalty_id: UUID, data: dict[str, Any], now: datetime) -> Penalty:
    """The papers were taken in, or the province declares them void. `data`: version, outcome, note, on.

    `outcome`: surrendered, declared_void, or none where no paper was out.
    """
    row, today = asked(actor, penalty_id, data["version"]), clock.beijing(now).date()
    lines = [line for line in taken(row.id) if line.outcome == Outcome.RECALLED]
    findings = judge_past(data["on"], today, "on")
    if row.in_force_on is not None:
        findings += judge_execution(
            data["outcome"], data["on"], row.in_force_on, recalled=len(lines),
            supervises=actor.may("penalties.supervise"),
        )  # fmt: skip
    findings += judge_given(data["note"], "note", N_("请写明执行情况"))
    if findings:
        raise Refused(findings)
    moved(row, "executed", "O")
    row.executed_on, row.execution = data["on"], data["outcome"]
    end = certificates.declare_void if data["outcome"] == Outcome.DECLARED_VOID else certificates.surrender
    with within(NATION):
        for line in lines:
            end(actor, line.certificate_id, row.decision_number, now)
            line.outcome, line.outcome_on = data["outcome"], data["on"]
        owe(row, now)
        session().flush()
    written(actor, "execute", row, now, outcome=data["outcome"], note=data["note"])
    return row


@one_transaction
def record_review(actor: Actor, penalty_id: UUID, data: dict[str, Any], now: datetime) -> Penalty:
    """A review or suit against the decision and how it stands. `data`: version, kind, body, asked_on, result."""
    row = asked(actor, penalty_id, data["version"])
    findings = judge_past(data["asked_on"], clock.beijing(now).date(), "asked_on")
    if row.state not in CAUGHT:
        findings.append(Finding("penalty_not_in_force", N_("决定尚未生效或已被撤销"), CLAUSE))
    if findings:
        raise Refused(findings)
    kept = {name: data[name] for name in ("kind", "body", "result")} | {"asked_on": data["asked_on"].isoformat()}
    row.reviews = [*row.reviews, kept]
    written(actor, "review", row, now, kind=data["kind"], result=data["result"])
    return row


@one_transaction
def annul(actor: Actor, penalty_id: UUID, data: dict[str, Any], now: datetime) -> Penalty:
    """A review or court annulled the decision: the bar never held, the certificates are in force again; history stays.

    What another decision in force still takes falls again at once. `data`: version, reference, annulled_on, reason.
    """
    row, today = asked(actor, penalty_id, data["version"]), clock.beijing(now).date()
    findings = judge_past(data["annulled_on"], today, "annulled_on")
    findings += judge_given(data["reference"], "reference", N_("请填写复议决定书或判决书文号"))
    findings += judge_given(data["reason"], "reason", N_("请写明撤销理由"))
    if row.in_force_on is not None and data["annulled_on"] < row.in_force_on:
        message = N_("撤销不能早于决定生效之日%(day)s")
        params = {"day": row.in_force_on}
        findings.append(Finding("penalty_annulled_early", message, CLAUSE, field="annulled_on", params=params))
    if findings:
        raise Refused(findings)
    moved(row, "annulled", "P")
    row.annulled_on, row.annulment = data["annulled_on"], data["reference"]
    with within(NATION):
        _undo(actor, row, now)
        owe(row, now)
        session().flush()
    written(actor, "annul", row, now, reference=data["reference"], reason=data["reason"])
    return row


def _undo(actor: Actor, row: Penalty, now: datetime) -> None:
    if row.bar_id is not None:
        people.lift_bar(actor, row.bar_id, row.annulment, now)
    for line in taken(row.id):
        certificates.restore(actor, line.certificate_id, row.annulment, now)
        line.outcome, line.outcome_on = Outcome.RESTORED, row.annulled_on
    session().flush()
    layers = people.document_index(row.document_number).layers
    statement = select(Penalty).where(
        Penalty.document_index.in_(layers), Penalty.state.in_(CAUGHT), Penalty.id != row.id
    )
    others = list(session().scalars(statement.order_by(Penalty.in_force_on).limit(50)))
    for other in others:
        _fell(actor, other, now)
    if row.registrations_ended and not others:
        registration.restore_after_annulment(
            actor, document_index=people.document_index(row.document_number), decision=row.decision_number, at=now
        )

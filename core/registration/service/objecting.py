"""Objections to results shown in public: by anybody, online or through an officer; decided by the head, answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from core.foundation import clock, mail, outbox
from core.foundation.access import Actor, territory, within
from core.foundation.db import found, locked, one_transaction, session
from core.foundation.errors import NotFound, Refused
from core.foundation.findings import N_, Finding
from core.foundation.i18n import say
from core.foundation.paging import Page, Paging, paged
from core.registration.models import Registration, RegistrationObjection, RegistrationPublicity
from core.registration.rules import RegistrationState, judge_objection, reachable, unknown_objected
from core.registration.service.deciding import back_to_review
from core.registration.service.moving import STEP, locked_rows, why, written

S = RegistrationState
DECISION_NAMES = {"": N_("待处理"), "upheld": N_("异议成立"), "dismissed": N_("异议不成立")}


@one_transaction
def object_to(
    actor: Actor, objection_id: UUID, registration_id: UUID, data: dict[str, Any], now: datetime
) -> RegistrationObjection:  # fmt: skip
    """An officer enters an objection that came on paper or by telephone: said_by, contact, text."""
    row = locked_rows([registration_id])[0]
    if (there := _known(objection_id, row)) is not None:
        return there
    if row.state != S.PUBLICISED:
        words = N_("只能对公示中的结论提出异议")
        raise Refused([Finding("objection_not_shown", words, clause="R-TIME-04", field="text")])
    return _kept(actor, objection_id, row, data, now)


@one_transaction
def object_publicly(
    actor: Actor, publicity_id: UUID, data: dict[str, Any], now: datetime
) -> RegistrationObjection:  # fmt: skip
    """Anybody objects in their name to a result of a public notice, within its days.

    `data`: id, about (a registration the notice lists), said_by, contact, text. The same form sent again is the same
    objection. Raises `Refused`, `NotFound` for no such notice.
    """
    notice = found(RegistrationPublicity, publicity_id)
    days = (notice.opened_on, notice.closes_on)
    findings = judge_objection(clock.beijing(now).date(), days, data["said_by"], data["contact"])
    with within(territory(notice.province_code)):
        listed = _listed(notice, data["about"]).with_for_update().execution_options(populate_existing=True)
        row: Registration | None = session().scalars(listed).one_or_none()
        if row is not None and (there := _known(data["id"], row)) is not None:
            return there
        if row is None:
            findings.append(unknown_objected())
        if findings or row is None:
            raise Refused(findings)
        return _kept(actor, data["id"], row, data, now)


def _known(objection_id: UUID, row: Registration) -> RegistrationObjection | None:
    statement = select(RegistrationObjection).where(RegistrationObjection.id == objection_id)
    there = session().scalars(statement).one_or_none()
    if there is not None and there.case_id != row.id:
        raise NotFound()
    return there


def _listed(notice: RegistrationPublicity, registration_id: UUID, *what: Any) -> Any:
    return select(*what or (Registration,)).where(
        Registration.id == registration_id, Registration.publicity_id == notice.id, Registration.state == S.PUBLICISED
    )


def _kept(
    actor: Actor, objection_id: UUID, row: Registration, data: dict[str, Any], now: datetime
) -> RegistrationObjection:  # fmt: skip
    local, number = clock.beijing(now), str(objection_id).replace("-", "")[-6:].upper()
    made = RegistrationObjection(
        id=objection_id, province_code=row.province_code, territory=row.territory, case_id=row.id,
        reference=f"Y{row.province_code}-{local:%y%m%d}-{number}", said_by=data["said_by"], contact=data["contact"],
        text=data["text"], recorded_by=actor.id if actor.kind == "officer" else None, recorded_at=now,
    )  # fmt: skip
    session().add(made)
    source = "online" if made.online else "officer"
    written(actor, "objection", row, now, "R-TIME-04", objection=str(objection_id), source=source)
    if made.online and "@" in data["contact"]:  # a telephone is written to once somebody has looked at it
        _promise(made, "received", now)
    return made


def _promise(item: RegistrationObjection, turn: str, now: datetime) -> None:
    outbox.post(
        "registration.answer_objection", item.province_code, now=now, registration_objection_id=item.id, turn=turn
    )  # fmt: skip


@one_transaction
def decide_objection(
    actor: Actor, objection_id: UUID, upheld: bool, reason: str, now: datetime
) -> RegistrationObjection:  # fmt: skip
    """The head decides an objection, and who raised it is told; an upheld one sends the case back to review."""
    actor.must("registration.conclude")
    item = locked(RegistrationObjection, objection_id)
    if item.decision:
        raise Refused([Finding("objection_decided", N_("此异议已处理"), clause="R-TIME-04")])
    row = locked_rows([item.case_id])[0]
    item.decision, item.decision_reason = "upheld" if upheld else "dismissed", why(reason, "R-TIME-04")
    item.decided_by, item.decided_at = actor.id, now
    if upheld and row.state == S.PUBLICISED:
        back_to_review(actor, row, item.decision_reason, now)
    else:
        written(actor, "objection_decided", row, now, "R-TIME-04", decision=item.decision)
    if reachable(item.contact or ""):
        _promise(item, "decided", now)
    return item


def answer_objector(objection_id: UUID, turn: str, reference: str) -> None:
    """The job: tell who objected that it was received or how it was decided, where a letter reaches them."""
    item = found(RegistrationObjection, objection_id)
    to = reachable(item.contact or "")
    if not to:
        return
    text = say(N_("您对定期注册公示结论的异议已收到，回执编号%(reference)s。机构在作出结论前核查处理。"),
               reference=item.reference)  # fmt: skip
    if turn == "decided":
        text = say(
            N_("您对定期注册公示结论的异议（回执编号%(reference)s）已处理：%(label)s。理由：%(reason)s"),
            reference=item.reference, label=DECISION_NAMES[item.decision], reason=item.decision_reason,
        )  # fmt: skip
    letter = mail.Letter(to, say(N_("注册公示异议%(reference)s"), reference=item.reference), text, reference)
    session().rollback()
    mail.send(letter)


def objected(notice: RegistrationPublicity, registration_id: UUID) -> Any:
    """Whom an objection would be about, as the notice lists them; None for nobody it lists."""
    columns = (Registration.id, Registration.person_name, Registration.territory, Registration.proposal)
    with within(territory(notice.province_code)):
        return session().execute(_listed(notice, registration_id, *columns)).one_or_none()


def objections_of(paging: Paging, *, reference: str = "", open_only: bool = True) -> Page[Any]:
    """The objections of the present scope with whom they are about, the newest first; nothing sealed is read."""
    item = RegistrationObjection
    statement: Any = select(
        item.id, item.reference, item.recorded_at, item.recorded_by, item.decision, item.case_id,
        Registration.reference.label("case"), Registration.person_name, Registration.territory,
    )  # fmt: skip
    of_case = (Registration.province_code == item.province_code) & (Registration.id == item.case_id)
    statement = statement.join(Registration, of_case)
    if reference:
        statement = statement.where(item.reference == reference.strip().upper())
    elif open_only:
        statement = statement.where(item.decision == "")
    ordered = Paging(paging.number, paging.size, "recorded_at", True)
    return paged(statement, ordered, {"recorded_at": item.recorded_at}, entities=False)


def objections_open(ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many objections against each of some cases are not decided."""
    counts: dict[UUID, int] = {}
    for start in range(0, len(ids), STEP):
        statement = (
            select(RegistrationObjection.case_id, func.count())
            .where(RegistrationObjection.case_id.in_(ids[start : start + STEP]), RegistrationObjection.decision == "")
            .group_by(RegistrationObjection.case_id)
        )
        counts |= {row[0]: row[1] for row in session().execute(statement)}
    return counts

"""Opening a case, finding it, what it owes, and who looked at its party."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from core.calendar import service as calendar
from core.calendar.rules import WORKING_DAYS, YearNotPromulgated
from core.certificates import service as certificates
from core.filing import service as filing
from core.foundation import audit, clock
from core.foundation.access import NATION, SYSTEM, Actor, within
from core.foundation.db import found, locked, new_id, one_transaction, session
from core.foundation.errors import Conflict, NotAllowed, NotFound, Refused
from core.foundation.findings import N_, Finding
from core.foundation.paging import Page, Paging, paged
from core.penalties.models import Penalty, PenaltyCertificate, PenaltyPaper
from core.penalties.rules import (
    ENDED,
    PENALTY_MOVES,
    Facts,
    Ground,
    Measure,
    Outcome,
    Source,
    due_of,
    judge_given,
    judge_ground,
    judge_path,
)
from core.people import service as people
from core.people.rules import DocumentKind, judge_document, judge_name, normalise_number
from core.registration import service as registration
from core.rulesets.loader import RuleSet

CLAUSE = "一(三)"
PARTY = ("sex", "unit", "post", "address")


def rules_on(now: datetime) -> RuleSet:
    """The national rules of today; raises `Refused` in a year without a yearbook."""
    return calendar.rules_on(clock.beijing(now).date())[1]


def counted(make: Callable[..., date], *arguments: Any) -> date:
    """A day counted in working days; raises `Refused` where the holidays that it needs are not promulgated."""
    try:
        return make(*arguments)
    except YearNotPromulgated as unknown:
        message, remedy = N_("%(year)s年节假日安排尚未公布，不能计算期限"), N_("请在节假日安排公布后办理")
        raise Refused(
            [Finding("year_not_promulgated", message, "三(一)", remedy=remedy, params={"year": unknown.year})]
        ) from unknown


def written(actor: Actor, verb: str, row: Penalty, now: datetime, **detail: Any) -> None:
    """One act of a case in the trail; never a name, a number or a fact."""
    audit.record(
        actor, f"penalties.{verb}", "penalty", row.id, province_code=row.province_code, now=now, clause=CLAUSE,
        number=row.number, **detail,
    )  # fmt: skip


def moved(row: Penalty, after: str, who: str) -> None:
    """Move a case by the state table and its measure's path; raises `Refused`. What it owes is counted by `owe`."""
    findings = PENALTY_MOVES.judge(row.state, after, who) or judge_path(row.measure, row.state, after)
    if findings:
        raise Refused(findings)
    row.state = after


def owe(row: Penalty, now: datetime) -> None:
    """Write down what the case owes next, and by when; nothing where the calendar does not reach so far."""
    try:
        facts = Facts(row.state, row.opened_on, row.decided_on, row.in_force_on, _paper_out(row))
        due = due_of(facts, rules_on(now), WORKING_DAYS)
    except (Refused, YearNotPromulgated):
        due = None
    row.due_on = due.by if due else None
    row.due_what, row.due_clause = (due.what, due.clause) if due else ("", "")


def _paper_out(row: Penalty) -> bool:
    """Whether a certificate is to be taken in: one was recalled, or the platform knows of none and an older may be."""
    if row.state != "in_force" or row.measure == Measure.EXAM_BAN:
        return False
    lines = taken(row.id)
    return not lines or any(line.outcome == Outcome.RECALLED for line in lines)


def asked(actor: Actor, penalty_id: UUID, version: int | None = None) -> Penalty:
    """A case for changing; raises `Conflict` for another version than the page's, `NotAllowed` for others' cases."""
    row = locked(Penalty, penalty_id)
    if version is not None and row.version != version:
        raise Conflict()
    if not handles(actor, row):
        raise NotAllowed()
    return row


def handles(actor: Actor, row: Penalty) -> bool:
    """Whether the case is the actor's to move: their own institution's; the province's officers supervise all."""
    return not actor.institution_code or actor.institution_code == row.institution_code


@one_transaction
def open_case(actor: Actor, data: dict[str, Any], now: datetime) -> Penalty:
    """Open a case (立案) on a person by document number, or on the holder of a certificate of the territory.

    `data`: id, measure, ground, source, summary; certificate_id, or name, document_kind, document_number, sex; and
    where known unit, post, address. Raises `Refused` with everything that is wrong with it.
    """
    known = session().scalars(select(Penalty).where(Penalty.id == data["id"])).one_or_none()
    if known is not None:
        return known
    if not actor.institution_code:
        raise NotAllowed()
    holder = _holder(data, clock.beijing(now).date())
    findings = judge_ground(data["measure"], data["ground"]) + judge_given(
        data["summary"], "summary", N_("请写明线索和初步情况")
    )
    findings += holder.pop("findings") or _open_elsewhere(holder["document_number"], data["measure"])
    if findings:
        raise Refused(findings)
    body = filing.institution(actor.institution_code)
    row = _new(body.code, body.province_code, body.division, now, data | holder)
    row.opened_by, row.id = actor.id, data["id"]
    session().add(row)
    owe(row, now)
    session().flush()
    written(actor, "open", row, now, measure=row.measure, ground=row.ground, source=row.source)
    return row


def _holder(data: dict[str, Any], today: date) -> dict[str, Any]:
    if data.get("certificate_id"):
        row = certificates.certificate(data["certificate_id"])
        person = people.by_id(row.person_id)
        return {
            "name": row.name, "document_number": row.document_number, "sex": row.sex, "findings": [],
            "document_kind": person.document_kind if person else DocumentKind.RESIDENT_ID,
        }  # fmt: skip
    number = normalise_number(data.get("document_number") or "")
    kind = data.get("document_kind") or DocumentKind.RESIDENT_ID
    found_ = judge_name(data.get("name") or "") + judge_document(kind, number, today)
    known = people.by_document(number) if not found_ else None
    if known is not None and known.name != data["name"]:
        message, remedy = N_("此证件号码登记的姓名与所填姓名不一致"), N_("请核对证件，避免处罚错人")
        found_.append(Finding("penalty_name_differs", message, CLAUSE, field="name", remedy=remedy))
    return {
        "name": data.get("name") or "", "document_kind": kind, "document_number": number, "sex": data.get("sex") or "",
        "findings": found_,
    }  # fmt: skip


def _open_elsewhere(document_number: str, measure: str) -> list[Finding]:
    index = people.document_index(document_number)
    with within(NATION):
        statement = select(Penalty.institution_code).where(
            Penalty.document_index.in_(index.layers), Penalty.measure == measure,
            Penalty.state.not_in((*ENDED, "in_force")),
        )  # fmt: skip
        code = session().scalars(statement.limit(1)).first()
    if code is None:
        return []
    message, remedy = N_("此人在%(place)s已有同类案件正在办理"), N_("请与该机构联系，由一个机构办理")
    place = filing.names_of([code]).get(code, code)
    return [Finding("penalty_already_open", message, CLAUSE, field="document_number", remedy=remedy,
                    params={"place": place})]  # fmt: skip


def _new(institution: str, province: str, territory: str, now: datetime, data: dict[str, Any]) -> Penalty:
    number = data["document_number"]
    return Penalty(
        id=new_id(), province_code=province, territory=territory, institution_code=institution,
        number=_next_number(province, institution, clock.beijing(now).year), measure=data["measure"],
        ground=data["ground"], source=data["source"], source_id=data.get("source_id"),
        certificate_id=data.get("certificate_id"), name=data["name"], document_kind=data["document_kind"],
        document_number=number, document_index=people.document_index(number),
        party=json.dumps({name: data.get(name) or "" for name in PARTY}, ensure_ascii=False),
        summary=data["summary"], state="opened", opened_on=clock.beijing(now).date(), opened_at=now,
    )  # fmt: skip


def _next_number(province: str, institution: str, year: int) -> str:
    head = f"{institution}-{year}-"
    statement = select(func.max(Penalty.number)).where(
        Penalty.province_code == province, Penalty.number.between(head, head + "9" * 6)
    )
    with within(NATION):
        last = session().scalar(statement)
    return f"{head}{int(last.removeprefix(head)) + 1 if last else 1:04d}"


@one_transaction
def refer(registration_id: UUID, now: datetime) -> Penalty:
    """Open a case on untrue statements in a registration, with the institution that decides it; once for each."""
    with within(NATION):
        told = registration.registration(registration_id)
        statement = select(Penalty).where(
            Penalty.province_code == told.province_code, Penalty.source == Source.REGISTRATION,
            Penalty.source_id == told.id,
        )  # fmt: skip
        known = session().scalars(statement).one_or_none()
        if known is not None:
            return known
        row = _new(
            told.institution_code, told.province_code, filing.institution(told.institution_code).division, now,
            {
                "measure": Measure.REVOCATION, "ground": Ground.FRAUD, "source": Source.REGISTRATION,
                "source_id": told.id, "name": told.person_name, "document_kind": told.document_kind,
                "document_number": told.document_number, "summary": told.fraud_summary,
            },
        )  # fmt: skip
        session().add(row)
        owe(row, now)
        session().flush()
        written(SYSTEM, "refer", row, now, source=row.source, registration=str(told.id))
        return row


def penalty(penalty_id: UUID) -> Penalty:
    """One case of the present scope; raises `NotFound`."""
    return found(Penalty, penalty_id)


def penalties(paging: Paging, state: str = "", measure: str = "") -> Page[Penalty]:
    """Cases of the present scope, the newest first."""
    statement = select(Penalty)
    if state:
        statement = statement.where(Penalty.state == state)
    if measure:
        statement = statement.where(Penalty.measure == measure)
    ordered = Paging(paging.number, paging.size, "opened_on", True)
    return paged(statement, ordered, {"opened_on": Penalty.opened_on})


def late(paging: Paging, today: date) -> Page[Penalty]:
    """Cases of the present scope past what they owe, the longest overdue first."""
    statement = select(Penalty).where(Penalty.state.not_in(ENDED), Penalty.due_on < today)
    return paged(statement, Paging(paging.number, paging.size, "due_on"), {"due_on": Penalty.due_on})


def late_count(today: date) -> int:
    """How many cases of the present scope are late."""
    statement = select(func.count()).select_from(Penalty).where(Penalty.state.not_in(ENDED), Penalty.due_on < today)
    return session().scalar(statement) or 0


def taken(penalty_id: UUID) -> list[PenaltyCertificate]:
    """Certificates that fell by a case of the present scope."""
    statement = select(PenaltyCertificate).where(PenaltyCertificate.penalty_id == penalty_id)
    return list(session().scalars(statement.order_by(PenaltyCertificate.number).limit(50)))


def papers(penalty_id: UUID) -> list[PenaltyPaper]:
    """Papers issued in a case of the present scope, the oldest first."""
    statement = select(PenaltyPaper).where(PenaltyPaper.penalty_id == penalty_id)
    return list(session().scalars(statement.order_by(PenaltyPaper.issued_at, PenaltyPaper.id).limit(100)))


@one_transaction
def amend(actor: Actor, penalty_id: UUID, data: dict[str, Any], now: datetime) -> Penalty:
    """Mend what is known of the party besides name and number, for papers and reports to come.

    `data`: version, sex, unit, post, address ("" where it stays), reason. What was issued stays as it is.
    """
    row = asked(actor, penalty_id, data["version"])
    given = {name: data[name] for name in PARTY if data.get(name)}
    findings = judge_given(data["reason"], "reason", N_("请写明更正的原因"))
    findings += judge_given("".join(given.values()), "unit", N_("请填写要更正的内容"))
    if findings:
        raise Refused(findings)
    row.party = json.dumps(json.loads(row.party) | given, ensure_ascii=False)
    written(actor, "amend", row, now, reason=data["reason"], fields=sorted(given))
    return row


@one_transaction
def reveal(actor: Actor, penalty_id: UUID, reason: str, now: datetime) -> dict[str, str]:
    """Show the party to an officer who says why; the reveal is written down (R-SEC-03)."""
    row = found(Penalty, penalty_id)
    findings = judge_given(reason, "reason", N_("请写明查看原因"))
    if findings:
        raise Refused(findings)
    written(actor, "reveal", row, now, reason=reason)
    return party_of(row)


def party_of(row: Penalty) -> dict[str, str]:
    """The party as it is kept: name, document_number, sex, unit, post, address."""
    return {"name": row.name, "document_number": row.document_number} | json.loads(row.party)


def of_document(index_layers: tuple[str, ...]) -> list[Penalty]:
    """Cases in the nation against a document, for the person's own data."""
    with within(NATION):
        statement = select(Penalty).where(Penalty.document_index.in_(index_layers)).order_by(Penalty.opened_on)
        return list(session().scalars(statement.limit(50)))


def paper(penalty_id: UUID, paper_id: UUID) -> PenaltyPaper:
    """One paper of a case of the present scope; raises `NotFound`."""
    row = found(PenaltyPaper, paper_id)
    if row.penalty_id != penalty_id:
        raise NotFound()
    return row

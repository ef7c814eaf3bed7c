"""The survey of certificates before an area's first registration: opened, filled from lists, settled, closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from core.certificates import service as certificates
from core.foundation import audit, clock
from core.foundation.access import Actor
from core.foundation.db import found, locked, new_id, one_transaction, session
from core.foundation.errors import Conflict, NotFound, Refused
from core.foundation.findings import N_, Finding
from core.foundation.paging import Page, Paging, paged
from core.people import service as people
from core.people.rules import masked_number, normalise_number
from core.plans import service as plans
from core.plans.models import PilotArea
from core.registration.models import Registration, RegistrationSurvey, SurveyedTeacher
from core.registration.rules import LINE_MOVES, OPEN_LINES, Record, compare_line, judge_closing, judge_signature
from core.registration.service.moving import BATCH, STEP, why

ANSWERS = ("genuine", "false")


@dataclass(frozen=True, slots=True)
class Listed:
    """A teacher on a school's list."""

    name: str
    document_number: str
    certificate_number: str
    id: UUID = field(default_factory=new_id)


@one_transaction
def open_survey(actor: Actor, pilot_area_id: UUID, now: datetime) -> RegistrationSurvey:
    """Begin the survey of a pilot area; an area has one."""
    actor.must("registration.conclude")
    area = plans.pilot_area_for(actor, pilot_area_id)
    known = session().scalars(
        select(RegistrationSurvey).where(RegistrationSurvey.pilot_area_id == pilot_area_id)
    ).one_or_none()  # fmt: skip
    if known is not None:
        return known
    row = RegistrationSurvey(
        id=new_id(), province_code=area.province_code, territory=area.division, pilot_area_id=area.id,
        name=area.name, state="open", opened_by=actor.id, opened_at=now,
    )  # fmt: skip
    session().add(row)
    _written(actor, "survey_open", row, now)
    return row


def areas_to_survey(actor: Actor) -> list[PilotArea]:
    """Pilot areas in the actor's territory whose survey is not begun."""
    areas = plans.pilot_areas_within(actor)
    statement = select(RegistrationSurvey.pilot_area_id).where(
        RegistrationSurvey.pilot_area_id.in_([row.id for row in areas])
    )
    begun = set(session().scalars(statement.limit(2000)))
    return [row for row in areas if row.id not in begun]


def survey(survey_id: UUID) -> RegistrationSurvey:
    """One survey of the present scope; raises `NotFound`."""
    return found(RegistrationSurvey, survey_id)


def surveys(paging: Paging) -> Page[RegistrationSurvey]:
    """Surveys of the present scope, the newest first."""
    ordered = Paging(paging.number, paging.size, "opened_at", True)
    return paged(select(RegistrationSurvey), ordered, {"opened_at": RegistrationSurvey.opened_at})


def survey_counts(survey_id: UUID) -> dict[str, int]:
    """How many lines of a survey stand in each state."""
    statement = select(SurveyedTeacher.state, func.count()).where(SurveyedTeacher.survey_id == survey_id)
    return {row[0]: row[1] for row in session().execute(statement.group_by(SurveyedTeacher.state))}


def survey_lines(survey_id: UUID, paging: Paging, state: str = "", school: str = "") -> Page[SurveyedTeacher]:
    """Lines of a survey, those to be corrected first, then those to be checked."""
    statement = select(SurveyedTeacher).where(SurveyedTeacher.survey_id == survey_id)
    if state:
        statement = statement.where(SurveyedTeacher.state == state)
    else:
        statement = statement.where(SurveyedTeacher.state.in_(OPEN_LINES))
    if school:
        statement = statement.where(SurveyedTeacher.school_code == school)
    # "to_correct" sorts behind all other open states: wrong data comes first (R-PILOT-03)
    ordered = paging if paging.sort else Paging(paging.number, paging.size, "state", True)
    return paged(statement, ordered, {"state": SurveyedTeacher.state, "name": SurveyedTeacher.person_name})


def surveyed_teacher(surveyed_teacher_id: UUID) -> SurveyedTeacher:
    """One line of the present scope; raises `NotFound`."""
    return found(SurveyedTeacher, surveyed_teacher_id)


def compared(listed: Sequence[Listed], today: date) -> dict[UUID, tuple[str, list[Finding]]]:
    """How each teacher's certificate compares with the records, by the line's id."""
    known = certificates.known(item.certificate_number for item in listed)
    found_ = {}
    for item in listed:
        record = known.get(item.certificate_number)
        given = Record(
            record.number, record.name, record.document.fits(str(people.document_index(item.document_number))),
            record.state, record.kind,
        ) if record else None  # fmt: skip
        found_[item.id] = compare_line(item.name, item.certificate_number, given, today)
    return found_


@one_transaction
def add_lines(
    actor: Actor, survey_id: UUID, school_code: str, listed: Sequence[Listed], now: datetime, *, late: bool = False
) -> dict[str, int]:  # fmt: skip
    """Compare a school's list with the records and keep it; who is listed already is passed over; {state: count}."""
    parent = found(RegistrationSurvey, survey_id)
    if parent.state != "open" and not late:
        raise Refused([Finding("survey_closed", N_("摸底已办结"), clause="二(二)")])
    if not school_code.startswith(parent.territory):
        raise NotFound()
    indices = {item.id: str(people.document_index(item.document_number)) for item in listed}
    known = _known(survey_id, list(indices.values()))
    once = {(indices[item.id], item.certificate_number): item for item in listed}
    fresh = [item for line, item in once.items() if line not in known]
    counts: dict[str, int] = {}
    said = compared(fresh, clock.beijing(now).date())
    for item in fresh:
        state, findings = said[item.id]
        number = normalise_number(item.document_number)
        counts[state] = counts.get(state, 0) + 1
        session().add(
            SurveyedTeacher(
                id=item.id, province_code=parent.province_code, territory=school_code, survey_id=survey_id,
                school_code=school_code, person_name=item.name, document_number=number,
                document_masked=masked_number(number), document_index=indices[item.id],
                certificate_number=item.certificate_number, state=state, late=late, created_at=now,
                findings=[finding.as_dict() for finding in findings],
            )
        )  # fmt: skip
    audit.record(
        actor, "registration.survey_list", "registration_survey", survey_id, province_code=parent.province_code,
        now=now, clause="二(二)", school=school_code, lines=counts,
    )  # fmt: skip
    return counts


def _known(survey_id: UUID, indices: list[str]) -> set[tuple[str, str]]:
    there: set[tuple[str, str]] = set()
    for start in range(0, len(indices), STEP):
        statement = select(SurveyedTeacher.document_index, SurveyedTeacher.certificate_number).where(
            SurveyedTeacher.survey_id == survey_id, SurveyedTeacher.document_index.in_(indices[start : start + STEP])
        )
        there |= {(row[0], row[1]) for row in session().execute(statement)}
    return there


@one_transaction
def correct_line(
    actor: Actor, surveyed_teacher_id: UUID, data: dict[str, Any], version: int, now: datetime
) -> SurveyedTeacher:
    """Correct what the list said: name, document_number ("" keeps it), certificate_number; it is compared anew."""
    actor.must("registration.review")
    row = locked(SurveyedTeacher, surveyed_teacher_id)
    if row.version != version:
        raise Conflict()
    if row.state not in ("to_correct", "to_check"):
        raise Refused(LINE_MOVES.judge(row.state, "to_correct", "O"))
    if number := normalise_number(data.get("document_number", "")):
        row.document_number, row.document_masked = number, masked_number(number)
        row.document_index = str(people.document_index(number))
    row.person_name, row.certificate_number = data["name"], data["certificate_number"]
    item = Listed(row.person_name, row.document_number, row.certificate_number, row.id)
    row.state, findings = compared([item], clock.beijing(now).date())[row.id]
    row.findings = [finding.as_dict() for finding in findings]
    _line_written(actor, "survey_correct", row, now)
    return row


@one_transaction
def drop_line(actor: Actor, surveyed_teacher_id: UUID, reason: str, now: datetime) -> SurveyedTeacher:
    """Take somebody off the list, with the reason: left the school, listed by mistake."""
    actor.must("registration.review")
    row = _moved(surveyed_teacher_id, "dropped", "O")
    row.state, row.note = "dropped", why(reason, "二(二)")
    _line_written(actor, "survey_drop", row, now, reason=row.note)
    return row


def _moved(surveyed_teacher_id: UUID, state: str, who: str) -> SurveyedTeacher:
    row = locked(SurveyedTeacher, surveyed_teacher_id)
    findings = LINE_MOVES.judge(row.state, state, who)
    if findings:
        raise Refused(findings)
    return row


@one_transaction
def ask(actor: Actor, surveyed_teacher_id: UUID, asked_of: str, now: datetime) -> SurveyedTeacher:
    """The issuing institution was asked whether a certificate is genuine."""
    actor.must("registration.review")
    row = _moved(surveyed_teacher_id, "asked", "O")
    _asked(actor, row, asked_of, now)
    return row


def _asked(actor: Actor, row: SurveyedTeacher, asked_of: str, now: datetime) -> None:
    row.state, row.asked_of, row.asked_by, row.asked_at = "asked", asked_of, actor.id, now
    _line_written(actor, "survey_ask", row, now, of=asked_of)


@one_transaction
def record_answer(
    actor: Actor, surveyed_teacher_id: UUID, answer: str, reference: str, text: str, now: datetime
) -> SurveyedTeacher:  # fmt: skip
    """What the issuing institution answered (genuine or false), with the letter's number."""
    actor.must("registration.review")
    row = _moved(surveyed_teacher_id, "answered", "O")
    _answered(actor, row, answer, reference, text, now)
    return row


def _answered(actor: Actor, row: SurveyedTeacher, answer: str, reference: str, text: str, now: datetime) -> None:
    row.state, row.answer, row.answer_reference, row.answer_text = "answered", answer, reference, text
    row.answered_by, row.answered_at = actor.id, now
    _line_written(actor, "survey_answer", row, now, answer=answer)


@one_transaction
def sign(actor: Actor, surveyed_teacher_id: UUID, agreed: bool, reason: str, now: datetime) -> SurveyedTeacher:
    """A second officer signs the answer, or sends it back to be asked again with the reason (R-PILOT-04)."""
    actor.must("registration.conclude")
    row = locked(SurveyedTeacher, surveyed_teacher_id)
    state = row.answer if agreed else "asked"
    findings = LINE_MOVES.judge(row.state, state, "H") or judge_signature(row.answered_by, actor.id)
    if findings:
        raise Refused(findings)
    if agreed:
        _signed(actor, row, now)
        return row
    row.state, row.note = "asked", why(reason, "二(二)")
    _line_written(actor, "survey_ask_again", row, now, reason=row.note)
    return row


def _signed(actor: Actor, row: SurveyedTeacher, now: datetime) -> None:
    row.state, row.signed_by, row.signed_at = row.answer, actor.id, now
    _line_written(actor, "survey_sign", row, now, answer=row.answer)


def _batch(survey_id: UUID, state: str, *criteria: Any, limit: int = BATCH) -> list[SurveyedTeacher]:
    statement = select(SurveyedTeacher).where(
        SurveyedTeacher.survey_id == survey_id, SurveyedTeacher.state == state, *criteria
    )
    locked_ = statement.order_by(SurveyedTeacher.id).limit(limit).with_for_update()
    return list(session().scalars(locked_.execution_options(populate_existing=True)))


@one_transaction
def ask_all(actor: Actor, survey_id: UUID, beginning: str, asked_of: str, now: datetime, limit: int = BATCH) -> int:
    """One letter asks about all certificates to be checked whose numbers begin so; returns how many."""
    actor.must("registration.review")
    rows = _batch(survey_id, "to_check", SurveyedTeacher.certificate_number.startswith(beginning), limit=limit)
    for row in rows:
        _asked(actor, row, asked_of, now)
    return len(rows)


@one_transaction
def answer_all(
    actor: Actor, survey_id: UUID, asked_of: str, reference: str, now: datetime, limit: int = BATCH
) -> int:  # fmt: skip
    """One letter answers that all certificates asked about are genuine; false ones are recorded one by one before."""
    actor.must("registration.review")
    rows = _batch(survey_id, "asked", SurveyedTeacher.asked_of == asked_of, limit=limit)
    for row in rows:
        _answered(actor, row, "genuine", reference, "", now)
    return len(rows)


@one_transaction
def sign_all(actor: Actor, survey_id: UUID, reference: str, now: datetime, limit: int = BATCH) -> int:
    """A second officer signs what one letter said to be genuine; returns how many."""
    actor.must("registration.conclude")
    criteria = (
        SurveyedTeacher.answer_reference == reference, SurveyedTeacher.answer == "genuine",
        SurveyedTeacher.answered_by != actor.id,
    )  # fmt: skip
    rows = _batch(survey_id, "answered", *criteria, limit=limit)
    for row in rows:
        _signed(actor, row, now)
    return len(rows)


@one_transaction
def close_survey(actor: Actor, survey_id: UUID, now: datetime) -> RegistrationSurvey:
    """Close a survey without open lines; from then on the area's plans may be published (R-PILOT-02)."""
    actor.must("registration.conclude")
    row = locked(RegistrationSurvey, survey_id)
    if row.state != "open":
        return row
    lines, left = _tally(survey_id)
    findings = judge_closing(lines, left)
    if findings:
        raise Refused(findings)
    row.state, row.closed_by, row.closed_at = "closed", actor.id, now
    plans.mark_surveyed(actor, row.pilot_area_id, now)
    _written(actor, "survey_close", row, now)
    return row


def _tally(survey_id: UUID) -> tuple[int, int]:
    counts = survey_counts(survey_id)
    return sum(counts.values()), sum(count for state, count in counts.items() if state in OPEN_LINES)


@one_transaction
def check_certificate(actor: Actor, registration_id: UUID, now: datetime) -> SurveyedTeacher:
    """A case's certificate that is not in the system goes to the same authenticity check, also after the survey."""
    actor.must("registration.review")
    case = found(Registration, registration_id)
    area = plans.area_of(case.territory, clock.beijing(now).date())
    statement = select(RegistrationSurvey).where(RegistrationSurvey.pilot_area_id == (area.id if area else None))
    parent = session().scalars(statement).one_or_none()
    if parent is None:
        raise NotFound()
    item = Listed(case.person_name, case.document_number, case.certificate_number)
    add_lines(actor, parent.id, case.territory, [item], now, late=True)
    session().flush()
    known = select(SurveyedTeacher).where(
        SurveyedTeacher.survey_id == parent.id, SurveyedTeacher.document_index == case.document_index,
        SurveyedTeacher.certificate_number == case.certificate_number,
    )  # fmt: skip
    return session().scalars(known).one()


def lines_of(document_index: str) -> list[SurveyedTeacher]:
    """What surveys said of one person, within the present scope."""
    statement = select(SurveyedTeacher).where(SurveyedTeacher.document_index == document_index)
    return list(session().scalars(statement.order_by(SurveyedTeacher.created_at).limit(20)))


def _written(actor: Actor, verb: str, row: RegistrationSurvey, now: datetime) -> None:
    audit.record(
        actor, f"registration.{verb}", "registration_survey", row.id, province_code=row.province_code, now=now,
        clause="二(二)", area=str(row.pilot_area_id),
    )  # fmt: skip


def _line_written(actor: Actor, verb: str, row: SurveyedTeacher, now: datetime, **detail: Any) -> None:
    audit.record(
        actor, f"registration.{verb}", "surveyed_teacher", row.id, province_code=row.province_code, now=now,
        clause="二(二)", **detail,
    )  # fmt: skip

"""Autumn's other business: a pilot area is surveyed, a school hands its teachers in, most pass, stickers follow."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from core.demonstration import registering
from core.demonstration.season import invented, uploading
from core.demonstration.season.acting import Cast
from core.demonstration.season.places import Body
from core.filing import service as filing
from core.foundation.access import territory, within
from core.foundation.db import new_id
from core.foundation.paging import Paging
from core.plans import service as plans
from core.registration import service as registration
from core.testing.papers import signed_undertaking

Teacher = registering.Teacher
STAGE = "junior_middle"
_OF_A_PROVINCE = 100_000  # serials of teachers, so that no two provinces have one together


def school_code(body: Body) -> str:
    """The school of a pilot area."""
    return f"{body.division}000001"


def school_officer(body: Body) -> str:
    """User name of the school's officer."""
    return f"s{body.code}"


def list_area(cast: Cast, body: Body, serial: int, now: datetime) -> UUID:
    """The province lists the county, the county its school and the school's officer; the survey is opened."""
    one, head = cast.officer(f"p{body.province}one"), cast.officer(f"p{body.code}h")
    two = cast.officer(f"p{body.province}two")
    area = {
        "id": new_id(), "division": body.division, "since": date(2020, 1, 1), "private": False,
        "basis": "演示〔2019〕8号",
    }  # fmt: skip
    area_id = cast.act(one, plans.list_pilot_area, area, now).id
    school: dict[str, Any] = {
        "code": school_code(body), "name": "演示第一中学", "stage": STAGE, "public": True,
        "institution_code": body.code, "telephone": "000-12345", "active": True,
    }  # fmt: skip
    cast.act(head, filing.add_school, school, now)
    data: dict[str, Any] = {
        "id": new_id(), "name": invented.name(serial), "document_kind": "resident_id",
        "document_number": invented.number(serial, invented.OFFICERS), "mobile": invented.officers_mobile(serial),
        "mail": "", "username": school_officer(body), "school_code": school_code(body), "post": "人事干事",
        "roles": ["school_officer"], "valid_until": None, "signed_on": now.date(), "undertaking": signed_undertaking(),
    }  # fmt: skip
    row = cast.act(head, filing.draft, data, now)
    cast.act(head, filing.submit, row.id, now)
    cast.act(two, filing.approve, row.id, now)
    found: UUID = cast.act(head, registration.open_survey, area_id, now).id
    return found


def teachers(place: int, count: int) -> list[Teacher]:
    """The teachers of a province's school."""
    return list(registering.teachers(count, place * _OF_A_PROVINCE))


def survey(cast: Cast, body: Body, survey_id: UUID, people: list[Teacher], by_workbook: bool, now: datetime) -> None:
    """The school lists its certificates; those in no system are asked for, answered, and signed by a second officer."""
    school, clerk, head = (
        cast.officer(school_officer(body)),
        cast.officer(f"p{body.code}a"),
        cast.officer(f"p{body.code}h"),
    )
    rows = [(one.name, one.document_number, one.certificate_number) for one in people]
    if by_workbook:
        uploading.survey(cast, school, survey_id, rows, now)
    else:
        with within(territory(body.province)):  # as the job does that reads a school's workbook
            listed = [registration.Listed(*row) for row in rows]
            registration.add_lines(school, survey_id, school_code(body), listed, now)
    cast.attempt(head, registration.close_survey, survey_id, now)  # lines are open
    cast.act(clerk, registration.ask_all, survey_id, "2010", "演示市教育局", now)
    cast.act(clerk, registration.answer_all, survey_id, "演示市教育局", "函〔2020〕1号", now)
    cast.act(head, registration.sign_all, survey_id, "函〔2020〕1号", now)
    cast.act(head, registration.close_survey, survey_id, now)


def hand_in(cast: Cast, body: Body, plan_id: UUID, people: list[Teacher], by_workbook: bool, now: datetime) -> None:
    """The school applies for everybody: every tenth lacks hours, every fifteenth failed two years in a row."""
    school = cast.officer(school_officer(body))
    entries = [_entry(number, one) for number, one in enumerate(people, 1)]
    if by_workbook:
        uploading.cases(cast, school, plan_id, entries, now)
    else:
        cast.act(school, registration.apply_many, plan_id, school_code(body), entries, now)
    cast.act(school, registration.endorse_all, plan_id, school_code(body), "good", now)


def _entry(number: int, one: Teacher) -> registration.Entry:
    other: dict[str, Any] = {}
    if number % 10 == 0:
        other = {"training_hours": 120}
    elif number % 15 == 0:
        other = {"appraisals": {str(year): "failed" if year > 2017 else "passed" for year in range(2015, 2020)}}
    (made,) = registering.entries([one], **other)
    return made


def examine(cast: Cast, body: Body, plan_id: UUID, now: datetime) -> UUID | None:
    """The institution confirms and proposes, the head shows the conclusions to the public."""
    clerk = cast.officer(f"p{body.code}a")
    cast.act(clerk, registration.confirm_all, plan_id, now)
    cast.act(clerk, registration.propose_all, plan_id, now)
    found = publicise(cast, body, plan_id, now)
    if found is not None:
        head = cast.officer(f"p{body.code}h")
        cast.attempt(head, registration.conclude_all, found, now)  # the notice still hangs
    return found


def publicise(cast: Cast, body: Body, plan_id: UUID, now: datetime) -> UUID | None:
    """What is in review is proposed one by one, and the head shows it to the public: the notice, None for nothing."""
    clerk, head = cast.officer(f"p{body.code}a"), cast.officer(f"p{body.code}h")
    wanted = registration.Wanted(plan_id=plan_id, state="in_review")
    left = cast.act(clerk, lambda _actor: registration.registrations(Paging(1, 1000), wanted).rows)
    if left:
        cast.act(clerk, registration.propose, [row.id for row in left], now)
    notice = cast.act(head, registration.publicise_all, plan_id, now)
    return notice.id if notice is not None else None


def object_to(cast: Cast, body: Body, notice_id: UUID, now: datetime) -> None:
    """Two of those shown to the public are objected to: the head turns one down, one goes back to review."""
    clerk, head = cast.officer(f"p{body.code}a"), cast.officer(f"p{body.code}h")
    wanted = registration.Wanted(publicity_id=notice_id, state="publicised", proposal="passed")
    shown = cast.act(clerk, lambda _actor: registration.registrations(Paging(1, 1000), wanted).rows)
    said = {"said_by": "某家长", "contact": "", "text": "反映其年度考核情况不实"}
    ends = ((False, "经核实，年度考核属实"), (True, "需重新核实年度考核"))
    for row, (upheld, reason) in zip(shown, ends, strict=False):
        made = cast.act(clerk, registration.object_to, new_id(), row.id, said, now)
        cast.attempt(head, registration.conclude, [row.id], now)  # an objection is open
        cast.attempt(head, registration.decide_objection, made.id, upheld, " ", now)  # no reason given
        cast.act(head, registration.decide_objection, made.id, upheld, reason, now)


def conclude(cast: Cast, body: Body, plan_id: UUID, notice_id: UUID, now: datetime) -> None:
    """The notice is over: concluded by the head, stickers applied by a trained clerk."""
    clerk, head = cast.officer(f"p{body.code}a"), cast.officer(f"p{body.code}h")
    cast.act(head, registration.conclude_all, notice_id, now)
    cast.attempt(clerk, registration.apply_stickers_all, plan_id, now)

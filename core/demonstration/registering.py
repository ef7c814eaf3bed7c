"""Periodic registration in the demonstration: the pilot area, its schools and their people, lists and teachers.

A season of any size is played through the same functions: `prepare`, then `teachers` for as many as are wanted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.accounts import service as accounts
from core.accounts.models import Account
from core.demonstration.people import PASSWORD, SCHOOL_OFFICER
from core.filing import service as filing
from core.foundation import clock
from core.foundation.access import SYSTEM, Actor
from core.foundation.db import new_id, session
from core.notices import service as notices
from core.people.rules import check_character
from core.plans import service as plans
from core.registration import service as registration
from core.testing import people as invented

AREA, COUNTY, SCHOOL_SERIAL = "000101", "00102", 871
SCHOOLS = [
    ("000101000001", "春溪县第一中学", "junior_middle"),
    ("000101000002", "春溪县中心小学", "primary"),
    ("000101000003", "春溪县机关幼儿园", "kindergarten"),
]
AUTUMN = {
    "entry_start": date(2020, 9, 11), "entry_end": date(2020, 9, 25), "confirm_start": date(2020, 9, 14),
    "confirm_end": date(2020, 9, 30),
}  # fmt: skip


def officer(username: str) -> Actor:
    """An officer as an actor."""
    return accounts.actor_of(session().scalars(select(Account).where(Account.username == username)).one())


def area(province: Actor, now: datetime, division: str = AREA) -> UUID:
    """The province lists a pilot area."""
    data = {
        "id": new_id(), "division": division, "since": date(2020, 1, 1), "private": False,
        "basis": "示范教师〔2019〕8号",
    }  # fmt: skip
    return plans.list_pilot_area(province, data, now).id


def schools(head: Actor, now: datetime, made: list[tuple[str, str, str]] = SCHOOLS, institution: str = COUNTY) -> None:
    """The institution enters its schools."""
    for code, name, stage in made:
        data: dict[str, Any] = {
            "code": code, "name": name, "stage": stage, "public": True, "institution_code": institution,
            "telephone": "000-12345", "active": True,
        }  # fmt: skip
        filing.add_school(head, data, now)


def school_person(
    one: Actor, two: Actor, code: str, username: str, serial: int, undertaking: bytes, password: str, now: datetime
) -> Actor:  # fmt: skip
    """A school's officer, proposed by the institution and approved by the province."""
    data: dict[str, Any] = {
        "id": new_id(), "name": invented.name(serial), "document_kind": "resident_id",
        "document_number": invented.identity_number(serial), "mobile": invented.mobile(serial), "mail": "",
        "username": username, "school_code": code, "post": "人事干事", "roles": ["school_officer"],
        "valid_until": None, "signed_on": clock.beijing(now).date(), "undertaking": undertaking,
    }  # fmt: skip
    row = filing.draft(one, data, now)
    filing.submit(one, row.id, now)
    filing.approve(two, row.id, now)
    filing.activate(username, data["document_number"], filing.new_code(SYSTEM, row.id, now), password, now)
    return officer(username)


def notice(province: Actor, now: datetime) -> None:
    """The teachers' notice of the second half and a plan table with autumn in it, reported to the centre."""
    draft = {
        "id": new_id(), "year": 2020, "season": "second_half", "audience": "teachers",
        "title": "2020年下半年定期注册工作通知", "body": "请在职教师按学校安排申请定期注册。咨询电话：000-12345。",
        "photo_rule": "",
    }  # fmt: skip
    row = notices.draft(province, draft, now)
    notices.file(province, row.id, now)
    table(province, now, AUTUMN)


def table(province: Actor, now: datetime, days: dict[str, date]) -> None:
    """The province's plan table with spring's recognition and a registration of these days."""
    spring = {
        "business": "recognition", "entry_start": "2020-03-20", "entry_end": "2020-04-30",
        "confirm_start": "2020-03-23", "confirm_end": "2020-05-15",
    }  # fmt: skip
    autumn = {"business": "registration"} | {name: day.isoformat() for name, day in days.items()}
    meeting = {"held_on": "2020-03-10", "place": "省会", "contents": ["deployment", "policy", "system"]}
    rows = {"id": new_id(), "year": 2020, "rows": [spring, autumn], "meetings": [meeting]}
    plans.file_table(province, rows, now)


def plan(by: Actor, province: Actor, now: datetime, institution: str = COUNTY) -> UUID:
    """A registration plan of autumn, drafted, approved and published."""
    data = {
        "id": new_id(), "institution_code": institution, "business": "registration", "title": "2020年秋季定期注册",
    } | AUTUMN  # fmt: skip
    row = plans.draft(by, data, now)
    plans.submit(by, row.id, now)
    plans.approve(province, row.id, now)
    plans.publish(province, row.id, now)
    return row.id


@dataclass(frozen=True, slots=True)
class Teacher:
    """An invented teacher: serial, name, document and certificate number."""

    serial: int
    name: str
    document_number: str
    certificate_number: str


def teachers(count: int, first: int = 0) -> Iterator[Teacher]:
    """Invented teachers with documents and certificates of their own, as many as wanted (below 4 million)."""
    for serial in range(first, first + count):
        born = date.fromordinal(date(1960, 1, 1).toordinal() + serial // 999)
        head = f"{invented.REGION}{born:%Y%m%d}{serial % 999 + 1:03d}"
        certificate = f"2010{(11 + serial // 900_000):02d}10131{serial % 900_000 + 1:06d}"
        yield Teacher(serial, invented.name(serial), head + check_character(head), certificate)


def form(**other: Any) -> dict[str, Any]:
    """What a teacher who passes declares in 2020, as it is kept."""
    return {
        "post": "3", "subject": "语文", "appointed_on": "2010-09-01", "probation_passed_on": "2011-09-01",
        "registered_on": "2015-11-20", "training_hours": 372, "absence_terms": 0, "absence_reason": "", "fit": True,
        "appraisals": {str(year): "passed" for year in range(2015, 2020)},
    } | other  # fmt: skip


def entries(people: list[Teacher], **other: Any) -> list[registration.Entry]:
    """Their applications as a school hands them in."""
    return [registration.Entry(t.name, t.document_number, t.certificate_number, form(**other)) for t in people]


def begun(clerk: Actor, head: Actor, provinces: tuple[Actor, Actor], found: tuple[str, str, str], paper: bytes) -> None:
    """The demonstration in spring: an area listed, its schools at work on the survey before autumn's registration.

    `found`: name, document and certificate number of somebody who holds a certificate of the platform.
    """
    now = clock.now()
    listed = area(provinces[0], now)
    schools(head, now)
    school = school_person(
        head, provinces[1], SCHOOL_OFFICER[3], SCHOOL_OFFICER[0], SCHOOL_SERIAL, paper, PASSWORD, now
    )
    survey = registration.open_survey(head, listed, now).id
    people = list(teachers(6))
    lines = [
        registration.Listed(*found),
        registration.Listed(people[0].name, people[0].document_number, found[2]),
        registration.Listed(people[1].name, people[1].document_number, "2010110131000002"),
        registration.Listed(people[2].name, people[2].document_number, "973301023100123"),
        *(registration.Listed(t.name, t.document_number, t.certificate_number) for t in people[3:]),
    ]
    registration.add_lines(school, survey, school.prefix, lines, now)
    registration.ask_all(clerk, survey, "2010", "某市教育局", now)
    registration.answer_all(clerk, survey, "某市教育局", "核〔2020〕1号", now)

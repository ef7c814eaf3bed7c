"""The exam side: whom the province works with there, what was agreed, and who of its candidates is barred."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from core.demonstration.season import house, invented
from core.demonstration.season.acting import Cast
from core.demonstration.season.places import Officer
from core.evidence import service as evidence
from core.foundation import clock, outbox
from core.foundation.db import new_id

EXAM_DAY = date(2020, 10, 31)
CANDIDATES = 60  # of a province in one list, applicants of the year among them


def examiner(code: str) -> str:
    """User name of the exam department's officer."""
    return f"p{code}x"


def begin(cast: Cast, code: str, serial: int, now: datetime) -> UUID:
    """The exam department's officer is filed by the centre; the province names its contact there, by a number."""
    pair = (cast.officer("centre"), cast.officer("centre2"))
    house.file_one(cast, Officer(examiner(code), "考衡", "exam_officer", code), serial, "教育考试院（演示）", pair, now)
    one, contact_id = cast.officer(f"p{code}one"), new_id()
    for telephone in ("总机转考务处", "000-12399"):
        cast.attempt(one, evidence.save_contact, contact_id, _contact("考安") | {"telephone": telephone}, now)
    return contact_id


def _contact(name: str) -> dict[str, Any]:
    return {
        "name": name, "unit": "教育考试院（演示）", "post": "考务处处长", "telephone": "000-12399", "mail": "",
        "remark": "", "version": 0,
    }  # fmt: skip


def meet(cast: Cast, code: str, now: datetime) -> None:
    """A joint meeting goes on record: not before it was held."""
    one, meeting_id, today = cast.officer(f"p{code}one"), new_id(), clock.beijing(now).date()
    for held_on in (today + timedelta(days=7), today):
        meeting = {
            "held_on": held_on, "place": "省会", "topic": "考试报名资格与认定条件衔接",
            "participants": "教育厅、教育考试院", "minutes": "报名结束后五日内提供考生名单。", "version": 0,
        }  # fmt: skip
        cast.attempt(one, evidence.save_conference, meeting_id, meeting, now)


def screen(cast: Cast, code: str, place: int, now: datetime) -> None:
    """The exam side asks who would be barred on the day of the exam: one by one, and by list, with a slip at first."""
    by, first = cast.officer(examiner(code)), place * CANDIDATES
    numbers = [invented.number(serial) for serial in range(first + 1, first + CANDIDATES + 1)]
    cast.attempt(by, evidence.ask, [numbers[0][:-1]], EXAM_DAY, now)
    cast.act(by, evidence.ask, numbers[:1], EXAM_DAY, now)
    for lines in ([*numbers, "无"], numbers):
        data = "\n".join(["document_number", *lines, ""]).encode()
        cast.act(by, evidence.start_screening, new_id(), "2020年下半年考生.csv", data, EXAM_DAY, now)
    outbox.drain()


def change_contact(cast: Cast, code: str, contact_id: UUID, now: datetime) -> None:
    """The person there moves on, and another is named."""
    one = cast.officer(f"p{code}one")
    row = cast.act(one, lambda _actor: evidence.contact(contact_id))
    cast.act(one, evidence.end_contact, row.id, row.version, now)
    cast.act(one, evidence.save_contact, new_id(), _contact("考宁"), now)

"""The year is set up: yearbook, places, named users, registers, bars; each by its verb."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from core.calendar import service as calendar
from core.demonstration.season import invented, places
from core.demonstration.season.acting import Cast
from core.demonstration.season.lots import Course
from core.demonstration.season.places import Body, Officer
from core.evidence import service as registers
from core.filing import service as filing
from core.foundation import clock, outbox
from core.foundation.access import NATION, Actor, within
from core.foundation.db import new_id
from core.people import service as people
from core.rulesets.loader import RuleSet
from core.testing.papers import signed_undertaking

LINES = 50_000  # of a register in one file
EXAM_VALID = date(2022, 6, 1)
HEAD = "document_number,name,number,level,subject,division,issued_on,valid_until"


def build(cast: Cast, rules: RuleSet, bodies: dict[str, list[Body]], counties: int, now: datetime) -> None:
    """The yearbook, the tree of places, the institutions, and everybody who works there filed by name."""
    with within(NATION):
        calendar.seed_national(rules.year, rules, now)
        tree = [place for code in bodies for place in places.divisions(code, counties)]
        filing.seed_divisions([filing.NewDivision(*place) for place in tree], now)
        for body in (body for row in bodies.values() for body in row):
            filing.add_institution(
                code=body.code, name=body.name, level=body.level, division=body.division, kinds=list(body.kinds),
                telephone="000-12345", points=places.points(body),
            )  # fmt: skip
        for serial, officer in enumerate(places.CENTRE, 1):
            filing.open_first(_particulars(officer, serial, "国家教师资格管理中心"), now)
    _file(cast, bodies, now)
    outbox.drain()


def _file(cast: Cast, bodies: dict[str, list[Body]], now: datetime) -> None:
    centre = (cast.officer("centre"), cast.officer("centre2"))
    serial = len(places.CENTRE)
    for province, rows in bodies.items():
        for officer in places.province_officers(province):
            serial += 1
            file_one(cast, officer, serial, f"{rows[0].name}", centre, now)
        pair = tuple(cast.officer(one.username) for one in places.province_officers(province))
        for officer in (officer for body in rows for officer in places.officers(body)):
            serial += 1
            file_one(cast, officer, serial, "", pair, now)  # type: ignore[arg-type]


def file_one(
    cast: Cast, officer: Officer, serial: int, unit: str, pair: tuple[Actor, Actor], now: datetime
) -> Any:  # fmt: skip
    """File one person by name: proposed by one above, approved by another; gives the filing."""
    one, two = pair
    row = cast.act(one, filing.draft, _particulars(officer, serial, unit), now)
    cast.act(one, filing.submit, row.id, now)
    return cast.act(two, filing.approve, row.id, now)


def _particulars(officer: Officer, serial: int, unit: str) -> dict[str, Any]:
    return {
        "id": new_id(), "name": officer.name, "document_kind": "resident_id",
        "document_number": invented.number(serial, invented.OFFICERS), "mobile": invented.officers_mobile(serial),
        "mail": "", "username": officer.username, "institution_code": officer.code,
        "province_code": officer.prefix[:2], "unit": unit, "post": places.POSTS[officer.role],
        "roles": [officer.role], "valid_until": None, "signed_on": clock.today(),
        "undertaking": signed_undertaking(),
    }  # fmt: skip


def stock_registers(cast: Cast, courses: Iterable[Course], now: datetime) -> None:
    """Import what the registers hold of everybody; where a course says so, a line is missing or differs."""
    centre = cast.officer("centre")
    waiting: dict[str, list[str]] = {kind: [] for kind in ("education", "putonghua", "exam", "residence")}
    for course in courses:
        for kind, line in _lines(course):
            waiting[kind].append(line)
        if len(waiting["education"]) >= LINES:
            _import(cast, centre, waiting, now)
    _import(cast, centre, waiting, now)


def _lines(course: Course) -> Iterator[tuple[str, str]]:
    serial = course.serial
    who = f"{invented.number(serial)},{invented.name(serial)}"
    wrong = course.register
    if wrong != "education":
        yield "education", f"{who},XL{serial:08d},bachelor,,,2018-06-30,"
    level = "2B" if wrong == "putonghua" else "2A"
    yield "putonghua", f"{who},PTH{serial:08d},{level},,,2018-05-01,"
    if wrong != "exam":
        yield "exam", f"{who},KS{serial:08d},{course.kind},{course.subject},,2019-06-01,{EXAM_VALID}"
    if wrong != "residence":
        yield "residence", f"{who},,,,{course.province},,"


def _import(cast: Cast, centre: Actor, waiting: dict[str, list[str]], now: datetime) -> None:
    for kind, lines in waiting.items():
        if lines:
            data = "\n".join([HEAD, *lines, ""]).encode()
            cast.act(centre, registers.start_import, new_id(), kind, f"{kind}.csv", data, False, now)
            lines.clear()
    outbox.drain()


def record_bars(cast: Cast, courses: Iterable[Course], now: datetime) -> None:
    """Some people are barred before the year begins: the national register says so."""
    centre = cast.officer("centre")
    kinds = (("cheating", timedelta(days=3 * 365)), ("revocation", timedelta(days=5 * 365)), ("lifelong", None))
    since = clock.beijing(now).date() - timedelta(days=200)
    for course in courses:
        if course.barred:
            kind, length = kinds[course.serial % len(kinds)]
            until = since + length if length else None
            decision = f"演示决〔2019〕{course.serial}号"
            cast.act(centre, people.record_bar, invented.number(course.serial), kind, since, until, decision, now)

"""Schools: entered by the institution that decides for their teachers, or by its province; looked up by code."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from core.filing.models import School
from core.filing.rules.schools import judge_school
from core.filing.service.institutions import institution
from core.foundation import audit
from core.foundation.access import Actor
from core.foundation.db import one_transaction, session
from core.foundation.errors import Conflict, NotAllowed, NotFound, Refused
from core.foundation.findings import N_, Finding
from core.foundation.paging import Page, Paging, paged


def school(code: str) -> School:
    """One school by its code; raises `NotFound`."""
    row = session().get(School, code)
    if row is None:
        raise NotFound()
    return row


def schools(prefix: str, paging: Paging, search: str = "") -> Page[School]:
    """Schools of a division, or the one of a school's code; `search` begins a code or a name."""
    statement = select(School)
    if prefix:
        statement = statement.where(
            School.province_code == prefix[:2], School.code.startswith(prefix, autoescape=True)
        )  # fmt: skip
    if search:
        statement = statement.where(
            or_(School.code.startswith(search, autoescape=True), School.name.contains(search, autoescape=True))
        )
    return paged(statement, paging, {"code": School.code, "name": School.name})


def schools_under(institution_code: str) -> list[tuple[str, str]]:
    """(code, name) of an institution's active schools, for choosing one: the first two hundred by name."""
    statement = select(School.code, School.name).where(School.institution_code == institution_code, School.active)
    return [(row[0], row[1]) for row in session().execute(statement.order_by(School.name).limit(200))]


def schools_of(codes: Iterable[str]) -> dict[str, School]:
    """Schools by code; unknown codes are left out."""
    wanted = sorted(set(codes))
    found: dict[str, School] = {}
    for start in range(0, len(wanted), 500):
        statement = select(School).where(School.code.in_(wanted[start : start + 500])).limit(500)
        found |= {row.code: row for row in session().scalars(statement)}
    return found


def _own(actor: Actor, institution_code: str) -> str:
    """The division of the institution, if its schools are the actor's to keep; raises `NotAllowed`."""
    actor.must("schools.change")
    body = institution(institution_code)
    if not body.division.startswith(actor.prefix) or actor.institution_code not in ("", institution_code):
        raise NotAllowed()
    return body.division


@one_transaction
def add_school(actor: Actor, data: dict[str, Any], now: datetime) -> School:
    """Enter a school: code, name, stage, public, institution_code, telephone. Raises `Refused`."""
    division = _own(actor, data["institution_code"])
    findings = judge_school(data["code"], data["name"], data["stage"], division)
    if session().get(School, data["code"]) is not None:
        findings.append(Finding("school_known", N_("此学校代码已在用"), clause="R-REG-08", field="code"))
    if findings:
        raise Refused(findings)
    row = School(province_code=data["code"][:2], **{"active": True} | data)
    session().add(row)
    _written(actor, "add", row, now)
    return row


@one_transaction
def change_school(actor: Actor, code: str, data: dict[str, Any], version: int, now: datetime) -> School:
    """Change a school's name, stage, public, telephone or active. Raises `Refused`, `Conflict`."""
    row = session().get(School, code, with_for_update=True, populate_existing=True)
    if row is None or not row.code.startswith(actor.prefix):
        raise NotFound()
    division = _own(actor, row.institution_code)
    if row.version != version:
        raise Conflict()
    findings = judge_school(code, data["name"], data["stage"], division)
    if findings:
        raise Refused(findings)
    for name in ("name", "stage", "public", "telephone", "active"):
        setattr(row, name, data[name])
    _written(actor, "change", row, now)
    return row


def _written(actor: Actor, verb: str, row: School, now: datetime) -> None:
    audit.record(
        actor, f"schools.{verb}", "school", row.code, province_code=row.province_code, now=now, clause="R-REG-08",
        name=row.name, institution=row.institution_code,
    )  # fmt: skip

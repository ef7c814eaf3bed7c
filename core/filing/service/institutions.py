"""Institutions and confirmation points, looked up by code and place."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, String, bindparam, cast, or_, select

from core.filing.models import ConfirmationPoint, Filing, Institution
from core.filing.rules import judge_institution, judge_place
from core.filing.service.divisions import further, places
from core.foundation import audit, clock
from core.foundation.access import Actor, Lookup
from core.foundation.db import new_id, one_transaction, session
from core.foundation.errors import Conflict, NotFound, Refused
from core.foundation.findings import N_, Finding
from core.foundation.paging import Page, Paging, paged
from core.hooks.discovery import province_name


def institution(code: str) -> Institution:
    """One institution by its five-digit code; raises `NotFound`."""
    row = session().get(Institution, code)
    if row is None:
        raise NotFound()
    return row


_COMPETENCE = Lookup(
    select(
        Institution.code, Institution.province_code, Institution.level, Institution.division, Institution.kinds,
        Institution.also,
    ).where(Institution.code == bindparam("code"))
)  # fmt: skip


def competence_of(code: str) -> Row[Any]:
    """Where and for what an institution is competent: code, province_code, level, division, kinds, also."""
    row = _COMPETENCE.row(code=code)
    if row is None:
        raise NotFound()
    return row


def _in_force() -> tuple[Any, ...]:
    today = clock.today()
    return (
        Institution.active,
        or_(Institution.valid_from.is_(None), Institution.valid_from <= today),
        or_(Institution.valid_to.is_(None), Institution.valid_to >= today),
    )


def institutions(province_code: str = "", prefix: str = "", limit: int = 2000) -> list[Institution]:
    """Institutions in force today of a province, or of a division and below, by code."""
    statement = select(Institution).where(*_in_force())
    if province_code:
        statement = statement.where(Institution.province_code == province_code)
    if prefix:
        statement = statement.where(Institution.division.startswith(prefix, autoescape=True))
    return list(session().scalars(statement.order_by(Institution.code).limit(limit)))


def names_within(prefix: str, limit: int = 2000) -> dict[str, str]:
    """Names of the institutions in force today of a division and below, by code in order."""
    statement = select(Institution.code, Institution.name).where(*_in_force())
    if prefix:
        statement = statement.where(Institution.division.startswith(prefix, autoescape=True))
    return {row[0]: row[1] for row in session().execute(statement.order_by(Institution.code).limit(limit))}


def deciding(kind: str) -> Select[str]:
    """Codes of the institutions that conclude a kind ("1"–"7"), as a subquery."""
    return select(Institution.code).where(cast(Institution.kinds, String).contains(f'"{kind}"', autoescape=True))


def provinces_with_institutions() -> list[str]:
    """Codes of the provinces that have institutions in force, in order."""
    statement = select(Institution.province_code).where(*_in_force()).distinct().order_by(Institution.province_code)
    return list(session().scalars(statement.limit(100)))


def province_choices() -> dict[str, str]:
    """{code: name} of the provinces that have institutions in force, for a list to choose from."""
    return {code: province_name(code) for code in provinces_with_institutions()}


def listed_institutions(prefix: str, paging: Paging, search: str = "", *, in_force: bool = False) -> Page[Institution]:
    """Institutions of a division and below, past ones too unless `in_force`; `search` begins a code or a name."""
    statement = select(Institution).where(*(_in_force() if in_force else ()))
    if prefix:
        statement = statement.where(
            Institution.province_code == prefix[:2], Institution.division.startswith(prefix, autoescape=True)
        )
    if search:
        statement = statement.where(
            or_(
                Institution.code.startswith(search, autoescape=True),
                Institution.name.startswith(search, autoescape=True),
            )
        )
    return paged(statement, paging, {"code": Institution.code, "name": Institution.name, "level": Institution.level})


def without_responsible(prefix: str, limit: int = 50) -> list[Institution]:
    """Institutions in force that name no responsible person (R-SEC-02)."""
    return [body for body in institutions(prefix[:2], prefix) if body.responsible_id is None][:limit]


def names_of(codes: Iterable[str]) -> dict[str, str]:
    """Names of institutions by code, for lists."""
    wanted = set(codes)
    if not wanted:
        return {}
    rows = session().execute(select(Institution.code, Institution.name).where(Institution.code.in_(wanted)))
    return {row[0]: row[1] for row in rows}


def points_of(codes: Iterable[str]) -> list[ConfirmationPoint]:
    """Confirmation points of some institutions."""
    statement = select(ConfirmationPoint).where(ConfirmationPoint.institution_code.in_(set(codes)))
    return list(session().scalars(statement.order_by(ConfirmationPoint.name).limit(2000)))


@one_transaction
def add_institution(
    code: str,
    name: str,
    level: str,
    division: str,
    kinds: list[str],
    telephone: str,
    points: Iterable[dict[str, Any]] = (),
) -> Institution:
    """Enter an institution with its confirmation points (name, address, telephone); repeating it is harmless.

    Its division must be in force: raises `Refused`.
    """
    known = session().get(Institution, code)
    if known is not None:
        return known
    place = places([division]).get(division)
    findings = judge_place(place, division, code[:2], clock.today())
    if findings or place is None:
        raise Refused(findings)
    row = Institution(
        code=code, province_code=code[:2], name=name, level=level, division=division, division_name=place.name,
        kinds=kinds, telephone=telephone,
    )  # fmt: skip
    session().add(row)
    session().flush()
    for point in points:
        session().add(ConfirmationPoint(id=new_id(), institution_code=code, **point))
    return row


@one_transaction
def change_institution(actor: Actor, code: str, data: dict[str, Any], now: datetime) -> Institution:
    """The province changes an institution: what was and what is stands in the audit trail. Raises `Refused`.

    `data`: name, telephone, kinds, also ([{"division", "kinds"}]), responsible_id, valid_from, valid_to,
    successor, version (as read).
    """
    actor.must("institutions.change")
    row = session().get(Institution, code, with_for_update=True, populate_existing=True)
    if row is None or row.province_code != actor.province_code:
        raise NotFound()
    if row.version != data["version"]:
        raise Conflict()
    findings = judge_institution(row.code, data["kinds"], data["valid_from"], data["valid_to"], data["successor"])
    findings += further(row.division, data["also"], clock.beijing(now).date())
    if data["successor"] and session().get(Institution, data["successor"]) is None:
        findings.append(Finding("successor_unknown", N_("没有此代码的认定机构"), clause="条例13", field="successor"))
    if data["responsible_id"] and not _of_unit(row, data["responsible_id"]):
        findings.append(
            Finding(
                "responsible_unfit", N_("安全责任人应是本机构备案有效的人员"), clause="R-SEC-02", field="responsible_id"
            )
        )
    if findings:
        raise Refused(findings)
    before = _said(row)
    for name in ("name", "telephone", "kinds", "also", "responsible_id", "valid_from", "valid_to", "successor"):
        setattr(row, name, data[name])
    after = _said(row)
    audit.record(
        actor, "institutions.change", "institution", code, province_code=row.province_code, now=now, clause="条例13",
        before={name: value for name, value in before.items() if after[name] != value},
        after={name: value for name, value in after.items() if before[name] != value},
    )  # fmt: skip
    return row


def _of_unit(row: Institution, account_id: Any) -> bool:
    statement = select(Filing.id).where(
        Filing.account_id == account_id, Filing.institution_code == row.code, Filing.state == "in_force"
    )
    return session().scalar(statement.limit(1)) is not None


def _said(row: Institution) -> dict[str, Any]:
    plain = {name: getattr(row, name) for name in ("name", "telephone", "kinds", "also", "successor")}
    return plain | {
        name: str(getattr(row, name) or "") for name in ("responsible_id", "valid_from", "valid_to")
    }  # fmt: skip


def staff_of(code: str) -> list[Filing]:
    """People of an institution whose filing is in force, by name."""
    statement = select(Filing).where(Filing.institution_code == code, Filing.state == "in_force")
    return list(session().scalars(statement.order_by(Filing.name).limit(200)))


def read_also(text: str) -> list[dict[str, Any]]:
    """Further territories as typed, one a line: a division code and the digits of the kinds."""
    found = []
    for line in text.splitlines():
        division, _, kinds = line.strip().partition(" ")
        if division:
            found.append({"division": division, "kinds": sorted(set(kinds.replace(" ", "")))})
    return found

"""The tree of divisions: entered, renamed and closed by its province; an old code leads to its successor."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select

from core.filing.models import Division, Institution
from core.filing.rules import CORPS, Place, judge_closing, judge_division, judge_further, parent_code
from core.foundation import audit, clock
from core.foundation.access import Actor
from core.foundation.db import one_transaction, session
from core.foundation.errors import Conflict, NotFound, Refused
from core.foundation.findings import N_, Finding
from core.foundation.paging import Page, Paging, paged
from core.rulesets.loader import province_names


@dataclass(frozen=True, slots=True)
class NewDivision:
    """A division to be entered."""

    code: str
    name: str
    kind: str
    valid_from: date | None = None


def place_of(row: Division) -> Place:
    """A row as the rules take it."""
    return Place(row.code, row.name, row.kind, row.valid_from, row.valid_until, row.successor)


def places(codes: Iterable[str]) -> dict[str, Place]:
    """Divisions by code, past ones too; unknown codes are left out."""
    wanted = set(codes)
    if not wanted:
        return {}
    rows = session().scalars(select(Division).where(Division.code.in_(wanted)))
    return {row.code: place_of(row) for row in rows}


def current_division(code: str, day: date) -> Place | None:
    """The division that `code` stands for on `day`: itself, or its last successor; None for an unknown code."""
    seen: set[str] = set()
    while code and code not in seen:
        seen.add(code)
        place = places([code]).get(code)
        if place is None or place.valid_until is None or place.valid_until >= day or not place.successor:
            return place
        code = place.successor
    return None


def division(code: str, prefix: str = "") -> Division:
    """One division by its code, within the territory `prefix`; raises `NotFound`."""
    row = session().get(Division, code)
    if row is None or not row.code.startswith(prefix):
        raise NotFound()
    return row


def divisions(prefix: str, paging: Paging, search: str = "", past: bool = True) -> Page[Division]:
    """A division and what lies below, by code; `search` begins a code or is part of a name."""
    statement = select(Division)
    if prefix:
        statement = statement.where(
            Division.province_code == prefix[:2], Division.code.startswith(prefix, autoescape=True)
        )
    if search:
        statement = statement.where(
            or_(Division.code.startswith(search, autoescape=True), Division.name.contains(search, autoescape=True))
        )
    if not past:
        statement = statement.where(Division.valid_until.is_(None))
    return paged(statement, paging, {"code": Division.code, "name": Division.name, "kind": Division.kind})


def below(code: str, limit: int = 500) -> list[Division]:
    """What lies directly under a division, by code."""
    statement = select(Division).where(Division.province_code == code[:2], Division.parent == code)
    return list(session().scalars(statement.order_by(Division.code).limit(limit)))


def bodies_in(code: str, limit: int = 500) -> list[Institution]:
    """Institutions of exactly this division, by code."""
    statement = select(Institution).where(Institution.province_code == code[:2], Institution.division == code)
    return list(session().scalars(statement.order_by(Institution.code).limit(limit)))


@one_transaction
def seed_divisions(more: Iterable[NewDivision], now: datetime) -> None:
    """Enter the 31 provinces and the XPCC, and `more` (of an installation's start); repeating it is harmless."""
    known = set(session().scalars(select(Division.code)))
    national = [NewDivision(code, names[0], "province") for code, names in province_names().items()]
    for item in (*national, *more):
        if item.code not in known:
            _entered(item, known)
            known.add(item.code)


def _entered(item: NewDivision, known: Iterable[str]) -> Division:
    row = Division(
        code=item.code, province_code=item.code[:2], parent=parent_code(item.code, known), name=item.name.strip(),
        kind=item.kind, valid_from=item.valid_from,
    )  # fmt: skip
    session().add(row)
    session().flush()
    return row


@one_transaction
def add_division(actor: Actor, item: NewDivision, now: datetime) -> Division:
    """The province enters a city, county or, in the XPCC, a division. Raises `Refused`, `Conflict` for a used code."""
    actor.must("institutions.change")
    above = places({item.code[:2], item.code[:4]} - {item.code})
    parent = above.get(parent_code(item.code, above))
    place = Place(item.code, item.name, item.kind, item.valid_from)
    findings = judge_division(place, actor.province_code, parent, clock.beijing(now).date())
    if session().get(Division, item.code) is not None:
        findings.append(
            Finding(
                "division_known", N_("此代码已在用或用过，不能再用"), clause="条例13", field="code",
                remedy=N_("改名的请在原区划上更名，撤并的请先停用并写明接续区划"),
            )
        )  # fmt: skip
    if findings:
        raise Refused(findings)
    row = _entered(item, above)
    _written(actor, "add", row, now, name=row.name, kind=row.kind)
    return row


@one_transaction
def rename_division(actor: Actor, code: str, name: str, version: int, now: datetime) -> Division:
    """The province renames a division of its own; its institutions show the new name."""
    row = _own(actor, code, version)
    if row.valid_until is not None:
        raise Refused([Finding("division_closed", N_("此区划已停用"), clause="条例13", field="name")])
    before, row.name = row.name, name
    for body in bodies_in(code, 10_000):
        body.division_name = name
    _written(actor, "rename", row, now, before=before, after=name)
    return row


@one_transaction
def close_division(actor: Actor, code: str, until: date, successor: str, version: int, now: datetime) -> Division:
    """The province closes a division of its own after its last day `until`; "" is no successor. Raises `Refused`."""
    row = _own(actor, code, version)
    heir = places([successor]).get(successor) if successor else None
    findings = judge_closing(place_of(row), until, heir, _left(row, until))
    if len(code) == 2:
        findings.append(
            Finding("division_national", N_("省级区划由国家中心维护"), clause="条例13", field="valid_until")
        )
    if successor and heir is None:
        findings.append(Finding("successor_unfit", N_("没有此代码的区划"), clause="条例13", field="successor"))
    if findings:
        raise Refused(findings)
    row.valid_until, row.successor = until, successor
    _written(actor, "close", row, now, valid_until=until.isoformat(), successor=successor)
    return row


def _own(actor: Actor, code: str, version: int) -> Division:
    actor.must("institutions.change")
    row = session().get(Division, code, with_for_update=True, populate_existing=True)
    if row is None or row.province_code != actor.province_code:
        raise NotFound()
    if row.version != version:
        raise Conflict()
    return row


def _left(row: Division, until: date) -> list[str]:
    """Names of what would be in force after `until` in a closed division, of its own or further territory."""
    inner = [f"{one.code} {one.name}" for one in below(row.code) if one.valid_until is None or one.valid_until > until]
    statement = select(Institution).where(
        Institution.province_code == row.province_code,
        or_(Institution.valid_to.is_(None), Institution.valid_to > until),
    )
    for body in session().scalars(statement.limit(10_000)):
        if body.division == row.code or any(item["division"] == row.code for item in body.also):
            inner.append(f"{body.code} {body.name}")
    return inner


def further(division_code: str, also: list[dict[str, Any]], day: date) -> list[Finding]:
    """What speaks against an institution's further territories."""
    return judge_further(division_code, also, places(str(item["division"]) for item in also), day)


def corps(actor: Actor) -> bool:
    """Whether the actor's province is the XPCC, which alone has divisions (师)."""
    return actor.province_code == CORPS


def _written(actor: Actor, verb: str, row: Division, now: datetime, **detail: Any) -> None:
    audit.record(
        actor, f"divisions.{verb}", "division", row.code, province_code=row.province_code, now=now,
        clause="条例13", **detail,
    )  # fmt: skip

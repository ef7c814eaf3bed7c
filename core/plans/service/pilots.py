"""Pilot areas of registration: listed and ended by the province, surveyed, asked by plans (二(二))."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.filing import service as filing
from core.foundation import audit, clock
from core.foundation.access import Actor, territory, within
from core.foundation.db import found, locked, one_transaction, session
from core.foundation.errors import Conflict, NotFound, Refused
from core.foundation.findings import N_, Finding
from core.foundation.paging import Page, Paging, paged
from core.plans.models import PilotArea
from core.plans.rules import Pilot, judge_pilot_area, judge_pilot_end, pilot_of


def _pilot(row: PilotArea) -> Pilot:
    return Pilot(row.division, row.since, row.until, row.surveyed_at is not None)


def _areas(province_code: str) -> list[PilotArea]:
    statement = select(PilotArea).where(PilotArea.province_code == province_code).order_by(PilotArea.division)
    with within(territory(province_code)):  # a county lies in an area that may be its city's
        return list(session().scalars(statement.limit(2000)))


def pilots(province_code: str) -> list[Pilot]:
    """The areas of a province, as the rules take them."""
    return [_pilot(row) for row in _areas(province_code)]


def pilot_areas(actor: Actor, paging: Paging) -> Page[PilotArea]:
    """The areas of the actor's province (the centre: of all), by division."""
    scope = territory(actor.province_code)
    with within(scope):
        return paged(select(PilotArea), paging, {"division": PilotArea.division, "since": PilotArea.since})


def pilot_area(pilot_area_id: UUID) -> PilotArea:
    """One area of the present scope; raises `NotFound`."""
    return found(PilotArea, pilot_area_id)


def area_of(division: str, day: date) -> PilotArea | None:
    """The area that covers a division (or a school's code) on `day`."""
    rows = {row.division: row for row in _areas(division[:2])}
    area = pilot_of(division, day, map(_pilot, rows.values()))
    return rows[area.division] if area else None


def pilot_areas_within(actor: Actor) -> list[PilotArea]:
    """Areas in force that lie in the actor's territory, by division."""
    return [row for row in _areas(actor.province_code) if row.until is None and row.division.startswith(actor.prefix)]


def pilot_area_for(actor: Actor, pilot_area_id: UUID) -> PilotArea:
    """An area that lies in the actor's territory; raises `NotFound`."""
    rows = {row.id: row for row in _areas(actor.province_code)}
    row = rows.get(pilot_area_id)
    if row is None or not row.division.startswith(actor.prefix):
        raise NotFound()
    return row


@one_transaction
def list_pilot_area(actor: Actor, data: dict[str, Any], now: datetime) -> PilotArea:
    """The province lists an area: id, division, since, basis (the document that says so), private. Raises `Refused`."""
    actor.must("pilots.change")
    known = session().scalars(select(PilotArea).where(PilotArea.id == data["id"])).one_or_none()
    if known is not None:
        return known
    standing = [_pilot(row) for row in _areas(actor.province_code) if row.until is None]
    place = None
    findings = judge_pilot_area(data["division"], actor.province_code, standing)
    if not findings:
        place = filing.current_division(data["division"], clock.beijing(now).date())
        if place is None or place.code != data["division"]:
            words = N_("没有在用的区划%(place)s")
            findings = [Finding("division_unknown", words, clause="二(二)", field="division",
                                remedy=N_("请先在区划中登记"), params={"place": data["division"]})]  # fmt: skip
    if findings or place is None:
        raise Refused(findings)
    row = PilotArea(
        id=data["id"], province_code=actor.province_code, territory=data["division"], division=data["division"],
        name=place.name, since=data["since"], basis=data["basis"], private=data["private"],
        listed_by=actor.id, listed_at=now,
    )  # fmt: skip
    session().add(row)
    _written(actor, "list", row, now)
    return row


@one_transaction
def end_pilot_area(actor: Actor, pilot_area_id: UUID, until: date, version: int, now: datetime) -> PilotArea:
    """The province ends an area: no plan may begin after `until`; registrations stay. Raises `Refused`, `Conflict`."""
    actor.must("pilots.change")
    row = locked(PilotArea, pilot_area_id)
    if row.version != version:
        raise Conflict()
    findings = judge_pilot_end(row.since, until)
    if findings:
        raise Refused(findings)
    row.until = until
    _written(actor, "end", row, now)
    return row


@one_transaction
def mark_surveyed(actor: Actor, pilot_area_id: UUID, now: datetime) -> None:
    """The survey of an area's certificates is closed; called by the registration area, in its transaction."""
    row = locked(PilotArea, pilot_area_id)
    row.surveyed_at = now
    _written(actor, "surveyed", row, now)


def _written(actor: Actor, verb: str, row: PilotArea, now: datetime) -> None:
    audit.record(
        actor, f"pilots.{verb}", "pilot_area", row.id, province_code=row.province_code, now=now, clause="二(二)",
        division=row.division,
    )  # fmt: skip

"""Institutions and confirmation points, looked up by code and place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from core.filing.models import ConfirmationPoint, Institution
from core.foundation.db import new_id, one_transaction, session
from core.foundation.errors import NotFound


def institution(code: str) -> Institution:
    """One institution by its five-digit code; raises `NotFound`."""
    row = session().get(Institution, code)
    if row is None:
        raise NotFound()
    return row


def institutions(province_code: str = "", prefix: str = "", limit: int = 2000) -> list[Institution]:
    """Active institutions of a province, or of a division and below, by code."""
    statement = select(Institution).where(Institution.active)
    if province_code:
        statement = statement.where(Institution.province_code == province_code)
    if prefix:
        statement = statement.where(Institution.division.startswith(prefix, autoescape=True))
    return list(session().scalars(statement.order_by(Institution.code).limit(limit)))


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
    division_name: str,
    kinds: list[str],
    telephone: str,
    points: Iterable[dict[str, Any]] = (),
) -> Institution:
    """Enter an institution with its confirmation points (name, address, telephone); repeating it is harmless."""
    known = session().get(Institution, code)
    if known is not None:
        return known
    row = Institution(
        code=code,
        province_code=code[:2],
        name=name,
        level=level,
        division=division,
        division_name=division_name,
        kinds=kinds,
        telephone=telephone,
    )
    session().add(row)
    session().flush()
    for point in points:
        session().add(ConfirmationPoint(id=new_id(), institution_code=code, **point))
    return row

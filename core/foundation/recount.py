"""Comparing the running figures with the tables they count, in one moment, and mending what differs."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, func, insert, literal, select

from core.foundation.access import NATION, within
from core.foundation.db import new_id
from core.foundation.dialects import Seconds, one_snapshot
from core.foundation.tallies import BEIJING, DAY, TALLIES, Figure, Tally, TallyDelta

Keyed = Counter[tuple[Any, ...]]  # (province, territory, name, place, season, key, day) → amount


def differences(engine: Engine) -> Keyed:
    """By how much each figure falls short of the truth; nothing where all agree. Changes not yet folded count."""
    with within(NATION), one_snapshot(engine) as connection:
        return _differences(connection)


def mend(engine: Engine, now: datetime) -> int:
    """Write what is missing from the figures as one more difference to be folded; returns how many were wrong.

    What others write meanwhile adds up with it: a difference never overwrites.
    """
    with within(NATION), one_snapshot(engine, writing=True) as connection:
        wrong = _differences(connection)
        by_place: dict[tuple[str, str], list[list[Any]]] = {}
        for key, amount in wrong.items():
            by_place.setdefault((key[0], key[1]), []).append([*key[2:], amount])
        rows = [
            {"province_code": province, "territory": territory, "id": new_id(), "at": now, "changes": changes}
            for (province, territory), changes in by_place.items()
        ]
        if rows:
            connection.execute(insert(TallyDelta.__table__), rows)  # type: ignore[arg-type]
        return len(wrong)


def _differences(connection: Connection) -> Keyed:
    wrong: Keyed = Counter()
    for tally in TALLIES.values():
        wrong.update(_truth(connection, tally))
    wrong.subtract(_kept(connection))
    return Counter({key: amount for key, amount in wrong.items() if amount})


def _truth(connection: Connection, tally: Tally) -> Keyed:
    model = tally.model
    place, season = (
        func.coalesce(getattr(model, name), "") if name else literal("") for name in (tally.place, tally.season)
    )
    amount = getattr(model, tally.amount) if tally.amount else literal(1)
    columns = [model.province_code, model.territory, place, season, tally.key.sql(model), _day(tally), amount]
    inner = select(*(column.label(f"c{number}") for number, column in enumerate(columns))).subquery()
    groups = list(inner.c)[:6]
    statement = select(*groups, func.sum(inner.c.c6)).where(groups[4].is_not(None), groups[5].is_not(None))
    statement = statement.group_by(*groups)
    found: Keyed = Counter()
    for row in connection.execute(statement):
        province, territory, there, half, value, day, total = tuple(row)
        if there:
            found[(province, territory, tally.name, there, half, str(value), int(day))] += int(total)
        found[(province, province, tally.name, "", half, str(value), int(day))] += int(total)
    return found


def _day(tally: Tally) -> Any:
    if not tally.day:
        return literal(0)
    column = getattr(tally.model, tally.day)
    is_instant = "Instant" in type(column.type).__name__
    return (Seconds(column) + (BEIJING if is_instant else 0)) // DAY


def _kept(connection: Connection) -> Keyed:
    kept: Keyed = Counter()
    table = Figure.__table__
    columns = [table.c[name] for name in ("province_code", "territory", "name", "place", "season_key", "key", "day")]
    for *key, amount in connection.execute(select(*columns, table.c.amount)):
        kept[tuple(key)] += int(amount)
    waiting = TallyDelta.__table__
    statement = select(waiting.c.province_code, waiting.c.territory, waiting.c.changes)
    for province, territory, changes in connection.execute(statement):
        for *key, amount in changes:
            kept[(province, territory if key[1] else province, *key)] += amount
    return kept

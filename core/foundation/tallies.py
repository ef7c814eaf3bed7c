"""Running figures: how many rows stand how, kept up as they change, never by scanning them.

An area says once what of a table is counted (`count`). From then on every flush that changes such rows writes one
small row with the differences, in the transaction of the change: writers meet on nothing. `fold` adds the
differences to the figures and deletes them in one transaction, so that each is added exactly once, whoever folds
and however often. `foundation/recount.py` compares the figures with the tables themselves.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import BigInteger, ColumnElement, Index, String, cast, delete, event, func, inspect, null, select
from sqlalchemy import case as when
from sqlalchemy.orm import Mapped, Session, configure_mappers, mapped_column

from core.foundation import clock
from core.foundation.access import NATION, within
from core.foundation.db import APPEND_ONLY, Base, Territorial, Versioned, new_id, one_transaction, session, skip_locked
from core.foundation.dialects import Seconds, add_up
from core.foundation.errors import Conflict

DAY, BEIJING = 86_400, 8 * 3600
HOURS_SHOWN = 48  # waits are kept by the hour up to here, by the day beyond
_NAMES = UUID("6f1d2f0a-7f0e-5d55-9f3c-5a0f4c1b8a11")


@dataclass(frozen=True, slots=True)
class Value:
    """A column's value; with `only`, rows of other values are not counted."""

    column: str
    only: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns it is read from."""
        return (self.column,)

    def of(self, row: Mapping[str, Any]) -> str | None:
        """The key of a row; None where it is not counted."""
        value = str(row[self.column] or "")
        return value if not self.only or value in self.only else None

    def sql(self, model: Any) -> ColumnElement[Any]:
        """The same in SQL."""
        value = func.coalesce(getattr(model, self.column), "")
        return when((value.in_(self.only), value), else_=null()) if self.only else value


@dataclass(frozen=True, slots=True)
class Joined:
    """Several columns' values, joined by strokes."""

    columns: tuple[str, ...]

    def of(self, row: Mapping[str, Any]) -> str | None:
        """The key of a row."""
        return "/".join(str(row[name] or "") for name in self.columns)

    def sql(self, model: Any) -> ColumnElement[Any]:
        """The same in SQL."""
        values = [func.coalesce(getattr(model, name), "") for name in self.columns]
        joined: ColumnElement[Any] = values[0]
        for value in values[1:]:
            joined = joined + "/" + value
        return joined


@dataclass(frozen=True, slots=True)
class Hour:
    """The hour in Beijing of an instant; rows without it are not counted."""

    column: str

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns it is read from."""
        return (self.column,)

    def of(self, row: Mapping[str, Any]) -> str | None:
        """The key of a row."""
        moment = row[self.column]
        return None if moment is None else str((_seconds(moment) + BEIJING) % DAY // 3600)

    def sql(self, model: Any) -> ColumnElement[Any]:
        """The same in SQL."""
        return cast((Seconds(getattr(model, self.column)) + BEIJING) % DAY // 3600, String)


@dataclass(frozen=True, slots=True)
class Waited:
    """Hours from one instant to another, beyond two days in whole days; rows without both are not counted."""

    since: str
    until: str

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns it is read from."""
        return (self.since, self.until)

    def of(self, row: Mapping[str, Any]) -> str | None:
        """The key of a row."""
        if row[self.since] is None or row[self.until] is None:
            return None
        seconds = max(_seconds(row[self.until]) - _seconds(row[self.since]), 0)
        return str(seconds // 3600 if seconds < HOURS_SHOWN * 3600 else seconds // DAY * 24)

    def sql(self, model: Any) -> ColumnElement[Any]:
        """The same in SQL."""
        gone = Seconds(getattr(model, self.until)) - Seconds(getattr(model, self.since))
        hours = when((gone < 0, 0), (gone < HOURS_SHOWN * 3600, gone // 3600), else_=gone // DAY * 24)
        return when((gone.is_(None), null()), else_=cast(hours, String))


Key = Value | Joined | Hour | Waited


@dataclass(frozen=True, slots=True)
class Tally:
    """What of a table is counted: rows, or the sum of `amount`, by key, and by place, season and day where named.

    `place` is the column of the institution or holder: there are then figures of each and of the province, else
    of the province alone. `day` is an instant's day in Beijing, or a day; rows without it are not counted. With a
    `title` the dashboards show it by itself, its keys named by `labels`.
    """

    name: str
    model: Any
    key: Key
    place: str = ""
    season: str = ""
    day: str = ""
    amount: str = ""
    title: str = ""
    labels: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def columns(self) -> frozenset[str]:
        """Every column a figure depends on."""
        named = (*self.key.columns, self.place, self.season, self.day, self.amount, "province_code", "territory")
        return frozenset(named) - {""}

    def of(self, row: Mapping[str, Any]) -> tuple[tuple[str, str, str, str, int], int] | None:
        """What a row adds: (name, place, season, key, day) and how much; None for nothing."""
        key = self.key.of(row)
        day = day_number(row[self.day]) if self.day else 0
        if key is None or day is None:
            return None
        place, season = (str(row[name] or "") if name else "" for name in (self.place, self.season))
        return (self.name, place, season, key, day), int(row[self.amount]) if self.amount else 1


def day_number(day: date | datetime | None) -> int | None:
    """Days since 1970, of an instant in Beijing; None of None."""
    if isinstance(day, datetime):
        return (_seconds(day) + BEIJING) // DAY
    return None if day is None else day.toordinal() - 719_163


def day_of(number: int) -> date:
    """The day of such a number."""
    return date.fromordinal(number + 719_163)


def _seconds(moment: datetime) -> int:
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() // 1)


TALLIES: dict[str, Tally] = {}
_BY_MODEL: dict[type, list[Tally]] = {}


def count(tally: Tally) -> None:
    """Have a table counted from now on.

    Its rows must be versioned or append-only: else two writers could each believe to change the same row.
    """
    if tally.name in TALLIES:
        return
    if not issubclass(tally.model, Versioned) and tally.model.__tablename__ not in APPEND_ONLY:
        raise ValueError(f"{tally.name}: rows that are neither versioned nor append-only cannot be counted")
    TALLIES[tally.name] = tally
    _BY_MODEL.setdefault(tally.model, []).append(tally)
    configure_mappers()
    for name in tally.columns:
        getattr(tally.model, name).impl.active_history = True  # what stood before is known, loaded or not


class TallyDelta(Territorial, Base):
    """What one flush changed in the figures: [name, place, season, key, day, amount] each. Lives until folded."""

    __tablename__ = "tally_delta"

    at: Mapped[datetime]
    changes: Mapped[list[Any]]


class Figure(Territorial, Base):
    """One running figure; `place` "" is the whole province's, whose territory is the province."""

    __tablename__ = "tally"
    __extra_args__ = (
        Index(None, "name", "place", "season_key", "day"),
        Index(None, "province_code", "name", "place"),
    )

    name: Mapped[str] = mapped_column(String(40))
    place: Mapped[str] = mapped_column(String(5))
    season_key: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(60))
    day: Mapped[int]
    amount: Mapped[int] = mapped_column(BigInteger)


@event.listens_for(Session, "before_flush")
def _note(current: Session, context: Any, instances: Any) -> None:
    found: _Found = {}
    for rows, gone in (((*current.new, *current.dirty), False), (current.deleted, True)):
        for row in rows:
            for tally in _BY_MODEL.get(type(row), ()):
                _compare(found, tally, row, gone)
    _promise(current, found)


def take_off(rows: Iterable[Any]) -> None:
    """Count rows no longer that the caller is about to delete in bulk, in this same transaction."""
    found: _Found = {}
    for row in rows:
        for tally in _BY_MODEL.get(type(row), ()):
            _add(found, tally, {name: getattr(row, name) for name in tally.columns}, -1)
    _promise(session(), found)


_Found = dict[tuple[str, str], Counter[tuple[str, str, str, str, int]]]


def _promise(current: Session, found: _Found) -> None:
    for (province, territory), counted in found.items():
        changes = [[*key, amount] for key, amount in counted.items() if amount]
        if changes:
            current.add(
                TallyDelta(id=new_id(), province_code=province, territory=territory, at=clock.now(), changes=changes)
            )


def _compare(found: _Found, tally: Tally, row: Any, gone: bool) -> None:
    state = inspect(row)
    before, after = {}, {}
    for name in tally.columns:
        past = state.attrs[name].history
        after[name] = getattr(row, name)
        before[name] = past.deleted[0] if past.deleted else after[name]
    if state.persistent and before == after and not gone:
        return
    if state.persistent:
        _add(found, tally, before, -1)
    if not gone:
        _add(found, tally, after, 1)


def _add(found: _Found, tally: Tally, row: Mapping[str, Any], sign: int) -> None:
    said = tally.of(row)
    if said is None:
        return
    key, amount = said
    sums = found.setdefault((str(row["province_code"]), str(row["territory"])), Counter())
    sums[key] += sign * amount
    if key[1]:
        sums[(key[0], "", *key[2:])] += sign * amount


def figure_id(province: str, territory: str, key: Iterable[Any]) -> UUID:
    """The id of a figure: its key's, so that a figure has one row."""
    return uuid5(_NAMES, "|".join(map(str, (province, territory, *key))))


@one_transaction
def fold(limit: int = 1000) -> int:
    """Add up to `limit` rows of differences to the figures, and delete them; returns how many. Any may fold at once."""
    with within(NATION):
        columns = (TallyDelta.id, TallyDelta.province_code, TallyDelta.territory, TallyDelta.changes)
        statement = select(*columns).order_by(TallyDelta.id).limit(limit)
        rows = list(session().execute(skip_locked(statement)))
        sums: Counter[tuple[Any, ...]] = Counter()
        for row in rows:
            for *key, amount in row.changes:
                place = row.territory if key[1] else row.province_code
                sums[(row.province_code, place, *key)] += amount
        _write({key: amount for key, amount in sums.items() if amount})
        session().execute(
            delete(TallyDelta).where(TallyDelta.id.in_([row.id for row in rows])),
            execution_options={"synchronize_session": False},
        )
    return len(rows)


def _write(sums: Mapping[tuple[Any, ...], int]) -> None:
    rows = []
    for key in sorted(sums):
        province, territory, name, place, season, value, day = key
        rows.append(
            {"province_code": province, "territory": territory, "id": figure_id(province, territory, key[2:]),
             "name": name, "place": place, "season_key": season, "key": value, "day": day, "amount": sums[key]}
        )  # fmt: skip
    for first in range(0, len(rows), 500):
        some = rows[first : first + 500]
        add_up(Figure, ("province_code", "id"), "amount", some)
        empty = delete(Figure).where(Figure.id.in_([row["id"] for row in some]), Figure.amount == 0)
        session().execute(empty, execution_options={"synchronize_session": False})


def fold_all() -> int:
    """Fold whatever waits; returns how many rows."""
    done = 0
    while some := fold():
        done += some
    return done


class _Rested:
    at = 0.0


def fold_now(pause: float = 2.0) -> None:
    """Fold what waits, at most once in `pause` seconds in this process; for the runner and the relay."""
    if time.monotonic() < _Rested.at + pause:
        return
    _Rested.at = time.monotonic()
    with within(NATION):
        waits = session().scalar(select(TallyDelta.id).limit(1)) is not None
        session().rollback()
        if waits:
            with suppress(Conflict):
                fold_all()


def as_of(now: datetime) -> datetime:
    """Up to when the figures of the present scope hold everything: now, or when the oldest unfolded change was made."""
    oldest = session().scalar(select(TallyDelta.at).order_by(TallyDelta.id).limit(1))
    return min(oldest, now) if oldest else now


def sums(
    name: str | tuple[str, ...],
    *by: str,
    places: bool | str = False,
    season: str = "",
    days: tuple[int | None, int | None] = (None, None),
    province: str = "",
) -> dict[tuple[Any, ...], int]:
    """Figures of the present scope added up by columns `by` of `Figure`.

    Of several names, "name" is one of `by`. `places`: those of the institutions (or of one) instead of the whole
    provinces'; `days` bounds both ends.
    """
    columns = [getattr(Figure, column) for column in by]
    names = (name,) if isinstance(name, str) else name
    statement = select(*columns, func.sum(Figure.amount)).where(Figure.name.in_(names)).group_by(*columns)
    if isinstance(places, str):
        statement = statement.where(Figure.place == places)
    else:
        statement = statement.where(Figure.place != "" if places else Figure.place == "")
    if season or not any(TALLIES[one].season for one in names):
        statement = statement.where(Figure.season_key == season)
    if province:
        statement = statement.where(Figure.province_code == province)
    first, last = days
    if first is not None:
        statement = statement.where(Figure.day >= first)
    if last is not None:
        statement = statement.where(Figure.day <= last)
    return {tuple(row[:-1]): int(row[-1] or 0) for row in session().execute(statement)}

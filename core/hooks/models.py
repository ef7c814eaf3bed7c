"""The breaker's memory: one row for each province and hook that ever failed; an operator can read it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from core.foundation import audit, clock
from core.foundation.access import NATION, Actor, within
from core.foundation.db import Base, Territorial, in_transaction, one_transaction, session
from core.foundation.errors import Conflict
from core.hooks.breaker import Condition


class ProvinceHealth(Base):
    """Faults in a row of one hook of one province; open until `open_until`, then one probe may try."""

    __tablename__ = "province_health"

    province_code: Mapped[str] = mapped_column(String(2), primary_key=True)
    hook: Mapped[str] = mapped_column(String(40), primary_key=True)
    faults: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[datetime | None]
    open_until: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(Text, default="")
    last_at: Mapped[datetime]
    slow_since: Mapped[datetime | None]

    @property
    def condition(self) -> Condition:
        """The breaker's state as a value."""
        return Condition(self.faults, self.opened_at, self.open_until)

    def take(self, condition: Condition) -> None:
        """Keep the breaker's state."""
        self.faults, self.opened_at, self.open_until = (
            condition.faults,
            condition.opened_at,
            condition.open_until,
        )


class ProvinceFile(Territorial, Base):
    """A file that a province's plugin keeps in the platform's storage."""

    __tablename__ = "province_file"

    name: Mapped[str] = mapped_column(String(200))
    key: Mapped[str] = mapped_column(String(80))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    created_at: Mapped[datetime]


class DatabaseHealth:
    """The health store of a running platform. Workers fork for each job, so the memory is a table.

    Each method is a transaction of its own, over before the plugin is called and begun after it returned:
    call a job's hook outside a verb's transaction, else a fault is forgotten with it.
    """

    def __init__(self, now: Callable[[], datetime] = clock.real_now) -> None:
        self._now = now

    def admit(self, province_code: str, hook: str) -> bool:
        """See `HealthStore.admit`."""
        condition = _read(province_code, hook)
        if condition is None or condition.open_until is None:
            return True
        return not condition.rests(self._now()) and _probe(province_code, hook, self._now())

    def is_open(self, province_code: str, hook: str) -> bool:
        """See `HealthStore.is_open`."""
        condition = _read(province_code, hook)
        return condition is not None and condition.rests(self._now())

    def record_fault(self, province_code: str, hook: str, error: str) -> None:
        """See `HealthStore.record_fault`."""
        try:
            _count(province_code, hook, error, self._now())
        except Conflict:  # another worker wrote the row's first fault at the same moment
            _count(province_code, hook, error, self._now())

    def record_success(self, province_code: str, hook: str, *, slow: bool = False) -> None:
        """See `HealthStore.record_success`."""
        row = _row(province_code, hook)
        if row is not None and (row.faults or (row.slow_since and not slow)):
            _close(province_code, hook, keep_lane=slow)

    def record_slow(self, province_code: str, hook: str) -> None:
        """See `HealthStore.record_slow`."""
        try:
            _slow(province_code, hook, self._now())
        except Conflict:  # another worker wrote the row at the same moment
            _slow(province_code, hook, self._now())


def _row(province_code: str, hook: str) -> ProvinceHealth | None:
    with within(NATION):
        row = session().get(ProvinceHealth, (province_code, hook), populate_existing=True)
    if not in_transaction():
        session().commit()  # no read stays open while a plugin talks to its agency
    return row


def _read(province_code: str, hook: str) -> Condition | None:
    row = _row(province_code, hook)
    return row.condition if row is not None else None


def _locked(province_code: str, hook: str) -> ProvinceHealth | None:
    with within(NATION):
        return session().get(ProvinceHealth, (province_code, hook), with_for_update=True, populate_existing=True)


@one_transaction
def _probe(province_code: str, hook: str, now: datetime) -> bool:
    row = _locked(province_code, hook)
    if row is None:
        return True
    condition = row.condition
    admitted = condition.admit(now)
    row.take(condition)
    return admitted


@one_transaction
def _count(province_code: str, hook: str, error: str, now: datetime) -> None:
    row = _locked(province_code, hook)
    if row is None:
        row = ProvinceHealth(province_code=province_code, hook=hook, faults=0, last_at=now)
        session().add(row)
    condition = row.condition
    condition.fault(now)
    row.take(condition)
    row.last_error, row.last_at = error[:500], now


@one_transaction
def _slow(province_code: str, hook: str, now: datetime) -> None:
    row = _locked(province_code, hook)
    if row is None:
        row = ProvinceHealth(province_code=province_code, hook=hook, faults=0, last_at=now)
        session().add(row)
    row.slow_since = row.slow_since or now


@one_transaction
def _close(province_code: str, hook: str, *, keep_lane: bool = False) -> None:
    row = _locked(province_code, hook)
    if row is not None:
        row.take(Condition())
        row.slow_since = row.slow_since if keep_lane else None


@one_transaction
def close(actor: Actor, province_code: str, hook: str, now: datetime) -> bool:
    """The operator's button: let calls through again at once; returns whether there was anything to close."""
    row = _locked(province_code, hook)
    if row is None or not (row.faults or row.slow_since):
        return False
    audit.record(
        actor, "province.close_breaker", "province", f"{province_code} {hook}", province_code=province_code, now=now,
        faults=row.faults, error=row.last_error,
    )  # fmt: skip
    row.take(Condition())
    row.slow_since = None
    return True


def slow_provinces() -> set[str]:
    """Codes of the provinces whose foreign work goes through the slow lane."""
    with within(NATION):
        statement = select(ProvinceHealth.province_code).where(ProvinceHealth.slow_since.is_not(None)).distinct()
        found = set(session().scalars(statement))
    if not in_transaction():
        session().commit()
    return found


def all_health() -> list[ProvinceHealth]:
    """Every row, for the operator's page."""
    statement = select(ProvinceHealth).order_by(ProvinceHealth.province_code, ProvinceHealth.hook).limit(500)
    return list(session().scalars(statement))

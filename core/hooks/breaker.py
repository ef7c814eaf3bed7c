"""The breaker: after five faults in a row a hook rests for half an hour; then one probe decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Protocol

from core.foundation import clock

LIMIT = 5
PAUSE = timedelta(minutes=30)
PROBE = timedelta(minutes=2)


class HealthStore(Protocol):
    """Where the breaker's memory lives; each method is safe to call from many workers at once."""

    def admit(self, province_code: str, hook: str) -> bool:
        """Whether a call may go out now. Past the pause one caller is admitted as the probe."""
        ...

    def is_open(self, province_code: str, hook: str) -> bool:
        """Whether the breaker holds calls back now; changes nothing."""
        ...

    def record_fault(self, province_code: str, hook: str, error: str) -> None:
        """Count a fault; the fifth in a row opens the breaker, a failed probe opens it again."""
        ...

    def record_success(self, province_code: str, hook: str, *, slow: bool = False) -> None:
        """Close the breaker and forget the faults; an answer that was not `slow` leaves the slow lane."""
        ...

    def record_slow(self, province_code: str, hook: str) -> None:
        """Send the province's foreign work through the slow lane until it answers quickly again."""
        ...


@dataclass(slots=True)
class Condition:
    """How one hook of one province stands: faults in a row, and until when it rests."""

    faults: int = 0
    opened_at: datetime | None = None
    open_until: datetime | None = None

    def rests(self, now: datetime) -> bool:
        """Whether calls are held back at `now`."""
        return self.open_until is not None and self.open_until > now

    def admit(self, now: datetime) -> bool:
        """Let a call through; past the pause the first caller is the probe, the next ones wait for it."""
        if self.rests(now):
            return False
        if self.open_until is not None:
            self.open_until = now + PROBE  # should the probe die, another may try after this
        return True

    def fault(self, now: datetime) -> None:
        """Count a fault and open when it was one too many."""
        self.faults += 1
        if self.faults >= LIMIT:
            self.opened_at = self.opened_at or now
            self.open_until = now + PAUSE

    def success(self) -> None:
        """Close."""
        self.faults, self.opened_at, self.open_until = 0, None, None


class MemoryHealth:
    """A health store in this process's memory: for tests and for hosts outside an application."""

    def __init__(self, now: Callable[[], datetime] = clock.real_now) -> None:
        self._now = now
        self._lock = Lock()
        self.conditions: dict[tuple[str, str], Condition] = {}
        self.errors: dict[tuple[str, str], str] = {}
        self.slow: set[tuple[str, str]] = set()

    def _condition(self, province_code: str, hook: str) -> Condition:
        return self.conditions.setdefault((province_code, hook), Condition())

    def admit(self, province_code: str, hook: str) -> bool:
        """See `HealthStore.admit`."""
        with self._lock:
            return self._condition(province_code, hook).admit(self._now())

    def is_open(self, province_code: str, hook: str) -> bool:
        """See `HealthStore.is_open`."""
        with self._lock:
            return self._condition(province_code, hook).rests(self._now())

    def record_fault(self, province_code: str, hook: str, error: str) -> None:
        """See `HealthStore.record_fault`."""
        with self._lock:
            self._condition(province_code, hook).fault(self._now())
            self.errors[province_code, hook] = error

    def record_success(self, province_code: str, hook: str, *, slow: bool = False) -> None:
        """See `HealthStore.record_success`."""
        with self._lock:
            self._condition(province_code, hook).success()
            if not slow:
                self.slow.discard((province_code, hook))

    def record_slow(self, province_code: str, hook: str) -> None:
        """See `HealthStore.record_slow`."""
        with self._lock:
            self.slow.add((province_code, hook))

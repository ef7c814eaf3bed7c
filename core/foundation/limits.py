"""Rate limits, so that guessing does not pay. Shared through Redis where it is set, else per process."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, TypeVar, cast

import structlog
from flask import request
from limits import parse
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import FixedWindowRateLimiter, RateLimiter
from werkzeug.exceptions import TooManyRequests

from core.foundation.errors import SettingInvalid

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])
log = structlog.get_logger("xingtan.limits")
_parsed = lru_cache(maxsize=256)(parse)
REST = 5.0  # seconds for which a store that failed is not asked again
MOST_KEPT = 10_000


class _Memory(MemoryStorage):
    """Counts in this process: those that ran out go when many are kept, not by a thread begun at every request."""

    STORAGE_SCHEME: list[str] | None = None  # type: ignore[assignment]

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count on, from nothing when the time of `key` has run out; returns the count."""
        if len(self.expirations) > MOST_KEPT:
            for old in [old for old, end in self.expirations.copy().items() if end <= time.time()]:
                self.clear(old)
        self.get(key)
        with self.locks[key]:
            self.storage[key] += amount
            if self.storage[key] == amount:
                self.expirations[key] = time.time() + expiry
            return int(self.storage[key])


class Limiter:
    """Counts requests. While the shared store is away the own counts go on.

    So a lost Redis neither closes the site nor opens it to guessing.
    """

    def __init__(self) -> None:
        self.own: RateLimiter = FixedWindowRateLimiter(_Memory())
        self.shared: RateLimiter | None = None
        self.away_until = 0.0

    def limit(self, rate: str | Callable[[], str], methods: tuple[str, ...] | list[str] = ()) -> Callable[[F], F]:
        """A view that one address may ask for at `rate` ("5 per 15 minutes"), by `methods` (any); then 429."""

        def decorate(view: F) -> F:
            name = f"{view.__module__}.{view.__qualname__}"

            @wraps(view)
            def limited(*args: Any, **kwargs: Any) -> Any:
                if not methods or request.method in methods:
                    asked = rate if isinstance(rate, str) else rate()
                    if not spend(asked, "view", name, request.remote_addr or ""):
                        raise TooManyRequests()
                return view(*args, **kwargs)

            return cast(F, limited)

        return decorate

    def ask(self, question: Callable[[RateLimiter], T]) -> T:
        """Ask the shared store, or the own counts."""
        if self.shared is not None and time.monotonic() >= self.away_until:
            try:
                return question(self.shared)
            except Exception as fault:
                self.away_until = time.monotonic() + REST
                log.warning("the shared limits are away", error=type(fault).__name__)
        return question(self.own)

    def reset(self) -> None:
        """Forget this process's counts, and that the shared store was away; for tests."""
        self.own, self.away_until = FixedWindowRateLimiter(_Memory()), 0.0


limiter = Limiter()


def init(settings: Any) -> None:
    """Use the shared store of the settings. Raises `SettingInvalid` in production without one."""
    shared = settings.redis_url.startswith(("redis://", "rediss://", "unix://"))
    if settings.environment == "production" and not shared:
        raise SettingInvalid("in production: XINGTAN_REDIS_URL must be set, or limits would count per process")
    store = storage_from_string(settings.redis_url) if settings.redis_url else None
    limiter.shared = FixedWindowRateLimiter(store) if store else None


def is_spent(rate: str, *key: str) -> bool:
    """Whether nothing is left of `rate` ("5 per 15 minutes") for `key`; counts nothing."""
    return not limiter.ask(lambda strategy: strategy.test(_parsed(rate), *key))


def spend(rate: str, *key: str) -> bool:
    """Count one against `rate` for `key`; False when nothing was left."""
    return limiter.ask(lambda strategy: strategy.hit(_parsed(rate), *key))


def forget(rate: str, *key: str) -> None:
    """Start counting anew."""
    limiter.ask(lambda strategy: strategy.clear(_parsed(rate), *key))

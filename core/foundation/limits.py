"""Rate limits, so that guessing does not pay. Shared through Redis where it is set, else per process."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

import structlog
from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter, RateLimiter

from core.foundation.errors import SettingInvalid

T = TypeVar("T")
log = structlog.get_logger("xingtan.limits")
limiter = Limiter(key_func=get_remote_address, headers_enabled=False, strategy="fixed-window")
MOST_KEPT = 10_000


class Counts(MemoryStorage):
    """Counts of this process; those that ran out go when many are kept, not by a thread begun at each request."""

    STORAGE_SCHEME = ["counts"]

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


# Counts on while the shared store is away: a lost Redis neither closes the site nor opens it to guessing.
_own = FixedWindowRateLimiter(Counts())


def init(app: Flask, settings: Any) -> None:
    """Install the limiter; `settings` gives the shared store. Raises `SettingInvalid` in production without one."""
    if settings.environment == "production" and not settings.redis_url.startswith(("redis://", "rediss://", "unix://")):
        raise SettingInvalid("in production: XINGTAN_REDIS_URL must be set, or limits would count per process")
    app.config["RATELIMIT_STORAGE_URI"] = settings.redis_url or "counts://"
    app.config["RATELIMIT_SWALLOW_ERRORS"] = True  # a lost Redis must not close the site
    app.config["RATELIMIT_IN_MEMORY_FALLBACK_ENABLED"] = True
    limiter.init_app(app)


def _ask(question: Callable[[RateLimiter], T]) -> T:
    try:
        return question(limiter.limiter)
    except Exception as fault:
        log.warning("the shared limits are away", error=type(fault).__name__)
        return question(_own)


def is_spent(rate: str, *key: str) -> bool:
    """Whether nothing is left of `rate` ("5 per 15 minutes") for `key`; counts nothing."""
    return not _ask(lambda strategy: strategy.test(parse(rate), *key))


def spend(rate: str, *key: str) -> bool:
    """Count one against `rate` for `key`; False when nothing was left."""
    return _ask(lambda strategy: strategy.hit(parse(rate), *key))


def forget(rate: str, *key: str) -> None:
    """Start counting anew."""
    _ask(lambda strategy: strategy.clear(parse(rate), *key))

"""Rate limits, so that guessing does not pay. Shared through Redis where it is set, else per process."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(key_func=get_remote_address, headers_enabled=False, strategy="fixed-window")


def init(app: Flask, settings: Any) -> None:
    """Install the limiter; `settings` gives the shared store and the rates."""
    app.config["RATELIMIT_STORAGE_URI"] = settings.redis_url or "memory://"
    app.config["RATELIMIT_SWALLOW_ERRORS"] = True  # a lost Redis must not close the site
    app.config["RATELIMIT_IN_MEMORY_FALLBACK_ENABLED"] = True
    limiter.init_app(app)

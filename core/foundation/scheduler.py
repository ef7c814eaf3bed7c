"""The in-process job runner of an embedded installation: one thread that drains the outbox."""

from __future__ import annotations

import threading
from typing import Any

import structlog
from flask import Flask

from core.foundation import chain, outbox, tallies
from core.foundation.db import db

log = structlog.get_logger("xingtan.runner")


class Runner:
    """Drains the outbox every `pause` seconds until stopped."""

    def __init__(self, app: Flask, pause: float = 0.3) -> None:
        self._app, self._pause = app, pause
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)

    def __enter__(self) -> Runner:
        self._thread.start()
        return self

    def __exit__(self, *gone: Any) -> None:
        self.stop()

    def stop(self) -> None:
        """Let the present job end, then stop."""
        self._stop.set()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                with self._app.app_context():
                    outbox.drain("in-process")
                    chain.seal_now()
                    tallies.fold_now()
                    db.session.remove()
            except Exception:  # the runner outlives a database that is away for a moment
                log.exception("the job runner stumbled")
            self._stop.wait(self._pause)

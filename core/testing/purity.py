"""Catches a pure function at what it must not do, also when it swallows the refusal."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

OUTSIDE = (
    "socket.",
    "subprocess.",
    "os.system",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "time.sleep",
    "pty.",
)
FILES = ("open", "os.listdir", "os.scandir", "os.remove", "os.rename", "os.mkdir", "sqlite3.")


class Impure(RuntimeError):
    """A pure function reached for something outside itself."""


class _Watch(threading.local):
    refused: tuple[str, ...] = ()
    seen: list[str] | None = None


_watch = _Watch()
_installed: list[bool] = []


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if _watch.refused and event.startswith(_watch.refused):
        if _watch.seen is not None:
            _watch.seen.append(event)
        raise Impure(event)


@contextmanager
def pure(*, files: bool = False) -> Iterator[list[str]]:
    """Within it, this thread reaches no network, no process and does not sleep; with `files`, opens none.

    Yields the list of what was tried: whoever catches the refusal is still found out. Uses the interpreter's
    audit events; the hook stays installed for the rest of the process, so it belongs in tests.
    """
    if not _installed:
        sys.addaudithook(_audit)
        _installed.append(True)
    seen: list[str] = []
    _watch.seen, _watch.refused = seen, OUTSIDE + (FILES if files else ())
    try:
        yield seen
    finally:
        _watch.seen, _watch.refused = None, ()

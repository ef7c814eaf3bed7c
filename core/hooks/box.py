"""A process of its own for a plugin's foreign code: it may hang, eat memory, print or die, and only it is harmed.

The child answers over a pipe and is killed when its time is over: no `except` of a plugin can swallow that. Used by
workers (`use`); elsewhere (tests, the embedded runner with its threads) calls stay in their process.
"""

from __future__ import annotations

import contextlib
import ctypes
import faulthandler
import os
import pickle
import resource
import select
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from flask import has_app_context

from core.foundation.db import db
from core.foundation.errors import ProvinceFault

TOO_SLOW = "no answer in time"
LARGEST = 64 * 1024 * 1024  # bytes of an answer
PR_SET_PDEATHSIG = 1
HEAD = 8  # bytes that say how long an answer is
MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What a call may take: seconds, and memory in bytes beyond what the worker has already."""

    seconds: float
    memory: int = 512 * MEGABYTE


USUAL = Limits(seconds=5)
SLOW = Limits(seconds=40)


class _Place:
    limits: Limits | None = None
    kept: list[Any] = []


def use(limits: Limits | None) -> None:
    """Put foreign calls of this process into boxes from now on (None: no longer)."""
    _Place.limits = limits


def limits() -> Limits | None:
    """The limits in force, None where calls stay in their process."""
    return _Place.limits


def boxed(province: str, what: str, call: Callable[[], Any]) -> Any:
    """The call's answer, or its `ProvinceFault`; raises one also when it hung, died or said too much."""
    bounds = _Place.limits
    if bounds is None:
        return call()
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        _inside(call, writing, bounds)
    os.close(writing)
    try:
        said, in_time = _read(reading, time.monotonic() + bounds.seconds)
    finally:
        os.close(reading)
        for stop in (os.killpg, os.kill):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                stop(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    if not in_time:
        raise ProvinceFault(province, what, TOO_SLOW, f"stopped after {bounds.seconds:g} seconds")
    return _opened(province, what, said)


def _read(reading: int, deadline: float) -> tuple[bytes, bool]:
    """What came (its length goes before it) or b"" when the pipe ended; and whether that was before the deadline."""
    said = bytearray()
    while (left := deadline - time.monotonic()) > 0:
        if not select.select([reading], [], [], left)[0]:
            continue
        part = os.read(reading, 65536)
        if not part:
            return b"", True
        said += part
        if len(said) >= HEAD and len(said) >= HEAD + int.from_bytes(said[:HEAD]):
            return bytes(said[HEAD:]), True
    return b"", False


def _opened(province: str, what: str, said: bytes) -> Any:
    try:
        kind, answer = pickle.loads(said)  # noqa: S301 - our own child wrote it, checked by the guard
    except Exception as error:  # the child died before it had answered
        raise ProvinceFault(province, what, "died", "the process ended without an answer (memory?)") from error
    if kind == "answer":
        return answer
    raise ProvinceFault(province, what, *answer)


def _inside(call: Callable[[], Any], writing: int, bounds: Limits) -> NoReturn:
    """The child: alone in its group, with a limit on memory, its prints thrown away, its own database connection."""
    status = 1
    try:
        _die_with(os.getppid())
        os.setsid()
        faulthandler.disable()
        _limit(bounds.memory)
        sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115 - lives as long as the child
        if has_app_context():  # never touch the parent's sockets: forget its sessions and its pool, close neither
            _Place.kept.append(dict(db.session.registry.registry))
            db.session.registry.registry.clear()
            db.engine.dispose(close=False)
        _Place.limits = None
        try:
            said = pickle.dumps(("answer", call()))
        except ProvinceFault as fault:
            said = pickle.dumps(("fault", (fault.kind, fault.detail)))
        if len(said) > LARGEST:
            said = pickle.dumps(("fault", ("wrong answer", f"larger than {LARGEST // MEGABYTE} megabytes")))
        view = memoryview(len(said).to_bytes(HEAD) + said)
        while view:
            view = view[os.write(writing, view) :]
        status = 0
    finally:
        os._exit(status)


def _die_with(parent: int) -> None:
    """Be killed when the worker is, where the system can do that (Linux)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _limit(memory: int) -> None:
    with contextlib.suppress(OSError, ValueError), open("/proc/self/statm", encoding="ascii") as file:
        have = int(file.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (have + memory, have + memory))

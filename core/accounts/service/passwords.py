"""Passwords: Argon2id with 64 MiB each, only a few at once; the list of known-bad ones."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from importlib.resources import files
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error

from core.accounts.rules import judge_password
from core.foundation.errors import PlatformError, Refused
from core.foundation.findings import N_, Finding

WAIT_SECONDS = 10
MOST_GIVEN = 200


class Busy(PlatformError):
    """More people sign in at once than memory allows hashes; the next moment will do."""

    status = 503
    code = "busy"
    message = N_("登录人数较多，请稍后再试")


class _Works:
    """The process's hasher, the hash of nobody's password, and how many hashes may run at once."""

    hasher = PasswordHasher(time_cost=3, memory_cost=65536, parallelism=1)
    nobodys = ""
    seats = BoundedSemaphore(4)


def use(hasher: PasswordHasher | None = None, at_once: int = 4) -> None:
    """Set this process's cost of a hash, and how many may run at once."""
    if hasher is not None:
        _Works.hasher, _Works.nobodys = hasher, ""
    _Works.seats = BoundedSemaphore(max(1, at_once))


@contextmanager
def _seat() -> Iterator[None]:
    if not _Works.seats.acquire(timeout=WAIT_SECONDS):
        raise Busy()
    try:
        yield
    finally:
        _Works.seats.release()


def hashed(password: str) -> str:
    """The hash that is kept."""
    with _seat():
        return _Works.hasher.hash(password)


def matches(kept: str | None, given: str) -> bool:
    """Whether `given` is the password; with nothing kept, the same work is done and the answer is no."""
    if not _Works.nobodys:
        _Works.nobodys = hashed("nobody has this password")
    with _seat():
        try:
            _Works.hasher.verify(kept or _Works.nobodys, given[:MOST_GIVEN])
        except Argon2Error:
            return False
    return bool(kept)


def outdated(kept: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return _Works.hasher.check_needs_rehash(kept)


@lru_cache(maxsize=1)
def known_bad() -> frozenset[str]:
    """Passwords that are guessed first."""
    lines = files("core.accounts").joinpath("known_bad.txt").read_text(encoding="ascii").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))


def judged(password: str, *own: str) -> list[Finding]:
    """What is wrong with a new password; `own` are the person's names, numbers and addresses."""
    return judge_password(password, known_bad(), own)


def require_good(password: str, *own: str) -> None:
    """Raise `Refused` when a new password will not do."""
    findings = judged(password, *own)
    if findings:
        raise Refused(findings)

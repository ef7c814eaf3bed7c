"""The one clock. Days and hours are those of Asia/Shanghai; instants are stored in UTC.

A demonstration or a test may set it: the setting is a shift of seconds in a small file, so that
every process of one installation lives in the same day and time still passes.
"""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")
VARIABLE = "XINGTAN_CLOCK_FILE"

_seen: tuple[str, int, float] = ("", 0, 0.0)


def _shift() -> float:
    """Seconds between the set clock and the real one; read again only when the file changed."""
    global _seen
    name = os.environ.get(VARIABLE, "")
    if not name:
        return 0.0
    try:
        stamp = os.stat(name).st_mtime_ns
    except FileNotFoundError:
        return 0.0
    if _seen[:2] != (name, stamp):
        text = Path(name).read_text(encoding="ascii").strip()
        _seen = (name, stamp, float(text or 0))
    return _seen[2]


def real_now() -> datetime:
    """The machine's instant in UTC; only leases and time-outs may use it."""
    return datetime.now(UTC)


def use_file(name: str) -> None:
    """Let this process follow the clock kept in file `name`."""
    os.environ[VARIABLE] = str(Path(name).absolute())


def now() -> datetime:
    """The present instant in UTC, as the platform's clock has it."""
    return real_now() + timedelta(seconds=_shift())


def today() -> date:
    """The present day in Beijing."""
    return now().astimezone(BEIJING).date()


def beijing(instant: datetime) -> datetime:
    """An instant in Beijing's hours; a naive one (SQLite) is taken as UTC."""
    aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    return aware.astimezone(BEIJING)


def is_set() -> bool:
    """Whether the clock runs otherwise than the real one; pages then say so."""
    return abs(_shift()) >= 1


def set_to(moment: datetime, path: str | Path | None = None) -> None:
    """Make `moment` (a naive one is Beijing time) the present, for all processes that share the file."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)
    target = Path(path or os.environ[VARIABLE])
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(f".{os.getpid()}")
    draft.write_text(f"{(aware - real_now()).total_seconds():.3f}\n", encoding="ascii")
    draft.replace(target)


def release(path: str | Path | None = None) -> None:
    """Go back to the real time."""
    Path(path or os.environ[VARIABLE]).unlink(missing_ok=True)

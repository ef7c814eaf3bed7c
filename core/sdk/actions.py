"""What a province does besides judging: declare itself, implement hooks, record what its systems say.

The `record_…` verbs each act in the province's own territory, as "province CC" in the audit trail, in one
transaction (they join one that is open). They may be called from a route, a job or a command.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from core.checks import service as checks
from core.filing import service as filing
from core.foundation import audit, clock, outbox
from core.foundation.access import Actor, territory, within
from core.foundation.clock import now, today
from core.foundation.db import in_transaction, one_transaction, session
from core.foundation.outbox import Handler, Message
from core.hooks import files
from core.hooks.defaults import hookimpl
from core.hooks.discovery import host_for
from core.hooks.guard import AgencyRefused, AgencyUnavailable
from core.hooks.manifest import Manifest
from core.hooks.types import AttendanceRecord, CheckResult, MeetingHeld, from_json, to_json
from core.notices import service as notices
from core.training import service as training

__all__ = [
    "AgencyRefused",
    "AgencyUnavailable",
    "Manifest",
    "Message",
    "daily",
    "from_json",
    "hookimpl",
    "institutions",
    "job",
    "now",
    "post",
    "read_file",
    "record_act",
    "record_check_results",
    "record_notice_publication",
    "record_training_attendance",
    "record_training_meeting",
    "settings",
    "store_file",
    "to_json",
    "today",
]


def settings(code: str) -> Mapping[str, Any]:
    """The plugin's own settings, as its manifest's schema loaded them; for routes, jobs and commands."""
    return host_for(code).settings


def institutions(code: str) -> dict[str, str]:
    """Names of the province's active institutions, by their five-digit codes."""
    return {body.code: body.name for body in filing.institutions(code)}


@contextmanager
def _in(code: str) -> Iterator[None]:
    """The province's own territory; what a caller's open transaction holds is written before it is left."""
    with within(territory(code)):
        yield
        if in_transaction():
            session().flush()


def _by(code: str) -> Actor:
    return Actor("system", name=f"province {code}", prefix=code)


def record_check_results(code: str, results: Iterable[CheckResult]) -> dict[str, int]:
    """Take in answers that the agency called back with; repeated and unknown ones are harmless.

    Returns how many: "apply" (taken), "repeated", "unknown", "contradicts".
    """
    with _in(code):
        return checks.record_results(_by(code), code, results, "called_back", clock.now())


def record_training_meeting(code: str, meeting: MeetingHeld) -> UUID:
    """Enter a meeting that the province's system says was held; the same reference again changes nothing.

    Returns the core's id. Raises `Refused` when a meeting may not be entered so.
    """
    meeting_id = uuid5(NAMESPACE_URL, f"xingtan:meeting:{code}:{meeting.reference}")
    data = {
        "id": meeting_id, "held_on": meeting.held_on, "place": meeting.place, "title": meeting.title,
        "contents": list(meeting.contents),
    }  # fmt: skip
    with _in(code):
        if training.plan(_by(code), data, clock.now()).state == "planned":
            training.move(_by(code), meeting_id, "held", clock.now())
    return meeting_id


def record_training_attendance(code: str, meeting_id: UUID, records: Iterable[AttendanceRecord]) -> int:
    """Write how many of each institution came; unknown institutions are passed over. Returns how many were written.

    Raises `NotFound` when there is no such meeting in the province.
    """
    counts = {record.institution_code: record.attendees for record in records}
    with _in(code):
        return training.record_attendance(_by(code), meeting_id, counts, clock.now())


def record_notice_publication(code: str, notice: str, address: str) -> None:
    """Write where the province's own site shows a notice; `notice` is the reference of `NoticePublication`.

    Raises `NotFound` when there is no such notice in the province.
    """
    with _in(code):
        notices.record_publication(_by(code), UUID(notice), address, clock.now())


@one_transaction
def record_act(code: str, verb: str, subject: UUID | str, actor: Actor | None = None, **detail: Any) -> None:
    """Write an act into the audit trail as `pCC.verb`; `actor` is the officer, else the province itself acts.

    `detail` holds ids, states and reasons, JSON-able, never a name or a document number.
    """
    audit.record(
        actor or _by(code), f"p{code}.{verb}", f"p{code}", subject, province_code=code, now=clock.now(), **detail
    )  # fmt: skip


def store_file(code: str, name: str, data: bytes) -> UUID:
    """Keep a file of the province; returns its id. It leaves only through `read_file` of the same province."""
    with _in(code):
        return files.store(code, name, data, clock.now())


def read_file(code: str, file_id: UUID) -> tuple[str, bytes]:
    """Name and bytes of a kept file; raises `NotFound`, also for another province's."""
    with _in(code):
        return files.read(code, file_id)


def job(kind: str, *, foreign: bool = False, timeout: int = 60, attempts: int = 8) -> Callable[[Handler], Handler]:
    """Say what does messages of `kind`, which begins with `pCC.`; the function takes `(message, now)`.

    It runs in one transaction with the message's "done" mark, or, `foreign`, outside any: then it may talk to
    systems. It may be run again and must then do no harm. It is stopped after `timeout` seconds; what it raises
    is kept, and it is tried again, `attempts` times in all with growing pauses.
    """
    _code_of(kind)
    return outbox.job(kind, foreign=foreign, timeout=timeout, attempts=attempts)


def daily(kind: str, *, foreign: bool = False, timeout: int = 60) -> Callable[[Handler], Handler]:
    """A job that the platform posts by itself once a day (`xingtan daily`), to the province's own queue."""

    _code_of(kind)

    def register(handler: Handler) -> Handler:
        outbox.DAILY.add(kind)
        return job(kind, foreign=foreign, timeout=timeout)(handler)

    return register


def post(kind: str, *, at: datetime, after: timedelta = timedelta(0), key: str = "", **payload: Any) -> UUID | None:
    """Promise a job of the province within the open transaction, due when `after` has passed.

    `payload` holds ids only. With `key`, nothing is posted (None) while a message of that key still waits.
    """
    return outbox.post(kind, _code_of(kind), now=at, after=after, key=key and f"{kind}:{key}", **payload)


def _code_of(kind: str) -> str:
    mark, _, rest = kind.partition(".")
    if len(mark) != 3 or mark[0] != "p" or not mark[1:].isdigit() or not rest:
        raise ValueError(f"message kind {kind!r} must be named pCC.…, as p44.send")
    return mark[1:]

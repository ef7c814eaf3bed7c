"""Frozen values that cross the border to a province; JSON-able both ways. No row, session or request does."""

from __future__ import annotations

import dataclasses
import types
import typing
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from core.foundation.findings import Finding
from core.rulesets.loader import RuleSet

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ProvinceContext:
    """What every hook is given first: the province, its settings, the national rules in force, the instant.

    `log(event, **facts)` writes to the platform's log under the province's name; never put personal data in it.
    New attributes are a compatible change.
    """

    code: str
    settings: dict[str, Any]
    rules: RuleSet
    now: datetime
    log: typing.Callable[..., None]


@dataclass(frozen=True, slots=True)
class NoticeDraft:
    """A notice as the province wants to file it. `audience`: applicants, teachers or both."""

    year: int
    season: str
    audience: str
    title: str
    body: str
    photo_rule: str


@dataclass(frozen=True, slots=True)
class NoticeSeason:
    """For which season sections are asked."""

    year: int
    season: str
    audience: str


@dataclass(frozen=True, slots=True)
class NoticeSection:
    """A part of a notice that the province adds after the core's text; plain text."""

    title: str
    body: str


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """An institution's plan; windows include both days."""

    institution_code: str
    business: str
    entry_start: date
    entry_end: date
    confirm_start: date
    confirm_end: date


@dataclass(frozen=True, slots=True)
class ApplicationFacts:
    """What a province may judge of an application: facts, no name and no document number."""

    reference: str
    kind: str
    subject: str
    place_basis: str
    institution_code: str
    education_level: str
    putonghua_level: str
    birth_year: int
    submitted_on: date | None


@dataclass(frozen=True, slots=True)
class ExtraMaterial:
    """A paper the province asks for besides the nation's: an original to be seen, never a copy."""

    kind: str
    title: str
    reason: str
    copies: int = 0


@dataclass(frozen=True, slots=True)
class TrainingPolicy:
    """How many meetings a year, and hours each."""

    meetings: int = 1
    hours: int = 0


class Outcome(StrEnum):
    """What an agency may answer."""

    CLEAR = "clear"
    RECORD_FOUND = "record_found"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class CheckSubject:
    """One person to be checked; `reference` is the core's, committed before the call, and comes back."""

    reference: str
    name: str
    document_kind: str
    document_number: str


@dataclass(frozen=True, slots=True)
class CheckBatch:
    """Persons to be checked together; the same `reference` sent again must have no further effect."""

    reference: str
    subjects: tuple[CheckSubject, ...]


@dataclass(frozen=True, slots=True)
class CheckReceipt:
    """The agency has taken a batch; `channel` is "agency", or "paper" where officers carry it by hand."""

    batch: str
    agency_reference: str
    channel: str = "agency"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One answer, by the core's reference. `detail` is sealed at once and shown to few."""

    reference: str
    outcome: Outcome
    decided_on: date
    agency_reference: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class EvidenceQuestion:
    """One item of evidence the national registers could not settle."""

    reference: str
    kind: str
    name: str
    document_number: str
    claimed: dict[str, Any]


@dataclass(frozen=True, slots=True)
class EvidenceAnswer:
    """What the province's register says: matched, mismatched, not_found or unavailable."""

    reference: str
    result: str
    register: str
    differences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NoticePublication:
    """A notice that is now public."""

    reference: str
    title: str
    body: str
    audience: str


@dataclass(frozen=True, slots=True)
class PublicationReceipt:
    """Where the province's own site shows it."""

    reference: str
    address: str


@dataclass(frozen=True, slots=True)
class MeetingRef:
    """A training meeting whose attendance is asked for."""

    reference: str
    held_on: date


@dataclass(frozen=True, slots=True)
class AttendanceRecord:
    """How many of an institution came."""

    institution_code: str
    attendees: int


def to_json(value: Any) -> Any:
    """Any border value as JSON-able data."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_json(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [to_json(item) for item in value]
    return value


def from_json(kind: type[T], data: dict[str, Any]) -> T:
    """The inverse of `to_json` for a border type; raises `TypeError` or `ValueError` on a foreign shape."""
    hints = typing.get_type_hints(kind)
    return kind(**{name: _revive(hints[name], value) for name, value in data.items()})


def _revive(hint: Any, value: Any) -> Any:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        return None if value is None else _revive(next(a for a in arguments if a is not type(None)), value)
    if origin is tuple:
        return tuple(_revive(arguments[0], item) for item in value)
    if hint is date:
        return date.fromisoformat(value)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint(value)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return Finding.from_dict(value) if hint is Finding else from_json(hint, value)
    return value

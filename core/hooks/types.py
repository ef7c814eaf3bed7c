"""Frozen values that cross the border to a province; JSON-able both ways. No row, session or request does."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from core.foundation.findings import Finding
from core.rulesets.loader import RuleSet

T = TypeVar("T")

MASK = "•••"


class ProvinceSettings(Mapping[str, Any]):
    """A plugin's settings by name, as its schema loaded them; secret ones never show in a print or a log."""

    __slots__ = ("_secret", "_values")

    def __init__(self, values: Mapping[str, Any] | None = None, secret: Iterable[str] = ()) -> None:
        self._values = dict(values or {})
        self._secret = frozenset(secret)

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        shown = {name: MASK if name in self._secret else value for name, value in self._values.items()}
        return f"ProvinceSettings({shown!r})"

    def hide(self, text: str) -> str:
        """`text` with the values of secret settings blotted out."""
        for name in self._secret & self._values.keys():
            if value := str(self._values[name] or ""):
                text = text.replace(value, MASK)
        return text


@dataclass(frozen=True, slots=True)
class ProvinceContext:
    """What every hook is given first: the province, its settings, the national rules in force, the instant.

    `log(event, **facts)` writes to the platform's log under the province's name; never put personal data in
    it. New attributes are a compatible change. It alone is not JSON-able: it never leaves its process.
    """

    code: str
    settings: Mapping[str, Any]
    rules: RuleSet
    now: datetime
    log: Callable[..., None]


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
    """For which season sections are asked. `audience`: applicants, teachers or both."""

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
    """A paper the province asks for besides the nation's: an original to be seen, so `copies` stays 0."""

    kind: str
    title: str
    reason: str
    copies: int = 0


@dataclass(frozen=True, slots=True)
class TrainingPolicy:
    """How many meetings a year at least, and hours each (0: not said)."""

    meetings: int = 1
    hours: int = 0

    def __post_init__(self) -> None:
        if self.meetings < 0 or self.hours < 0:
            raise ValueError("a training policy counts no negative meetings or hours")


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


class EvidenceOutcome(StrEnum):
    """What a province's register may say of an item."""

    MATCHED = "matched"
    MISMATCHED = "mismatched"
    NOT_FOUND = "not_found"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class EvidenceAnswer:
    """What the province's register says of a question; `differences` names the claimed fields that differ."""

    reference: str
    result: EvidenceOutcome
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
    """Where the province's own site shows it; `address` "" when only the national site does."""

    reference: str
    address: str


@dataclass(frozen=True, slots=True)
class MeetingRef:
    """A training meeting whose attendance is asked for."""

    reference: str
    held_on: date


@dataclass(frozen=True, slots=True)
class MeetingHeld:
    """A province-wide training meeting that the province's own system says was held.

    `reference` is that system's; `contents`: of "deployment", "policy" and "system" those that were taught.
    """

    reference: str
    held_on: date
    place: str
    title: str
    contents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QuarterFacts:
    """A quarter's penalty report in figures, without anybody in it; `by_measure`, `by_ground` count by name."""

    year: int
    quarter: int
    cases: int
    corrections: int
    by_measure: dict[str, int]
    by_ground: dict[str, int]


@dataclass(frozen=True, slots=True)
class AttendanceRecord:
    """How many of an institution came."""

    institution_code: str
    attendees: int

    def __post_init__(self) -> None:
        if self.attendees < 0:
            raise ValueError("attendees cannot be negative")


@dataclass(frozen=True, slots=True)
class HotlineDay:
    """The day (of Beijing) whose calls a province's own enquiry line is asked for."""

    day: date


@dataclass(frozen=True, slots=True)
class HotlineCall:
    """A call to a province's own enquiry line: when, for whom, whether somebody answered; never who called.

    `reference` is the line's own and stays the same; `institution_code` "" is the province's own desk;
    `received_at` bears its zone; `topic` is a word or two, nothing personal.
    """

    reference: str
    institution_code: str
    received_at: datetime
    answered: bool
    seconds: int = 0
    topic: str = ""

    def __post_init__(self) -> None:
        if not self.reference or len(self.reference) > 80:
            raise ValueError("a call has a reference of at most 80 characters")
        if self.received_at.tzinfo is None:
            raise ValueError("received_at must bear its zone")
        if self.seconds < 0:
            raise ValueError("seconds cannot be negative")


BORDER: tuple[type, ...] = (
    NoticeDraft,
    NoticeSeason,
    NoticeSection,
    PlanFacts,
    ApplicationFacts,
    ExtraMaterial,
    TrainingPolicy,
    CheckSubject,
    CheckBatch,
    CheckReceipt,
    CheckResult,
    EvidenceQuestion,
    EvidenceAnswer,
    NoticePublication,
    PublicationReceipt,
    QuarterFacts,
    MeetingRef,
    MeetingHeld,
    AttendanceRecord,
    HotlineDay,
    HotlineCall,
)


def to_json(value: Any) -> Any:
    """Any border value as JSON-able data."""
    if isinstance(value, Finding):
        return value.as_dict()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_json(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, list | tuple):
        return [to_json(item) for item in value]
    if isinstance(value, dict):
        return {str(key): to_json(item) for key, item in value.items()}
    return value


def from_json(kind: type[T], data: Any) -> T:
    """The inverse of `to_json` for a border type; raises `TypeError` or `ValueError` on a foreign shape."""
    if not isinstance(data, dict):
        raise TypeError(f"{kind.__name__}: an object was expected, not {type(data).__name__}")
    hints = typing.get_type_hints(kind)
    unknown = sorted(set(data) - set(hints))
    if unknown:
        raise TypeError(f"{kind.__name__} has no {', '.join(unknown)}")
    return kind(**{name: _revive(f"{kind.__name__}.{name}", hints[name], value) for name, value in data.items()})


def _revive(where: str, hint: Any, value: Any) -> Any:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        return None if value is None else _revive(where, _not_none(arguments), value)
    if origin in (tuple, list):
        _expect(where, list, value)
        return origin(_revive(where, arguments[0], item) for item in value)
    if hint in (date, datetime):
        _expect(where, str, value)
        return hint.fromisoformat(value)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint(value)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return from_json(hint, value)
    if hint is not Any:
        _expect(where, origin or hint, value)
    return value


def _not_none(arguments: tuple[Any, ...]) -> Any:
    return next(argument for argument in arguments if argument is not type(None))


def _expect(where: str, kind: type, value: Any) -> None:
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise TypeError(f"{where} must be {kind.__name__}, not {type(value).__name__}")

"""Findings: what a rule has to say, as plain values. Pure: imports the standard library only."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

Message = str | tuple[str, dict[str, Any]]


def N_(message: str) -> str:
    """Mark a Chinese source string for the catalogue; it is translated where it is shown."""
    return message


class Severity(StrEnum):
    """How much a finding weighs: `REFUSAL` stops the act, `WARNING` advises, `INFO` explains."""

    REFUSAL = "refusal"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a rule has to say.

    `code` is stable and documented; `message` and `remedy` are Chinese gettext sources with
    `%(name)s` places filled from `params`; `clause` names the regulation (一(二) … or a law's short
    name); `field` is the form field it belongs beside, "" for the whole; `source` is "" for a
    national rule and the province's code for a local one.
    """

    code: str
    message: str
    clause: str = ""
    severity: Severity = Severity.REFUSAL
    field: str = ""
    remedy: str = ""
    params: dict[str, Any] = dataclasses.field(default_factory=dict, hash=False)
    source: str = ""

    @property
    def refuses(self) -> bool:
        """Whether this finding stops the act."""
        return self.severity is Severity.REFUSAL

    def as_dict(self) -> dict[str, Any]:
        """JSON-able form; `params` values become strings, lists of them lists of strings."""
        return {
            "code": self.code,
            "message": self.message,
            "clause": self.clause,
            "severity": self.severity.value,
            "field": self.field,
            "remedy": self.remedy,
            "params": {key: _plain(value) for key, value in self.params.items()},
            "source": self.source,
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Finding:
        """The inverse of `as_dict`; raises `ValueError` or `TypeError` on a foreign shape."""
        return cls(**{**data, "severity": Severity(data.get("severity", "refusal"))})


def _plain(value: Any) -> str | list[str]:
    return [str(item) for item in value] if isinstance(value, list | tuple) else str(value)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a set of rules found, and which rules ran: silence of a rule that never ran is no yes."""

    findings: tuple[Finding, ...]
    rules: tuple[str, ...]

    @property
    def refused(self) -> bool:
        """Whether any finding stops the act."""
        return any(finding.refuses for finding in self.findings)

    @property
    def refusals(self) -> tuple[Finding, ...]:
        """Findings that stop the act, sorted by code."""
        return tuple(sorted((f for f in self.findings if f.refuses), key=lambda f: f.code))

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """Findings that only advise, sorted by code."""
        return tuple(sorted((f for f in self.findings if not f.refuses), key=lambda f: f.code))

    def codes(self) -> list[str]:
        """Sorted, unique codes of the refusing findings."""
        return sorted({finding.code for finding in self.refusals})

    def __add__(self, other: Verdict) -> Verdict:
        return Verdict(self.findings + other.findings, self.rules + other.rules)


CLAUSES: dict[str, tuple[str, ...]] = {}


def clause(*clauses: str) -> Callable[[F], F]:
    """Say which clauses or rulebook ids (`"二(一)"`, `"R-PLAN-07"`) a rule carries out."""

    def mark(rule: F) -> F:
        CLAUSES[f"{rule.__module__}.{rule.__qualname__}"] = clauses
        rule.clauses = clauses  # type: ignore[attr-defined]
        return rule

    return mark


def verdict(*judged: tuple[str, Iterable[Finding]]) -> Verdict:
    """Gather `(rule name, its findings)` pairs into one verdict."""
    pairs = [(name, tuple(findings)) for name, findings in judged]
    return Verdict(
        findings=tuple(finding for _, findings in pairs for finding in findings),
        rules=tuple(name for name, _ in pairs),
    )

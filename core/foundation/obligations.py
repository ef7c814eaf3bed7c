"""What somebody owes by a clause and a day: the register by which each area tells its own. Knows no domain.

An area has a file `obligations.py` whose functions, marked `@owes(…)`, ask its tables and its pure rules:

    @owes("training", "province")
    def meetings(asked: Asked) -> Iterable[Obligation]: ...
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal

from core.foundation.findings import Finding

Level = Literal["nation", "province", "institution"]
SOON = 14


class Standing(StrEnum):
    """How an obligation stands on a day."""

    LATE = "late"
    SOON = "soon"
    LATER = "later"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose obligations are asked for: these provinces' on a day, within the scope in force."""

    provinces: tuple[str, ...]
    today: date
    now: datetime


@dataclass(frozen=True, slots=True)
class Obligation:
    """Something not yet done that a clause asks for.

    `finding` says what, by which clause, and what would do (its code is the obligation's kind). `who`: letter of
    who must act (O case officer, H institution head, P province, N centre). `due_on` None: at once, no day is set.
    `subject` tells two of one kind and place apart (an id, a season), never a person; `count` is how many
    things it sums up; `endpoint` with `values` is the page of the officers' site where it is done.
    """

    finding: Finding
    who: str
    province_code: str = ""
    institution_code: str = ""
    due_on: date | None = None
    subject: str = ""
    count: int = 1
    endpoint: str = ""
    values: dict[str, Any] = field(default_factory=dict, hash=False)

    @property
    def kind(self) -> str:
        """The stable name of what is owed."""
        return self.finding.code

    @property
    def key(self) -> str:
        """The same for the same obligation, day after day."""
        return "/".join((self.kind, self.province_code, self.institution_code, self.subject))

    def standing(self, today: date) -> Standing:
        """Late, due within two weeks, due later, or open without a day."""
        if self.due_on is None:
            return Standing.OPEN
        left = (self.due_on - today).days
        return Standing.LATE if left < 0 else Standing.SOON if left <= SOON else Standing.LATER


Contributor = Callable[[Asked], Iterable[Obligation]]
_CONTRIBUTORS: dict[str, tuple[Level, Contributor]] = {}


def owes(name: str, level: Level) -> Callable[[Contributor], Contributor]:
    """Register what tells the obligations of a kind of debtor.

    Those of provinces are asked where a whole province is seen, those of the nation where the whole nation is;
    those of institutions wherever any is. Whoever is asked gives all in a handful of queries, whatever the number
    of provinces, and only what the scope in force shows.
    """

    def register(contributor: Contributor) -> Contributor:
        _CONTRIBUTORS[f"{name}.{level}"] = (level, contributor)
        return contributor

    return register


def owed(asked: Asked, prefix: str) -> list[Obligation]:
    """Everything owed in the territory `prefix`, the most pressing first; the caller is within its scope."""
    found: list[Obligation] = []
    for level, contributor in _CONTRIBUTORS.values():
        if len(prefix) <= {"nation": 0, "province": 2, "institution": 12}[level]:
            found += contributor(asked)
    return sorted(found, key=lambda item: (item.due_on or date.max, item.kind, item.key))

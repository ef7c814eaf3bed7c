"""The obligations of a territory: told by every area, counted one level up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from core.filing import service as filing
from core.foundation.access import Actor
from core.foundation.obligations import Asked, Obligation, Standing, owed
from core.hooks.discovery import present
from core.rulesets.loader import provinces

# Which letters of "who must act" an officer's roles answer to.
LETTERS = {"case_officer": "O", "institution_head": "H", "province_officer": "P", "national_officer": "N"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A filter of the board: letter of who must act ("mine": the actor's own), standing, clause, a part."""

    who: str = ""
    standing: str = ""
    clause: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True)
class Owing:
    """The board of a territory. `parts`: how much stands how in each part one level below, the worst first."""

    items: list[Obligation]
    counts: Counter[Standing]
    parts: dict[str, Counter[Standing]]
    clauses: list[str]


def codes_of(actor: Actor) -> tuple[str, ...]:
    """The provinces whose obligations concern an officer."""
    if actor.province_code:
        return (actor.province_code,)
    invented = ("00",) if any(host.code == "00" for host in present().active()) else ()
    return (*invented, *provinces())


def everything(actor: Actor, today: date, now: datetime) -> list[Obligation]:
    """All obligations of the actor's territory, the most pressing first; the caller is within the actor's scope."""
    return owed(Asked(codes_of(actor), today, now), actor.prefix)


def letters_of(actor: Actor) -> frozenset[str]:
    """Whom an officer's roles answer to."""
    return frozenset(LETTERS[role] for role in actor.roles if role in LETTERS)


def is_mine(item: Obligation, actor: Actor) -> bool:
    """Whether an obligation is the actor's own to fulfil."""
    if item.who not in letters_of(actor):
        return False
    return not actor.institution_code or not item.institution_code or item.institution_code == actor.institution_code


def owing(actor: Actor, wanted: Wanted, today: date, now: datetime) -> Owing:
    """The board of the actor's territory under a filter; counts and kinds are those of the whole territory."""
    items = everything(actor, today, now)
    divisions = _divisions(actor, items)
    parts: dict[str, Counter[Standing]] = {}
    for item in items:
        parts.setdefault(_part(item, actor, divisions), Counter())[item.standing(today)] += 1
    kept = [item for item in items if _fits(item, actor, wanted, today, divisions)]
    ordered = dict(sorted(parts.items(), key=lambda pair: (-pair[1][Standing.LATE], -pair[1][Standing.SOON], pair[0])))
    counts = Counter(item.standing(today) for item in items)
    return Owing(kept, counts, ordered, sorted({item.finding.clause for item in items}))


def _divisions(actor: Actor, items: Iterable[Obligation]) -> dict[str, str]:
    if not actor.prefix or len(actor.prefix) > 2:
        return {}
    return {row.code: row.division for row in filing.institutions(prefix=actor.prefix)}


def _part(item: Obligation, actor: Actor, divisions: dict[str, str]) -> str:
    """The part of the territory, one level below the actor's, that an obligation belongs to."""
    if not actor.prefix:
        return item.province_code
    if len(actor.prefix) == 2:
        return divisions.get(item.institution_code, actor.prefix)[:4]
    return item.institution_code


def _fits(item: Obligation, actor: Actor, wanted: Wanted, today: date, divisions: dict[str, str]) -> bool:
    if wanted.who == "mine" and not is_mine(item, actor):
        return False
    return (
        wanted.who in ("", "mine", item.who)
        and wanted.standing in ("", item.standing(today))
        and wanted.clause in ("", item.finding.clause)
        and wanted.part in ("", _part(item, actor, divisions))
    )

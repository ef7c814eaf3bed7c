"""The register of what areas own: each area says what an officer has in hand and how it passes on.

A higher area's `handover.py` registers itself here; this layer calls it without knowing it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core.accounts.rules import permissions_of
from core.filing.models import Filing
from core.filing.rules import Matter
from core.foundation.access import territory, within


@dataclass(frozen=True, slots=True)
class Post:
    """Whose matters are gathered: one filing's account, posts and place."""

    account_id: UUID | None
    province_code: str
    territory: str
    institution_code: str
    permissions: frozenset[str]

    def may(self, permission: str) -> bool:
        """Whether the post grants `permission`."""
        return permission in self.permissions


TakesOver = Callable[[Post, Post, datetime], int]


@dataclass(frozen=True, slots=True)
class Contribution:
    """An area's two answers: its lines of the list, and passing the leaver's own ones on."""

    area: str
    collect: Callable[[Post], list[Matter]]
    take_over: TakesOver


AREAS: dict[str, Contribution] = {}


def contribute(area: str, collect: Callable[[Post], list[Matter]], take_over: TakesOver) -> None:
    """Register what `area` owns; `take_over(old, new, now)` runs in the filing transaction, returns how many."""
    AREAS[area] = Contribution(area, collect, take_over)


def post_of(row: Filing) -> Post:
    """A filing as the areas take it."""
    return Post(
        row.account_id, row.province_code, row.territory, row.institution_code, permissions_of(list(row.roles))
    )  # fmt: skip


def matters_of(row: Filing) -> list[Matter]:
    """Everything in the hands of a filing's post, area by area; nothing that has no count."""
    post = post_of(row)
    with within(territory(row.territory)):
        lines = [matter for area in AREAS.values() for matter in area.collect(post)]
    return [matter for matter in lines if matter.count]


def own_matters(row: Filing) -> list[Matter]:
    """What carries the person's account itself and would be left without an owner."""
    return [matter for matter in matters_of(row) if matter.own] if row.account_id else []


def pass_on(old: Filing, new: Filing, now: datetime) -> int:
    """Let every area give the leaver's own things to the successor, in the open transaction."""
    with within(territory(old.territory)):
        return sum(area.take_over(post_of(old), post_of(new), now) for area in AREAS.values())


def shared(old: Post, new: Post, now: datetime) -> int:
    """For areas whose open things belong to the institution: they carry no person's account, nothing passes."""
    return 0

"""One applicant while the year is played, and what a step may use of the year."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from core.applications import service as cases
from core.applications.models import Case
from core.calendar.rules import WORKING_DAYS
from core.demonstration.season.acting import Cast
from core.demonstration.season.lots import Course, Windows
from core.demonstration.season.outside import Outside
from core.demonstration.season.photos import Pool
from core.foundation.access import NOBODY, Actor, within


@dataclass
class Life:
    """An applicant's course and where they stand in it."""

    course: Course
    me: Actor = NOBODY
    case_id: UUID = field(default_factory=lambda: UUID(int=0))
    subject: UUID = field(default_factory=lambda: UUID(int=0))  # what the next step is about: a request, an appeal …
    turn: int = 0
    tries: int = 0
    reviewed: bool = False
    mended: bool = False
    overruled: bool = False  # a decision from above: what spoke against it no longer counts

    def wait(self, today: date) -> date:
        """A working day some time on, by the applicant's own pace."""
        self.turn += 1
        return WORKING_DAYS.after(today, self.course.pace[self.turn % len(self.course.pace)])

    def officer(self, letter: str) -> str:
        """User name of an officer of the applicant's institution: a, b handle cases, h concludes."""
        return f"p{self.course.body.code}{letter}"

    @property
    def clerk(self) -> str:
        """Who handles the case: one of the two."""
        return self.officer("ab"[self.course.serial % 2])

    @property
    def other(self) -> str:
        """The colleague."""
        return self.officer("ba"[self.course.serial % 2])


Step = Callable[["Stage", Life], None]


class Stage(Protocol):
    """What steps use of the year."""

    cast: Cast
    photos: Pool
    outside: Outside
    password_hash: str
    plans: dict[tuple[str, str], UUID]
    windows: dict[tuple[str, str], Windows]

    @property
    def now(self) -> datetime:
        """The moment, by the platform's clock."""
        ...

    @property
    def today(self) -> date:
        """The day in Beijing."""
        ...

    def at(self, day: date, step: Step, life: Life) -> None:
        """Let a step happen on a day."""
        ...

    def prints(self, life: Life) -> None:
        """A paper waits for its institution's next print day."""
        ...

    def sends(self, province: str) -> None:
        """The province has checks to send today."""
        ...


def case_of(stage: Stage, life: Life) -> Case:
    """The case as its institution sees it."""
    actor = stage.cast.officer(life.clerk)
    with within(actor.scope):
        return cases.case(life.case_id)

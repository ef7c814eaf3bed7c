"""What befalls an invented applicant: drawn from the seed and the serial alone, so that order does not matter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from core.calendar.rules import WORKING_DAYS, Window
from core.demonstration.season.places import Body
from core.rulesets.loader import RuleSet

# Of a hundred applicants so many: the mistakes and mishaps of a year.
FORM = {"": 82, "exam_expired": 4, "incomplete": 6, "education_low": 2, "cv_gap": 2, "photo_old": 2, "abandoned": 2}
PHOTO = {"": 86, "grey": 8, "small": 6}
REGISTER = {"": 90, "education": 4, "putonghua": 2, "exam": 2, "residence": 2}
VISIT = {
    "": 78, "no_show": 5, "withdrawn": 3, "originals_forgotten": 4, "unsigned": 2, "returned": 4, "rejected": 1,
    "second_application": 1, "back_to_draft": 2,
}  # fmt: skip
CHECK = {"": 86, "unclear": 2, "same_name": 2, "record": 1, "late": 4, "typed_apart": 3, "silent": 1, "dirty": 1}
REVIEW = {
    "": 82, "too_early": 4, "material": 5, "material_unanswered": 1, "held": 2, "medical_failed": 2,
    "sent_back": 2, "withdrawn_late": 1, "refused": 1,
}  # fmt: skip
PAPER = {
    "": 90, "misprint": 3, "lost": 2, "damaged": 1, "found_again": 1, "name_wrong": 1, "own_error": 1, "uncollected": 1,
}  # fmt: skip
CONDUCT = {"": 970, "misconduct": 8, "heard": 5, "fraud": 5, "crime": 6, "dropped": 4, "annulled": 2}
APPEAL = {"": 60, "upheld": 20, "overturned": 20}
# The first applicants of any year meet with one mishap each, so that a small year has them all.
TABLES = {
    "form": FORM, "photo": PHOTO, "register": REGISTER, "visit": VISIT, "check": CHECK, "review": REVIEW,
    "paper": PAPER, "conduct": CONDUCT,
}  # fmt: skip
# In any year what comes of some of them is contested.
CONTESTED = {"refused": "overturned", "medical_failed": "upheld", "material_unanswered": "upheld", "record": "upheld"}
MISHAPS = [(name, mishap) for name, table in TABLES.items() for mishap in table if mishap]
KINDS = {"1": 22, "2": 30, "3": 22, "4": 18, "5": 5, "7": 3}


@dataclass(frozen=True, slots=True)
class Windows:
    """A plan's windows."""

    entry: Window
    confirm: Window


@dataclass(frozen=True, slots=True)
class Course:
    """An applicant's year as drawn: who, where, when, and what goes wrong."""

    serial: int
    province: str
    season: str
    kind: str
    subject: str
    body: Body
    applies: date
    comes: date
    barred: bool
    form: str
    photo: str
    register: str
    visit: str
    check: str
    review: str
    paper: str
    conduct: str
    appeal: str
    pace: tuple[int, ...]  # waits in working days, used in order by what follows


def _one(chance: Random, weights: dict[str, int]) -> str:
    return chance.choices(list(weights), list(weights.values()))[0]


class Lots:
    """Draws courses for a year: provinces, their institutions and windows are given."""

    def __init__(
        self, seed: int, rules: RuleSet, bodies: dict[str, list[Body]], windows: dict[tuple[str, str], Windows]
    ) -> None:
        self._seed, self._rules, self._bodies, self._windows = seed, rules, bodies, windows

    def province_of(self, serial: int) -> str:
        """Provinces take turns; the last, where papers may wait for want of a meeting, has none of the first."""
        codes = list(self._bodies)
        return codes[serial % (max(len(codes) - 1, 1) if serial <= len(MISHAPS) else len(codes))]

    def draw(self, serial: int) -> Course:
        """The course of one serial: the same whenever it is asked for."""
        chance = Random(f"{self._seed}:{serial}")  # noqa: S311 - a story, no secret
        province = self.province_of(serial)
        season = "first_half" if chance.random() < 0.6 else "second_half"
        kind = _one(chance, KINDS)
        subjects = self._rules.kind(kind).subjects if self._rules.kind(kind) else ()  # type: ignore[union-attr]
        bodies = [body for body in self._bodies[province] if kind in body.kinds]
        windows = self._windows[province, season]
        applies = _day(chance, windows.entry, self._rules)
        return Course(
            serial=serial,
            province=province,
            season=season,
            kind=kind,
            subject=chance.choice(subjects) if subjects else "",
            body=chance.choice(bodies),
            applies=applies,
            comes=_visit(chance, windows.confirm, applies, self._rules),
            barred=(chance.random() < 0.01 and serial > len(MISHAPS)) or serial == len(MISHAPS) + 1,
            pace=tuple(chance.choices((1, 2, 3, 5, 8), (4, 4, 3, 2, 1), k=8)),
            **_troubles(chance, serial),
        )


def _troubles(chance: Random, serial: int) -> dict[str, str]:
    """What goes wrong, by field of the course."""
    if serial > len(MISHAPS):
        return {name: _one(chance, table) for name, table in TABLES.items()} | {"appeal": _one(chance, APPEAL)}
    which, mishap = MISHAPS[serial - 1]
    return dict.fromkeys(TABLES, "") | {which: mishap, "appeal": CONTESTED.get(mishap, "")}


def _open(day: date, rules: RuleSet) -> bool:
    return not any(stop.first <= day <= stop.last for stop in rules.maintenance)


def _day(chance: Random, window: Window, rules: RuleSet) -> date:
    return chance.choice([day for day in window if _open(day, rules)])


def _visit(chance: Random, window: Window, after: date, rules: RuleSet) -> date:
    days = [day for day in window if day >= after and WORKING_DAYS.is_working(day) and _open(day, rules)]
    return chance.choice(days[: max(len(days) - 2, 1)])  # the last two days are for those who come again

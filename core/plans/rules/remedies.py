"""What would do instead: for each refusing finding a day, or a whole plan, that the rules accept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from core.calendar.rules import ONE_DAY, Window
from core.foundation.findings import N_, Finding
from core.plans.rules.values import FIELD_NAMES, Ground, PlanDraft
from core.plans.rules.windows import verdicts
from core.rulesets.loader import Season

# Which of the four days to move, in this order; the codes that name their own day are not listed.
MOVES = {
    "entry_window_too_short": ("entry_end", "entry_start"),
    "confirm_window_too_short": ("confirm_end", "confirm_start"),
    "entry_ends_before_start": ("entry_end", "entry_start"),
    "confirm_ends_before_start": ("confirm_end", "confirm_start"),
}
# No single day cures these.
WHOLE_ONLY = frozenset({"business_not_open"})
BACKWARDS = {"entry_ends_before_start": "entry", "confirm_ends_before_start": "confirm"}

MOVE = N_("%(label)s改为%(better)s即可")
SWAP = N_("开始日与结束日可能填反了；改为%(better_first)s至%(better_last)s即可")
WHOLE = N_(
    "可以整体改为：网报%(better_entry_start)s至%(better_entry_end)s，"
    "现场确认%(better_confirm_start)s至%(better_confirm_end)s"
)
NO_ROOM = N_("已发布的年度规则下没有可行的安排，请与国家中心联系")

Fault = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Move:
    """One day to change, and how many faults then remain."""

    field: str
    day: date
    left: int


def with_remedies(draft: PlanDraft, findings: Iterable[Finding], ground: Ground) -> tuple[Finding, ...]:
    """The findings, each refusing one with what would do. `year_without_yearbook` keeps its own answer."""
    findings = tuple(findings)
    before = _faults(findings)
    whole: list[PlanDraft | None] = []

    def remedied(finding: Finding) -> Finding:
        if not finding.refuses or finding.code == "year_without_yearbook":
            return finding
        swapped = _swapped(draft, finding, ground)
        if swapped is not None:
            return _told(finding, SWAP, better_first=swapped.first, better_last=swapped.last)
        move = _best_move(draft, finding, before, ground)
        if move is not None:
            label = FIELD_NAMES[move.field]
            return _told(finding, MOVE, label=label, better_field=move.field, better=move.day)
        if not whole:
            whole.append(propose(draft, ground))
        return _whole(finding, whole[0])

    return tuple(remedied(finding) for finding in findings)


def _faults(findings: Iterable[Finding]) -> set[Fault]:
    return {(finding.code, finding.field) for finding in findings if finding.refuses}


def _told(finding: Finding, remedy: str, **params: object) -> Finding:
    return replace(finding, remedy=remedy, params=finding.params | {k: str(v) for k, v in params.items()})


def _swapped(draft: PlanDraft, finding: Finding, ground: Ground) -> Window | None:
    """A backwards window the right way round, when the plan is then in order."""
    name = BACKWARDS.get(finding.code)
    if name is None:
        return None
    window = getattr(draft, name)
    turned = Window(window.last, window.first)
    return turned if not verdicts(_with_window(draft, name, turned), ground).refused else None


def _with_window(draft: PlanDraft, name: str, window: Window) -> PlanDraft:
    return replace(draft, entry=window) if name == "entry" else replace(draft, confirm=window)


def _best_move(draft: PlanDraft, finding: Finding, before: set[Fault], ground: Ground) -> Move | None:
    """The nearest single day that cures this fault and brings no new one; one that cures more comes first."""
    if finding.code in WHOLE_ONLY:
        return None
    key = (finding.code, finding.field)
    # A backwards window hides what else is wrong, so only a day that leaves nothing wrong will do.
    allowed = set() if finding.code in BACKWARDS else before - {key}
    for name in MOVES.get(finding.code, (finding.field,)):
        best: Move | None = None
        for day in _candidates(draft.fields()[name], ground):
            left = _faults(verdicts(draft.with_day(name, day), ground).findings)
            if left <= allowed and (best is None or len(left) < best.left):
                best = Move(name, day, len(left))
            if best is not None and best.left == 0:
                break
        if best is not None:
            return best
    return None


def _candidates(near: date, ground: Ground) -> list[date]:
    """The working days of every published season, the nearest first, of two equally near the later."""
    days = [day for season in ground.seasons() for day in Window(season.opens, season.closes)]
    usable = [day for day in days if day != near and _workable(day, ground)]
    return sorted(usable, key=lambda day: (abs((day - near).days), day < near))


def _whole(finding: Finding, plan: PlanDraft | None) -> Finding:
    if plan is None:
        return replace(finding, remedy=NO_ROOM)
    return _told(finding, WHOLE, **{f"better_{name}": day for name, day in plan.fields().items()})


def propose(draft: PlanDraft, ground: Ground) -> PlanDraft | None:
    """The nearest whole plan that the rules accept: as long as the draft where that fits, else the shortest.

    Nearest by the first day, of two equally near the later; None where no published season has room.
    """
    asked = (0, 0)
    if all(map(ground.covers, draft.years)) and not (draft.entry.backwards or draft.confirm.backwards):
        asked = (ground.count_entry(draft), ground.count(draft.confirm))
    starts = _starts(draft, ground)
    for overlap in (False, True):
        for lengths in dict.fromkeys((asked, (0, 0))):
            for season, first in starts:
                plan = _plan_from(draft, first, season, lengths, overlap, ground)
                if plan is not None and not verdicts(plan, ground).refused:
                    return plan
    return None


def _starts(draft: PlanDraft, ground: Ground) -> list[tuple[Season, date]]:
    wanted = draft.entry.first
    every = [(s, day) for s in ground.seasons(draft.business) for day in Window(s.opens, s.closes)]
    usable = [pair for pair in every if _workable(pair[1], ground)]
    return sorted(usable, key=lambda pair: (abs((pair[1] - wanted).days), pair[1] < wanted))


def _plan_from(
    draft: PlanDraft,
    first: date,
    season: Season,
    lengths: tuple[int, int],
    overlap: bool,
    ground: Ground,
) -> PlanDraft | None:
    """A plan whose online window starts on `first`, each window ending on the first day that will do.

    Confirmation begins after the online window, or with `overlap` on the latest day in it that will do.
    """
    v = ground.yearbooks[season.opens.year].v
    wanted = max(lengths[0], v.entry_min_working_days), max(lengths[1], v.confirm_min_working_days)
    ends = (day for day in _ends(first, wanted[0], season, ground) if ground.may_end_entry(day))
    entry_last = next(ends, None)
    if entry_last is None:
        return None
    within = list(Window(first, entry_last))[::-1] if overlap else Window(entry_last + ONE_DAY, season.closes)
    starts = (day for day in within if _workable(day, ground))
    for start in starts if overlap else islice(starts, 1):
        confirm_last = next((d for d in _ends(start, wanted[1], season, ground) if d >= entry_last), None)
        if confirm_last is not None:
            return PlanDraft(draft.business, Window(first, entry_last), Window(start, confirm_last))
    return None


def _workable(day: date, ground: Ground) -> bool:
    return ground.days.is_working(day) and ground.maintenance_on(day) is None


def _ends(first: date, least: int, season: Season, ground: Ground) -> Iterator[date]:
    """Days on which a window from `first` with at least `least` counting days may end."""
    for day in Window(first, season.closes):
        if ground.maintenance_on(day) is None and ground.count(Window(first, day)) >= least:
            yield day

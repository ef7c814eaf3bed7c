"""What the dashboards show, all of it from running figures of the scope in force: nothing here reads casework."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from core.applications.service.limiting import limits_of
from core.calendar import service as calendar
from core.calendar.rules import season_key, season_of
from core.filing import service as filing
from core.foundation import tallies
from core.foundation.access import Actor
from core.foundation.errors import NotFound
from core.foundation.tallies import TALLIES, day_number, day_of, sums
from core.oversight.rules import STEPS, WHOLE, Spread, banded, spread
from core.rulesets.loader import provinces

OPEN_STATES = (
    "submitted", "returned", "confirmed", "in_review", "proposed_recognised", "proposed_refused",
)  # fmt: skip
LOAD_DAYS = 7


@dataclass(slots=True)
class Standing:
    """How the cases of one place stand: by state, and those beyond the limit."""

    states: dict[str, int] = field(default_factory=dict)
    late: int = 0
    amber: int = 0
    checks: int = 0
    blanks: int = 0

    @property
    def open(self) -> int:
        """Cases submitted and not concluded."""
        return sum(self.states.get(state, 0) for state in OPEN_STATES)

    def value(self, metric: str) -> int:
        """The figure of a metric: open, late, recognised, checks or blanks."""
        if metric in ("open", "late", "checks", "blanks"):
            return int(getattr(self, metric))
        return self.states.get(metric, 0)


@dataclass(frozen=True, slots=True)
class Stock:
    """Blanks or stickers: in each account, and spoiled by cause."""

    accounts: dict[str, int]
    causes: dict[str, int]


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Everything on one dashboard. `parts`: standing by province, by city or by institution; "" keys nothing."""

    code: str
    season: str
    as_of: datetime
    level: str
    parts: dict[str, Standing]
    names: dict[str, str]
    total: Standing
    waits: dict[str, Spread]
    checks: list[int] | None
    stock: dict[str, Stock]
    hours: list[int] | None
    others: dict[str, dict[str, int]]


def seasons(today: date) -> list[str]:
    """Keys of the seasons of the year's yearbook, and of the year before where there is one."""
    found = []
    for year in (today.year, today.year - 1):
        yearbook = calendar.in_force(year)
        if yearbook is not None:
            rules = calendar.rules_of(yearbook)
            found += [season_key(rules, season) for season in rules.seasons]
    return found


def present_season(today: date) -> str:
    """The season that is open, else the last that began, else the first to come; "" without a yearbook."""
    yearbook = calendar.in_force(today.year)
    if yearbook is None:
        return ""
    rules = calendar.rules_of(yearbook)
    begun = [season for season in rules.seasons if season.opens <= today]
    chosen = season_of(today, rules) or (begun[-1] if begun else rules.seasons[0])
    return season_key(rules, chosen)


def level_of(actor: Actor, code: str) -> str:
    """nation, province or place for a division code in the actor's territory; raises `NotFound`."""
    if not code.startswith(actor.prefix):
        raise NotFound()
    if code and (not code.isdigit() or code[:2] not in {*provinces(), "00"}):
        raise NotFound()
    return {0: "nation", 2: "province"}.get(len(code), "place")


def dashboard(code: str, level: str, season: str, today: date, now: datetime) -> Dashboard:
    """The dashboard of a territory; the caller is within its scope."""
    whole = level != "place"
    parts, names = _parts(code, level, season, today)
    total = _total(parts.values())
    return Dashboard(
        code, season, tallies.as_of(now), level, parts, names, total,
        _waits(season) if whole else {}, _ages(today) if whole else None, _stock(whole),
        _hours(today) if whole else None, _others(season, whole),
    )  # fmt: skip


def _parts(code: str, level: str, season: str, today: date) -> tuple[dict[str, Standing], dict[str, str]]:
    by = "province_code" if level == "nation" else "place"
    places = level != "nation"
    found: dict[str, Standing] = {}
    for (key, state), count in sums("case", by, "key", places=places, season=season).items():
        found.setdefault(key, Standing()).states[state] = count
    waiting = sums("case.limit", by, "day", places=places)
    dates_of = limits_of((day_of(day) for _key, day in waiting), today)
    for (key, day), count in waiting.items():
        dates = dates_of.get(day_of(day))
        there = found.setdefault(key, Standing())
        if dates is not None and today > dates.breach:
            there.late += count
        elif dates is not None and today > dates.amber:
            there.amber += count
    _blanks(found, by, places)
    if level == "nation":
        for (key,), count in sums("check", "province_code").items():
            found.setdefault(key, Standing()).checks = count
        return {key: there for key, there in found.items() if key in {*provinces(), "00"}}, {}
    bodies = {row.code: row for row in filing.institutions(prefix=code)}
    names = {key: row.name for key, row in bodies.items()}
    if level == "place":
        return {key: found.get(key, Standing()) for key in sorted({*found, *bodies})}, names
    return _by_city(found, {key: row.division for key, row in bodies.items()}, code)


def _blanks(found: dict[str, Standing], by: str, places: bool) -> None:
    for (key, kept), amount in sums("stock", by, "key", places=places).items():
        item, _kind, account, _cause = kept.split("/")
        if item == "blank" and account == "held":
            found.setdefault(key, Standing()).blanks += amount


def _by_city(
    found: dict[str, Standing], divisions: dict[str, str], code: str
) -> tuple[dict[str, Standing], dict[str, str]]:
    """Institutions' standings summed up by city; the province's own under its code."""
    cities: dict[str, list[Standing]] = {division[:4]: [] for division in divisions.values()}
    for key, there in found.items():
        cities.setdefault(divisions.get(key, code)[:4], []).append(there)
    names = {key: place.name for key, place in filing.places(cities).items()}
    return {key: _total(some) for key, some in sorted(cities.items())}, names


def _total(standings: Iterable[Standing]) -> Standing:
    total = Standing()
    for one in standings:
        for state, count in one.states.items():
            total.states[state] = total.states.get(state, 0) + count
        total.late += one.late
        total.amber += one.amber
        total.checks += one.checks
        total.blanks += one.blanks
    return total


def _waits(season: str) -> dict[str, Spread]:
    names = (*(name for name, *_rest in STEPS), WHOLE)
    found: dict[str, dict[int, int]] = {name: {} for name in names}
    for (name, hours), count in sums(names, "name", "key", season=season).items():
        found[name][int(hours)] = count
    return {name: spread(counts) for name, counts in found.items()}


def _ages(today: date) -> list[int]:
    now = day_number(today) or 0
    ages: dict[int, int] = {}
    for (day,), count in sums("check", "day").items():
        ages[max(now - day, 0)] = ages.get(max(now - day, 0), 0) + count
    return banded(ages)


def _stock(whole: bool) -> dict[str, Stock]:
    found: dict[str, Stock] = {}
    for (key,), amount in sums("stock", "key", places=not whole).items():
        item, kind, account, cause = key.split("/")
        there = found.setdefault(item, Stock({}, {}))
        there.accounts[account] = there.accounts.get(account, 0) + amount
        if kind == "spoil" and account == "spoiled":
            there.causes[cause] = there.causes.get(cause, 0) + amount
    return found


def _others(season: str, whole: bool) -> dict[str, dict[str, int]]:
    """What other areas have shown by themselves: {figure: {key: number}}."""
    shown = {name: tally for name, tally in TALLIES.items() if tally.title and (whole or tally.place)}
    found: dict[str, dict[str, int]] = {name: {} for name in shown}
    for half in {season if tally.season else "" for tally in shown.values()}:
        names = tuple(name for name, tally in shown.items() if (season if tally.season else "") == half)
        for (name, key), count in sums(names, "name", "key", places=not whole, season=half).items():
            found[name][key] = count
    return found


def _hours(today: date) -> list[int]:
    last = day_number(today) or 0
    found = [0] * 24
    for (hour,), count in sums("case.hour", "key", days=(last - LOAD_DAYS + 1, last)).items():
        found[int(hour)] = count
    return found


def week_before(today: date) -> date:
    """The first of the days whose load is shown."""
    return today - timedelta(days=LOAD_DAYS - 1)

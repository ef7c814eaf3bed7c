"""The rule set of a year: a frozen value with typed attributes, from the shipped data or a published yearbook."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Season:
    """A half-year in which the system is open for some businesses, first and last day included."""

    name: str
    opens: date
    closes: date
    businesses: tuple[str, ...]
    clause: str = ""
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Maintenance:
    """Days on which website access and user confirmation are closed, first and last included."""

    first: date
    last: date
    clause: str = ""
    rule: str = ""

    def covers(self, day: date) -> bool:
        """Whether `day` lies in it."""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the seven kinds of qualification (Regulations art. 4) and what the law asks for it."""

    code: str
    name: str
    authority: str
    least_education: str
    least_putonghua: str
    exempt_education: str
    hmt: bool
    subjects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Values:
    """Every national number and switch, by name. Units are in the names."""

    entry_min_working_days: int
    confirm_min_working_days: int
    end_on_makeup_day: bool
    last_day_closing_hour: int
    plan_table_gates_plans: bool
    applications_per_season: int
    photo_max_bytes: int
    photo_min_width: int
    photo_min_height: int
    photo_ratio_width: int
    photo_ratio_height: int
    photo_ratio_tolerance: float
    photo_white_level: int
    photo_white_share: float
    photo_max_pixels: int
    photo_recent_months: int
    photo_looks: int
    check_valid_days: int
    check_overdue_days: int
    material_request_days: int
    exam_valid_months: int
    conclusion_amber_calendar_days: int
    conclusion_breach_working_days: int
    review_days: int
    court_months: int
    bar_years_revocation: int
    bar_years_cheating: int
    blank_order_threshold: int
    training_min_meetings: int
    training_contents: tuple[str, ...]
    consultation_reply_working_days: int
    penalty_report_due_working_days: int
    registration_conclusion_working_days: int
    first_registration_days: int
    registration_cycle_years: int
    registration_training_hours: int
    log_retention_months: int
    corps_certificate_digits: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value comes from: clause, rulebook id, and our reading where the text is silent."""

    clause: str
    rule: str
    reading: str = ""


_TYPES: dict[str, tuple[type, ...]] = {
    "int": (int,),
    "bool": (bool,),
    "float": (float, int),
    "str": (str,),
    "tuple[str, ...]": (list, tuple),
}


@dataclass(frozen=True, slots=True)
class RuleSet:
    """A year's national parameters. `v` holds the numbers, `sources` their clauses."""

    year: int
    source: str
    seasons: tuple[Season, ...]
    maintenance: tuple[Maintenance, ...]
    kinds: tuple[Kind, ...]
    v: Values
    sources: dict[str, Source]

    def clause_of(self, key: str) -> str:
        """The clause that a value carries out."""
        return self.sources[key].clause

    def kind(self, code: str) -> Kind | None:
        """The kind of qualification with this one-digit code."""
        return next((kind for kind in self.kinds if kind.code == code), None)

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> RuleSet:
        """Build from data (TOML or a yearbook's JSON).

        Raises `ValueError` naming the first key that is missing, unknown or of the wrong type.
        """
        known = {"year", "source", "seasons", "maintenance", "kinds", "values"}
        if set(document) != known:
            wrong = sorted(set(document) ^ known)
            raise ValueError(f"missing or unknown: {', '.join(wrong)}")
        values, sources = _values(document["values"])
        year = document["year"]
        if isinstance(year, bool) or not isinstance(year, int):
            raise ValueError("year must be a whole number")
        return cls(
            year=year,
            source=str(document["source"]),
            seasons=tuple(_season(item) for item in document["seasons"]),
            maintenance=tuple(_maintenance(item) for item in document["maintenance"]),
            kinds=tuple(_kind(item) for item in document["kinds"]),
            v=values,
            sources=sources,
        )

    def as_document(self) -> dict[str, Any]:
        """JSON-able data from which `from_document` makes an equal rule set."""
        return {
            "year": self.year,
            "source": self.source,
            "seasons": [
                {
                    "name": s.name,
                    "opens": s.opens.isoformat(),
                    "closes": s.closes.isoformat(),
                    "businesses": list(s.businesses),
                    "clause": s.clause,
                    "rule": s.rule,
                }
                for s in self.seasons
            ],
            "maintenance": [
                {"first": m.first.isoformat(), "last": m.last.isoformat(), "clause": m.clause, "rule": m.rule}
                for m in self.maintenance
            ],
            "kinds": [
                {f.name: _plain(getattr(kind, f.name)) for f in fields(Kind)} for kind in self.kinds
            ],
            "values": {
                f.name: {
                    "value": _plain(getattr(self.v, f.name)),
                    "clause": self.sources[f.name].clause,
                    "rule": self.sources[f.name].rule,
                    "reading": self.sources[f.name].reading,
                }
                for f in fields(Values)
            },
        }


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _day(value: Any, name: str) -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as fault:
        raise ValueError(f"{name} is no day: {value!r}") from fault


def _season(item: dict[str, Any]) -> Season:
    season = Season(
        name=str(item["name"]),
        opens=_day(item["opens"], "seasons.opens"),
        closes=_day(item["closes"], "seasons.closes"),
        businesses=tuple(item["businesses"]),
        clause=item.get("clause", ""),
        rule=item.get("rule", ""),
    )
    if season.closes < season.opens:
        raise ValueError(f"season {season.name} closes before it opens")
    return season


def _maintenance(item: dict[str, Any]) -> Maintenance:
    period = Maintenance(
        first=_day(item["first"], "maintenance.first"),
        last=_day(item["last"], "maintenance.last"),
        clause=item.get("clause", ""),
        rule=item.get("rule", ""),
    )
    if period.last < period.first:
        raise ValueError(f"maintenance from {period.first} ends before it begins")
    return period


def _kind(item: dict[str, Any]) -> Kind:
    names = {f.name for f in fields(Kind)}
    if set(item) != names:
        raise ValueError(f"kinds: missing or unknown: {', '.join(sorted(set(item) ^ names))}")
    return Kind(**{**item, "subjects": tuple(item["subjects"])})


def _values(items: dict[str, Any]) -> tuple[Values, dict[str, Source]]:
    declared = {f.name: str(f.type) for f in fields(Values)}
    if set(items) != set(declared):
        raise ValueError(f"values: missing or unknown: {', '.join(sorted(set(items) ^ set(declared)))}")
    values: dict[str, Any] = {}
    sources: dict[str, Source] = {}
    for name, kind in declared.items():
        item = items[name]
        value = item["value"]
        if not isinstance(value, _TYPES[kind]) or (kind == "int" and isinstance(value, bool)):
            raise ValueError(f"values.{name} must be {kind}, not {value!r}")
        values[name] = tuple(value) if isinstance(value, list) else value
        sources[name] = Source(item["clause"], item["rule"], item.get("reading", ""))
    return Values(**values), sources


@cache
def national(year: int) -> RuleSet:
    """The shipped rule set of a year; raises `LookupError` for a year that is not shipped."""
    path = files("core.rulesets") / f"{year}.toml"
    if not path.is_file():
        raise LookupError(f"no national rules are shipped for {year}")
    return RuleSet.from_document(tomllib.loads(path.read_text(encoding="utf-8")))


@cache
def provinces() -> dict[str, str]:
    """The 31 provinces and the XPCC: code → Chinese short name, in the order of the codes."""
    return {row["code"]: row["short_zh"] for row in _rows("divisions.csv")}


@cache
def province_names() -> dict[str, tuple[str, str]]:
    """Code → (Chinese full name, English name)."""
    return {row["code"]: (row["name_zh"], row["name_en"]) for row in _rows("divisions.csv")}


@cache
def promulgated(year: int) -> tuple[tuple[date, str], ...] | None:
    """(day, holiday | makeup_workday) of a year; None when its holidays are not promulgated here."""
    name = f"holidays/{year}.csv"
    if not (files("core.rulesets") / name).is_file():
        return None
    return tuple((date.fromisoformat(row["date"]), row["kind"]) for row in _rows(name))


def _rows(name: str) -> list[dict[str, str]]:
    text = (files("core.rulesets") / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))

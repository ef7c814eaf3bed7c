"""The rule set of a year, from the shipped data or a published yearbook; provinces; promulgated holidays."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from core.rulesets import document as read
from core.rulesets.values import Kind, Maintenance, Season, Source, Values

__all__ = [
    "Kind",
    "Maintenance",
    "RuleSet",
    "Season",
    "Source",
    "Values",
    "national",
    "promulgated",
    "promulgation",
    "province_names",
    "provinces",
]


@dataclass(frozen=True, slots=True)
class RuleSet:
    """A year's national parameters. `v` holds the numbers, `sources` their clauses and readings."""

    year: int
    source: str
    seasons: tuple[Season, ...]
    maintenance: tuple[Maintenance, ...]
    kinds: tuple[Kind, ...]
    v: Values
    sources: dict[str, Source]

    def clause_of(self, key: str) -> str:
        """The clause that a value carries out; raises `KeyError` for a name that is no value."""
        return self.sources[key].clause

    def reading_of(self, key: str, language: str = "zh") -> str:
        """How we read the clause where it is silent ("" where it is not), in Chinese or ("en") English."""
        source = self.sources[key]
        return source.reading_en if language == "en" else source.reading

    def kind(self, code: str) -> Kind | None:
        """The kind of qualification with this one-digit code."""
        return next((kind for kind in self.kinds if kind.code == code), None)

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> RuleSet:
        """Build from data (TOML or a yearbook's JSON).

        Raises `ValueError` naming the first key that is missing, unknown or of the wrong type.
        """
        data = read.exactly(document, "rule set", {"year", "source", "seasons", "maintenance", "kinds", "values"})
        values, sources = read.values_of(data["values"])
        kinds = tuple(
            read.kind(item, f"kinds[{number}]", values)
            for number, item in enumerate(read.typed(data["kinds"], list, "kinds"))
        )
        if len({kind.code for kind in kinds}) != len(kinds):
            raise ValueError("kinds: a code stands twice")
        return cls(
            year=read.typed(data["year"], int, "year"),
            source=read.typed(data["source"], str, "source"),
            seasons=_each(read.season, data, "seasons"),
            maintenance=_each(read.maintenance, data, "maintenance"),
            kinds=kinds,
            v=values,
            sources=sources,
        )

    @classmethod
    def revived(cls, document: dict[str, Any]) -> RuleSet:
        """Build from what an earlier release of the platform stored; raises `ValueError` as `from_document` does.

        A value that release did not know is the shipped one; one that no rule asks for any more is left out.
        """
        shipped = newest(read.typed(document["year"], int, "year")).as_document()["values"]
        stored = document["values"]
        return cls.from_document(document | {"values": {name: stored.get(name, shipped[name]) for name in shipped}})

    def as_document(self) -> dict[str, Any]:
        """JSON-able data from which `from_document` makes an equal rule set."""
        return {
            "year": self.year,
            "source": self.source,
            "seasons": [_plain(season) for season in self.seasons],
            "maintenance": [_plain(period) for period in self.maintenance],
            "kinds": [_plain(kind) for kind in self.kinds],
            "values": {name: {"value": value} | _plain(self.sources[name]) for name, value in _plain(self.v).items()},
        }


def _each(reader: Any, data: dict[str, Any], key: str) -> tuple[Any, ...]:
    items = read.typed(data[key], list, key)
    return tuple(reader(item, f"{key}[{number}]") for number, item in enumerate(items))


def _plain(value: Any) -> dict[str, Any]:
    """A frozen value as JSON-able data: days in ISO, tuples as lists."""
    data = asdict(value)
    for name, item in data.items():
        if isinstance(item, date):
            data[name] = item.isoformat()
        elif isinstance(item, tuple):
            data[name] = list(item)
    return data


@cache
def national(year: int) -> RuleSet:
    """The shipped rule set of a year; raises `LookupError` for a year that is not shipped."""
    path = files("core.rulesets") / f"{year}.toml"
    if not path.is_file():
        raise LookupError(f"no national rules are shipped for {year}")
    return RuleSet.from_document(tomllib.loads(path.read_text(encoding="utf-8")))


def newest(year: int) -> RuleSet:
    """The shipped rule set of a year, else of the last year before it that has one, else the first of all."""
    shipped = sorted(int(path.name.removesuffix(".toml")) for path in files("core.rulesets").iterdir()
                     if path.name.endswith(".toml"))  # fmt: skip
    return national(max((one for one in shipped if one <= year), default=shipped[0]))


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


@cache
def promulgation(year: int) -> str:
    """The State Council office's documents behind a year's holidays; "" for a year not promulgated here."""
    return next((row["documents"] for row in _rows("holidays/sources.csv") if row["year"] == str(year)), "")


def _rows(name: str) -> list[dict[str, str]]:
    text = (files("core.rulesets") / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))

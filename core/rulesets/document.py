"""A rule set from data, strictly: `ValueError` names the first key missing, unknown or of a wrong type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from core.rulesets.terms import term_on
from core.rulesets.values import Kind, Maintenance, Season, Source, Values

SEASON_KEYS = ("first_half", "second_half")
BUSINESSES = ("recognition", "registration")
AUTHORITIES = ("county", "city", "province")

_WORDS = {int: "a whole number", float: "a number", bool: "true or false", str: "text", list: "a list"}
_TYPES: dict[str, type] = {"int": int, "bool": bool, "float": float, "str": str, "tuple[str, ...]": list}
_CHOICES: dict[str, tuple[str, ...]] = {
    "photo_min_severity": ("refusal", "warning"),
    "corps_certificate_digits": ("65", "66"),
}


def exactly(item: Any, where: str, needed: set[str], optional: frozenset[str] = frozenset()) -> dict[str, Any]:
    """`item` as a table with the keys `needed` and perhaps some `optional` ones; raises `ValueError`."""
    if not isinstance(item, Mapping):
        raise ValueError(f"{where} must be a table, not {item!r}")
    missing = sorted(needed - set(item))
    if missing:
        raise ValueError(f"{where}: missing key {missing[0]}")
    unknown = sorted(str(key) for key in set(item) - needed - optional)
    if unknown:
        raise ValueError(f"{where}: unknown key {unknown[0]}")
    return dict(item)


def typed(value: Any, kind: type, where: str) -> Any:
    """`value` when it is of `kind` (true is no number; 1 may stand for 1.0); raises `ValueError`."""
    fits = {
        int: isinstance(value, int) and not isinstance(value, bool),
        float: isinstance(value, int | float) and not isinstance(value, bool),
        bool: isinstance(value, bool),
        str: isinstance(value, str),
        list: isinstance(value, list | tuple),
    }
    if not fits[kind]:
        raise ValueError(f"{where} must be {_WORDS[kind]}, not {value!r}")
    return value


def texts(value: Any, where: str) -> tuple[str, ...]:
    """A list of different texts; raises `ValueError`."""
    items = tuple(typed(item, str, f"{where}[{number}]") for number, item in enumerate(typed(value, list, where)))
    if len(set(items)) != len(items):
        raise ValueError(f"{where} names something twice")
    return items


def _day(value: Any, where: str) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise ValueError(f"{where} must be a day such as 2020-03-20, not {value!r}")


def _one_of(value: Any, choices: tuple[str, ...], where: str) -> str:
    if value not in choices:
        raise ValueError(f"{where} must be one of {', '.join(choices)}, not {value!r}")
    return str(value)


_ORIGIN = frozenset({"clause", "rule"})


def _origin(data: dict[str, Any], where: str) -> dict[str, str]:
    return {key: typed(data.get(key, ""), str, f"{where}.{key}") for key in ("clause", "rule")}


def season(item: Any, where: str) -> Season:
    """One `[[seasons]]` table; raises `ValueError`."""
    data = exactly(item, where, {"name", "opens", "closes", "businesses"}, _ORIGIN)
    businesses = texts(data["businesses"], f"{where}.businesses")
    for business in businesses:
        _one_of(business, BUSINESSES, f"{where}.businesses")
    opens, closes = _day(data["opens"], f"{where}.opens"), _day(data["closes"], f"{where}.closes")
    if closes < opens:
        raise ValueError(f"{where}.closes is earlier than opens")
    name = _one_of(data["name"], SEASON_KEYS, f"{where}.name")
    return Season(name, opens, closes, businesses, **_origin(data, where))


def maintenance(item: Any, where: str) -> Maintenance:
    """One `[[maintenance]]` table; raises `ValueError`."""
    data = exactly(item, where, {"first", "last"}, _ORIGIN)
    first, last = _day(data["first"], f"{where}.first"), _day(data["last"], f"{where}.last")
    if last < first:
        raise ValueError(f"{where}.last is earlier than first")
    return Maintenance(first, last, **_origin(data, where))


def kind(item: Any, where: str, values: Values) -> Kind:
    """One `[[kinds]]` table; its levels must be among those of `values`; raises `ValueError`."""
    data = exactly(item, where, {f.name for f in fields(Kind)})
    for name in ("code", "identifier", "name"):
        typed(data[name], str, f"{where}.{name}")
    for name in ("county_first", "hmt"):
        typed(data[name], bool, f"{where}.{name}")
    _one_of(data["code"], tuple("1234567"), f"{where}.code")
    _one_of(data["authority"], AUTHORITIES, f"{where}.authority")
    _one_of(data["least_education"], values.education_levels, f"{where}.least_education")
    _one_of(data["least_putonghua"], values.putonghua_levels, f"{where}.least_putonghua")
    _one_of(data["exempt_education"], ("", *values.education_levels), f"{where}.exempt_education")
    return Kind(**data | {"subjects": texts(data["subjects"], f"{where}.subjects")})


def _terms(written: tuple[str, ...], where: str) -> None:
    try:
        term_on(written, date.max)
    except ValueError as fault:
        raise ValueError(f"{where}: {fault}") from fault


def values_of(items: Any) -> tuple[Values, dict[str, Source]]:
    """The `[values]` table: each value and where it comes from; raises `ValueError`."""
    declared = {f.name: str(f.type) for f in fields(Values)}
    data = exactly(items, "values", set(declared))
    values: dict[str, Any] = {}
    sources: dict[str, Source] = {}
    for name, type_name in declared.items():
        where = f"values.{name}"
        item = exactly(data[name], where, {"value", "clause", "rule"}, frozenset({"reading", "reading_en"}))
        wanted = _TYPES[type_name]
        value = item.pop("value")
        values[name] = texts(value, where) if wanted is list else typed(value, wanted, where)
        if name in _CHOICES:
            _one_of(value, _CHOICES[name], where)
        if wanted is list and name.endswith("_terms"):
            _terms(values[name], where)
        sources[name] = Source(**{key: typed(text, str, f"{where}.{key}") for key, text in item.items()})
    return Values(**values), sources

"""The yearbook's form: seasons, maintenance and every value typed beside its clause, or a file instead of them."""

from __future__ import annotations

import json
import tomllib
from copy import deepcopy
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l

from core.calendar.schemas import YearbookShape
from core.foundation.errors import Refused
from core.foundation.findings import N_, Finding
from core.foundation.web import Form, only
from core.rulesets.document import BUSINESSES, SEASON_KEYS

MAINTENANCE_LINES = 4


def read_document(text: str) -> dict[str, Any]:
    """A rule set from JSON or TOML; raises `Refused` with the place of the fault."""
    try:
        return dict(json.loads(text)) if text.lstrip().startswith("{") else tomllib.loads(text)
    except (ValueError, TypeError, RecursionError) as fault:
        finding = Finding(
            "yearbook_unreadable",
            N_("年度规则内容有误：%(text)s"),
            clause="三(一)",
            field="document",
            params={"text": str(fault)},
        )
        raise Refused([finding]) from fault


class YearbookForm(Form):
    """Fields `season-first_half-opens`, `maintenance-0-first`, `value-<name>` …, made from a base version.

    `load` gives id, reason and document, as the shape does; lists are typed with commas between.
    """

    def __init__(self, base: dict[str, Any]) -> None:
        self.base = base
        super().__init__(YearbookShape(), _typed_from(base))
        if self.sent:
            self.values |= request.form.to_dict()
            self.values |= {name: request.form.getlist(name) for name in map(_businesses, SEASON_KEYS)}

    def load(self) -> dict[str, Any] | None:
        """The document that was typed, pasted or built from the fields; None with `errors` filled."""
        only("reason", "document", "year", "source", "season-*", "maintenance-*", "value-*")
        typed = request.form
        text = typed.get("document", "").strip()
        try:
            document = read_document(text) if text else self._built()
        except Refused as refusal:
            self.refuse(refusal.findings)
            return None
        wrong = self.errors
        loaded = self.checked({"id": typed.get("id"), "reason": typed.get("reason", ""), "document": text or "-"})
        self.errors |= wrong
        return None if loaded is None or self.errors else loaded | {"document": document}

    def _built(self) -> dict[str, Any]:
        typed, document = request.form, deepcopy(self.base)
        document["year"] = self._number("year", int)
        document["source"] = typed.get("source", "").strip()
        known = {season["name"]: season for season in self.base["seasons"]}
        document["seasons"] = [self._season(name, known.get(name, {})) for name in SEASON_KEYS if self._open(name)]
        document["maintenance"] = [
            {"first": typed[f"maintenance-{n}-first"], "last": typed.get(f"maintenance-{n}-last", ""),
             "clause": "三(一)", "rule": "R-CAL-03"}
            for n in range(MAINTENANCE_LINES) if typed.get(f"maintenance-{n}-first", "").strip()
        ]  # fmt: skip
        for name, item in document["values"].items():
            item["value"] = self._value(f"value-{name}", item["value"])
        return document

    def _open(self, name: str) -> bool:
        return bool(request.form.get(f"season-{name}-opens", "").strip())

    def _season(self, name: str, known: dict[str, Any]) -> dict[str, Any]:
        typed = request.form
        return {
            "clause": "三(一)", "rule": "R-CAL-01", **known, "name": name, "opens": typed[f"season-{name}-opens"],
            "closes": typed.get(f"season-{name}-closes", ""),
            "businesses": [item for item in typed.getlist(_businesses(name)) if item in BUSINESSES],
        }  # fmt: skip

    def _value(self, field: str, before: Any) -> Any:
        text = request.form.get(field, "").strip()
        if isinstance(before, bool):
            return text == "true"
        if isinstance(before, int | float):
            return self._number(field, type(before))
        if isinstance(before, list | tuple):
            return [part.strip() for part in text.replace("，", ",").split(",") if part.strip()]
        return text

    def _number(self, field: str, kind: type[int] | type[float]) -> int | float:
        try:
            return kind(request.form.get(field, "").strip())
        except ValueError:
            self.errors[field] = [str(_l("请填写数字"))]
            self.status = 422
            return 0


def _businesses(name: str) -> str:
    return f"season-{name}-businesses"


def _typed_from(base: dict[str, Any]) -> dict[str, Any]:
    typed: dict[str, Any] = {"year": base["year"], "source": base["source"]}
    for season in base["seasons"]:
        name = season["name"]
        typed |= {f"season-{name}-opens": season["opens"], f"season-{name}-closes": season["closes"]}
        typed[_businesses(name)] = season["businesses"]
    for number, period in enumerate(base["maintenance"]):
        typed |= {f"maintenance-{number}-{end}": period[end] for end in ("first", "last")}
    return typed | {f"value-{name}": as_typed(item["value"]) for name, item in base["values"].items()}


def as_typed(value: Any) -> str:
    """A value as one types it: true or false, lists with commas."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(value) if isinstance(value, list | tuple) else str(value)

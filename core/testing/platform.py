"""Runs a plugin inside a small platform of its own (SQLite, both sites) and says what is wrong with it there.

`python -m core.testing.platform MODULE` prints {check: "" or what is wrong} as JSON; the settings come from the
environment. A process of its own, so that nothing of it stays in the tests' process.
"""

from __future__ import annotations

import importlib
import json
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch
from uuid import UUID

from flask import Flask
from sqlalchemy import Engine, MetaData, create_engine, insert

from core.accounts.rules import GRANTS
from core.app import create_app, resources
from core.config import Settings
from core.foundation import outbox, schema
from core.foundation.access import NATION, NOBODY, Actor, rule_of, territory, within
from core.foundation.db import db
from core.foundation.web import init
from core.hooks import discovery, parts

FILLER = UUID("01890000-0000-7000-8000-000000000000")


@dataclass(frozen=True)
class _Point:
    """An entry point of the plugin under test."""

    plugin: ModuleType
    dist: None = None

    @property
    def value(self) -> str:
        return self.plugin.__name__

    def load(self) -> ModuleType:
        return self.plugin


@dataclass
class Platform:
    """The plugin, both sites with it, and who is using them now."""

    code: str
    plugin: ModuleType
    folder: Path
    actor: Actor = NOBODY
    sites: dict[str, Flask] = field(default_factory=dict)

    def site(self, name: str, provinces: str) -> Flask:
        """A site with these provinces active."""
        settings = Settings(
            data_dir=str(self.folder), secret_key="a secret for the kit only, forty letters long", provinces=provinces,
            log_level="CRITICAL",
        )  # fmt: skip
        points = {self.code: [_Point(self.plugin)]}
        with (
            patch("core.app.web.init", lambda app, load, *rest: init(app, lambda: self.actor, *rest)),
            patch("core.hooks.discovery.installed", lambda: points),
        ):
            return create_app(name, settings)  # type: ignore[arg-type]

    def routes(self, site: str) -> list[tuple[str, str, Any]]:
        """(address, endpoint, stated rule) of the plugin's routes; only addresses without places."""
        app = self.sites[site]
        return [
            (rule.rule, rule.endpoint, rule_of(app.view_functions[rule.endpoint]))
            for rule in app.url_map.iter_rules()
            if rule.endpoint.startswith(f"province_{self.code}.")
        ]

    def pages(self) -> list[tuple[str, Any]]:
        """The officers' pages that can be opened by their address alone."""
        app = self.sites["staff"]
        simple = {r.rule for r in app.url_map.iter_rules() if "GET" in (r.methods or ()) and not r.arguments}
        return [
            (url, stated) for url, _end, stated in self.routes("staff") if url in simple and stated.who == "officer"
        ]

    def officer(self, prefix: str) -> Actor:
        """An officer of a territory with every permission."""
        granted = frozenset().union(*GRANTS.values())
        return Actor("officer", FILLER, "kit", frozenset({"province_officer"}), granted, prefix)


def tables_and_revisions(it: Platform) -> str:
    """Tables go up, down and up, empty and filled, and equal the models."""
    revisions = parts.load_tables(it.code, it.plugin)
    if revisions is None:
        return ""
    engine = create_engine(f"sqlite:///{it.folder / 'tables.sqlite3'}")
    steps = [step.revision for step in schema.history(revisions, province=it.code)]
    if len(schema.heads(revisions, province=it.code)) != 1:
        return "the revisions have more than one head"
    schema.upgrade(engine, revisions, steps[0], province=it.code)
    fill(engine, it.code)
    schema.upgrade(engine, revisions, province=it.code)
    if found := schema.differences(engine, it.code):
        return f"the revisions do not make what the models say: {found[0]}"
    schema.downgrade(engine, revisions, "base", province=it.code)
    schema.upgrade(engine, revisions, province=it.code)
    return ""


def fill(engine: Engine, code: str) -> None:
    """A row in each of the province's tables, by the types of its columns."""
    there = MetaData()
    there.reflect(engine, only=lambda name, _: name.startswith(f"p{code}_"))
    with engine.begin() as connection:
        for table in there.sorted_tables:
            values = {column.name: _filler(column, code) for column in table.columns}
            connection.execute(insert(table).values(values))


def _filler(column: Any, code: str) -> Any:
    if column.name in ("province_code", "territory"):
        return code
    with suppress(NotImplementedError):
        kind = column.type.python_type
        fillers: dict[type, Any] = {
            int: 1, float: 1.0, bool: True, bytes: b"x", dict: {}, list: [], date: date(2020, 3, 25),
            datetime: datetime(2020, 3, 25, tzinfo=UTC),
        }  # fmt: skip
        if kind in fillers:
            return fillers[kind]
    length = getattr(column.type, "length", None)
    return FILLER.hex if length in (None, 32) else "x"


def routes_state_known_permissions(it: Platform) -> str:
    """Every route names a permission that some role grants, or none."""
    granted = frozenset().union(*GRANTS.values())
    for site in it.sites:
        for url, _endpoint, stated in it.routes(site):
            if stated.permission and stated.permission not in granted:
                return f"{url}: no role grants {stated.permission!r}"
            if site == "public" and stated.who == "officer":
                return f"{url}: officers do not use the public site"
    return ""


def strangers_open_nothing(it: Platform) -> str:
    """Nobody signed in, and no other province's officer, opens an officers' page."""
    other = "11" if it.code != "11" else "12"
    for actor, allowed in ((NOBODY, (303, 401, 404)), (it.officer(other), (404,))):
        it.actor = actor
        for url, _stated in it.pages():
            status = it.sites["staff"].test_client().get(url).status_code
            if status not in allowed:
                return f"{url} answered {status} to {actor.kind} of {actor.prefix or 'nowhere'}"
    return ""


def officers_open_their_pages(it: Platform) -> str:
    """The province's and the nation's officers open every page, in both languages."""
    for prefix in (it.code, ""):
        it.actor = it.officer(prefix)
        for url, _stated in it.pages():
            for language in ("zh", "en"):
                answer = it.sites["staff"].test_client().get(url, headers={"Accept-Language": language})
                if answer.status_code >= 400:
                    return f"{url} answered {answer.status_code} to an officer of {prefix or 'the nation'}"
                if b'lang="' not in answer.data and answer.mimetype == "text/html":
                    return f"{url} does not extend the platform's page"
    return ""


def daily_work_may_be_repeated(it: Platform) -> str:
    """What the platform has done once a day is done without a fault, also twice."""
    app = it.sites["staff"]
    with app.app_context(), within(territory(it.code)):
        for kind in discovery.present().parts[it.code].daily:
            for _ in range(2):
                message = outbox.Message(FILLER, it.code, kind, {}, 0)
                outbox.JOBS[kind].handler(message, datetime(2020, 3, 25, 1, 0, tzinfo=UTC))
                db.session.commit()
    return ""


def the_core_runs_without_it(it: Platform) -> str:
    """With the plugin out and its tables still there both sites answer, and its addresses are gone."""
    it.actor = it.officer("")
    for name in ("public", "staff"):
        client = it.site(name, "").test_client()
        if client.get("/healthz").status_code != 200:
            return f"the {name} site does not run without the plugin"
        if client.get(f"/p/{it.code}/").status_code != 404:
            return f"/p/{it.code}/ is still there on the {name} site"
    return ""


CHECKS: dict[str, Callable[[Platform], str]] = {
    check.__name__: check
    for check in (
        tables_and_revisions,
        routes_state_known_permissions,
        strangers_open_nothing,
        officers_open_their_pages,
        daily_work_may_be_repeated,
        the_core_runs_without_it,
    )
}


def examine(plugin: ModuleType, folder: Path) -> dict[str, str]:
    """Every check by name: "" or what is wrong."""
    it = Platform(str(plugin.MANIFEST.code), plugin, folder)
    try:
        it.sites = {name: it.site(name, it.code) for name in ("staff", "public")}
        with it.sites["staff"].app_context(), within(NATION):
            schema.upgrade(db.engine, resources() / "migrations")
            discovery.present().migrate(db.engine)
    except Exception as error:  # whatever a plugin does at start
        return dict.fromkeys(CHECKS, f"the platform does not start with it: {type(error).__name__}: {error}"[:300])
    found = {}
    for name, check in CHECKS.items():
        try:
            found[name] = check(it)
        except Exception as error:  # whatever a plugin does when it runs
            found[name] = f"{type(error).__name__}: {error}"[:300]
    return found


def main(arguments: list[str]) -> None:
    """Examine the module named on the command line."""
    plugin = importlib.import_module(arguments[0])
    with tempfile.TemporaryDirectory() as folder:
        sys.stdout.write(json.dumps(examine(plugin, Path(folder)), ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1:])

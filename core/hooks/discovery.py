"""Finds, checks and loads provinces: installed is not active; active are the codes the operator names."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType
from typing import Protocol

import structlog
from flask import Blueprint, Flask, current_app
from sqlalchemy import Engine

from core.foundation import i18n, outbox, schema
from core.foundation.db import one_transaction
from core.foundation.web import Section
from core.hooks import parts, statement
from core.hooks.breaker import HealthStore
from core.hooks.contract import LoadRefused
from core.hooks.host import ProvinceHost
from core.hooks.manifest import Manifest, manifest_of, read_settings
from core.rulesets.loader import province_names, provinces

__all__ = [
    "LoadRefused",
    "Manifest",
    "Provinces",
    "bring",
    "host_for",
    "installed",
    "load",
    "present",
    "province_name",
    "read_settings",
]

GROUP = "xingtan.provinces"
TEMPLATE = "00"
TEMPLATE_NAME = "示范省"  # the template's own name: data, not a message

log = structlog.get_logger("xingtan.province")


class Operator(Protocol):
    """What loading must know of the platform's settings."""

    @property
    def environment(self) -> str:
        """ "embedded" or "production"."""
        ...

    @property
    def require_conformance(self) -> str:
        """The folder of keys that must have signed a plugin's statement; "" demands none."""
        ...

    def codes(self, name: str) -> tuple[str, ...]:
        """The codes of the setting `provinces` or `provinces_blocked`."""
        ...


@dataclass
class Provinces:
    """Every province's host; those without a plugin run on defaults."""

    hosts: dict[str, ProvinceHost] = field(default_factory=dict)
    parts: dict[str, parts.Parts] = field(default_factory=dict)
    health: HealthStore | None = None

    @property
    def pages(self) -> dict[str, dict[str, Blueprint]]:
        """The provinces' pages by code and site."""
        return {code: brought.pages for code, brought in self.parts.items() if brought.pages}

    def host_for(self, code: str) -> ProvinceHost:
        """The host of the province a row belongs to."""
        if code not in self.hosts:
            self.hosts[code] = ProvinceHost(code, health=self.health)
        return self.hosts[code]

    def active(self) -> list[ProvinceHost]:
        """Hosts that run a plugin or should, by code."""
        return [host for _, host in sorted(self.hosts.items()) if host.plugin or host.held]

    def blocked(self) -> list[ProvinceHost]:
        """Hosts whose plugin the operator took out, by code."""
        return [host for _, host in sorted(self.hosts.items()) if host.blocked]

    def mount(self, app: Flask, site: str) -> None:
        """Mount each plugin's pages of a site under /p/CC/, its templates and texts behind the core's."""
        for code, brought in sorted(self.parts.items()):
            if brought.translations is not None:
                i18n.add_catalogue(app, code, brought.translations)
            if site in brought.pages:
                parts.mount(app, code, brought.pages[site])

    def sections(self, site: str) -> list[Section]:
        """The plugins' entries of a site's navigation."""
        return [section for _, brought in sorted(self.parts.items()) for section in brought.sections.get(site, ())]

    def migrate(self, engine: Engine) -> None:
        """Bring the tables of every active plugin up to date."""
        for code, brought in sorted(self.parts.items()):
            if brought.migrations is not None and not schema.is_current(engine, brought.migrations, province=code):
                schema.upgrade(engine, brought.migrations, province=code)

    def behind(self, engine: Engine) -> dict[str, str]:
        """Provinces whose tables are not those of the plugin, with the command that mends it."""
        return {
            code: f"xingtan province {code} migrate"
            for code, brought in sorted(self.parts.items())
            if brought.migrations is not None and not schema.is_current(engine, brought.migrations, province=code)
        }

    @one_transaction
    def post_daily(self, day: date, now: datetime) -> int:
        """Post the plugins' daily work, each to its province's queue, once a day; returns how many."""
        kinds = [(code, kind) for code, brought in sorted(self.parts.items()) for kind in brought.daily]
        due = [(code, kind, f"{kind}:{day}") for code, kind in kinds if not outbox.promised(f"{kind}:{day}")]
        for code, kind, key in due:
            outbox.post(kind, code, now=now, key=key)
        return len(due)


def present() -> Provinces:
    """The provinces of this application."""
    found: Provinces = current_app.extensions["provinces"]
    return found


def host_for(code: str) -> ProvinceHost:
    """The host of a row's province."""
    return present().host_for(code)


def province_name(code: str) -> str:
    """A province's full Chinese name."""
    names = province_names()
    return names[code][0] if code in names else TEMPLATE_NAME


def installed() -> dict[str, list[EntryPoint]]:
    """Entry points of the group by code, in-tree and installed alike."""
    found: dict[str, list[EntryPoint]] = {}
    for point in entry_points(group=GROUP):
        found.setdefault(point.name, []).append(point)
    return found


def load(settings: Operator, environ: Mapping[str, str] | None = None, health: HealthStore | None = None) -> Provinces:
    """Load the active provinces.

    What the operator has wrong (a code that does not exist, two plugins for one) is a start-up error. A
    plugin's own fault is one too, except in production: there its province runs on defaults, flagged,
    conclusions held, and all others run.
    """
    environ = os.environ if environ is None else environ
    result = Provinces(health=health)
    points = installed()
    blocked = settings.codes("provinces_blocked")
    _check_codes(settings, points, blocked)
    for code in settings.codes("provinces"):
        if code in blocked:
            log.warning("province blocked", province=code)
            result.hosts[code] = ProvinceHost(code, blocked=True, health=health)
            continue
        try:
            _activate(result, code, points.get(code, []), environ, settings.require_conformance)
        except LoadRefused as refusal:
            if settings.environment != "production":
                raise
            log.error("province not loaded", province=code, error=str(refusal))
            result.hosts[code] = ProvinceHost(code, held=str(refusal), health=health)
    return result


def _check_codes(settings: Operator, points: Mapping[str, list[EntryPoint]], blocked: tuple[str, ...]) -> None:
    known = {TEMPLATE, *provinces()}
    for name in ("provinces", "provinces_blocked"):
        for code in settings.codes(name):
            if code not in known:
                raise LoadRefused(f"XINGTAN_{name.upper()}: there is no province {code}; codes are two digits, as 33")
    for code in settings.codes("provinces"):
        if code in blocked:
            continue
        if code == TEMPLATE and settings.environment == "production":
            raise LoadRefused("XINGTAN_PROVINCES: 00 is the template and never active in production; take it out")
        if len(points.get(code, [])) > 1:
            raise LoadRefused(_how_many(code, points[code]))


def _owner(point: EntryPoint) -> str:
    return point.dist.name if point.dist else "unknown distribution"


def bring(code: str) -> ModuleType:
    """The one installed plugin of a province, active or not; raises `LoadRefused`."""
    points = installed().get(code, [])
    if len(points) != 1:
        raise LoadRefused(_how_many(code, points))
    return _import(code, points[0])


def _how_many(code: str, points: list[EntryPoint]) -> str:
    if points:
        names = ", ".join(f"{point.value} ({_owner(point)})" for point in points)
        return f"two plugins for province {code}: {names}; uninstall one"
    have = ", ".join(sorted(installed())) or "none"
    return f"no plugin for province {code} is installed (installed: {have}); install one with pip"


def _activate(result: Provinces, code: str, points: list[EntryPoint], environ: Mapping[str, str], keys: str) -> None:
    if not points:
        have = ", ".join(sorted(installed())) or "none"
        raise LoadRefused(
            f"XINGTAN_PROVINCES: no plugin for {code} is installed (installed: {have}); install one or take {code} out"
        )
    plugin = _import(code, points[0])
    if keys:
        statement.demand(code, plugin, keys)
    settings = read_settings(manifest_of(code, plugin), environ)
    host = ProvinceHost(code, plugin, settings, health=result.health)
    result.parts[code] = parts.load_parts(code, plugin)
    result.hosts[code] = host


def _import(code: str, point: EntryPoint) -> ModuleType:
    try:
        plugin = point.load()
    except Exception as error:  # whatever a plugin's import does
        raise LoadRefused(f"province {code}: {point.value} cannot be imported: {error}") from error
    if not isinstance(plugin, ModuleType):
        raise LoadRefused(f"province {code}: entry point {point.value} must name a module, as package.plugin")
    return plugin

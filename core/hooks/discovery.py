"""Finds, checks and loads provinces: installed is not active; active are the codes the operator names."""

from __future__ import annotations

import importlib
import importlib.util
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from types import ModuleType
from typing import Any

import structlog
from flask import Flask, current_app
from marshmallow import RAISE, Schema, ValidationError

from core.config import Settings
from core.hooks.host import LoadRefused, ProvinceHost
from core.hooks.specs import HOOKS
from core.rulesets.loader import province_names, provinces

GROUP = "xingtan.provinces"
TEMPLATE = "00"
TEMPLATE_NAME = "示范省"  # the template's own name: data, not a message

log = structlog.get_logger("xingtan.province")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a plugin says of itself. `requires` is the least version of the hooks, "1.0"."""

    code: str
    name: str
    version: str
    requires: str
    settings: type[Schema] | None = None


@dataclass
class Provinces:
    """Every province's host; those without a plugin run on defaults."""

    hosts: dict[str, ProvinceHost] = field(default_factory=dict)

    def host_for(self, code: str) -> ProvinceHost:
        """The host of the province a row belongs to."""
        if code not in self.hosts:
            self.hosts[code] = ProvinceHost(code)
        return self.hosts[code]

    def active(self) -> list[ProvinceHost]:
        """Hosts that run a plugin or should, by code."""
        return [host for _, host in sorted(self.hosts.items()) if host.plugin or host.held]

    def mount(self, app: Flask, site: str) -> None:
        """Mount each plugin's pages under /p/CC/ and its templates behind the core's."""
        name = "blueprint" if site == "staff" else "public_blueprint"
        for host in self.active():
            views = _part(host.plugin, "views") if host.plugin else None
            if views is not None and hasattr(views, name):
                app.register_blueprint(getattr(views, name), url_prefix=f"/p/{host.code}")


def _part(plugin: ModuleType | None, name: str) -> ModuleType | None:
    if plugin is None or not plugin.__package__:
        return None
    full = f"{plugin.__package__}.{name}"
    return importlib.import_module(full) if importlib.util.find_spec(full) else None


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


def installed() -> dict[str, list[Any]]:
    """Entry points by code."""
    found: dict[str, list[Any]] = {}
    for point in entry_points(group=GROUP):
        found.setdefault(point.name, []).append(point)
    return found


def load(settings: Settings, environ: Mapping[str, str] | None = None) -> Provinces:
    """Load the active provinces.

    A fault is a start-up error, except in production: there the province runs on defaults, flagged, its
    conclusions held, and all others run.
    """
    environ = os.environ if environ is None else environ
    result = Provinces()
    available = installed()
    blocked = settings.codes("provinces_blocked")
    for code in settings.codes("provinces"):
        try:
            plugin, own = _load_one(code, available.get(code, []), settings, environ, blocked)
            result.hosts[code] = ProvinceHost(code, plugin, own)
        except LoadRefused as refusal:
            if settings.environment != "production":
                raise
            log.error("province not loaded", province=code, error=str(refusal))
            result.hosts[code] = ProvinceHost(code, held=str(refusal))
    return result


def _load_one(
    code: str, points: list[Any], settings: Settings, environ: Mapping[str, str], blocked: tuple[str, ...]
) -> tuple[ModuleType | None, dict[str, Any]]:
    if code in blocked:
        return None, {}
    if code not in provinces() and code != TEMPLATE:
        raise LoadRefused(f"XINGTAN_PROVINCES: there is no province {code}")
    if code == TEMPLATE and settings.environment == "production":
        raise LoadRefused("XINGTAN_PROVINCES: 00 is the template and never active in production; take it out")
    if not points:
        raise LoadRefused(f"XINGTAN_PROVINCES: no plugin for {code} is installed; install one or take {code} out")
    if len(points) > 1:
        raise LoadRefused(f"two plugins for province {code}: {', '.join(p.value for p in points)}; remove one")
    try:
        plugin = points[0].load()
    except Exception as error:  # whatever a plugin's import does
        raise LoadRefused(f"province {code}: {points[0].value} cannot be imported: {error}") from error
    manifest = _manifest(code, plugin)
    return plugin, read_settings(manifest, environ)


def _manifest(code: str, plugin: ModuleType) -> Manifest:
    manifest = getattr(plugin, "MANIFEST", None)
    if not isinstance(manifest, Manifest):
        raise LoadRefused(f"province {code}: plugin.py must define MANIFEST = Manifest(…)")
    if manifest.code != code:
        raise LoadRefused(f"province {code}: the manifest says code {manifest.code!r}; entry point and it must agree")
    try:
        major, minor = (int(part) for part in manifest.requires.split("."))
    except ValueError as fault:
        raise LoadRefused(f"province {code}: requires must be like '1.0', not {manifest.requires!r}") from fault
    if major != HOOKS[0] or minor > HOOKS[1]:
        have = ".".join(map(str, HOOKS))
        raise LoadRefused(f"province {code}: requires hooks {manifest.requires}, this core has {have}")
    return manifest


def read_settings(manifest: Manifest, environ: Mapping[str, str]) -> dict[str, Any]:
    """The plugin's settings from `XINGTAN_PROVINCE_CC_*`; unknown or wrong ones raise `LoadRefused`."""
    prefix = f"XINGTAN_PROVINCE_{manifest.code}_"
    given = {key[len(prefix) :].lower(): value for key, value in environ.items() if key.startswith(prefix)}
    if manifest.settings is None:
        if given:
            raise LoadRefused(f"province {manifest.code} has no settings, but {prefix}{next(iter(given)).upper()} is set")
        return {}
    try:
        return dict(manifest.settings(unknown=RAISE).load(given))  # type: ignore[arg-type]
    except ValidationError as wrong:
        messages = wrong.normalized_messages()
        name = next(iter(messages))
        raise LoadRefused(f"{prefix}{str(name).upper()}: {messages[name]}") from wrong

"""Plugins made from a few lines of source, and distributions that bring them."""

from __future__ import annotations

import importlib
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from core.foundation import logs
from core.hooks.breaker import MemoryHealth
from core.hooks.host import Moment, ProvinceHost
from core.hooks.manifest import manifest_of
from core.testing import border

HEAD = """
from __future__ import annotations
from datetime import date
from typing import Any
from marshmallow import Schema, fields, validate
from core.sdk.actions import *
from core.sdk.actions import AgencyRefused, AgencyUnavailable, Manifest, hookimpl
from core.sdk.values import *
"""

MANIFEST = 'MANIFEST = Manifest(code="{code}", name="某省", version="1.0", requires="1.0")\n'


def source_of(body: str, code: str = "33") -> str:
    """A plugin's source: imports, a manifest unless `body` has one, and `body`."""
    body = textwrap.dedent(body)
    return HEAD + ("" if "MANIFEST" in body else MANIFEST.format(code=code)) + body


def plugin_of(body: str, code: str = "33") -> ModuleType:
    """A plugin module made from source."""
    module = ModuleType(f"plugin_{code}")
    exec(compile(source_of(body, code), f"plugin_{code}.py", "exec"), module.__dict__)
    return module


def host_of(body: str, code: str = "33", settings: dict[str, object] | None = None) -> ProvinceHost:
    """A province running such a plugin; raises `LoadRefused`."""
    plugin = plugin_of(body, code)
    manifest_of(code, plugin)
    return ProvinceHost(code, plugin, settings, health=MemoryHealth())


@pytest.fixture
def at() -> Moment:
    """25 March 2020 under the national rules."""
    return border.moment()


Install = Callable[..., Path]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Install distributions that bring provinces, found as installed ones are: through entry points.

    `install("xingtan-zhejiang", "33", {"plugin": source, "views": source})` makes a package of these modules.
    The checkout's own distribution is shadowed by one that brings the template alone.
    """
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    before = set(sys.modules)

    def bring(name: str, code: str, modules: dict[str, str] | None = None, entry: str = "") -> Path:
        package = name.replace("-", "_")
        entry = entry or f"{package}.plugin"
        information = folder / f"{package}-1.0.dist-info"
        information.mkdir()
        (information / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (information / "entry_points.txt").write_text(f"[xingtan.provinces]\n{code} = {entry}\n")
        if modules is not None:
            (folder / package).mkdir()
            for module, source in {"__init__": "", **modules}.items():
                (folder / package / f"{module}.py").write_text(textwrap.dedent(source), encoding="utf-8")
        importlib.invalidate_caches()
        return folder / package

    bring("xingtan", "00", None, "plugins.province_template.plugin")
    yield bring
    for name in set(sys.modules) - before:
        if name.startswith("xingtan_"):
            del sys.modules[name]


@pytest.fixture(autouse=True)
def all_is_said() -> None:
    """An application of another test may have asked for errors alone."""
    logs.configure("INFO")

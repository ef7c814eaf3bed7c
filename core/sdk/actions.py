"""What a province does besides judging: declare itself, implement hooks, record what its systems say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from core.checks import service as checks
from core.foundation import clock
from core.foundation.access import Actor, agency, anyone, officer, territory, within
from core.foundation.web import actor
from core.hooks.defaults import hookimpl
from core.hooks.discovery import host_for
from core.hooks.guard import AgencyRefused, AgencyUnavailable
from core.hooks.manifest import Manifest
from core.hooks.types import CheckResult, from_json, to_json

__all__ = [
    "AgencyRefused",
    "AgencyUnavailable",
    "Manifest",
    "actor",
    "agency",
    "anyone",
    "from_json",
    "hookimpl",
    "officer",
    "record_check_results",
    "settings",
    "to_json",
]


def settings(code: str) -> Mapping[str, Any]:
    """The plugin's own settings, as its manifest's schema loaded them; for routes and jobs."""
    return host_for(code).settings


def record_check_results(code: str, results: Iterable[CheckResult]) -> dict[str, int]:
    """Take in answers that the agency called back with; repeated and unknown ones are harmless.

    Returns how many were applied, repeated, unknown and contradicting.
    """
    by = Actor("system", name=f"province {code}")
    with within(territory(code)):
        return checks.record_results(by, code, results, "called_back", clock.now())

"""A core that moves on to the next minor version: plugins for older ones load, newer ones are refused in one line."""

from __future__ import annotations

import importlib
import warnings

import pytest
from pluggy import HookimplMarker
from structlog.testing import capture_logs

from core.foundation.findings import Finding
from core.hooks import contract, defaults, manifest, specs
from core.hooks.breaker import MemoryHealth
from core.hooks.contract import LoadRefused
from core.hooks.host import Moment, ProvinceHost
from core.hooks.types import ApplicationFacts, PlanFacts, ProvinceContext
from core.testing import border
from tests.hooks.conftest import host_of

MANIFEST = 'MANIFEST = Manifest("33", "浙江省", "1.0", requires="{requires}")\n'
NEW = """
@hookimpl
def judge_transfer(ctx: ProvinceContext, facts: ApplicationFacts) -> list[Finding]:
    return [Finding("no_transfer", N_("不行"), clause="1")]
"""
OLD = """
@hookimpl
def judge_plan(ctx: ProvinceContext, draft: PlanFacts) -> list[Finding]:
    return [Finding("no_plan", N_("不行"), clause="1")]
"""


@specs.hookspec(firstresult=True)
def judge_transfer(ctx: ProvinceContext, facts: ApplicationFacts) -> list[Finding]:
    """Judge a transfer.

    Fires: in the request, when it is asked for.
    Return: findings.
    A fault: it is held.
    Since: 1.2
    Clause: 一(一)
    """
    raise NotImplementedError


def _nothing(ctx: ProvinceContext, facts: ApplicationFacts) -> list[Finding]:
    return []


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next minor version: one more hook, with its default."""
    monkeypatch.setattr(specs, "judge_transfer", judge_transfer, raising=False)
    monkeypatch.setattr(specs, "ALL", (*specs.ALL, "judge_transfer"))
    monkeypatch.setattr(defaults, "judge_transfer", HookimplMarker(specs.PROJECT)(_nothing), raising=False)
    monkeypatch.setitem(contract.RETURNS, "judge_transfer", list[Finding])
    monkeypatch.setattr(manifest, "HOOKS", (1, 2))


def asked(body: str, at: Moment, hook: str = "judge_transfer") -> list[Finding]:
    host = host_of(body)
    answer: list[Finding] = host._ask(hook, at, **{"facts" if hook == "judge_transfer" else "draft": None})
    return answer


@pytest.mark.parametrize("code", ["henan", "zhejiang"])
def test_a_province_built_for_1_0_runs_unchanged(code: str, at: Moment) -> None:
    """Both in-tree provinces require 1.0 only: they keep all their hooks, the default answers for the new one."""
    plugin = importlib.import_module(f"plugins.province_{code}.plugin")
    assert plugin.MANIFEST.requires == "1.0"
    host = ProvinceHost(manifest.manifest_of(plugin.MANIFEST.code, plugin).code, plugin, health=MemoryHealth())
    assert host.own >= {"submit_criminal_checks", "collect_criminal_checks"}
    assert host.fetch_hotline_calls(at, border.hotline_day()) == []


def test_a_plugin_for_1_0_loads_and_the_default_answers_for_the_new_hook(later: None, at: Moment) -> None:
    body = MANIFEST.format(requires="1.0") + OLD
    assert [finding.code for finding in asked(body, at, "judge_plan")] == ["no_plan"]
    assert asked(body, at) == []


def test_a_plugin_for_1_2_brings_the_new_hook(later: None, at: Moment) -> None:
    assert [finding.code for finding in asked(MANIFEST.format(requires="1.2") + NEW, at)] == ["no_transfer"]


@pytest.mark.parametrize("requires", ["1.3", "2.0", "0.9"])
def test_what_requires_another_core_is_refused_in_one_line(later: None, requires: str) -> None:
    with pytest.raises(LoadRefused) as refused:
        host_of(MANIFEST.format(requires=requires) + OLD)
    assert str(refused.value) == (
        f"province 33: requires hooks {requires}, this core has 1.2; install a plugin for 1.x or another core"
    )


def test_a_hook_newer_than_what_is_required_is_refused(later: None) -> None:
    with pytest.raises(LoadRefused, match=r"judge_transfer exists since hooks 1\.2, the manifest requires 1\.1"):
        host_of(MANIFEST.format(requires="1.1") + NEW)


def test_on_an_older_core_the_new_hook_does_not_exist() -> None:
    with pytest.raises(LoadRefused, match=r"requires hooks 1\.2, this core has 1\.1"):
        host_of(MANIFEST.format(requires="1.2") + NEW)


def test_what_will_be_removed_still_works_and_is_logged(monkeypatch: pytest.MonkeyPatch, at: Moment) -> None:
    going = specs.hookspec(firstresult=True, warn_on_impl=DeprecationWarning("judge_plan goes in 2.0"))
    original = specs.judge_plan
    monkeypatch.setattr(specs, "judge_plan", going(_like(original)))
    with capture_logs() as logged, warnings.catch_warnings():
        warnings.simplefilter("error")
        assert [finding.code for finding in asked(MANIFEST.format(requires="1.0") + OLD, at, "judge_plan")] == [
            "no_plan"
        ]
    assert [(line["province"], line["what"]) for line in logged] == [("33", "judge_plan goes in 2.0")]


def _like(original: object) -> object:
    def judge_plan(ctx: ProvinceContext, draft: PlanFacts) -> list[Finding]:
        raise NotImplementedError

    judge_plan.__doc__ = original.__doc__
    return judge_plan

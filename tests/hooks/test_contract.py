"""A plugin that does not keep the contract is refused at load, in one line that says what to change."""

from __future__ import annotations

import pytest

from core.hooks import specs
from core.hooks.breaker import MemoryHealth
from core.hooks.contract import LoadRefused
from core.hooks.host import Moment, ProvinceHost
from core.testing import border
from tests.hooks.conftest import host_of, plugin_of

H = "@hookimpl\ndef judge_plan"
PLAN = "ctx: ProvinceContext, draft: PlanFacts) -> list[Finding]:\n    return []\n"

REFUSED = {
    "unknown hook": (f"@hookimpl\ndef judge_plans({PLAN}", "no hook judge_plans; did you mean judge_plan?"),
    "hook of another world": (
        f"@hookimpl\ndef sing({PLAN}",
        "there is no hook sing; the hooks are judge_notice,",
    ),
    "unmarked": (f"def judge_plan({PLAN}", "judge_plan has a hook's name but no @hookimpl"),
    "hookwrapper": (
        f"@hookimpl(hookwrapper=True)\ndef judge_plan({PLAN.replace('return []', 'yield')}",
        "plain",
    ),
    "wrapper": (f"@hookimpl(wrapper=True)\ndef judge_plan({PLAN}", "judge_plan uses wrapper=; "),
    "tryfirst": (
        f"@hookimpl(tryfirst=True)\ndef judge_plan({PLAN}",
        "uses tryfirst=; hooks are plain functions",
    ),
    "trylast": (
        f"@hookimpl(trylast=True)\ndef judge_plan({PLAN}",
        "uses trylast=; hooks are plain functions",
    ),
    "optional": (f"@hookimpl(optionalhook=True)\ndef judge_plan({PLAN}", "uses optionalhook=; "),
    "specname": (f"@hookimpl(specname='judge_notice')\ndef judge_plan({PLAN}", "uses specname=; "),
    "default": (
        H + "(ctx: ProvinceContext, draft: PlanFacts = None) -> list[Finding]:\n    return []",
        "argument draft has a default; drop it",
    ),
    "foreign argument": (
        H + "(context: ProvinceContext, draft: PlanFacts) -> list[Finding]:\n    return []",
        "judge_plan has no argument context; it takes ctx, draft",
    ),
    "star": (
        H + "(*, draft: PlanFacts) -> list[Finding]:\n    return []",
        "argument draft must be plain",
    ),
    "annotation": (
        H + "(ctx: ProvinceContext, draft: NoticeDraft) -> list[Finding]:\n    return []",
        "annotate draft as PlanFacts, not NoticeDraft",
    ),
    "return annotation": (
        H + "(ctx: ProvinceContext, draft: PlanFacts) -> tuple[Finding, ...]:\n    return ()",
        "annotate return as list[Finding], not tuple[Finding, ...]",
    ),
    "no annotation": (
        H + "(ctx, draft):\n    return []",
        "annotate ctx as ProvinceContext, not nothing",
    ),
    "unreadable annotation": (
        H + "(ctx: Elsewhere, draft: PlanFacts) -> list[Finding]:\n    return []",
        "annotations cannot be read: name 'Elsewhere'",
    ),
    "generator": (
        H + "(ctx: ProvinceContext, draft: PlanFacts) -> list[Finding]:\n    yield []",
        "judge_plan must be a plain function",
    ),
    "coroutine": (f"@hookimpl\nasync def judge_plan({PLAN}", "judge_plan must be a plain function"),
    "object": (
        "class Judge:\n    def __call__(self): return []\njudge_plan = hookimpl(Judge())",
        "judge_plan must be a plain function",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_wrong_implementation_is_refused_in_one_line(case: str) -> None:
    source, said = REFUSED[case]
    with pytest.raises(LoadRefused) as refusal:
        host_of(source)
    text = str(refusal.value)
    assert said in text
    assert text.startswith("province 33: ")
    assert "\n" not in text


def test_an_implementation_may_take_fewer_arguments(at: Moment) -> None:
    host = host_of("@hookimpl\ndef training_policy() -> TrainingPolicy:\n    return TrainingPolicy(3)")
    assert host.training_policy(at).meetings == 3


def test_a_proxy_in_the_plugin_is_not_woken() -> None:
    assert host_of("from flask import current_app, request").own == frozenset()


def test_every_hook_has_exactly_one_implementation_in_every_province() -> None:
    plugin = plugin_of(f"{H}({PLAN}")
    for host in (
        ProvinceHost("33", plugin, health=MemoryHealth()),
        ProvinceHost("41", health=MemoryHealth()),
    ):
        for name in specs.ALL:
            (implementation,) = getattr(host.manager.hook, name).get_hookimpls()
            own = implementation.plugin_name == f"province {host.code}"
            assert own == (name in host.own)
        host.manager.check_pending()


def test_each_province_has_a_manager_of_its_own(at: Moment) -> None:
    raising = host_of(f"{H}({PLAN.replace('return []', 'raise RuntimeError')}", "33")
    stern = host_of(
        H + "(draft: PlanFacts) -> list[Finding]:\n    return [Finding('no', N_('不行'))]",
        "41",
    )
    calm = ProvinceHost("66", health=MemoryHealth())
    assert len({id(host.manager) for host in (raising, stern, calm)}) == 3
    facts = border.plans("41")[0]
    assert [finding.source for finding in stern.judge_plan(at, facts)] == ["41"]
    assert calm.judge_plan(at, facts) == []

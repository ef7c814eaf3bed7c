"""The conformance kit finds out a plugin that breaks the contract, each fault by the test meant for it."""

from __future__ import annotations

import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tests.hooks.conftest import source_of

CHECKS = """
@hookimpl
def submit_criminal_checks(ctx: ProvinceContext, batch: CheckBatch) -> list[CheckReceipt]:
    {submit}
    return [CheckReceipt(batch.reference, "A-1")]

@hookimpl
def collect_criminal_checks(ctx: ProvinceContext, receipts: list[CheckReceipt]) -> list[CheckResult]:
    return {collect}
"""
PLAN = "@hookimpl\ndef judge_plan(ctx: ProvinceContext, draft: PlanFacts) -> list[Finding]:\n    "
SECRET = """
class Settings(Schema):
    agency_key = fields.String(load_default="hunter2-hunter2", metadata={"secret": True})

MANIFEST = Manifest("33", "浙江省", "1.0", settings=Settings)
"""

# name: (source, the tests that must fail; none for a sound plugin)
PLUGINS: dict[str, tuple[str, tuple[str, ...]]] = {
    "Sound": (PLAN + 'return [Finding("no", N_("不行"), clause="某省1号")]', ()),
    "Nothing": ("", ("test_hooks_are_known_and_plain",)),
    "NoReturn": (PLAN + "[]", ("test_pure_hook_answers[judge_plan]",)),
    "Reaching": (
        "import socket\n" + PLAN + "try:\n        socket.create_connection(('127.0.0.1', 9))\n"
        "    except Exception:\n        pass\n    return []",
        ("test_pure_hook_touches_nothing[judge_plan]",),
    ),
    "Reading": (PLAN + "open(__file__).close()\n    return []", ("test_pure_hook_touches_nothing[judge_plan]",)),
    "Slow": (
        "import time\n" + PLAN + "end = time.perf_counter() + 0.06\n"
        "    while time.perf_counter() < end: pass\n    return []",
        ("test_pure_hook_is_quick[judge_plan]",),
    ),
    "Moody": (
        "MOODS = []\n"
        + PLAN
        + 'MOODS.append(1)\n    return [Finding("no", N_("不行"), clause="1")] * (len(MOODS) % 2)',
        ("test_pure_hook_repeats_itself[judge_plan]",),
    ),
    "Foreign": (
        PLAN + 'return [Finding("no", "not allowed", clause="1")]',
        ("test_findings_are_fit_to_be_read[judge_plan]",),
    ),
    "Lawless": (PLAN + 'return [Finding("no", N_("不行"))]', ("test_findings_are_fit_to_be_read[judge_plan]",)),
    "Blanks": (
        PLAN + 'return [Finding("no", N_("少于%(days)s天"), clause="1")]',
        ("test_findings_are_fit_to_be_read[judge_plan]",),
    ),
    "Copies": (
        "@hookimpl\ndef extra_materials(facts: ApplicationFacts) -> list[ExtraMaterial]:\n"
        "    return [ExtraMaterial('id', '身份证', '存档', copies=1)]",
        ("test_pure_hook_answers[extra_materials]",),
    ),
    "Lazy": (
        "@hookimpl\ndef training_policy() -> TrainingPolicy:\n    return TrainingPolicy(meetings=0)",
        ("test_training_policy_is_not_below_the_nation",),
    ),
    "Inside": ("from core.foundation import outbox\n" + PLAN + "return []", ("test_code_imports_the_sdk_alone",)),
    "Fickle": (
        "import itertools\nNUMBERS = itertools.count()\n"
        + CHECKS.format(submit="", collect="[]").replace('"A-1"', 'f"A-{next(NUMBERS)}"'),
        ("test_submission_twice_is_once",),
    ),
    "Kind": (
        CHECKS.format(submit="", collect="[]"),
        ("test_an_outage_is_a_fault_in_time[500]", "test_an_outage_is_a_fault_in_time[hang]"),
    ),
    "Gossip": (
        CHECKS.format(submit="ctx.log('sent', who=batch.subjects[0].name)", collect="[]"),
        ("test_nothing_personal_or_secret_is_said",),
    ),
    "Printing": (
        SECRET + CHECKS.format(submit="print(ctx.settings['agency_key'])", collect="[]"),
        ("test_nothing_personal_or_secret_is_said",),
    ),
    "Elsewhere": (
        CHECKS.format(submit="", collect="[CheckResult('who', Outcome.CLEAR, date(2030, 1, 1))]"),
        ("test_answers_are_for_people_of_the_batch",),
    ),
}
ENGLISH = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "不行"\nmsgstr "no"\n'
HEAD = "from core.testing.conformance import ProvinceConformance\n"
SUITE = """
import xingtan_{package}.plugin
class Test{name}(ProvinceConformance):
    plugin = xingtan_{package}.plugin
"""
NO_PLATFORM = "    test_in_a_platform = None\n"  # a platform of its own for each would take minutes


@pytest.fixture(scope="module")
def failed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """Which tests of the kit each plugin failed: one run of them all, as its author would run it."""
    folder = tmp_path_factory.mktemp("provinces")
    suites = HEAD
    for name, (source, _wanted) in PLUGINS.items():
        package = folder / f"xingtan_{name.lower()}"
        package.mkdir()
        (package / "__init__.py").touch()
        (package / "plugin.py").write_text(source_of(source), encoding="utf-8")
        (package / "translations").mkdir()
        (package / "translations" / "en.po").write_text(ENGLISH, encoding="utf-8")
        suites += SUITE.format(name=name, package=name.lower()) + (NO_PLATFORM if name != "Sound" else "")
    (folder / "test_all.py").write_text(suites, encoding="utf-8")
    report = folder / "report.xml"
    path = os.pathsep.join([str(folder), str(Path(__file__).parents[2])])
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", "test_all.py"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        check=False,
    )
    result: dict[str, set[str]] = {name: set() for name in PLUGINS}
    for case in ET.parse(report).iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            result[str(case.get("classname")).rpartition(".Test")[2]].add(str(case.get("name")))
    return result


@pytest.mark.parametrize("name", PLUGINS)
def test_each_fault_is_found_by_its_test(failed: dict[str, set[str]], name: str) -> None:
    wanted = PLUGINS[name][1]
    assert set(wanted) <= failed[name]
    assert bool(wanted) == bool(failed[name])

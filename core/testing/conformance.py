"""The suite that every province passes. Four lines in a plugin inherit it:

>>> from core.testing.conformance import ProvinceConformance
>>> from plugins.province_template import plugin as subject
>>> class TestTemplate(ProvinceConformance):
...     plugin = subject

A plugin with settings states them in `environ`; one that calls an agency says in `connect` how to reach the
kit's (or starts its own in `start_agency`).
"""

from __future__ import annotations

import ast
import contextlib
import json
import logging
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from structlog.testing import capture_logs

from core.foundation.errors import ProvinceFault
from core.foundation.findings import Finding
from core.hooks import contract, parts, specs
from core.hooks.breaker import MemoryHealth
from core.hooks.contract import LoadRefused
from core.hooks.host import QUICK_MILLISECONDS, ProvinceHost
from core.hooks.manifest import manifest_of, read_settings, variable
from core.hooks.types import CheckReceipt, CheckResult
from core.testing import border, platform
from core.testing.agency import Agency
from core.testing.purity import pure

CHINESE = re.compile(r"[\u4e00-\u9fff]")
PLACES = re.compile(r"%\(\w+\)[sd]")
OUTAGES = ("500", "nonsense", "close", "hang", "refuse")
ODDITIES = ("duplicate", "partial", "stranger", "late")


class ProvinceConformance:
    """Inherit as `class TestX(ProvinceConformance)` and set `plugin` to the plugin's module."""

    plugin: ModuleType
    environ: dict[str, str] = {}
    at_home: tuple[str, ...] = ()  # hooks of jobs that ask the plugin's own tables, no outside system
    patience = 15.0  # seconds within which a plugin gives up on an agency that hangs

    def connect(self, agency: Agency) -> dict[str, str]:
        """Variables that point the plugin at the kit's agency; override where it calls one."""
        return {}

    def start_agency(self) -> contextlib.AbstractContextManager[Agency]:
        """The agency to test against; override to bring one that speaks another language.

        It must show its state as `Agency` does: `fault` takes each name of OUTAGES and ODDITIES.
        """
        return Agency(polls=1, answered_on=border.DAY)

    @property
    def code(self) -> str:
        """The province's code."""
        return str(self.plugin.MANIFEST.code)

    def load(self, environ: dict[str, str]) -> ProvinceHost:
        """The province with these settings; raises `LoadRefused`."""
        settings = read_settings(manifest_of(self.code, self.plugin), environ)
        return ProvinceHost(self.code, self.plugin, settings, health=MemoryHealth())

    @pytest.fixture
    def agency(self) -> Iterator[Agency]:
        """A running agency."""
        with self.start_agency() as agency:
            yield agency

    @pytest.fixture
    def settings(self, agency: Agency) -> dict[str, str]:
        """Variables under which the plugin runs here."""
        return {**self.environ, **self.connect(agency)}

    @pytest.fixture
    def host(self, settings: dict[str, str]) -> ProvinceHost:
        """The province, ready to be asked."""
        return self.load(settings)

    def collect(self, host: ProvinceHost, receipts: list[CheckReceipt], tries: int = 5) -> list[CheckResult]:
        """What has come after a few askings."""
        results: list[CheckResult] = []
        for _ in range(tries):
            results += host.collect_criminal_checks(border.moment(), receipts)
        return results

    # -- what it says of itself --

    def test_manifest_is_complete(self) -> None:
        manifest = manifest_of(self.code, self.plugin)
        assert CHINESE.search(manifest.name)
        assert re.fullmatch(r"\d+(\.\d+)+\w*", manifest.version)

    def test_hooks_are_known_and_plain(self) -> None:
        assert contract.implementations(self.code, self.plugin), "the plugin implements no hook"

    def test_code_imports_the_sdk_alone(self) -> None:
        package = self.plugin.__package__ or ""
        allowed = tuple(f"{name}." for name in ("core.sdk", "core.testing", package))
        for path, name in _imports(Path(str(self.plugin.__file__)).parent):
            platform = name.split(".")[0] in ("core", "plugins")
            assert not platform or f"{name}.".startswith(allowed), f"{path} imports {name}"

    def test_pages_tables_and_jobs_are_fenced(self) -> None:
        brought = parts.load_parts(self.code, self.plugin)
        assert set(brought.pages) <= set(parts.EXPORTS)

    def test_texts_are_complete_in_english(self) -> None:
        folder = Path(str(self.plugin.__file__)).parent
        english: dict[str, str] = {}
        if (path := folder / "translations" / "en.po").is_file():
            with path.open("rb") as file:
                english = {str(message.id): str(message.string or "") for message in read_po(file) if message.id}
        for text in _texts(folder):
            said = english.get(text, "")
            assert said, f"translations/en.po has no English for {text!r}"
            assert not CHINESE.search(said), f"translations/en.po: the English of {text!r} is Chinese"
            assert sorted(PLACES.findall(said)) == sorted(PLACES.findall(text)), f"the places of {text!r} differ"

    # -- settings --

    def test_unknown_settings_are_refused(self, settings: dict[str, str]) -> None:
        wrong = variable(self.code, "no_such_setting")
        with pytest.raises(LoadRefused, match=wrong):
            self.load({**settings, wrong: "1"})

    def test_missing_settings_are_named(self, settings: dict[str, str]) -> None:
        schema = self.plugin.MANIFEST.settings
        for name, field in (schema().fields if schema else {}).items():
            if field.required:
                with pytest.raises(LoadRefused, match=variable(self.code, name)):
                    self.load({key: v for key, v in settings.items() if key != variable(self.code, name)})

    def test_secrets_are_not_shown(self, host: ProvinceHost) -> None:
        for secret in self.secrets(host):
            assert secret not in repr(host.settings)
            assert secret not in host.hide(f"https://agency.example/?key={secret}")

    def secrets(self, host: ProvinceHost) -> list[str]:
        """Values of the settings that the schema marks as secret."""
        schema = self.plugin.MANIFEST.settings
        fields = schema().fields if schema else {}
        marked = [name for name, field in fields.items() if field.metadata.get("secret")]
        return [str(host.settings[name]) for name in marked if host.settings.get(name)]

    # -- pure hooks --

    @pytest.mark.parametrize("hook", specs.PURE)
    def test_pure_hook_answers(self, host: ProvinceHost, hook: str) -> None:
        for ask in border.asks(host, hook):
            assert ask() is not None

    @pytest.mark.parametrize("hook", specs.PURE)
    def test_pure_hook_touches_nothing(self, host: ProvinceHost, hook: str) -> None:
        for ask in border.asks(host, hook):
            with pure() as tried:
                ask()
            assert tried == [], f"{hook} must be pure"
            with pure(files=True) as tried:  # the second time: by now everything is imported
                ask()
            assert tried == [], f"{hook} must not open files"

    @pytest.mark.parametrize("hook", specs.PURE)
    def test_pure_hook_is_quick(self, host: ProvinceHost, hook: str) -> None:
        for ask in border.asks(host, hook):
            took = []
            for _ in range(5):
                started = time.perf_counter()
                ask()
                took.append((time.perf_counter() - started) * 1000)
            assert statistics.median(took) < QUICK_MILLISECONDS

    @pytest.mark.parametrize("hook", specs.PURE)
    def test_pure_hook_repeats_itself(self, host: ProvinceHost, hook: str) -> None:
        for ask in border.asks(host, hook):
            assert ask() == ask()

    @pytest.mark.parametrize("hook", [name for name in specs.PURE if name.startswith("judge_")])
    def test_findings_are_fit_to_be_read(self, host: ProvinceHost, hook: str) -> None:
        for ask in border.asks(host, hook):
            for finding in ask():
                _check_finding(finding, self.code)

    def test_training_policy_is_not_below_the_nation(self, host: ProvinceHost) -> None:
        least = border.moment().rules.v.training_min_meetings
        assert host.training_policy(border.moment()).meetings >= least

    def test_notice_sections_are_texts(self, host: ProvinceHost) -> None:
        for ask in border.asks(host, "notice_sections"):
            for section in ask():
                assert CHINESE.search(section.title)
                assert CHINESE.search(section.body)

    # -- criminal checks --

    def test_submission_gives_receipts(self, host: ProvinceHost) -> None:
        receipts = host.submit_criminal_checks(border.moment(), border.batch())
        by_hand = "submit_criminal_checks" not in host.own
        assert {receipt.channel for receipt in receipts} == {"paper" if by_hand else receipts[0].channel}

    def test_submission_twice_is_once(self, host: ProvinceHost) -> None:
        first = host.submit_criminal_checks(border.moment(), border.batch())
        assert host.submit_criminal_checks(border.moment(), border.batch()) == first

    def test_answers_are_for_people_of_the_batch(self, host: ProvinceHost) -> None:
        batch = border.batch()
        results = self.collect(host, host.submit_criminal_checks(border.moment(), batch))
        assert {result.reference for result in results} <= {subject.reference for subject in batch.subjects}
        assert all(result.decided_on <= border.DAY for result in results)

    @pytest.mark.parametrize("oddity", ODDITIES)
    def test_odd_answers_make_nobody_clear(self, host: ProvinceHost, agency: Agency, oddity: str) -> None:
        batch = border.batch()
        receipts = host.submit_criminal_checks(border.moment(), batch)
        usual = {(r.reference, r.outcome) for r in self.collect(host, receipts)}
        agency.fault = oddity
        strange = {(r.reference, r.outcome) for r in self.collect(host, receipts)}
        known = {subject.reference for subject in batch.subjects}
        assert {pair for pair in strange if pair[0] in known} <= usual

    @pytest.mark.parametrize("outage", OUTAGES)
    def test_an_outage_is_a_fault_in_time(self, host: ProvinceHost, agency: Agency, outage: str) -> None:
        receipts = host.submit_criminal_checks(border.moment(), border.batch())
        agency.fault = outage
        calls = {hook: border.asks(host, hook)[0] for hook in specs.JOBS}
        calls["collect_criminal_checks"] = lambda: host.collect_criminal_checks(border.moment(), receipts)
        for hook, call in calls.items():
            if hook not in host.own or hook in self.at_home:
                assert call() is not None  # no agency, no outage
                continue
            started = time.monotonic()
            with pytest.raises(ProvinceFault):
                call()
            assert time.monotonic() - started < self.patience

    def test_nothing_personal_or_secret_is_said(
        self,
        host: ProvinceHost,
        agency: Agency,
        capfd: pytest.CaptureFixture[str],
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        batch = border.batch()
        said: list[Any] = []
        with capture_logs() as logged, caplog.at_level(logging.DEBUG):
            receipts = host.submit_criminal_checks(border.moment(), batch)
            self.collect(host, receipts)
            for agency.fault in (*OUTAGES, *ODDITIES):
                fresh = self.load({**self.environ, **self.connect(agency)})
                for call in (fresh.submit_criminal_checks, fresh.collect_criminal_checks):
                    try:
                        call(border.moment(), batch if "submit" in call.__name__ else receipts)  # type: ignore[arg-type]
                    except ProvinceFault as fault:
                        said.append(str(fault))
        printed = capfd.readouterr()
        everything = [logged, said, caplog.text, printed.out, printed.err]
        text = json.dumps(everything, ensure_ascii=False, default=str)
        for subject in batch.subjects:
            assert subject.name not in text
            assert subject.document_number not in text
        assert not [secret for secret in self.secrets(host) if secret in text]

    # -- the other hooks of jobs --

    @pytest.mark.parametrize("hook", [name for name in specs.JOBS if "criminal" not in name])
    def test_job_hook_answers_and_repeats_itself(self, host: ProvinceHost, hook: str) -> None:
        for ask in border.asks(host, hook):
            assert ask() == ask()

    def test_evidence_answers_are_for_the_questions(self, host: ProvinceHost) -> None:
        asked = {question.reference for question in border.questions()}
        answers = host.compare_evidence(border.moment(), border.questions())
        assert {answer.reference for answer in answers} <= asked

    # -- inside a platform --

    @pytest.fixture(scope="class")
    @classmethod
    def examined(cls) -> dict[str, str]:
        """What a small platform with the plugin says, check by check."""
        suite = cls()
        with suite.start_agency() as agency:
            settings = {**suite.environ, **suite.connect(agency)}
            environ = {name: value for name, value in os.environ.items() if not name.startswith("XINGTAN_")}
            environ["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
            done = subprocess.run(
                [sys.executable, "-m", "core.testing.platform", suite.plugin.__name__],
                env={**environ, **settings}, capture_output=True, text=True, check=False,
            )  # fmt: skip
        try:
            found: dict[str, str] = json.loads(done.stdout)
        except ValueError:
            found = dict.fromkeys(platform.CHECKS, done.stderr.strip()[-300:])
        return found

    @pytest.mark.parametrize("check", platform.CHECKS)
    def test_in_a_platform(self, examined: dict[str, str], check: str) -> None:
        assert examined[check] == "", examined[check]

    # -- leaving --

    @pytest.mark.parametrize("hook", specs.ALL)
    def test_without_the_plugin_the_default_answers(self, hook: str) -> None:
        bare = ProvinceHost(self.code, health=MemoryHealth())
        for ask in border.asks(bare, hook):
            assert ask() is not None


def _check_finding(finding: Finding, code: str) -> None:
    assert finding.source == code
    assert re.fullmatch(r"[a-z][a-z0-9_]*", finding.code), finding.code
    assert finding.clause, f"{finding.code} names no clause or provincial document"
    for text in (finding.message, finding.remedy):
        assert not text or CHINESE.search(text), f"{finding.code} must speak Chinese"
        assert text % finding.params or not text


def _imports(folder: Path) -> Iterator[tuple[str, str]]:
    """(file, imported module) of every module of a package but its tests."""
    for path in sorted(folder.rglob("*.py")):
        if "tests" in path.relative_to(folder).parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from ((path.name, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                for alias in node.names:
                    yield path.name, f"{node.module}.{alias.name}"


def _texts(folder: Path) -> set[str]:
    """Every text of a package that is shown to people."""
    methods = [("tests/**", "ignore"), ("**.py", "python"), ("**.html", "jinja2")]
    keywords = dict.fromkeys(("N_", "_", "say", "notify"))
    return {str(message) for _file, _line, message, *_rest in extract_from_dir(folder, methods, keywords=keywords)}

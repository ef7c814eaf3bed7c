"""Certifies a plugin: runs the conformance kit on it as pytest would, reads the result, states and signs it."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

from core.hooks import contract, specs
from core.hooks.contract import LoadRefused
from core.hooks.statement import Statement, digest


@dataclass(frozen=True, slots=True)
class Line:
    """One test of the kit: its words, and "" or the first line of why it failed."""

    words: str
    wrong: str


@dataclass(frozen=True, slots=True)
class Report:
    """What the kit found."""

    lines: tuple[Line, ...]

    @property
    def failed(self) -> int:
        """How many tests failed."""
        return sum(bool(line.wrong) for line in self.lines)


def run(code: str, plugin: ModuleType, junit: Path | None = None) -> Report:
    """Run the plugin's `conformance.py`; with `junit` its JUnit XML is kept there. Raises `LoadRefused`."""
    module = f"{plugin.__package__}.conformance"
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None:
        raise LoadRefused(f"province {code}: {module} is missing; add the four lines of docs/provinces-testing.md")
    with tempfile.TemporaryDirectory() as folder:
        report = junit.absolute() if junit else Path(folder) / "report.xml"
        environ = {name: value for name, value in os.environ.items() if not name.startswith(("XINGTAN_", "PYTEST_"))}
        environ["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
        Path(folder, "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--import-mode=importlib"]
        done = subprocess.run(  # noqa: S603 - our own interpreter on the plugin's file
            [*command, "-c", str(Path(folder, "pytest.ini")), f"--junitxml={report}", spec.origin],
            cwd=folder, env=environ, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if not report.is_file():
            last = (done.stderr or done.stdout).strip().splitlines()[-1:]
            raise LoadRefused(f"province {code}: the kit did not run: {' '.join(last)}; is pytest installed?")
        lines = tuple(_line(case) for case in ET.parse(report).iter("testcase"))  # noqa: S314 - our own report
    if not lines:
        raise LoadRefused(f"province {code}: {module} has no class that inherits ProvinceConformance")
    return Report(lines)


def _line(case: ET.Element) -> Line:
    name = str(case.get("name"))
    words = name.removeprefix("test_").replace("_", " ")
    for kind in ("failure", "error"):
        if (fault := case.find(kind)) is not None:
            said = (fault.get("message") or fault.text or "failed").strip()
            return Line(words, said.splitlines()[0][:200] or "failed")
    return Line(words, "")


def statement(code: str, plugin: ModuleType, report: Report, now: datetime) -> Statement:
    """What the report says, bound to the plugin's files and to the versions on both sides."""
    return Statement(
        code=code,
        plugin=str(plugin.__package__),
        version=str(plugin.MANIFEST.version),
        core=version("xingtan"),
        hooks=".".join(map(str, specs.HOOKS)),
        implemented=tuple(sorted(contract.implementations(code, plugin))),
        passed=len(report.lines) - report.failed,
        failed=report.failed,
        files=digest(plugin),
        made_at=now.isoformat(timespec="seconds"),
    )

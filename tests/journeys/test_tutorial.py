"""The tutorial of docs/ is carried out as it stands, in an empty environment, from a wheel of the core."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path

from tests.conftest import PIP

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "provinces-tutorial.md"


def blocks() -> list[str]:
    """The page's commands, block by block."""
    return re.findall(r"^```sh\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def lend(venv: Path) -> None:
    """Let the new environment see our packages, but nothing of Xingtan: a fresh install would take minutes."""
    shared = venv / "shared"
    shared.mkdir()
    for path in Path(sysconfig.get_paths()["purelib"]).iterdir():
        if not path.name.lower().startswith(("xingtan", "__editable__", "pip", "distutils-precedence")):
            (shared / path.name).symlink_to(path)
    (own,) = venv.glob("lib/python*/site-packages")
    (own / "shared.pth").write_text(f"{shared}\n", encoding="utf-8")


def carry_out(folder: Path, wheel: Path) -> subprocess.CompletedProcess[str]:
    """Do all that the page says in a folder; what was said."""
    environ = bare() | {
        "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheel.parent), "PIP_QUIET": "1",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }  # fmt: skip
    subprocess.run([*PIP, "download", "--no-deps", "-d", str(wheel.parent), "setuptools>=77"], check=True)
    first, *rest = blocks()
    subprocess.run(["bash", "-ec", first], cwd=folder, env=environ, check=True)
    lend(folder / "venv")
    return subprocess.run(
        ["bash", "-e"], input="\n".join(rest), cwd=folder, env=environ, capture_output=True, text=True, check=False
    )


def bare() -> dict[str, str]:
    """The variables of somebody who has set none of ours."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("XINGTAN_", "PYTHON"))}


def test_it_runs_to_its_end_from_a_wheel_and_certifies_files_as_they_are(wheel: Path, tmp_path: Path) -> None:
    said = carry_out(tmp_path, wheel)
    assert said.returncode == 0, said.stdout[-3000:] + said.stderr[-3000:]
    assert said.stdout.count(", 0 failed") == 1
    assert "FAIL" not in said.stdout
    assert "44\tactive\txingtan_guangdong.plugin\txingtan-guangdong 1.0.0" in said.stdout
    assert "returned\tp44_call\t0" in said.stdout
    (packages,) = tmp_path.glob("venv/lib/python*/site-packages")
    assert (packages / "core" / "shipped").is_dir()
    assert (tmp_path / "conformance.xml").is_file()
    changed_files_are_not_those_that_were_certified(tmp_path, packages / "xingtan_guangdong" / "rules.py")


def changed_files_are_not_those_that_were_certified(folder: Path, rules: Path) -> None:
    rules.write_text(rules.read_text(encoding="utf-8") + "\nENTRY_DAYS = 1\n", encoding="utf-8")
    environ = bare() | {"XINGTAN_PROVINCES": "44", "XINGTAN_REQUIRE_CONFORMANCE": str(folder / "trusted")}
    said = subprocess.run(
        [folder / "venv/bin/xingtan", "database", "check"],
        cwd=folder, env=environ, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert said.returncode == 1
    assert "province 44: its files are not those that were certified" in said.stderr

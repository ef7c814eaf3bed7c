"""A plugin is loaded only with a statement by a trusted key over these very files, where the operator demands it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.foundation.signing import Signer, ed25519
from core.hooks.discovery import LoadRefused, bring
from core.hooks.statement import NAME, Statement, digest, signed
from tests.hooks.conftest import Install, source_of
from tests.hooks.test_discovery import load

KEY, OTHER = ed25519(b"k" * 32), ed25519(b"o" * 32)


@pytest.fixture
def package(install: Install) -> Path:
    return install("xingtan-certified", "33", {"plugin": source_of("")})


@pytest.fixture
def trusted(tmp_path: Path) -> Path:
    folder = tmp_path / "trusted"
    folder.mkdir()
    (folder / "a.pub").write_text(json.dumps(KEY.public.as_dict()))
    return folder


def certify(package: Path, signer: Signer = KEY, **changes: object) -> Path:
    """Write a statement beside the plugin."""
    facts = {
        "code": "33", "plugin": "xingtan_certified", "version": "1.0", "core": "0.1.0", "hooks": "1.0", "passed": 40,
        "implemented": (), "failed": 0, "files": digest(bring("33")), "made_at": "2020-03-25T09:00:00+08:00",
    }  # fmt: skip
    path = package / NAME
    path.write_text(signed(Statement(**{**facts, **changes}), signer))  # type: ignore[arg-type]
    return path


def refusal(trusted: Path) -> str:
    with pytest.raises(LoadRefused) as refused:
        load("33", require_conformance=str(trusted))
    assert "\n" not in str(refused.value)
    assert load("33", require_conformance=str(trusted), environment="production").host_for("33").state == "held"
    return str(refused.value)


def test_a_certified_plugin_loads(package: Path, trusted: Path) -> None:
    certify(package)
    assert load("33", require_conformance=str(trusted)).host_for("33").state == "plugin"
    (package / NAME).rename(trusted / "33.json")
    assert load("33", require_conformance=str(trusted)).host_for("33").state == "plugin"


def test_without_a_statement_it_does_not(package: Path, trusted: Path) -> None:
    assert "there is no statement; run `xingtan province check 33 --sign KEY`" in refusal(trusted)
    assert load("33").host_for("33").state == "plugin"


def test_nor_signed_by_a_stranger(package: Path, trusted: Path) -> None:
    certify(package, OTHER)
    assert f"signed by key {OTHER.public.key_id}, trusted are {KEY.public.key_id}" in refusal(trusted)


def test_nor_with_a_changed_statement(package: Path, trusted: Path) -> None:
    path = certify(package, failed=3)
    assert "with 3 failed tests" in refusal(trusted)
    path.write_text(path.read_text().replace('"failed": 3', '"failed": 0'))
    assert "the signature of its conformance statement does not hold" in refusal(trusted)


@pytest.mark.parametrize("name", ["plugin.py", "more.py", "templates/province_33/x.html"])
def test_nor_with_changed_files(package: Path, trusted: Path, name: str) -> None:
    certify(package)
    path = package / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text((path.read_text() if path.exists() else "") + "\n")
    assert "its files are not those that were certified" in refusal(trusted)


def test_nor_with_what_is_no_statement(package: Path, trusted: Path) -> None:
    (package / NAME).write_text("{}")
    assert "is no conformance statement" in refusal(trusted)
    certify(package)
    (trusted / "b.pub").write_text("{}")
    assert "b.pub is no public key" in refusal(trusted)

"""The documentation says what the code does."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.generated_docs import PAGES, ROOT


@pytest.mark.parametrize("name", PAGES)
def test_reference_pages_are_those_of_the_code(name):
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == PAGES[name](), "run `make docs`"


def test_both_readmes_name_the_two_commands_and_existing_files():
    for name in ("README.md", "README.zh-CN.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "make run" in text
        assert "make test" in text
        links = [part.split(")")[0] for part in text.split("](")[1:]]
        missing = [link for link in links if not link.startswith("http") and not (ROOT / link).exists()]
        assert not missing


def test_nothing_names_this_machine_or_a_registry():
    words = ("/wor" + "k/", "/far" + "m/", "pypi" + ".org", "python" + "hosted", "registry.npm" + "js")
    for path in ROOT.rglob("*"):
        parts = path.relative_to(ROOT).parts
        if (
            not path.is_file()
            or parts[0] in (".git", ".venv", "var", "build")
            or "vendor" in parts
            or "egg-info" in parts[0]
        ):
            continue
        if (
            path.suffix in (".py", ".md", ".html", ".toml", ".cfg", ".yaml", ".sh", ".service")
            or path.name == "Makefile"
        ):
            text = path.read_text(encoding="utf-8")
            assert not [word for word in words if word in text], path


def test_every_hook_is_in_the_plugins_page():
    from core.hooks.specs import ALL

    text = (Path(ROOT) / "plugins" / "README.md").read_text(encoding="utf-8")
    assert not [name for name in ALL if f"`{name}" not in text]

"""What must always be true of the contract with the provinces."""

from __future__ import annotations

import ast
import inspect
import json
import typing
from pathlib import Path

import pytest

from core.hooks import defaults, reference, specs, types
from core.hooks.breaker import MemoryHealth
from core.hooks.contract import check_implementation
from core.hooks.host import ProvinceHost

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "promises" / "golden" / "hooks.json"
TESTS = ROOT / "tests" / "hooks" / "test_each_hook.py"


def declared() -> list[str]:
    """Every function that is marked as a spec."""
    return [name for name, thing in vars(specs).items() if hasattr(thing, f"{specs.PROJECT}_spec")]


def test_the_list_of_hooks_is_the_marked_specs() -> None:
    assert sorted(specs.ALL) == sorted(declared())
    assert not set(specs.PURE) & set(specs.JOBS)


def test_signatures_change_only_with_the_golden_file() -> None:
    assert reference.signatures() == json.loads(GOLDEN.read_text(encoding="utf-8")), (
        "the contract changed: adding is a minor version, removing needs a deprecation release; raise HOOKS, "
        "note it in CHANGELOG.md, then: python -m core.hooks.reference signatures > tests/promises/golden/hooks.json"
    )


def test_a_minor_version_only_adds() -> None:
    """What plugins built for 1.0 rely on is still there to the letter: hooks, arguments, fields, members."""
    first = json.loads((GOLDEN.parent / "hooks-1.0.json").read_text(encoding="utf-8"))
    now = reference.signatures()
    for name, hook in first["hooks"].items():
        kept = list(now["hooks"][name]["arguments"].items())[: len(hook["arguments"])]
        assert kept == list(hook["arguments"].items())
        assert (now["hooks"][name]["returns"], now["hooks"][name]["since"]) == (hook["returns"], hook["since"])
    for name, fields in first["types"].items():
        assert list(now["types"][name].items())[: len(fields)] == list(fields.items())
        added = list(now["types"][name].values())[len(fields) :]
        assert name == "ProvinceContext" or all(" = " in field for field in added)
    for name, members in first["enums"].items():
        assert set(members) <= set(now["enums"][name])


def test_every_border_value_of_a_hook_is_a_border_type() -> None:
    for name in specs.ALL:
        for hint in typing.get_type_hints(getattr(specs, name)).values():
            for kind in typing.get_args(hint) or (hint,):
                known = (*types.BORDER, types.ProvinceContext)
                assert kind in known or kind.__name__ == "Finding", f"{name}: {kind}"


@pytest.mark.parametrize("name", specs.ALL)
def test_every_hook_is_documented_at_its_declaration(name: str) -> None:
    said = reference.note(name)
    assert all((said.summary, said.fires, said.returns, said.fault))
    assert said.fires.startswith("in the request" if name in specs.PURE else "in a job")
    assert tuple(int(part) for part in said.since.split(".")) <= specs.HOOKS
    assert said.clause[0] in "一二三"


def test_the_readme_has_the_table_of_the_live_specs() -> None:
    text = (ROOT / "plugins" / "README.md").read_text(encoding="utf-8")
    assert reference.table() in text, "run: python -m core.hooks.reference table, and put it into plugins/README.md"
    assert f"version {'.'.join(map(str, specs.HOOKS))}" in text


@pytest.mark.parametrize("name", specs.ALL)
def test_every_hook_has_a_test_named_after_it(name: str) -> None:
    functions = [node.name for node in ast.walk(ast.parse(TESTS.read_text())) if isinstance(node, ast.FunctionDef)]
    assert f"test_{name}" in functions


@pytest.mark.parametrize("name", specs.ALL)
def test_every_hook_has_a_default_that_keeps_the_contract(name: str) -> None:
    check_implementation("defaults", name, getattr(defaults, name))
    host = ProvinceHost("41", health=MemoryHealth())
    (implementation,) = getattr(host.manager.hook, name).get_hookimpls()
    assert implementation.plugin_name == "defaults"


@pytest.mark.parametrize("name", specs.ALL)
def test_the_facade_equals_the_specs(name: str) -> None:
    spec, verb = typing.get_type_hints(getattr(specs, name)), typing.get_type_hints(getattr(ProvinceHost, name))
    assert verb.pop("moment").__name__ == "Moment"
    assert spec.pop("ctx") is types.ProvinceContext
    assert verb == spec
    wanted = list(inspect.signature(getattr(specs, name)).parameters)[1:]
    assert list(inspect.signature(getattr(ProvinceHost, name)).parameters) == ["self", "moment", *wanted]


def test_the_facade_has_no_hook_of_its_own() -> None:
    public = {name for name, thing in vars(ProvinceHost).items() if inspect.isfunction(thing) and name[0] != "_"}
    assert public == {*specs.ALL, "hide"}


def test_hooks_are_called_through_the_facade_alone() -> None:
    callers = []
    for path in (ROOT / "core").rglob("*.py"):
        if path.parent.name != "hooks":
            text = path.read_text(encoding="utf-8")
            callers += [path.name for word in ("PluginManager", ".manager.hook", "import pluggy") if word in text]
    assert callers == []

"""The two reference pages of a province's contractor, made from the live contract: hooks and SDK."""

from __future__ import annotations

import dataclasses
import inspect
import re
import textwrap
from enum import StrEnum
from pathlib import Path
from types import ModuleType
from typing import Any

from core.hooks import box, guard, reference, specs, types
from core.hooks.host import QUICK_MILLISECONDS
from core.sdk import actions, pages, tables, values

QUICK = int(QUICK_MILLISECONDS)
HEAD = "<!-- Made by `make docs` from the code; change the code, not this page. -->\n"


def _said(thing: Any) -> str:
    return textwrap.dedent(inspect.getdoc(thing) or "").strip()


def _arguments(name: str) -> str:
    hints = reference.signatures()["hooks"][name]["arguments"]
    return ", ".join(f"{argument}: {hint}" for argument, hint in hints.items())


def hooks_page() -> str:
    """Every hook with its signature and meaning, then every value that crosses the border."""
    version = ".".join(map(str, specs.HOOKS))
    lines = [
        f"# Hooks, version {version}",
        "",
        "A hook is a question that the core asks a province. An implementation is a plain function in `plugin.py`,",
        "marked `@hookimpl`, with the name, arguments and annotations given here; it may leave out arguments that it",
        "does not need. Findings, types and `ctx` come from `core.sdk.values`, the mark from `core.sdk.actions`. For a",
        "hook that the plugin lacks the core has a default: nothing added, checks carried by hand on paper.",
        "",
        f"Hooks *in the request* are pure: no network, no files, no clock but `ctx.now`, {QUICK} milliseconds. Hooks",
        "*in a job* may talk to the province's systems; they run in a process of their own,",
        f"{box.USUAL.seconds:g} seconds in the usual lane and {box.SLOW.seconds:g} in the slow one,",
        f"{box.USUAL.memory // box.MEGABYTE} MB, and a repeat of the same call must be harmless.",
        "",
        f"An answer of the wrong type, `None`, more than {guard.MOST_RESULTS} results or a text of more than",
        f'{guard.LONGEST_TEXT} characters is a fault, as an exception is. Raise `AgencyUnavailable("HTTP 503")` when',
        'your system cannot be reached or makes no sense, `AgencyRefused("HTTP 409")` when it says no. Five faults of',
        "a hook in a row open its breaker for 30 minutes; then one probe decides.",
    ]
    for name in specs.ALL:
        said = reference.note(name)
        returns = reference.signatures()["hooks"][name]["returns"]
        lines += [
            "", f"## {name}", "", said.summary, "",
            "```python", "@hookimpl", f"def {name}({_arguments(name)}) -> {returns}: ...", "```", "",
            f"- fires: {said.fires}", f"- return: {said.returns}", f"- a fault: {said.fault}",
            f"- since {said.since}; clause {said.clause}",
        ]  # fmt: skip
    lines += ["", "# Values", "", "Frozen, JSON-able both ways with `to_json` and `from_json`. `= …` is a default."]
    for kind in (types.ProvinceContext, *types.BORDER):
        lines += ["", f"## {kind.__name__}", "", _said(kind), "", "| field | type |", "|---|---|"]
        fields = reference.signatures()["types"][kind.__name__]
        lines += [f"| `{name}` | `{hint.replace('|', chr(92) + '|')}` |" for name, hint in fields.items()]
    for enum in (types.Outcome, types.EvidenceOutcome):
        lines += ["", f"## {enum.__name__}", "", _said(enum), ""]
        lines += [f"- `{enum.__name__}.{member.name}` = `{member.value}`" for member in enum]
    return HEAD + "\n".join(lines) + "\n"


def _macros(file: str) -> list[str]:
    """The macros of a shared template, with their arguments."""
    text = (Path(__file__).parents[1] / "templates" / "shared" / file).read_text(encoding="utf-8")
    return re.findall(r"{%-? macro (\w+\(.*?\)) -?%}", text)


SECTIONS: dict[str, ModuleType] = {"values": values, "actions": actions, "tables": tables, "pages": pages}


def _entry(name: str, thing: Any) -> list[str]:
    said = "Marks a function of `plugin.py` as the hook of that name." if name == "hookimpl" else _said(thing)
    shown = ""
    if inspect.isfunction(thing):
        signature = re.sub(
            r"core\.[a-z_.]+\.|collections\.abc\.|uuid\.|datetime\.(?=datetime|timedelta|date)",
            "",
            str(inspect.signature(thing)),
        )
        shown = f"`{name}{signature}`\n\n".replace("'", "")
    elif isinstance(thing, type) and dataclasses.is_dataclass(thing):
        shown = "`" + name + "(" + ", ".join(field.name for field in dataclasses.fields(thing)) + ")`\n\n"
    elif isinstance(thing, type) and issubclass(thing, StrEnum):
        shown = f"one of {', '.join(f'`{member.name}`' for member in thing)}\n\n"
    elif not (isinstance(thing, type) or callable(thing)):
        said = type(thing).__name__
    return ["", f"### {name}", "", shown + said]


def sdk_page() -> str:
    """Everything a province may import, by module."""
    lines = ["# The SDK", "", "A province imports from the core these four modules, and `core.testing` in its tests."]
    for name, module in SECTIONS.items():
        lines += ["", f"## core.sdk.{name}", "", _said(module)]
        for export in sorted(module.__all__, key=str.lower):
            if name == "values" and any(export == kind.__name__ for kind in (types.ProvinceContext, *types.BORDER)):
                continue
            lines += _entry(export, getattr(module, export))
        if name == "pages":
            lines += ["", "### Macros for templates", ""]
            for file in ("forms.html", "components.html"):
                lines.append(f"- `shared/{file}`: {', '.join(f'`{macro}`' for macro in _macros(file))}")
        if name == "values":
            lines += ["", "The border's values are on [the hooks' page](provinces-hooks.md)."]
    return HEAD + "\n".join(lines) + "\n"

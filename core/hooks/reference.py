"""The contract as data: the table of hooks for people, the signatures for the golden file.

`python -m core.hooks.reference table` and `… signatures` print them; tests compare both with what is kept.
"""

from __future__ import annotations

import dataclasses
import inspect
import json
import re
import sys
import typing
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from core.hooks import specs, types

_HEADINGS = ("Fires", "Return", "A fault", "Since", "Clause")


@dataclass(frozen=True, slots=True)
class Note:
    """What a hook's docstring says, part by part."""

    name: str
    summary: str
    fires: str
    returns: str
    fault: str
    since: str
    clause: str


def note(name: str) -> Note:
    """Read a hook's docstring; raises `ValueError` naming the part it lacks."""
    text = inspect.getdoc(getattr(specs, name)) or ""
    summary, _, rest = text.partition("\n\n")
    parts = re.split(rf"^({'|'.join(_HEADINGS)}): ", rest, flags=re.MULTILINE)
    found = dict(zip(parts[1::2], (" ".join(part.split()) for part in parts[2::2]), strict=True))
    missing = [heading for heading in _HEADINGS if not found.get(heading)]
    if missing or not summary:
        raise ValueError(f"{name}: the docstring does not say {', '.join(missing or ['what it is'])}")
    return Note(name, " ".join(summary.split()), *(found[heading] for heading in _HEADINGS))


def spelled(hint: Any) -> str:
    """A type as a plugin's author writes it: `list[Finding]`, `date | None`."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if hint is Ellipsis:
        return "..."
    if hint is type(None):
        return "None"
    if origin in (list, tuple, dict):
        return f"{origin.__name__}[{', '.join(spelled(argument) for argument in arguments)}]"
    if arguments and origin is not None and "Union" in getattr(origin, "__name__", str(origin)):
        return " | ".join(spelled(argument) for argument in arguments)
    return getattr(hint, "__name__", str(hint))


def table() -> str:
    """The hooks as a Markdown table, one row each, in the order of the specs."""
    lines = ["| hook | returns | fires | a fault means | clause | since |", "|---|---|---|---|---|---|"]
    for name in specs.ALL:
        arguments = ", ".join(inspect.signature(getattr(specs, name)).parameters)
        returns = spelled(typing.get_type_hints(getattr(specs, name))["return"])
        said = note(name)
        lines.append(
            f"| `{name}({arguments})` | `{returns}`: {said.returns} | {said.fires} | {said.fault} "
            f"| {said.clause} | {said.since} |"
        )
    return "\n".join(lines) + "\n"


def signatures() -> dict[str, Any]:
    """Version, hooks and border types with every argument and field, as the golden file keeps them."""
    return {
        "hooks_version": ".".join(map(str, specs.HOOKS)),
        "hooks": {name: _signature(name) for name in specs.ALL},
        "types": {kind.__name__: _fields(kind) for kind in (types.ProvinceContext, *types.BORDER)},
        "enums": {kind.__name__: [str(member) for member in kind] for kind in _enums()},
    }


def _signature(name: str) -> dict[str, Any]:
    hints = typing.get_type_hints(getattr(specs, name))
    returns = hints.pop("return")
    arguments = {argument: spelled(hint) for argument, hint in hints.items()}
    return {"arguments": arguments, "returns": spelled(returns), "since": note(name).since}


def _fields(kind: type) -> dict[str, str]:
    hints = typing.get_type_hints(kind)
    result = {}
    for field in dataclasses.fields(kind):
        optional = field.default is not dataclasses.MISSING
        result[field.name] = spelled(hints[field.name]) + (f" = {field.default!r}" if optional else "")
    return result


def _enums() -> list[type[StrEnum]]:
    return [types.Outcome, types.EvidenceOutcome]


def main(arguments: list[str]) -> int:
    """Print what is asked for; 2 with a line of help for anything else."""
    if arguments == ["table"]:
        sys.stdout.write(table())
    elif arguments == ["signatures"]:
        sys.stdout.write(json.dumps(signatures(), ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stderr.write("usage: python -m core.hooks.reference table|signatures\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

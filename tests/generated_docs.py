"""The reference pages of docs/, made from the live code: `make docs` writes them, a test compares."""

from __future__ import annotations

import ast
import dataclasses
import os
import tempfile
from pathlib import Path

import click

from core.accounts.rules import GRANTS, PLACES, ROLE_NAMES, SEPARATE, Role, writes
from core.app import create_app
from core.cli import main
from core.config import Settings
from core.foundation.access import rule_of
from core.privacy.rules import TABLE
from tests.generated_provinces import hooks_page, sdk_page

ROOT = Path(__file__).parents[1]
HEAD = "<!-- Made by `make docs` from the code; change the code, not this page. -->\n"


def settings_page() -> str:
    """Every setting with its variable, default and meaning."""
    lines = ["# Settings", "", "| variable | default | meaning |", "|---|---|---|"]
    for field in dataclasses.fields(Settings):
        default = "" if field.metadata["secret"] else field.default
        shown = f"`{default}`" if default not in ("", dataclasses.MISSING) else "–"
        lines.append(f"| `XINGTAN_{field.name.upper()}` | {shown} | {field.metadata['help']} |")
    lines.append("\nEvery variable may be given as a file instead: `XINGTAN_SECRET_KEY_FILE=/run/secrets/key`.")
    lines.append("\nA province's own settings are `XINGTAN_PROVINCE_CC_*`; its manifest declares them.")
    return HEAD + "\n".join(lines) + "\n"


def cli_page() -> str:
    """Every command with its arguments and meaning."""
    lines = ["# Commands", "", "| command | meaning |", "|---|---|"]

    def walk(command: click.Command, name: str) -> None:
        if isinstance(command, click.Group):
            for key in sorted(command.commands):
                walk(command.commands[key], f"{name} {key}")
            return
        given = " ".join(
            p.make_metavar(click.Context(command)) for p in command.params if isinstance(p, click.Argument)
        )
        options = " ".join(f"[{p.opts[0]}]" for p in command.params if isinstance(p, click.Option))
        text = " ".join((command.help or "").split())
        lines.append(f"| `{' '.join(part for part in (name, given, options) if part)}` | {text} |")

    walk(main, "xingtan")
    return HEAD + "\n".join(lines) + "\n"


def _apps() -> dict[str, object]:
    folder = tempfile.mkdtemp()
    os.environ.setdefault("XINGTAN_PROVINCE_00_AGENCY_URL", "http://127.0.0.1:1")
    os.environ.setdefault("XINGTAN_PROVINCE_00_AGENCY_KEY", "a key for the documentation")
    settings = Settings(data_dir=folder, secret_key="a secret for documentation of forty letters", log_level="ERROR")
    return {site: create_app(site, settings) for site in ("public", "staff")}  # type: ignore[arg-type]


def routes_page() -> str:
    """Every route of both sites, and who may use it."""
    parts = []
    for site, app in _apps().items():
        lines = [f"## {site.capitalize()} site", "", "| route | methods | who | permission |", "|---|---|---|---|"]
        for rule in sorted(app.url_map.iter_rules(), key=lambda r: (r.rule, r.endpoint)):  # type: ignore[attr-defined]
            stated = rule_of(app.view_functions[rule.endpoint])  # type: ignore[attr-defined]
            methods = ", ".join(sorted(rule.methods - {"HEAD", "OPTIONS"}))
            lines.append(f"| `{rule.rule}` | {methods} | {stated.who} | {stated.permission or '–'} |")
        parts.append("\n".join(lines))
    grants = ["## Who may do what", "", "| permission | roles |", "|---|---|"]
    for permission in sorted(set().union(*GRANTS.values())):
        grants.append(f"| `{permission}` | {', '.join(r.value for r in GRANTS if permission in GRANTS[r])} |")
    return HEAD + "# Routes and roles\n\n" + "\n\n".join([*parts, "\n".join(grants)]) + "\n"


LEVELS = {0: "nation", 2: "province", 4: "city", 6: "county", 12: "school"}


def access_page() -> str:
    """Who may do what, where: role by verb with territory, and what one person never holds together."""
    roles = list(Role)
    lines = [
        "# Access: role, verb, territory",
        "",
        "Default deny. A verb reaches the rows of the officer's own territory and below (`core/foundation/access.py`;",
        "on PostgreSQL row security holds it again, `core/foundation/rowsecurity.py`). Everything else answers 404.",
        "",
        "| role | 岗位 | territory |",
        "|---|---|---|",
        *(f"| `{r}` | {ROLE_NAMES[r]} | {', '.join(LEVELS[size] for size in PLACES[r])} |" for r in roles),
        "",
        "| verb | changes anything | " + " | ".join(f"`{r}`" for r in roles) + " |",
        "|---|---|" + "---|" * len(roles),
    ]
    for verb in sorted(set().union(*GRANTS.values())):
        marks = " | ".join("●" if verb in GRANTS[r] else "" for r in roles)
        lines.append(f"| `{verb}` | {'yes' if writes(verb) else ''} | {marks} |")
    lines += ["", "## Never one person (`judge_roles`)", "", "| duty | and | because of |", "|---|---|---|"]
    for pair in SEPARATE:
        one, two = (", ".join(f"`{verb}`" for verb in sorted(side)) for side in (pair.first, pair.second))
        lines.append(f"| {pair.first_name} {one} | {pair.second_name} {two} | separation of duties |")
    lines.append("| 审计员 `auditor` | any other role | an auditor changes nothing |")
    lines.append("| 系统运维 `operator` | any other role | who runs the machines decides nothing |")
    lines += [
        "",
        "Within one case the second act is another person's too (`judge_four_eyes`): conclusion after first review,",
        "approval after submission, publication after draft, and the two entries and the decision of a check.",
    ]
    return HEAD + "\n".join(lines) + "\n"


def retention_page() -> str:
    """How long each kind of personal data is kept."""
    lines = [
        "# How long data is kept",
        "",
        "`xingtan retention show` says what is due, `dispose KIND` lets it go batch by",
    ]
    lines += ["batch, `prove` prints the certificates of disposal from the audit trail.", ""]
    lines += ["| kind | 内容 | days | counted from | then | clause |", "|---|---|---|---|---|---|"]
    for line in TABLE:
        lines.append(
            f"| `{line.kind}` | {line.name} | {line.days or '–'} | {line.since} | {line.then} | {line.clause} |"
        )
    return HEAD + "\n".join(lines) + "\n"


def finding_codes() -> dict[str, set[str]]:
    """Every finding's code in the code, with the modules that use it."""
    found: dict[str, set[str]] = {}
    for path in sorted((ROOT / "core").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            first = node.args[0]
            worded = any(
                isinstance(a, ast.Call) and ast.unparse(a.func) == "N_" for a in ast.walk(node) if a is not node
            )
            is_code = isinstance(first, ast.Constant) and isinstance(first.value, str) and "_" in first.value
            if is_code and worded and first.value.isascii() and first.value.replace("_", "").isalnum():
                name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
                found.setdefault(first.value, set()).add(name)
    return found


def findings_page() -> str:
    """Every code a rule may answer with, and where it is judged."""
    lines = [
        "# Findings",
        "",
        "Codes are stable; messages are in the catalogue.",
        "",
        "| code | judged in |",
        "|---|---|",
    ]
    lines += [
        f"| `{code}` | {', '.join(f'`{m}`' for m in sorted(where))} |"
        for code, where in sorted(finding_codes().items())
    ]
    return HEAD + "\n".join(lines) + "\n"


PAGES = {
    "settings.md": settings_page,
    "cli.md": cli_page,
    "routes.md": routes_page,
    "access.md": access_page,
    "retention.md": retention_page,
    "findings.md": findings_page,
    "provinces-hooks.md": hooks_page,
    "provinces-sdk.md": sdk_page,
}


if __name__ == "__main__":
    for name, page in PAGES.items():
        (ROOT / "docs" / name).write_text(page(), encoding="utf-8")

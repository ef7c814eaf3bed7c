"""`xingtan province …`: what a contractor and an operator do with provinces' plugins.

`xingtan province CC …` holds a plugin's own commands (its `cli.py` exports `group`) and its migrations.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import click
from flask import Flask

from core.app import create_app
from core.foundation import schema
from core.foundation.access import territory, within
from core.foundation.db import db
from core.hooks import parts
from core.hooks.discovery import LoadRefused, bring, present


class ProvinceCommands(click.Group):
    """The fixed commands, and a group for each code."""

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command of that name; two digits are a province."""
        return own_commands(name) if len(name) == 2 and name.isdigit() else super().get_command(ctx, name)


@click.group(name="province", cls=ProvinceCommands, subcommand_metavar="COMMAND|CC [ARGS]...")
def group() -> None:
    """Provinces' plugins: make, look at, certify, migrate, take out. `xingtan province 33 --help` lists its own."""


@contextmanager
def inside(code: str) -> Iterator[Flask]:
    """The application and the province's territory, for a command."""
    app = create_app("staff")
    with app.app_context(), within(territory(code)):
        yield app


def own_commands(code: str) -> click.Group:
    """The commands of one province: its migrations and what its `cli.py` brings."""
    made = click.Group(code, help=f"Province {code}: its tables and its own commands.")
    made.add_command(_migrate(code))
    made.add_command(_revise(code))
    brought = _brought(code)
    for name, command in (brought.commands if brought else {}).items():
        if name in made.commands:
            raise LoadRefused(f"province {code}: cli.group must not replace the command {name}; rename it")
        made.add_command(_within(code, command))
    return made


def _brought(code: str) -> click.Group | None:
    cli = parts.part(code, bring(code), "cli")
    group = getattr(cli, "group", None)
    if group is not None and not isinstance(group, click.Group):
        raise LoadRefused(f"province {code}: cli.group must be a click Group, not {type(group).__name__}")
    return group


def _within(code: str, command: click.Command) -> click.Command:
    """The plugin's command, run inside the application and its own territory."""
    inner = command.callback

    def run(*arguments: object, **options: object) -> object:
        with inside(code):
            if present().host_for(code).state != "plugin":
                raise click.ClickException(f"province {code} is not active; add it to XINGTAN_PROVINCES")
            return inner(*arguments, **options) if inner else None

    made = click.Command(command.name, params=command.params, help=command.help, callback=run)
    return made if not isinstance(command, click.Group) else command


def revisions(code: str, plugin: ModuleType) -> Path:
    """The folder of a plugin's revisions, its models imported; raises `LoadRefused` where it has no tables."""
    folder = parts.load_tables(code, plugin)
    if folder is None:
        raise LoadRefused(f"province {code} has no tables of its own; there is nothing to migrate")
    return folder


def _migrate(code: str) -> click.Command:
    @click.command(name="migrate")
    @click.option("--to", "revision", default="head", show_default=True, help="A revision; base takes all away.")
    def migrate(revision: str) -> None:
        """Bring the plugin's tables up (or down) to a revision; active or not."""
        plugin = bring(code)
        folder = revisions(code, plugin)
        with inside(code):
            at = schema.current(db.engine, code)
            known = [item.revision for item in schema.history(folder, province=code)]
            if revision == "base" or (revision in known and at and known.index(revision) < known.index(at[0])):
                schema.downgrade(db.engine, folder, revision, province=code)
            else:
                schema.upgrade(db.engine, folder, revision, province=code)
            now = ", ".join(schema.current(db.engine, code)) or "base"
        click.echo(f"province {code}: the tables are at {now}")

    return migrate


def _revise(code: str) -> click.Command:
    @click.command(name="revise")
    @click.argument("message")
    def revise(message: str) -> None:
        """Write a new revision from the plugin's models, for developers; migrate first."""
        plugin = bring(code)
        parts.part(code, plugin, "models")
        folder = parts.folder(plugin, "migrations") or Path(str(plugin.__file__)).parent / "migrations"
        folder.mkdir(exist_ok=True)
        with inside(code):
            path = schema.revise(db.engine, folder, message, province=code)
        click.echo(f"written: {path}")

    return revise

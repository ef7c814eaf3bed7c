"""`xingtan province …`: what a contractor and an operator do with provinces' plugins.

`xingtan province CC …` holds a plugin's own commands (its `cli.py` exports `group`) and its migrations.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import click
from flask import Flask

from core.app import create_app
from core.config import load
from core.foundation import clock, schema, signing
from core.foundation.access import territory, within
from core.foundation.db import db
from core.hooks import contract, parts, specs
from core.hooks.discovery import LoadRefused, bring, installed, present
from core.hooks.manifest import manifest_of, read_settings, variable
from core.hooks.statement import NAME, signed
from core.provinces import check as kit
from core.provinces import retire as leaving
from core.provinces import scaffold


class ProvinceCommands(click.Group):
    """The fixed commands, and a group for each code."""

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command of that name; two digits are a province."""
        return own_commands(name) if len(name) == 2 and name.isdigit() else super().get_command(ctx, name)


@click.group(name="province", cls=ProvinceCommands, subcommand_metavar="COMMAND|CC [ARGS]...")
def group() -> None:
    """Provinces' plugins: make, look at, certify, migrate, take out. `xingtan province 33 --help` lists its own."""


@group.command()
@click.argument("slug")
@click.option("--code", required=True, help="The province's two digits, as 44.")
@click.option("--directory", type=click.Path(path_type=Path), help="Where; else xingtan-SLUG here.")
def new(slug: str, code: str, directory: Path | None) -> None:
    """Write a working, tested plugin, as `new guangdong --code 44`."""
    folder = scaffold.make(slug, code, directory or Path(f"xingtan-{slug.replace('_', '-')}"))
    click.echo(
        f"written: {folder}\nnext: cd {folder} && pip install -e . pytest && pytest && xingtan province check {code}"
    )


@group.command(name="list")
def list_() -> None:
    """Name every installed plugin, and whether it is active."""
    settings = load()
    active, blocked = settings.codes("provinces"), settings.codes("provinces_blocked")
    for code, points in sorted(installed().items()):
        state = "blocked" if code in blocked else "active" if code in active else "installed"
        for point in points:
            owner = f"{point.dist.name} {point.dist.version}" if point.dist else "unknown distribution"
            click.echo(f"{code}\t{state}\t{point.value}\t{owner}")
    for code in sorted(set(active) - set(installed())):
        click.echo(f"{code}\tmissing\t-\tinstall its plugin with pip or take {code} out of XINGTAN_PROVINCES")


@group.command()
@click.argument("code")
def info(code: str) -> None:
    """Say what a plugin is, implements and is set to; secrets are not shown."""
    plugin = bring(code)
    manifest = manifest_of(code, plugin)
    own = contract.implementations(code, plugin)
    click.echo(f"{manifest.code} {manifest.name} {manifest.version}, {plugin.__name__}")
    click.echo(f"hooks: requires {manifest.requires}, this core has {'.'.join(map(str, specs.HOOKS))}")
    for name in specs.ALL:
        click.echo(f"  {name}: {'its own' if name in own else 'default'}")
    for name, field in (manifest.settings().fields if manifest.settings else {}).items():
        needed = "required" if field.required else f"default {field.load_default!r}"
        click.echo(f"setting {variable(code, name)}: {'secret' if field.metadata.get('secret') else needed}")
    try:
        click.echo(f"set: {read_settings(manifest, os.environ)!r}")
    except LoadRefused as wrong:
        click.echo(f"not set: {wrong}")
    brought = parts.load_parts(code, plugin)
    click.echo(f"pages: {', '.join(sorted(brought.pages)) or 'none'}; daily work: {', '.join(brought.daily) or 'none'}")


@group.command()
@click.argument("code")
@click.option("--junit", type=click.Path(path_type=Path), help="Keep the result as JUnit XML in this file.")
@click.option("--sign", "key", type=click.Path(path_type=Path, exists=True), help="Sign a statement with this key.")
@click.option("--statement", "target", type=click.Path(path_type=Path), help="Where; else beside the plugin.")
def check(code: str, junit: Path | None, key: Path | None, target: Path | None) -> None:
    """Run the conformance kit on a plugin; exit 1 when a test fails, else state it, signed with a key."""
    plugin = bring(code)
    manifest_of(code, plugin)
    report = kit.run(code, plugin, junit)
    for line in report.lines:
        click.echo(
            f"{'FAIL' if line.wrong else 'ok':<5} {line.words}" + (f"\n      {line.wrong}" if line.wrong else "")
        )
    said = kit.statement(code, plugin, report, clock.real_now())
    click.echo(f"province {code}, {said.plugin} {said.version}: {said.passed} passed, {said.failed} failed")
    if report.failed:
        sys.exit(1)
    if key is not None:
        path = target or Path(str(plugin.__file__)).parent / NAME
        path.write_text(signed(said, signing.from_file(key)), encoding="utf-8")
        click.echo(f"signed: {path}")


@group.command()
@click.argument("file", type=click.Path(path_type=Path))
def key(file: Path) -> None:
    """Make a key to sign conformance with: FILE stays with you, FILE.pub goes to the operator."""
    if file.exists():
        raise click.ClickException(f"{file} exists already; name another")
    made = signing.new_key("ed25519")
    file.touch(mode=0o600)
    file.write_text(json.dumps(made) + "\n", encoding="ascii")
    public = signing.from_file(file).public
    file.with_name(f"{file.name}.pub").write_text(json.dumps(public.as_dict()) + "\n", encoding="ascii")
    click.echo(f"key {public.key_id}: {file} (secret), {file}.pub")


@group.command()
@click.argument("code")
@click.option("--export", "path", required=True, type=click.Path(path_type=Path), help="The zip to write first.")
def retire(code: str, path: Path) -> None:
    """Export a plugin's rows and files, then remove them; take it out of XINGTAN_PROVINCES before."""
    with inside(code):
        if present().host_for(code).state == "plugin":
            raise click.ClickException(f"province {code} is active; take it out of XINGTAN_PROVINCES first")
        if path.exists():
            raise click.ClickException(f"{path} exists already; name another file")
        leaving.check_quiet(code)
        folder = parts.load_tables(code, bring(code))
        for name, count in leaving.export(code, path).items():
            click.echo(f"exported\t{name}\t{count}")
        leaving.remove(code, folder, clock.now())
    click.echo(f"province {code}: its data is in {path} and gone from here; the plugin may be uninstalled")


@group.command(name="return")
@click.argument("code")
@click.argument("path", type=click.Path(path_type=Path, exists=True))
def return_(code: str, path: Path) -> None:
    """Bring back what `retire` exported, and migrate it to the plugin's present tables."""
    plugin = bring(code)
    with inside(code):
        for name, count in leaving.restore(code, path, parts.load_tables(code, plugin), clock.now()).items():
            click.echo(f"returned\t{name}\t{count}")


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

"""The `xingtan` command: collects the areas' command groups and the operator's own."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from core.app import AREAS, create_app, part, resources
from core.config import load
from core.foundation import chain, clock, keys, outbox, schema
from core.foundation import invariants as invariants_of_data
from core.foundation.access import NATION, territory, within
from core.foundation.audit import coming_from
from core.foundation.db import db
from core.foundation.dialects import freeze
from core.foundation.errors import PlatformError
from core.foundation.signing import PublicKey, signer
from core.oversight import service as oversight
from core.serve import command as serve_commands

F = TypeVar("F", bound=Callable[..., Any])


class Xingtan(click.Group):
    """Says a platform error in one line instead of a stack trace."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a `PlatformError` ends it with exit code 2."""
        try:
            return super().invoke(ctx)
        except PlatformError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=Xingtan, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """杏坛 Xingtan: the open platform of the teacher-qualification system."""


def with_app(command: F) -> F:
    """Run a command inside the application, over the whole nation."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        app = create_app("staff")
        with app.app_context(), within(NATION), coming_from("console"):
            return command(*args, **kwargs)

    return run  # type: ignore[return-value]


@main.group()
def database() -> None:
    """The schema and its versions."""


@database.command()
@click.option("--revision", default="head", show_default=True)
@with_app
def upgrade(revision: str) -> None:
    """Bring the schema up to date."""
    schema.upgrade(db.engine, resources() / "migrations", revision)
    click.echo("the schema is at " + ", ".join(schema.heads(resources() / "migrations")))


@database.command()
@click.argument("revision")
@with_app
def downgrade(revision: str) -> None:
    """Take the schema down to REVISION (base: nothing left)."""
    schema.downgrade(db.engine, resources() / "migrations", revision)
    click.echo(f"the schema is at {revision}")


@database.command()
@click.argument("message")
@with_app
def revise(message: str) -> None:
    """Write a new revision from the models; for developers."""
    schema.revise(db.engine, resources() / "migrations", message)


@database.command()
@with_app
def check() -> None:
    """Say what the database has otherwise than the models; exit 1 if anything."""
    found = schema.differences(db.engine)
    for difference in found:
        click.echo(str(difference))
    sys.exit(1 if found else 0)


@main.group()
def jobs() -> None:
    """The outbox: what waits, what failed, and doing it."""


@jobs.command()
@with_app
def drain() -> None:
    """Do everything that is due, in this process."""
    click.echo(f"{outbox.drain()} done")


@jobs.command()
@with_app
def tally() -> None:
    """Say how many messages stand in each state."""
    for state, count in sorted(outbox.tally().items()):
        click.echo(f"{state}\t{count}")


@jobs.command()
@click.argument("message_id", type=click.UUID)
@with_app
def retry(message_id: Any) -> None:
    """Give a failed message its attempts again."""
    click.echo("waiting again" if outbox.retry(message_id) else "no failed message of that id")


@main.command()
@click.option("--only", multiple=True, metavar="NAME", help="Ask this one; may be said several times.")
@click.option("--province", default="", metavar="CC", help="Ask of this province's casework alone.")
@click.option("--quick", is_flag=True, help="Leave out those that walk every entry and file for its hash.")
@click.option("--shown", default=invariants_of_data.SHOWN, show_default=True, help="How many culprits are named.")
@click.option("--list", "listed", is_flag=True, help="Say what there is, and ask nothing.")
@with_app
def invariants(only: tuple[str, ...], province: str, quick: bool, shown: int, listed: bool) -> None:
    """Ask what must hold of the live data; exit 1 and the first culprits (ids, codes) where something does not."""
    known = invariants_of_data.INVARIANTS
    if unknown := sorted(set(only) - known.keys()):
        raise click.ClickException(f"no invariant {', '.join(unknown)}; see xingtan invariants --list")
    if listed:
        for item in sorted(known.values(), key=lambda one: (one.number or 99, one.name)):
            click.echo(f"{item.number or '-'}\t{item.clause}\t{item.name}\t{item.text}")
        return
    with within(territory(province)):
        wanted = [name for name in only or known if not (quick and known[name].walks)]
        names = sorted(wanted, key=lambda name: (known[name].number or 99, name))
        held = [_said(name, shown) for name in names]
    sys.exit(0 if all(held) else 1)


def _said(name: str, shown: int) -> bool:
    freeze()
    found = invariants_of_data.answer(invariants_of_data.INVARIANTS[name], shown)
    item = found.invariant
    word = f"BROKEN {found.count}" if found.count else "holds"
    click.echo(f"{word}\t{item.number or '-'}\t{item.clause}\t{item.name}\t{item.text}\t{found.seconds:.2f} s")
    for line in found.first:
        click.echo(f"\t{line}")
    if found.count > len(found.first):
        click.echo(f"\tand {found.count - len(found.first)} more")
    return not found.count


@main.group(name="clock")
def clock_group() -> None:
    """The platform's clock; it can be set in tests and demonstrations only."""


@clock_group.command(name="set")
@click.argument("moment", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]))
def clock_set(moment: datetime) -> None:
    """Make MOMENT (Beijing time) the present for every process that shares the clock file."""
    settings = load()
    if not settings.clock_file:
        raise click.ClickException("XINGTAN_CLOCK_FILE names no file")
    clock.set_to(moment.replace(hour=moment.hour or 9), settings.clock_file)
    click.echo(f"it is {moment:%Y-%m-%d}")


@clock_group.command(name="show")
def clock_show() -> None:
    """Say the present moment in Beijing."""
    settings = load()
    if settings.clock_file:
        clock.use_file(settings.clock_file)
    click.echo(clock.beijing(clock.now()).isoformat(timespec="seconds"))


@main.group(name="audit")
def audit_group() -> None:
    """The audit chain."""


@audit_group.command()
@with_app
def seal() -> None:
    """Chain the entries that have no link yet."""
    count = 0
    while sealed := chain.seal():
        count += sealed
    click.echo(f"{count} sealed")


@audit_group.command()
@click.option("--against", type=click.Path(exists=True, path_type=Path), help="A head kept elsewhere, or a folder.")
@click.option("--key", type=click.Path(exists=True, path_type=Path), help="A published key; else this installation's.")
@with_app
def verify(against: Path | None, key: Path | None) -> None:
    """Walk every writer's series and every province's chain; exit 1 when anything does not hold."""
    kept = against or chain_folder()
    heads = sorted(kept.glob("*.json")) if kept.is_dir() else [kept] if against else []
    trusted = PublicKey.from_dict(json.loads(key.read_text())) if key else signer().public
    found = list(chain.verify())
    for path in heads:
        found += chain.verify_against(path, trusted)
    for line in found:
        click.echo(line)
    entries, seals = chain.counts()
    click.echo(f"{entries} entries, {seals} sealed, {len(heads)} heads, {len(found)} faults")
    sys.exit(1 if found else 0)


@audit_group.command()
@click.option("--out", type=click.Path(path_type=Path), help="Folder to write into; without it, the head folder.")
@with_app
def head(out: Path | None) -> None:
    """Seal, sign the chains' heads and write them; publish the file, or keep it elsewhere."""
    click.echo(str(chain.write_head(out or chain_folder(), clock.now())))


def chain_folder() -> Path:
    """Where the signed heads are kept."""
    settings = load()
    return Path(settings.audit_head_dir or Path(settings.data_dir) / "heads").absolute()


@main.group(name="keys")
def keys_group() -> None:
    """The keys of what is sealed at rest."""


@keys_group.command()
@with_app
def left() -> None:
    """Say what still stands under an older key; exit 1 if anything does."""
    found = keys.left()
    for place, count in found.items():
        click.echo(f"{place}\t{count}")
    sys.exit(1 if found else 0)


@keys_group.command()
@with_app
def rotate() -> None:
    """Re-seal and re-index everything under the newest key, in batches; stop and repeat at will."""
    for place, count in keys.rotate():
        click.echo(f"{place}\t{count}")


@main.command()
@with_app
def daily() -> None:
    """Do the day's recurring work: windows that open and close, cases and checks that lapse, the signed audit head."""
    for name, count in oversight.daily(clock.now()).items():
        click.echo(f"{name}\t{count}")
    click.echo(f"head\t{chain.write_head(chain_folder(), clock.now())}")


for _command in serve_commands:
    main.add_command(_command)

for _area in (*AREAS, "provinces", "demonstration", "demonstration.season"):
    _module = part(_area, "cli")
    if _module is not None:
        if getattr(_module, "NEEDS_APP", False):
            for _command in _module.group.commands.values():
                _command.callback = with_app(_command.callback)
        main.add_command(_module.group)


if __name__ == "__main__":
    main()

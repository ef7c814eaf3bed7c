"""`xingtan oversight …`: the running figures compared with what they count."""

from __future__ import annotations

import sys

import click

from core.oversight import service

NEEDS_APP = True


@click.group(name="oversight")
def group() -> None:
    """Dashboards: their running figures."""


@group.command()
@click.option("--repair", is_flag=True, help="Write what is missing; what is done meanwhile adds up with it.")
def recount(repair: bool) -> None:
    """Compare every running figure with its table, in one moment; exit 1 where any differs and was not repaired.

    After an upgrade of an installation that has data, --repair counts it for the first time.
    """
    wrong = service.recounted(repair=repair)
    for key, short in sorted(wrong.items())[:50]:
        click.echo("\t".join((*map(str, key), f"{short:+d}")))
    click.echo(f"{len(wrong)} figures differ" + (", repaired" if repair and wrong else ""))
    sys.exit(1 if wrong and not repair else 0)

"""The province's own commands: `xingtan province 41 look`."""

from __future__ import annotations

import click

from core.sdk.actions import now
from core.sdk.tables import Paging
from plugins.province_henan import returns


@click.group()
def group() -> None:
    """Henan."""


@group.command()
def look() -> None:
    """Fetch returned workbooks from the exchange; officers look at them on /p/41/."""
    click.echo(f"{returns.look(now())} new")


@group.command(name="returns")
def returned() -> None:
    """Print the returned workbooks: when, batch, state, how many answers were taken."""
    for row in returns.returns(Paging()).rows:
        click.echo(f"{row.seen_at:%Y-%m-%d %H:%M} {row.batch} {row.state} {row.applied}")

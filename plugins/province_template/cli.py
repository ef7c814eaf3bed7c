"""The province's own commands: `xingtan province 00 calls`."""

from __future__ import annotations

import click

from core.sdk.tables import Paging
from plugins.province_template import service


@click.group()
def group() -> None:
    """Province 00."""


@group.command()
def calls() -> None:
    """Print the agency's last call-backs: when, and how many answers were applied, repeated, unknown."""
    for call in service.calls(Paging()).rows:
        click.echo(f"{call.at:%Y-%m-%d %H:%M} {call.applied} {call.repeated} {call.unknown}")

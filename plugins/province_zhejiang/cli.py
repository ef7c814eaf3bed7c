"""The province's own commands: `xingtan province 33 calls`."""

from __future__ import annotations

import click

from core.sdk.tables import Paging
from plugins.province_zhejiang import service


@click.group()
def group() -> None:
    """Zhejiang."""


@group.command()
def calls() -> None:
    """Print the agency's last call-backs: when, why refused, and how many answers were taken."""
    for call in service.calls(Paging()).rows:
        click.echo(f"{call.at:%Y-%m-%d %H:%M} {call.refused or 'taken'} {call.applied}")

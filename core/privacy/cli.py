"""`xingtan retention …`: what is kept how long, what is due, its disposal, and the proof of it."""

from __future__ import annotations

import json
from typing import Any

import click
from flask import Flask, current_app

from core.app import create_app
from core.foundation import clock
from core.foundation.access import NATION, within
from core.privacy import disposal
from core.privacy.rules import TABLE


@click.group(name="retention")
def group() -> None:
    """How long each kind of personal data is kept, and its disposal."""


def _app() -> Flask:
    return create_app("staff")


@group.command()
def show() -> None:
    """Say what is kept how long, under which clause, and how much is due."""
    with _app().app_context(), within(NATION):
        due = disposal.due(clock.today())
        for line in TABLE:
            days = "kept" if line.days is None else f"{line.days} days"
            click.echo(f"{line.kind}\t{days}\t{line.clause}\t{due.get(line.kind, '–')} due")


@group.command()
@click.argument("kind", type=click.Choice([line.kind for line in TABLE if line.days is not None]))
def dispose(kind: str) -> None:
    """Dispose of what is due of KIND; prints each batch's certificate, which the audit trail keeps."""
    with _app().app_context(), within(NATION):
        for certificate in disposal.dispose(kind, clock.today(), clock.now()):
            click.echo(json.dumps(certificate))
        left = disposal.due(clock.today())[kind]
        click.echo(f"{left} left of {kind}")


@group.command()
def prove() -> None:
    """Print the certificates of disposal from the audit trail, one JSON a line, the newest first."""
    with _app().app_context(), within(NATION):
        for entry in disposal.proofs():
            shown: dict[str, Any] = {"at": entry.at.isoformat(), "entry": str(entry.id)} | entry.detail
            click.echo(current_app.json.dumps(shown))

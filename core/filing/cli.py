"""`xingtan filing …`: the first officers of an installation, codes where there is no mail, what is left behind."""

from __future__ import annotations

import sys
from uuid import UUID

import click

from core.accounts.rules import Role
from core.filing import service
from core.foundation import clock
from core.foundation.access import SYSTEM
from core.foundation.db import new_id
from core.foundation.errors import Refused
from core.foundation.i18n import spoken
from core.people.rules import DocumentKind

NEEDS_APP = True


@click.group(name="filing")
def group() -> None:
    """Named users: the first officers, one-time codes, what ended filings left."""


def _refused(refusal: Refused) -> click.ClickException:
    lines = [
        " ".join(filter(None, (said["field"], said["message"], said["remedy"])))
        for said in map(spoken, refusal.findings)
    ]
    return click.ClickException("\n".join(lines))


@group.command()
@click.option("--name", prompt=True, help="As on the document.")
@click.option("--document", prompt="Identity number", hide_input=True, help="Better typed when asked for.")
@click.option("--mobile", prompt=True)
@click.option("--username", prompt=True, help="Small letters, digits, dots.")
@click.option("--unit", prompt=True)
@click.option("--post", prompt=True)
@click.option("--mail", default="")
@click.option("--role", type=click.Choice([Role.NATIONAL_OFFICER, Role.OPERATOR]), default=Role.NATIONAL_OFFICER)
def first(name: str, document: str, mobile: str, username: str, unit: str, post: str, mail: str, role: str) -> None:
    """File a first officer of the nation: two can be opened, since every later filing needs two people.

    Prints a one-time code; the officer sets the password with it on the staff site, at /activate.
    """
    data = {
        "id": new_id(), "name": name, "document_kind": DocumentKind.RESIDENT_ID, "document_number": document,
        "mobile": mobile, "mail": mail, "username": username, "unit": unit, "post": post, "roles": [str(role)],
    }  # fmt: skip
    try:
        row = service.open_first(data, clock.now())
    except Refused as refusal:
        raise _refused(refusal) from refusal
    click.echo(service.new_code(SYSTEM, row.id, clock.now()))


@group.command()
@click.argument("username")
def code(username: str) -> None:
    """Print a one-time code for USERNAME to set a password with, where no mail or text message goes out."""
    row = service.by_username(username)
    if row is None:
        raise click.ClickException("no filing in force of that user name")
    try:
        click.echo(service.new_code(SYSTEM, row.id, clock.now()))
    except Refused as refusal:
        raise _refused(refusal) from refusal


@group.command()
@click.argument("filing_id", type=click.UUID)
def matters(filing_id: UUID) -> None:
    """Say what is in the hands of a filing's post."""
    for matter in service.matters_of(service.filing(filing_id)):
        click.echo(f"{matter.count}\t{matter.kind}\t{'own' if matter.own else 'shared'}\t{matter.detail}")


@group.command()
def left() -> None:
    """Say what open things still belong to an ended filing; exit 1 when there is any."""
    found = service.left_behind()
    for row, matter in found:
        click.echo(f"{row.id}\t{matter.kind}\t{matter.count}")
    sys.exit(1 if found else 0)

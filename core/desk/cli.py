"""`xingtan judge …`: the rulebook on the command line. Exit 0 when all could be read, 2 otherwise."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from core.desk import service
from core.foundation import clock
from core.rulesets.loader import national

YEAR = 2020


def _answer(judge: Callable[[], list[service.Judged]]) -> None:
    try:
        text = service.as_csv(judge())
    except service.Unreadable as fault:
        click.echo(str(fault), err=True)
        sys.exit(2)
    sys.stdout.buffer.write(text.encode())
    sys.stdout.buffer.flush()


def _read(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as fault:
        click.echo(f"{name}: {fault.strerror}", err=True)
        sys.exit(2)


def _today(option: datetime | None) -> date:
    return option.date() if option else clock.today()


_TODAY: Any = click.option(
    "--today", type=click.DateTime(["%Y-%m-%d"]), help="The day to judge on; default: today in Beijing."
)


@click.group(name="judge")
def group() -> None:
    """Ask the rulebook without a case; answers are CSV: case,verdict,codes,warnings."""


@group.command()
@click.argument("file")
def plans(file: str) -> None:
    """Judge the plans of FILE (CSV: case,business,entry_start,entry_end,confirm_start,confirm_end; - is stdin)."""
    _answer(lambda: service.judge_plans(_read(file), {YEAR: national(YEAR)}))


@group.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
def photos(files: tuple[str, ...]) -> None:
    """Judge photo FILEs by 二(三); `case` is the file's name."""
    _answer(lambda: service.judge_photos([Path(name) for name in files], national(YEAR)))


@group.command(name="identity-numbers")
@click.argument("file")
@_TODAY
def identity_numbers(file: str, today: datetime | None) -> None:
    """Judge one identity number a line of FILE (GB 11643)."""
    _answer(lambda: service.judge_identity_numbers(_read(file), _today(today)))


@group.command(name="certificate-numbers")
@click.argument("file")
@_TODAY
def certificate_numbers(file: str, today: datetime | None) -> None:
    """Judge one certificate number a line of FILE (17 digits, or 15 of 1996–2000)."""
    _answer(lambda: service.judge_certificate_numbers(_read(file), _today(today)))

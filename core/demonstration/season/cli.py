"""`xingtan season`: a whole invented year in one command, of any size."""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path

import click
from sqlalchemy import select

from core.accounts.models import Account
from core.app import create_app
from core.config import Settings, load
from core.demonstration.season import consulting, report
from core.demonstration.season.letters import Counted
from core.demonstration.season.outside import running
from core.demonstration.season.year import Year
from core.foundation import clock, mail
from core.foundation.access import NATION, within
from core.foundation.audit import coming_from
from core.foundation.db import session
from core.serve import prepare

MOST = 32


@click.group(name="season")
def group() -> None:
    """A whole invented year, played through the same verbs that people use."""


@group.command()
@click.option("--year", type=click.Choice(["2020"]), default="2020", show_default=True, help="The year played.")
@click.option("--applicants", type=click.IntRange(1, 10_000_000), default=200, show_default=True)
@click.option("--provinces", type=click.IntRange(1, MOST), default=MOST, show_default=True, help="The XPCC included.")
@click.option("--seed", type=int, default=1, show_default=True, help="One seed, one year, one report.")
@click.option("--plugins", is_flag=True, help="With the plugins of Zhejiang and Henan, their other sides included.")
@click.option("--json", "target", type=click.Path(dir_okay=False, path_type=Path), help="Write the report here too.")
def play(year: str, applicants: int, provinces: int, seed: int, plugins: bool, target: Path | None) -> None:
    """Play a year of invented people into an empty installation, and report what happened."""
    folder = _defaults()
    asked = {
        "year": int(year), "applicants": applicants, "provinces": provinces, "seed": seed, "plugins": plugins,
    }  # fmt: skip
    with running(folder / "outside", plugins) as outside:
        found = _played(load(), Year(applicants, provinces, seed, outside), asked)
    click.echo(report.text(found))
    if target:
        target.write_text(report.as_json(found), encoding="utf-8")


def _played(settings: Settings, year: Year, asked: report.Figures) -> report.Figures:
    app = create_app("staff", settings)
    prepare(app)
    with app.app_context(), within(NATION), coming_from("console"):
        _must_be_empty()
        letters = Counted()
        mail.use(letters)
        clock.use_file(settings.clock_file)
        cast = year.play(_progress)
        return report.figures(cast.tally, asked) | {"letters": letters.count}


def _defaults() -> Path:
    """The settings of a demonstration, its clock among them: its folder. Raises `ClickException` in production."""
    if os.environ.get("XINGTAN_ENVIRONMENT") == "production":
        raise click.ClickException("production holds a real year: a season is played into an empty installation only")
    folder = os.environ.setdefault("XINGTAN_DATA_DIR", "var")
    os.environ.setdefault("XINGTAN_CLOCK_FILE", str(Path(folder).absolute() / "clock"))
    os.environ.setdefault("XINGTAN_DEMONSTRATION", "1")
    os.environ.setdefault("XINGTAN_LOG_LEVEL", "ERROR")  # refusals are the report's business
    os.environ.setdefault("XINGTAN_CONSULTATION_LINES", "000-12345")
    os.environ["XINGTAN_MAIL_HOSTS"] = consulting.SERVER
    return Path(folder)


def _must_be_empty() -> None:
    """Nothing is played into a year that people are in; raises `ClickException`."""
    if session().scalar(select(Account.id).limit(1)) is not None:
        raise click.ClickException(
            "this installation holds a year already; play into another: set XINGTAN_DATA_DIR to a new folder, "
            "and XINGTAN_DATABASE_URL, where set, to an empty database"
        )
    session().rollback()


def _progress(day: date, begun: int, of: int) -> None:
    if sys.stderr.isatty():
        width = 30
        filled = width * begun // of
        end = "\n" if (day.month, day.day) == (12, 31) else ""
        click.echo(f"\r{day} [{'#' * filled}{'.' * (width - filled)}] {begun} of {of} began{end}", nl=False, err=True)
    elif day.day == 1 or (day.month, day.day) == (12, 31):
        click.echo(f"{day}: {begun} of {of} applicants began", err=True)

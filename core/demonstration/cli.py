"""`xingtan demonstrate`: both sites with the invented year, ready to be played with."""

from __future__ import annotations

import os
from pathlib import Path

import click

from core.app import create_app
from core.config import Settings, load
from core.demonstration import provinces, story
from core.demonstration.people import OFFICERS, PASSWORD, REHEARSAL, SCHOOL_OFFICER
from core.foundation import clock
from core.serve import free_ports, prepare, serve_both
from core.testing.agency import KEY, Agency
from core.testing.people import identity_number, mobile, name


@click.command(name="demonstrate")
def group() -> None:
    """Serve both sites with a small invented year (25 March 2020); Ctrl-C stops all."""
    _defaults()
    settings = _settings()
    free_ports(settings)
    day, staff_site = story.DAY.date(), f"http://127.0.0.1:{settings.staff_port}"
    with Agency(answered_on=day) as agency, provinces.outside(Path(settings.data_dir) / "outside", day, staff_site):
        os.environ["XINGTAN_PROVINCE_00_AGENCY_URL"] = agency.url
        os.environ["XINGTAN_PROVINCE_00_AGENCY_KEY"] = KEY
        app = create_app("staff", settings)
        prepare(app)
        with app.app_context():
            if not story.is_loaded():
                click.echo("loading the demonstration year …")
                story.load()
                clock.set_to(story.DAY)
        serve_both(settings, _welcome(settings))


def _settings() -> Settings:
    """The settings, the public site's own address among them, so that scanned codes open it."""
    os.environ.setdefault("XINGTAN_PUBLIC_URL", f"http://127.0.0.1:{load().public_port}")
    return load()


def _defaults() -> None:
    folder = os.environ.setdefault("XINGTAN_DATA_DIR", "var")
    os.environ.setdefault("XINGTAN_CLOCK_FILE", str(Path(folder).absolute() / "clock"))
    os.environ.setdefault("XINGTAN_DEMONSTRATION", "1")
    os.environ.setdefault("XINGTAN_PROVINCES", provinces.codes())
    os.environ.setdefault("XINGTAN_LOG_LEVEL", "WARNING")  # the addresses and sign-ins stay on the screen
    os.environ.setdefault("XINGTAN_CONSULTATION_LINES", "000-12345")


def _welcome(settings: Settings) -> str:
    roles = "\n".join(
        f"  {user:<12} {', '.join(roles):<18} {prefix or 'nation'}"
        for user, _n, roles, prefix, _c in [*OFFICERS, SCHOOL_OFFICER, *provinces.OFFICERS]
    )
    return (
        f"public site  http://{settings.public_host}:{settings.public_port}/\n"
        f"staff site   http://{settings.staff_host}:{settings.staff_port}/\n"
        f"\nEvery password is: {PASSWORD}\n"
        f"\nPublic sign-in (mobile): {mobile(REHEARSAL)} {name(REHEARSAL)} has not applied yet "
        f"(document {identity_number(REHEARSAL)}, "
        f"certificates XL{REHEARSAL:06d}, PTH{REHEARSAL:06d}, KS{REHEARSAL:06d})\n"
        f"                         {mobile(10)} {name(10)} has a certificate\n"
        f"Officers (user name, role, territory):\n{roles}\n"
        "\nThe day is 25 March 2020; the yellow bar sets another. Ctrl-C stops all.\n"
    )

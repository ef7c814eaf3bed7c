"""One application for each test, on SQLite and on PostgreSQL; the clock is set, the people are invented."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as examples
from sqlalchemy import inspect, text

from core.accounts import service as accounts
from core.app import create_app, use_ports
from core.config import Settings
from core.demonstration import story
from core.foundation import chain, clock, invariants
from core.foundation.access import NATION, within
from core.foundation.db import APPEND_ONLY, Base, db, one_transaction
from core.foundation.limits import limiter
from core.foundation.schema import create_schema
from core.testing.agency import KEY, Agency

POSTGRES = os.environ.get("XINGTAN_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432")
REDIS = os.environ.get("XINGTAN_TEST_REDIS", "redis://127.0.0.1:6379/9")
SECRET = "a secret for tests only, of forty letters"
DAY = story.DAY

examples.register_profile("xingtan", deadline=None)  # time is the bench's business, never a test's
examples.load_profile("xingtan")


@dataclass
class World:
    """What a test works with: both sites on one database, an agency, a settable clock."""

    outside: Flask  # the context of the test itself: requests must not share it
    staff: Flask
    public: Flask
    agency: Agency
    settings: Settings
    kept: tuple[Any, dict[Any, list[dict[str, Any]]]] | None = None

    def at(self, moment: str) -> datetime:
        """Set the clock to a Beijing moment, YYYY-MM-DD or with T and hours."""
        given = datetime.fromisoformat(moment if "T" in moment else f"{moment}T09:00")
        clock.set_to(given)
        return clock.now()

    def client(self, site: str = "public") -> FlaskClient:
        """A browser without JavaScript."""
        return (self.public if site == "public" else self.staff).test_client()


def own_name(purpose: str) -> str:
    """A database name of this checkout's and this test worker's own."""
    checkout = hashlib.sha256(str(Path(__file__).resolve()).encode()).hexdigest()[:6]
    return f"xingtan_{purpose}_{checkout}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"


@pytest.fixture(scope="session")
def cheap_passwords() -> None:
    """Argon2 at its cheapest: what is tested is not the hash."""
    accounts.use_passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


OWNER = "xingtan_owner"  # no superuser: row security holds for it, as it does in production


@contextmanager
def own_database(purpose: str, durable: bool = True) -> Iterator[str]:
    """A fresh PostgreSQL database of this checkout's and this worker's own, gone afterwards; yields its address."""
    name = own_name(purpose)
    with psycopg.connect(f"{POSTGRES}/postgres", autocommit=True) as connection:
        with suppress(psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation):
            connection.execute(f"CREATE ROLE {OWNER} LOGIN NOSUPERUSER PASSWORD '{OWNER}'")
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE template0 ENCODING 'UTF8'")
        if not durable:
            connection.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
    place = POSTGRES.rsplit("@", 1)[-1].removeprefix("postgresql://")
    try:
        yield f"postgresql://{OWNER}:{OWNER}@{place}/{name}"
    finally:
        with psycopg.connect(f"{POSTGRES}/postgres", autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A database of this test worker's own."""
    with own_database("test", durable=False) as url:
        yield url


@pytest.fixture(scope="session")
def agency() -> Iterator[Agency]:
    """The small police agency."""
    with Agency(answered_on=DAY.date()) as running:
        yield running


def _settings(url: str, folder: Path) -> Settings:
    return Settings(
        database_url=url, data_dir=str(folder), secret_key=SECRET, provinces="00", demonstration=False,
        clock_file=str(folder / "clock"), verify_rate="10000 per minute", signin_rate="10000 per minute",
        consultation_lines="000-12345", log_level="ERROR", officer_sessions=50,
    )  # fmt: skip


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def sites(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, agency: Agency, cheap_passwords: None
) -> Iterator[World]:
    """Both sites, built once for each database."""
    folder = tmp_path_factory.mktemp(request.param)
    url = "" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    os.environ["XINGTAN_PROVINCE_00_AGENCY_URL"] = agency.url
    os.environ["XINGTAN_PROVINCE_00_AGENCY_KEY"] = KEY
    settings = _settings(url, folder)
    world = World(
        create_app("staff", settings), create_app("staff", settings), create_app("public", settings), agency, settings
    )
    with world.outside.app_context():
        create_schema()
        db.engine.dispose()
    yield world
    for app in (world.outside, world.staff, world.public):
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def _empty() -> None:
    engine = db.engine
    with engine.begin() as connection:
        there = set(inspect(connection).get_table_names())  # a plugin loaded since has brought tables of its own
        tables = [table for table in Base.metadata.sorted_tables if table.name in there]
        if engine.dialect.name == "postgresql":
            names = ", ".join(f'"{table.name}"' for table in tables)
            switch = "; ".join(f"ALTER TABLE {name} {{0}} TRIGGER {name}_no_truncate" for name in APPEND_ONLY)
            connection.exec_driver_sql(switch.format("DISABLE"))
            connection.execute(text(f"TRUNCATE {names}"))
            connection.exec_driver_sql(switch.format("ENABLE"))
            return
        triggers = [
            (row[0], row[1])
            for row in connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
        ]
        for name, _sql in triggers:
            connection.execute(text(f"DROP TRIGGER {name}"))
        for table in reversed(tables):
            connection.execute(table.delete())
        for _name, sql in triggers:
            connection.execute(text(sql))


@pytest.fixture
def world(sites: World) -> Iterator[World]:
    """An empty platform on 25 March 2020, inside the staff application, over the whole nation."""
    sites.agency.fault, sites.agency.polls = "", 0
    sites.agency.batches.clear()
    use_ports(sites.settings)  # a test before may have made an application of its own
    with sites.outside.app_context(), within(NATION):
        _empty()
        chain.new_series()
        for app in (sites.outside, sites.staff, sites.public):
            app.extensions.pop("xingtan_maintenance", None)
            with app.app_context():
                if limiter.storage:
                    limiter.reset()
        clock.use_file(sites.settings.clock_file)
        clock.set_to(DAY)
        yield sites
        db.session.remove()
    clock.release()
    shutil.rmtree(Path(sites.settings.data_dir) / "files", ignore_errors=True)


def _played(world: World) -> None:
    """Play the house once for each database, and put its rows and files back for every later test."""
    files = Path(world.settings.data_dir) / "files"
    aside = files.with_name("files-of-the-house")
    if world.kept is None:
        story._house()
        story._registers()
        plan = story._province("00", "province", "province2", "clerk")
        with db.engine.connect() as connection:
            there = set(inspect(connection).get_table_names())
            tables = {
                table: connection.execute(table.select()).mappings().all()
                for table in Base.metadata.sorted_tables
                if table.name in there
            }
        files.mkdir(parents=True, exist_ok=True)  # a house may have stored nothing yet
        shutil.copytree(files, aside)
        world.kept = plan, {table: [dict(row) for row in rows] for table, rows in tables.items() if rows}
        return
    shutil.copytree(aside, files, dirs_exist_ok=True)
    with db.engine.begin() as connection:
        for table, rows in world.kept[1].items():
            connection.execute(table.insert(), rows)


@pytest.fixture
def house(world: World) -> World:
    """The yearbook, institutions, officers, registers; province 00 with an open plan and blanks in stock."""
    clock.set_to(story.EARLIER)
    _played(world)
    world.plan = world.kept[0]  # type: ignore[attr-defined, index]
    clock.set_to(DAY)
    return world


def typed(form: dict[str, Any]) -> dict[str, str]:
    """An application form as a browser sends it: days in ISO, the life line by line."""
    lines = {f"cv-{n}-{name}": text for n, line in enumerate(form.pop("cv", [])) for name, text in line.items()}
    return {key: str(value) for key, value in form.items()} | lines


def token(page: Any) -> str:
    """The CSRF token of a page."""
    text_ = page.get_data(as_text=True)
    return text_.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]


def sign_in(client: FlaskClient, login: str, password: str = story.PASSWORD) -> FlaskClient:
    """Sign in through the page, as a person does."""
    page = client.get("/sign-in")
    answer = client.post("/sign-in", data={"csrf_token": token(page), "login": login, "password": password})
    assert answer.status_code == 303, answer.get_data(as_text=True)[-800:]
    return client


def post(client: FlaskClient, url: str, page: str = "", **data: Any) -> Any:
    """Post a form with the token of `page` (or of the page itself)."""
    got = client.get(page or url)
    return client.post(url, data={"csrf_token": token(got), **data})


@one_transaction
def open_officer(
    username: str, name: str, password: str, roles: list[str], prefix: str, code: str, now: datetime
) -> Any:
    """An officer's account as a filing in force leaves it, for tests of other things than filing."""
    until = now.date() + timedelta(days=365)
    account = accounts.bind_officer(None, username, name, roles, prefix, code, until, now)
    return accounts.set_password(account.id, password, now)


def broken(*numbers: int) -> dict[str, tuple[str, ...]]:
    """The invariants (of these promises) that do not hold now, each with the first that breaks it."""
    names = [name for name, item in invariants.INVARIANTS.items() if not numbers or item.number in numbers]
    return {found.invariant.name: found.first for found in invariants.ask(names) if found.count}


PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The core's wheel, built from the tree, for those tests that leave the checkout."""
    made = tmp_path_factory.mktemp("wheel")
    subprocess.run([*PIP, "wheel", "--no-deps", "-w", str(made), str(Path(__file__).parents[1])], check=True)
    (built,) = made.glob("xingtan-*.whl")
    return built

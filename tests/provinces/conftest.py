"""Both sites with provinces 00, 33 and 41 active beside the XPCC without code; their other sides run here."""

from __future__ import annotations

import dataclasses
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from werkzeug.serving import make_server

from core.app import create_app
from core.demonstration import provinces as others
from core.demonstration import story
from core.foundation import clock
from core.foundation.db import db
from core.foundation.schema import create_schema
from core.testing import office
from core.testing.agency import KEY, Agency
from core.testing.signed_agency import SignedAgency
from tests.conftest import DAY, World, _settings, own_database


@pytest.fixture(scope="session")
def zhejiang() -> Iterator[SignedAgency]:
    """Zhejiang's agency."""
    with SignedAgency(answered_on=DAY.date(), algorithm="HMAC-SM3") as running:
        yield running


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def sites(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, agency: Agency, zhejiang: SignedAgency,
    cheap_passwords: None,
) -> Iterator[World]:  # fmt: skip
    """As in tests/conftest.py, with three plugins."""
    folder = tmp_path_factory.mktemp(f"provinces-{request.param}")
    drop = folder / "henan"
    for name in ("out", "in"):
        (drop / name).mkdir(parents=True)
    given = {
        "00_AGENCY_URL": agency.url, "00_AGENCY_KEY": KEY, "33_AGENCY_URL": zhejiang.url, "33_AGENCY_KEY": KEY,
        "33_ALGORITHM": "HMAC-SM3", "33_AGENCY_TIMEOUT": "2", "41_FOLDER": str(drop), "41_EXCHANGE_KEY": office.KEY,
    }  # fmt: skip
    os.environ.update({f"XINGTAN_PROVINCE_{name}": value for name, value in given.items()})
    database = own_database("provinces", durable=False) if request.param == "postgresql" else None
    settings = _settings(database.__enter__() if database else "", folder)
    settings = dataclasses.replace(settings, provinces="00,33,41")
    made = [create_app("staff", settings), create_app("staff", settings), create_app("public", settings)]
    world = World(*made, agency, settings)
    with world.outside.app_context():
        create_schema()
        db.engine.dispose()
    yield world
    for app in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
    if database:
        database.__exit__(None, None, None)
    for name in given:
        if not name.startswith("00"):
            del os.environ[f"XINGTAN_PROVINCE_{name}"]


class Plans(dict[str, UUID]):
    """An open plan of each province, made when it is asked for."""

    def __missing__(self, code: str) -> UUID:
        clock.set_to(story.EARLIER)
        self[code] = story.neighbour(code)
        clock.set_to(DAY)
        return self[code]


@pytest.fixture
def house(world: World) -> World:
    """The yearbook, registers and everybody's people; no province has begun its year."""
    clock.set_to(story.EARLIER)
    story._house()
    story._registers()
    story._people(others.BODIES, others.OFFICERS, others.OFFICER_SERIAL)
    clock.set_to(DAY)
    return world


@pytest.fixture
def plans(house: World, zhejiang: SignedAgency) -> Iterator[Plans]:
    """Zhejiang, Henan and the XPCC, each with an open plan when it is asked for."""
    zhejiang.fault, zhejiang.polls, zhejiang.callback, zhejiang.delay = "", 0, "", 0.0
    zhejiang.batches.clear()
    yield Plans()
    for name in ("out", "in", "sent"):
        for path in drop(house, name).glob("*"):
            path.unlink()


def drop(world: World, name: str) -> Path:
    """A folder of Henan's exchange."""
    return Path(world.settings.data_dir) / "henan" / name


@pytest.fixture
def address(house: World) -> Iterator[str]:
    """Where the staff site listens, for real."""
    server = make_server("127.0.0.1", 0, house.staff, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()

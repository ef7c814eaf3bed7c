"""Killing any process at any line loses nothing acknowledged and repeats nothing in effect."""

from __future__ import annotations

import dataclasses
import os
import time
from collections import Counter
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import func, select, update

from core import serve
from core.app import create_app
from core.applications.models import Case, CaseEvidence, OpenApplication
from core.config import load
from core.demonstration import story
from core.foundation import clock, outbox
from core.foundation.access import NATION, within
from core.foundation.audit import AuditEntry
from core.foundation.db import db, session
from core.foundation.outbox import MessageState
from core.testing import people as invented
from tests.conftest import REDIS, own_database
from tests.journeys.killing import Fleet, free_port, submit_all

MANY = 2000 if os.environ.get("XINGTAN_SOAK") else 200


def environment(folder: Path, agency, **more: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("XINGTAN_")}
    return kept | {
        "XINGTAN_DATA_DIR": str(folder), "XINGTAN_CLOCK_FILE": str(folder / "clock"), "XINGTAN_PROVINCES": "00",
        "XINGTAN_SECRET_KEY": "a secret for tests only, of forty letters", "XINGTAN_LOG_LEVEL": "ERROR",
        "XINGTAN_SIGNIN_RATE": "100000 per minute", "XINGTAN_PROVINCE_00_AGENCY_URL": agency.url,
        "XINGTAN_PROVINCE_00_AGENCY_KEY": agency.key, **more,
    }  # fmt: skip


@dataclasses.dataclass
class Prepared:
    """An installation with drafts that are ready to be submitted."""

    app: object
    cases: list[tuple[str, str]]


def prepare(environ: dict[str, str], count: int) -> Prepared:
    os.environ.update({key: value for key, value in environ.items() if key.startswith("XINGTAN_PROVINCE_")})
    app = create_app("staff", load(environ))
    cases = []
    with app.app_context(), within(NATION):
        serve.prepare(app)
        clock.use_file(environ["XINGTAN_CLOCK_FILE"])
        clock.set_to(story.EARLIER)
        story._house()
        story._registers()
        plan = story._province("00", "province", "province2", "clerk")
        clock.set_to(story.DAY)
        outbox.drain()
        for number in range(count):
            serial = number + 1
            case_id = story.apply(serial, plan, submit=False)
            cases.append((invented.mobile(serial), str(case_id)))
        outbox.drain()
        db.session.remove()
        db.engine.dispose()
    return Prepared(app, cases)


def leases_run_out() -> None:
    """The dead hold their messages until their leases end: let that moment be now, for the living too."""
    held = outbox.OutboxMessage.state == MessageState.LEASED
    session().execute(update(outbox.OutboxMessage).where(held).values(lease_until=clock.real_now()))
    session().commit()


def wait_until_done(seconds: float) -> None:
    """Until no message waits or is at work."""
    leases_run_out()
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        tally = outbox.tally()
        session().rollback()
        if not tally.get(MessageState.WAITING) and not tally.get(MessageState.LEASED):
            return
        time.sleep(0.5)
    raise AssertionError(f"not done: {outbox.tally()}")


def nothing_lost_nothing_twice(count: int, folder: Path) -> None:
    rows = list(session().scalars(select(Case)))
    assert Counter(row.state for row in rows) == {"submitted": count}
    assert session().scalar(select(func.count()).select_from(OpenApplication)) == count
    entries = session().scalars(select(AuditEntry.subject_id).where(AuditEntry.verb == "applications.submit"))
    assert set(Counter(entries).values()) == {1}
    evidence = list(session().scalars(select(CaseEvidence)))
    assert len(evidence) == 4 * count
    assert not [item for item in evidence if not item.result]
    assert set(outbox.tally()) == {MessageState.DONE}
    told = select(outbox.OutboxMessage.id).where(outbox.OutboxMessage.kind == "applications.tell")
    letters = {path.stem for path in (folder / "mail").glob("*.txt")}
    assert {str(ident) for ident in session().scalars(told)} <= letters


@pytest.fixture
def postgres(cheap_passwords):
    Redis.from_url(REDIS).flushdb()
    with own_database("killed") as url:
        yield url
    Redis.from_url(REDIS).flushdb()


def test_two_webs_a_relay_and_two_workers_are_killed(postgres, agency, tmp_path):
    environ = environment(tmp_path, agency, XINGTAN_DATABASE_URL=postgres, XINGTAN_REDIS_URL=REDIS)
    prepared = prepare(environ, MANY)
    fleet, ports = Fleet(environ, tmp_path / "log"), [free_port(), free_port()]
    try:
        for number, port in enumerate(ports):
            fleet.start(f"web{number}", "serve", "public", XINGTAN_PUBLIC_PORT=str(port))
        fleet.start("relay", "relay", "--pause", "0.2")
        for number in (1, 2):
            fleet.start(f"worker{number}", "work")
        killer = fleet.keep_killing(seed=2020, pause=(4.0, 8.0), ports=ports)
        answers = submit_all(ports, prepared.cases, story.PASSWORD)
        Redis.from_url(REDIS).flushdb()  # and Redis comes back empty
        time.sleep(2)
        fleet.stop_killing(killer)
        assert answers == ["submitted"] * MANY
        assert fleet.killed >= 5
        with prepared.app.app_context(), within(NATION):
            wait_until_done(150)
            nothing_lost_nothing_twice(MANY, tmp_path)
    finally:
        fleet.end()
        with prepared.app.app_context():
            db.session.remove()
            db.engine.dispose()
        clock.release(environ["XINGTAN_CLOCK_FILE"])


def test_the_embedded_installation_is_killed(agency, tmp_path, cheap_passwords):
    environ = environment(tmp_path, agency)
    prepared = prepare(environ, 24)
    fleet, ports = Fleet(environ, tmp_path / "log"), [free_port()]
    try:
        fleet.start("all", "run", XINGTAN_PUBLIC_PORT=str(ports[0]), XINGTAN_STAFF_PORT=str(free_port()))
        killer = fleet.keep_killing(seed=7, pause=(2.0, 5.0), ports=ports)
        answers = submit_all(ports, prepared.cases, story.PASSWORD, threads=2)
        fleet.stop_killing(killer)
        assert answers == ["submitted"] * 24
        with prepared.app.app_context(), within(NATION):
            wait_until_done(150)
            nothing_lost_nothing_twice(24, tmp_path)
    finally:
        fleet.end()
        with prepared.app.app_context():
            db.session.remove()
            db.engine.dispose()
        clock.release(environ["XINGTAN_CLOCK_FILE"])

"""Five faults in a row open the breaker for half an hour; then one probe decides: in memory, in the table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from flask import Flask

from core.foundation.access import NATION, Actor, within
from core.foundation.audit import AuditEntry, history
from core.foundation.crypto import Keyring
from core.foundation.db import db, use_keyring
from core.foundation.errors import ProvinceFault
from core.hooks.breaker import LIMIT, PAUSE, PROBE, HealthStore, MemoryHealth
from core.hooks.host import ProvinceHost
from core.hooks.models import DatabaseHealth, ProvinceHealth, all_health, close
from core.testing import border
from tests.hooks.conftest import plugin_of

HOOK = "collect_criminal_checks"


class Watch:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = datetime(2020, 3, 25, 1, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, time: timedelta) -> None:
        """Let time pass."""
        self.now += time


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def tables() -> Iterator[Flask]:
    """An application with nothing but the breaker's table."""
    app = Flask("tables")
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
    db.init_app(app)
    use_keyring(Keyring.from_secret("a secret for tests only, of forty letters"))
    with app.app_context(), within(NATION):
        for table in (ProvinceHealth, AuditEntry):
            table.__table__.create(db.engine)  # type: ignore[attr-defined]
        yield app
        db.session.remove()


@pytest.fixture(params=["memory", "table"])
def health(request: pytest.FixtureRequest, watch: Watch) -> HealthStore:
    if request.param == "memory":
        return MemoryHealth(watch)
    request.getfixturevalue("tables")
    return DatabaseHealth(watch)


def fail(health: HealthStore, times: int, province: str = "33") -> None:
    for _ in range(times):
        health.record_fault(province, HOOK, "raised: TimeoutError")


def test_four_faults_leave_it_closed_the_fifth_opens_it(health: HealthStore) -> None:
    fail(health, LIMIT - 1)
    assert health.admit("33", HOOK)
    assert not health.is_open("33", HOOK)
    fail(health, 1)
    assert health.is_open("33", HOOK)
    assert not health.admit("33", HOOK)


def test_a_success_between_begins_the_count_anew(health: HealthStore) -> None:
    fail(health, LIMIT - 1)
    health.record_success("33", HOOK)
    fail(health, LIMIT - 1)
    assert health.admit("33", HOOK)


def test_other_provinces_and_hooks_are_not_touched(health: HealthStore) -> None:
    fail(health, LIMIT)
    assert health.admit("41", HOOK)
    assert health.admit("33", "submit_criminal_checks")


def test_after_the_pause_one_probe_goes_out_and_closes_it(health: HealthStore, watch: Watch) -> None:
    fail(health, LIMIT)
    watch.pass_(PAUSE - timedelta(seconds=1))
    assert not health.admit("33", HOOK)
    watch.pass_(timedelta(seconds=1))
    assert not health.is_open("33", HOOK)
    assert [health.admit("33", HOOK) for _ in range(3)] == [True, False, False]
    health.record_success("33", HOOK)
    assert [health.admit("33", HOOK) for _ in range(3)] == [True, True, True]


def test_a_failed_probe_opens_it_again_for_the_whole_pause(health: HealthStore, watch: Watch) -> None:
    fail(health, LIMIT)
    watch.pass_(PAUSE)
    assert health.admit("33", HOOK)
    fail(health, 1)
    watch.pass_(PAUSE - timedelta(seconds=1))
    assert not health.admit("33", HOOK)


def test_a_probe_that_dies_is_followed_by_another(health: HealthStore, watch: Watch) -> None:
    fail(health, LIMIT)
    watch.pass_(PAUSE)
    assert health.admit("33", HOOK)
    watch.pass_(PROBE)
    assert health.admit("33", HOOK)


def test_the_operator_reads_why_since_when_and_until(tables: Flask, watch: Watch) -> None:
    opened = watch.now
    fail(DatabaseHealth(watch), LIMIT)
    watch.pass_(PAUSE)
    fail(DatabaseHealth(watch), 1)
    (row,) = all_health()
    assert (row.faults, row.last_error) == (LIMIT + 1, "raised: TimeoutError")
    assert (row.opened_at, row.open_until, row.last_at) == (opened, watch.now + PAUSE, watch.now)
    operator = Actor("officer", name="operator")
    assert close(operator, "33", HOOK, watch.now)
    assert not close(operator, "33", HOOK, watch.now)
    (entry,) = history("province", f"33 {HOOK}")
    assert (entry.verb, entry.actor_name) == ("province.close_breaker", "operator")
    assert entry.detail == {"faults": LIMIT + 1, "error": "raised: TimeoutError"}
    assert DatabaseHealth(watch).admit("33", HOOK)


def test_the_table_holds_no_transaction_open_while_a_plugin_is_called(tables: Flask, watch: Watch) -> None:
    health = DatabaseHealth(watch)
    fail(health, 1)
    assert health.admit("33", HOOK)
    assert not db.session().in_transaction()


def test_of_many_workers_one_is_the_probe(tmp_path: Path, watch: Watch) -> None:
    app = Flask("workers")
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{tmp_path / 'health.sqlite3'}"
    db.init_app(app)
    health = DatabaseHealth(watch)
    with app.app_context(), within(NATION):
        ProvinceHealth.__table__.create(db.engine)  # type: ignore[attr-defined]
    together = Barrier(8)

    def work(act: Callable[[], bool | None]) -> bool | None:
        with app.app_context():
            together.wait()
            return act()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: work(lambda: health.record_fault("33", HOOK, "raised")), range(8)))
        watch.pass_(PAUSE)
        admitted = list(pool.map(lambda _: work(lambda: health.admit("33", HOOK)), range(8)))
    assert sorted(admitted) == [False] * 7 + [True]
    with app.app_context(), within(NATION):
        assert all_health()[0].faults == 8


FAILING = """
    FAILS = [True]

    @hookimpl
    def collect_criminal_checks(ctx: ProvinceContext, receipts: list[CheckReceipt]) -> list[CheckResult]:
        CALLS.append(1)
        if FAILS:
            raise AgencyUnavailable("no answer: TimeoutError")
        return []

    CALLS = []
"""


def test_an_open_breaker_spares_the_agency_and_the_other_provinces(health: HealthStore, watch: Watch) -> None:
    plugin = plugin_of(FAILING)
    broken, calm = ProvinceHost("33", plugin, health=health), ProvinceHost("41", health=health)
    kinds = []
    for _ in range(LIMIT + 3):
        with pytest.raises(ProvinceFault) as caught:
            broken.collect_criminal_checks(border.moment(), [])
        kinds.append(caught.value.kind)
        assert calm.collect_criminal_checks(border.moment(), []) == []
    assert kinds == ["agency unavailable"] * LIMIT + ["breaker open"] * 3
    assert len(plugin.CALLS) == LIMIT
    plugin.FAILS.clear()
    watch.pass_(PAUSE)
    assert broken.collect_criminal_checks(border.moment(), []) == []
    assert not health.is_open("33", HOOK)

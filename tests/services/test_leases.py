"""A job that still runs is given to nobody else, however long it takes; what it says too late changes nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from core.foundation import clock, outbox, queues
from core.foundation.access import NATION, within
from core.foundation.db import db, one_transaction, session
from core.foundation.outbox import MessageState, OutboxMessage

KIND = "test.long"


@pytest.fixture
def long_job(world, monkeypatch):
    """Make a job of KIND of a function, post one message of it; returns its id."""

    def made(handler, foreign=True):
        monkeypatch.setitem(outbox.JOBS, KIND, outbox.Job(KIND, handler, foreign, 60, 8))
        return one_transaction(lambda: outbox.post(KIND, "00", now=clock.now()))()

    return made


@pytest.fixture
def later(monkeypatch):
    """Let so many seconds of real time pass at once."""
    real = clock.real_now
    return lambda seconds: monkeypatch.setattr(clock, "real_now", lambda: real() + timedelta(seconds=seconds))


def handed_over():
    """What a relay would hand to workers now."""
    with within(NATION):
        return [message.id for message in outbox.claim("relay:another", lease=queues.LEASE)]


def row_of(message_id):
    session().rollback()
    return session().get(OutboxMessage, message_id, populate_existing=True)


def test_a_long_foreign_job_is_not_run_twice_at_once(long_job, later):
    seen = []

    def handler(message, now):
        for seconds in (31, 76, 60 + outbox.ASKED_SECONDS + 60 + queues.LOOKED_AT):
            later(seconds)
            seen.append((handed_over(), outbox.perform(message.id)))

    ident = long_job(handler)
    assert handed_over() == [ident]
    assert outbox.perform(ident)
    assert seen == [([], False)] * 3
    assert row_of(ident).state == MessageState.DONE


def test_a_job_whose_process_is_gone_is_handed_over_again(long_job, later):
    ident = long_job(lambda message, now: None)
    assert outbox._take(ident, f"{outbox.RUNNING}gone", outbox.JOBS[KIND].longest)
    assert handed_over() == []
    later(outbox.JOBS[KIND].longest.total_seconds() + 1)
    assert handed_over() == [ident]
    assert outbox.perform(ident)


def test_who_fails_too_late_does_not_take_the_message_from_its_next_holder(long_job, later):
    def handler(message, now):
        later(3600)
        handed_over()
        outbox._take(message.id, f"{outbox.RUNNING}next", outbox.JOBS[KIND].longest)
        raise OSError("too late")

    ident = long_job(handler)
    assert not outbox.perform(ident)
    row = row_of(ident)
    assert (row.state, row.holder, row.attempts) == (MessageState.LEASED, f"{outbox.RUNNING}next", 0)


def test_a_long_job_of_one_transaction_holds_its_message(long_job, later, world):
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    seen = []

    def elsewhere(message_id):
        with world.staff.app_context(), within(NATION):
            try:
                return handed_over(), outbox.perform(message_id)
            finally:
                db.session.remove()

    def handler(message, now):
        later(3600)
        with ThreadPoolExecutor(1) as other:
            seen.append(other.submit(elsewhere, message.id).result())

    ident = long_job(handler, foreign=False)
    assert handed_over() == [ident]
    assert outbox.perform(ident)
    assert seen == [([], False)]

"""The usual lane: a province whose systems keep one worker waiting is not given the others."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from redis import Redis

import core.checks.jobs  # noqa: F401 - its kinds are asked for
from core.foundation import clock, outbox, queues
from core.foundation.db import new_id
from tests.conftest import REDIS

OUT = "xingtan:out:99"


@pytest.fixture
def redis() -> Iterator[Redis]:
    running = Redis.from_url(REDIS)
    running.delete(OUT)
    yield running
    running.delete(OUT)


@pytest.fixture
def seen(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What became of the messages, and whether the province was marked while one was done."""
    said: list[str] = []

    def perform(message_id: Any) -> bool:
        said.append(f"done, marked {redis.exists(OUT)}")
        return True

    monkeypatch.setattr(outbox, "perform", perform)
    monkeypatch.setattr(outbox, "postpone", lambda message_id, pause: said.append(f"later {pause}"))
    return said


def do(redis: Redis, kind: str = "checks.batch") -> bool:
    return queues._usually(redis, outbox.Message(new_id(), "99", kind, {}, 0))


def out_for(redis: Redis, seconds: float) -> None:
    redis.set(OUT, (clock.real_now() - timedelta(seconds=seconds)).timestamp())


def test_a_province_is_marked_while_it_has_a_worker(redis: Redis, seen: list[str]) -> None:
    assert do(redis)
    assert seen == ["done, marked 1"]
    assert not redis.exists(OUT)


def test_one_that_keeps_a_worker_waiting_gets_no_other(redis: Redis, seen: list[str]) -> None:
    out_for(redis, queues.PATIENCE + 0.5)
    assert not do(redis)
    assert seen == [f"later {queues.LATER}"]
    assert redis.exists(OUT)  # the first worker's mark is not taken away


def test_one_that_has_just_been_asked_gets_another(redis: Redis, seen: list[str]) -> None:
    out_for(redis, 0)
    assert do(redis)
    assert seen == ["done, marked 1"]
    assert redis.exists(OUT)


def test_work_of_the_core_never_waits_for_a_province(redis: Redis, seen: list[str]) -> None:
    out_for(redis, 60)
    assert do(redis, "checks.recorded")  # not foreign
    assert seen == ["done, marked 1"]

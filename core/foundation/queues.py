"""RQ under the outbox: a relay hands each due message to its province's queue; the job id is the message's id.

Redis may be lost at any time: the outbox remembers, and what Redis forgot is handed over again when
the lease runs out.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from flask import Flask
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Worker, get_current_job
from rq.exceptions import InvalidJobOperation, NoSuchJobError
from rq.job import Job, JobStatus
from rq.serializers import JSONSerializer
from rq.worker.base import DequeueStrategy
from sqlalchemy.exc import OperationalError

from core.foundation import chain, clock, outbox, tallies
from core.foundation.access import NOWHERE, within
from core.foundation.db import db

log = structlog.get_logger("xingtan.queues")

NATION = "nation"
LEASE = timedelta(seconds=30)
_HANDED = {JobStatus.QUEUED, JobStatus.SCHEDULED, JobStatus.DEFERRED}


LANES = ("usual", "slow", "both")
SLOW_MARK = "xingtan:slow:"
LOOKED_AT = 10  # seconds between a worker's looks at its job: RQ kills it at the first look a minute after its time
LATER = timedelta(seconds=2)
PATIENCE = 1.0  # seconds a province may hold a worker of the usual lane before it gets no other


def queue_name(province_code: str, slow: bool = False) -> str:
    """The RQ queue of a province; "" is the nation's. Slow provinces have another, served by the slow lane."""
    return f"{SLOW_MARK}{province_code}" if slow else f"xingtan:{province_code or NATION}"


def queue_names(provinces: Iterable[str], lane: str = "both") -> list[str]:
    """The queues a worker of a lane serves: the nation's and each province's, the slow ones of each province."""
    codes = list(provinces)
    usual, slow = [queue_name(code) for code in ("", *codes)], [queue_name(code, True) for code in codes]
    return {"usual": usual, "slow": slow, "both": usual + slow}[lane]


def goes_slowly(message: outbox.Message, slow: set[str]) -> bool:
    """Whether a message belongs in the slow lane: foreign work of a slow province, and plugins' own jobs."""
    task = outbox.JOBS.get(message.kind)
    own = message.kind.startswith(f"p{message.province_code}.")
    return bool(message.province_code) and (
        own or (task is not None and task.foreign and message.province_code in slow)
    )


def connection(url: str) -> Redis:
    """A Redis connection with time-outs, so that a lost Redis is an error, never a hang."""
    return Redis.from_url(url, socket_connect_timeout=3, socket_timeout=None, health_check_interval=15)


def hand_over(redis: Redis, message: outbox.Message, slow: bool = False) -> bool:
    """Put one claimed message on its queue; False when Redis already holds it, waiting."""
    job_id = str(message.id)
    try:
        job = Job.fetch(job_id, connection=redis, serializer=JSONSerializer)
        if job.get_status() in _HANDED:
            return False
        job.delete()
    except (NoSuchJobError, InvalidJobOperation):
        pass  # Redis has forgotten it
    task = outbox.JOBS.get(message.kind)
    queue = Queue(queue_name(message.province_code, slow), connection=redis, serializer=JSONSerializer)
    queue.enqueue_call(
        "core.foundation.queues.perform",
        args=[job_id],
        job_id=job_id,
        timeout=(task.timeout if task else 60) + outbox.ASKED_SECONDS,
        result_ttl=0,
        failure_ttl=0,
        description=message.kind,
    )
    return True


def relay_once(redis: Redis, holder: str, slow_provinces: Callable[[], set[str]] = set) -> int:
    """Claim what is due and hand it over; returns how many were claimed."""
    messages = outbox.claim(holder, limit=200, lease=LEASE)
    slow = slow_provinces() if messages else set()
    for message in messages:
        hand_over(redis, message, goes_slowly(message, slow))
    return len(messages)


def relay_for_ever(app: Flask, pause: float, slow_provinces: Callable[[], set[str]]) -> None:
    """Relay until interrupted; outlives Redis and the database being away."""
    redis = connection(app.config["SETTINGS"].redis_url)
    holder = f"relay:{clock.real_now():%H%M%S%f}"
    while True:
        moved = 0
        with app.app_context(), within(NOWHERE):  # the outbox is nobody's territory
            try:
                moved = relay_once(redis, holder, slow_provinces)
                if not moved:
                    chain.seal_now()
                    tallies.fold_now()
            except (RedisError, OperationalError) as fault:
                log.warning("the relay waits", error=type(fault).__name__)
                _give_back(holder)
            db.session.remove()
        if not moved:
            time.sleep(pause)


def _give_back(holder: str) -> None:
    """What could not be handed over is due again at once, not when the lease ends."""
    try:
        db.session.rollback()
        outbox.release(holder)
    except OperationalError:
        log.warning("the database is away too")
    time.sleep(1)


@dataclass
class Bench:
    """Where a worker's jobs are done: the application, which provinces are slow, how to work slowly or not."""

    app: Flask
    slow_provinces: Callable[[], set[str]]
    set_limits: Callable[[bool], None]


class _Place:
    bench: Bench | None = None


def perform(message_id: str) -> bool:
    """What RQ calls: do one message in the worker's application, slowly when it came by a slow queue.

    A message of a province that has become slow since it was queued is sent to the slow lane; there one job of
    a province runs at a time, so that one that hangs never takes the lane from the others.
    """
    bench, running = _Place.bench, get_current_job()
    if bench is None:
        raise RuntimeError("start workers with `xingtan work`")
    slowly = running is not None and str(running.origin).startswith(SLOW_MARK)
    redis = connection(bench.app.config["SETTINGS"].redis_url)
    with bench.app.app_context():
        with within(NOWHERE):
            message = outbox.peek(UUID(message_id))
            if message is None:
                return False
            if not slowly and goes_slowly(message, bench.slow_provinces()):
                outbox.postpone(message.id, LATER)
                return False
        bench.set_limits(slowly)
        return _one_at_a_time(redis, message) if slowly else _usually(redis, message)


def _usually(redis: Redis, message: outbox.Message) -> bool:
    """Do a message in the usual lane; a province whose systems keep one worker waiting is not given the others."""
    task = outbox.JOBS.get(message.kind)
    if not message.province_code or task is None or not task.foreign:
        return outbox.perform(message.id)
    out, now = f"xingtan:out:{message.province_code}", clock.real_now().timestamp()
    since: Any = redis.get(out)
    if since is not None and now - float(since) > PATIENCE:
        with within(NOWHERE):
            outbox.postpone(message.id, LATER)
        return False
    first = redis.set(out, now, nx=True, ex=task.longest)
    try:
        return outbox.perform(message.id)
    finally:
        if first:
            redis.delete(out)


def _one_at_a_time(redis: Redis, message: outbox.Message) -> bool:
    """Do a message of a slow province unless another of it runs; a worker that dies holds it up no longer than that."""
    task, busy = outbox.JOBS.get(message.kind), f"xingtan:busy:{message.province_code}"
    if not redis.set(busy, str(message.id), nx=True, ex=task.longest if task else outbox.LEASE):
        with within(NOWHERE):
            outbox.postpone(message.id, LATER)
        return False
    try:
        return outbox.perform(message.id)
    finally:
        redis.delete(busy)


def _killed(job: Job, *how: Any) -> None:
    """RQ had to kill a job's process: count it, so that it is not tried for ever."""
    if _Place.bench is not None:
        with _Place.bench.app.app_context(), within(NOWHERE):
            outbox.stopped(UUID(job.id))
            db.session.remove()
            db.engine.dispose()


def work(app: Flask, bench: Bench, names: list[str], burst: bool = False) -> None:
    """Serve the named queues in turn with one forking RQ worker, until stopped."""
    _Place.bench = bench
    with app.app_context():
        db.engine.dispose()  # the work-horses are forks: none may share a connection
    worker = Worker(
        names,
        connection=connection(app.config["SETTINGS"].redis_url),
        serializer=JSONSerializer,
        log_job_description=False,
        work_horse_killed_handler=_killed,
        job_monitoring_interval=LOOKED_AT,
    )
    options: dict[str, Any] = {"burst": burst, "logging_level": "WARNING"}
    worker.work(dequeue_strategy=DequeueStrategy.ROUND_ROBIN, **options)

"""RQ under the outbox: a relay hands each due message to its province's queue; the job id is the message's id.

Redis may be lost at any time: the outbox remembers, and what Redis forgot is handed over again when
the lease runs out.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from flask import Flask
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Worker
from rq.exceptions import InvalidJobOperation, NoSuchJobError
from rq.job import Job, JobStatus
from rq.serializers import JSONSerializer
from rq.worker.base import DequeueStrategy
from sqlalchemy.exc import OperationalError

from core.foundation import chain, clock, outbox
from core.foundation.access import NOWHERE, within
from core.foundation.db import db

log = structlog.get_logger("xingtan.queues")

NATION = "nation"
LEASE = timedelta(seconds=30)
_HANDED = {JobStatus.QUEUED, JobStatus.SCHEDULED, JobStatus.DEFERRED}


def queue_name(province_code: str) -> str:
    """The RQ queue of a province; "" is the nation's."""
    return f"xingtan:{province_code or NATION}"


def queue_names(provinces: Iterable[str]) -> list[str]:
    """Every queue a worker serves: the nation's and each province's."""
    return [queue_name(code) for code in ("", *provinces)]


def connection(url: str) -> Redis:
    """A Redis connection with time-outs, so that a lost Redis is an error, never a hang."""
    return Redis.from_url(url, socket_connect_timeout=3, socket_timeout=None, health_check_interval=15)


def hand_over(redis: Redis, message: outbox.Message) -> bool:
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
    queue = Queue(queue_name(message.province_code), connection=redis, serializer=JSONSerializer)
    queue.enqueue_call(
        "core.foundation.queues.perform",
        args=[job_id],
        job_id=job_id,
        timeout=(task.timeout if task else 60) + 10,
        result_ttl=0,
        failure_ttl=0,
        description=message.kind,
    )
    return True


def relay_once(redis: Redis, holder: str) -> int:
    """Claim what is due and hand it over; returns how many were claimed."""
    messages = outbox.claim(holder, limit=200, lease=LEASE)
    for message in messages:
        hand_over(redis, message)
    return len(messages)


def relay_for_ever(app: Flask, pause: float) -> None:
    """Relay until interrupted; outlives Redis and the database being away."""
    redis = connection(app.config["SETTINGS"].redis_url)
    holder = f"relay:{clock.real_now():%H%M%S%f}"
    while True:
        moved = 0
        with app.app_context(), within(NOWHERE):  # the outbox is nobody's territory
            try:
                moved = relay_once(redis, holder)
                if not moved:
                    chain.seal_now()
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


class _App:
    app: Flask | None = None


def perform(message_id: str) -> bool:
    """What RQ calls: do one message in the worker's application."""
    if _App.app is None:
        raise RuntimeError("start workers with `xingtan work`")
    with _App.app.app_context():
        return outbox.perform(UUID(message_id))


def work(app: Flask, provinces: Iterable[str], burst: bool = False) -> None:
    """Serve every queue in turn with one forking RQ worker, until stopped."""
    _App.app = app
    with app.app_context():
        db.engine.dispose()  # the work-horses are forks: none may share a connection
    worker = Worker(
        queue_names(provinces),
        connection=connection(app.config["SETTINGS"].redis_url),
        serializer=JSONSerializer,
        log_job_description=False,
    )
    options: dict[str, Any] = {"burst": burst, "logging_level": "WARNING"}
    worker.work(dequeue_strategy=DequeueStrategy.ROUND_ROBIN, **options)

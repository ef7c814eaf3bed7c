"""A small bounded client: some threads with kept-alive connections, each doing its share once."""

from __future__ import annotations

import http.client
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Request:
    """One request to make."""

    method: str
    path: str
    body: bytes | None
    headers: dict[str, str]


def run(port: int, requests: list[Request], threads: int = 8, expect: int = 200) -> float:
    """Make every request once; requests a second. Raises on an unexpected status."""
    shares = [requests[number::threads] for number in range(threads)]
    faults: list[str] = []
    gate = threading.Barrier(threads + 1)

    def work(share: list[Request]) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        gate.wait()
        for request in share:
            connection.request(request.method, request.path, request.body, request.headers)
            answer = connection.getresponse()
            text = answer.read()
            if answer.status != expect:
                faults.append(f"{answer.status} {text[:300]!r}")
                return
        connection.close()

    workers = [threading.Thread(target=work, args=(share,)) for share in shares]
    for worker in workers:
        worker.start()
    gate.wait()
    begun = time.perf_counter()
    for worker in workers:
        worker.join()
    if faults:
        raise RuntimeError(faults[0])
    return len(requests) / (time.perf_counter() - begun)


def median(rounds: int, measure: Callable[[], float]) -> float:
    """The median of a few rounds."""
    return statistics.median(measure() for _ in range(rounds))


def per_second(act: Callable[[], Any], count: int) -> float:
    """How often a second `act` can be done, by `count` times."""
    begun = time.perf_counter()
    for _ in range(count):
        act()
    return count / (time.perf_counter() - begun)

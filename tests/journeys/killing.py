"""Real processes that are killed at any line and started again, and clients that ask until they are answered."""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

XINGTAN = str(Path(sys.executable).with_name("xingtan"))


def answers(port: int) -> bool:
    """Whether somebody listens on the port."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Fleet:
    """Named processes of one installation; `kill` ends one without warning and starts it again."""

    environ: dict[str, str]
    log: Path
    commands: dict[str, tuple[list[str], dict[str, str]]] = field(default_factory=dict)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    killed: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)

    def start(self, name: str, *arguments: str, **environ: str) -> None:
        """Start a process under a name."""
        self.commands[name] = ([XINGTAN, *arguments], environ)
        self._spawn(name)

    def _spawn(self, name: str) -> None:
        command, environ = self.commands[name]
        with open(self.log, "ab") as log:
            self.running[name] = subprocess.Popen(
                command, env=self.environ | environ, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self, name: str) -> None:
        """SIGKILL to the process and what it forked; then start it anew."""
        self._end(name)
        self.killed += 1
        self._spawn(name)

    def _end(self, name: str) -> None:
        process = self.running[name]
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            process.kill()
        process.wait(timeout=10)

    def keep_killing(self, seed: int, pause: tuple[float, float], ports: list[int]) -> threading.Thread:
        """Kill one after another, each `pause` seconds after a site answers, until `stop_killing`."""
        chance = random.Random(seed)

        def run() -> None:
            while not self._stop.is_set():
                while not any(answers(port) for port in ports):
                    if self._stop.wait(0.2):
                        return
                if self._stop.wait(chance.uniform(*pause)):
                    return
                self.kill(chance.choice(sorted(self.running)))

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        return thread

    def stop_killing(self, thread: threading.Thread) -> None:
        """Let the rest live."""
        self._stop.set()
        thread.join(timeout=20)

    def end(self) -> None:
        """Stop everything."""
        self._stop.set()
        for name in list(self.running):
            self._end(name)


class Unanswered(Exception):
    """Nobody answered in time."""


def ask(ports: list[int], method: str, path: str, body: Any, headers: dict[str, str], seconds: float = 120) -> Any:
    """One request, sent again to the next port while nobody answers; gives (status, body, cookies)."""
    limit, attempt, last = time.monotonic() + seconds, -1, ""
    while time.monotonic() < limit:
        attempt += 1
        connection = http.client.HTTPConnection("127.0.0.1", ports[attempt % len(ports)], timeout=10)
        try:
            sent = {"Content-Type": "application/json", **headers}
            connection.request(method, path, json.dumps(body) if body is not None else None, sent)
            answer = connection.getresponse()
            text = answer.read()
            if answer.status < 500:
                return answer.status, json.loads(text or b"{}"), answer.headers.get_all("Set-Cookie") or []
            last = f"{answer.status} {text[:200]!r}"
        except (OSError, http.client.HTTPException, ValueError) as fault:
            last = repr(fault)
        finally:
            connection.close()
        time.sleep(0.1)
    raise Unanswered(f"{method} {path}: {last}")


def submit(ports: list[int], login: str, password: str, case_id: str) -> str:
    """Sign in and submit one case over the API; gives the state that was acknowledged."""
    jar: dict[str, str] = {}

    def headers(token: str = "") -> dict[str, str]:
        cookie = "; ".join(f"{key}={value}" for key, value in jar.items())
        return {"Cookie": cookie} | ({"X-CSRFToken": token} if token else {})

    def keep(cookies: list[str]) -> None:
        for line in cookies:
            key, _, value = line.split(";", 1)[0].partition("=")
            jar[key] = value

    _status, body, cookies = ask(ports, "GET", "/api/v1/session", None, headers())
    keep(cookies)
    given = {"login": login, "password": password}
    status, body, cookies = ask(ports, "POST", "/api/v1/session", given, headers(body["csrf_token"]))
    assert status == 200, body
    keep(cookies)
    status, body, _cookies = ask(
        ports, "POST", f"/api/v1/applications/{case_id}/submit", {"undertaking": True}, headers(body["csrf_token"])
    )
    if status == 422:  # the answer to an earlier try was lost: the case has been submitted
        assert {finding["code"] for finding in body["findings"]} == {"transition_not_allowed"}, body
        return "submitted"
    assert status == 200, body
    return str(body["state"])


def submit_all(ports: list[int], cases: list[tuple[str, str]], password: str, threads: int = 4) -> list[str]:
    """Submit every (login, case) from a few clients at once; gives what was acknowledged."""
    waiting, answers, faults = list(cases), [], []
    lock = threading.Lock()

    def run() -> None:
        while True:
            with lock:
                if not waiting or faults:
                    return
                login, case_id = waiting.pop()
            try:
                state = submit(ports, login, password, case_id)
            except Exception as fault:  # told to the test below
                faults.append(fault)
                return
            with lock:
                answers.append(state)

    workers = [threading.Thread(target=run) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if faults:
        raise faults[0]
    return answers

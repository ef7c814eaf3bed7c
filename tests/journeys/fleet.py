"""A platform of real processes (relay, workers) with many provinces, of which some misbehave."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask
from redis import Redis
from sqlalchemy import func, select

from core.app import create_app
from core.calendar import service as calendar
from core.checks import service as checks
from core.checks.models import CriminalCheck
from core.config import Settings
from core.foundation import clock
from core.foundation.access import NATION, SYSTEM, within
from core.foundation.db import db, new_id, one_transaction, session
from core.foundation.schema import create_schema
from core.rulesets.loader import national
from core.testing.people import identity_number, name
from tests.conftest import DAY, POSTGRES, REDIS, SECRET, own_name

PLUGIN = """
from __future__ import annotations
import json, os, time
from datetime import date
from pathlib import Path
from core.sdk.actions import Manifest, hookimpl
from core.sdk.values import CheckBatch, CheckReceipt, CheckResult, Outcome, ProvinceContext

MANIFEST = Manifest("{code}", "某省", "1.0")
KEPT = Path({folder!r})

@hookimpl
def submit_criminal_checks(ctx: ProvinceContext, batch: CheckBatch) -> list[CheckReceipt]:
    {body}
    (KEPT / f"{{batch.reference}}.json").write_text(json.dumps([subject.reference for subject in batch.subjects]))
    return [CheckReceipt(batch.reference, "A-1")]

@hookimpl
def collect_criminal_checks(ctx: ProvinceContext, receipts: list[CheckReceipt]) -> list[CheckResult]:
    {body}
    asked = [ref for receipt in receipts for ref in json.loads((KEPT / f"{{receipt.batch}}.json").read_text())]
    return [CheckResult(ref, Outcome.CLEAR, date(2020, 3, 25)) for ref in asked]
"""
GOOD = "time.sleep(0.02)"
HANGING = "time.sleep(3600)"


def _session(leader: int) -> list[int]:
    """The process that leads a session and those that belong to it: a worker and its work-horse."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(stat.read_text().rpartition(")")[2].split()[3]) == leader:
                found.append(int(stat.parent.name))
    return found


@dataclass
class Fleet:
    """The platform; `bodies` says what each province's hooks do before they answer."""

    folder: Path
    bodies: dict[str, str]
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._distribution("xingtan", "")  # first on the path: the provinces of the tree are not installed here
        for code, body in self.bodies.items():
            self._install(code, body)
        self.database = own_name("fleet")
        with psycopg.connect(f"{POSTGRES}/postgres", autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {self.database} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {self.database} TEMPLATE template0 ENCODING 'UTF8'")
        self.redis = Redis.from_url(REDIS)
        self._clear_queues()
        self.app = self._app()

    def _install(self, code: str, body: str) -> None:
        package = self.folder / f"fleet_{code}"
        package.mkdir(parents=True)
        (package / "__init__.py").touch()
        (package / "plugin.py").write_text(PLUGIN.format(code=code, folder=str(self.folder), body=body))
        self._distribution(f"fleet-{code}", f"[xingtan.provinces]\n{code} = fleet_{code}.plugin\n")

    def _distribution(self, name: str, entry_points: str) -> None:
        information = self.folder / f"{name.replace('-', '_')}-1.0.dist-info"
        information.mkdir(parents=True)
        (information / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (information / "entry_points.txt").write_text(entry_points)

    def _clear_queues(self) -> None:
        for key in self.redis.scan_iter("*xingtan:*"):
            self.redis.delete(key)
        for key in self.redis.scan_iter("rq:*"):
            self.redis.delete(key)

    def _app(self) -> Flask:
        settings = Settings(
            database_url=f"{POSTGRES}/{self.database}", data_dir=str(self.folder), secret_key=SECRET,
            clock_file=str(self.folder / "clock"), log_level="ERROR",
        )  # fmt: skip
        clock.use_file(settings.clock_file)
        clock.set_to(DAY)
        app = create_app("staff", settings)
        with app.app_context(), within(NATION):
            create_schema()
            calendar.seed_national(2020, national(2020), clock.now())
        return app

    def start(self, *commands: str) -> None:
        """Start `xingtan` processes, as "relay --pause 0.1" and "work --lane usual"."""
        others = {key: value for key, value in os.environ.items() if not key.startswith("XINGTAN_")}
        environ = others | {
            "PYTHONPATH": os.pathsep.join([str(self.folder), *(path for path in sys.path if path)]),
            "XINGTAN_DATABASE_URL": f"{POSTGRES}/{self.database}", "XINGTAN_REDIS_URL": REDIS,
            "XINGTAN_DATA_DIR": str(self.folder), "XINGTAN_SECRET_KEY": SECRET, "XINGTAN_LOG_LEVEL": "ERROR",
            "XINGTAN_CLOCK_FILE": str(self.folder / "clock"), "XINGTAN_PROVINCES": ",".join(sorted(self.bodies)),
        }  # fmt: skip
        for command in commands:
            line = [sys.executable, "-m", "core.cli", *command.split()]
            self.processes.append(subprocess.Popen(line, env=environ, cwd=self.folder, start_new_session=True))

    def ask(self, code: str, serials: Iterable[int]) -> None:
        """Ask for checks of invented people in a province."""

        @one_transaction
        def ask() -> None:
            for serial in serials:
                checks.request(
                    SYSTEM, province_code=code, territory=code, case_id=new_id(), person_id=new_id(),
                    name=name(serial), document_kind="resident_id", document_number=identity_number(serial),
                    document_index="x", now=clock.now(),
                )  # fmt: skip

        with self.app.app_context(), within(NATION):
            ask()

    def finished(self) -> dict[str, int]:
        """How many checks of each province are clear."""
        statement = select(CriminalCheck.province_code, func.count()).where(CriminalCheck.state == "clear")
        with self.app.app_context(), within(NATION):
            rows: Any = session().execute(statement.group_by(CriminalCheck.province_code)).all()
            db.session.remove()
        return {str(code): int(count) for code, count in rows}

    def wait_for(self, wanted: dict[str, int], seconds: float) -> dict[str, int]:
        """Wait until every province of `wanted` has as many finished, or the time is over; what is finished."""
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            have = self.finished()
            if all(have.get(code, 0) >= count for code, count in wanted.items()):
                break
            time.sleep(0.2)
        return self.finished()

    def stop(self) -> None:
        """End the processes that were started here, and take the database away."""
        for process in self.processes:
            for pid in _session(process.pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            process.wait()
        self._clear_queues()
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()
        clock.release()
        with psycopg.connect(f"{POSTGRES}/postgres", autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {self.database} WITH (FORCE)")

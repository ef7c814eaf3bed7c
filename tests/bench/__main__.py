"""Prints each figure, its floor and their ratio, on SQLite and on PostgreSQL."""

from __future__ import annotations

import argparse
import io
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import date
from pathlib import Path

from PIL import Image
from sqlalchemy import text

from core.app import create_app
from core.applications.rules.photo import judge_photo
from core.certificates.models import CertificateNumber
from core.certificates.service import name_index
from core.config import load
from core.demonstration import story
from core.evidence import service as registers
from core.evidence.models import RegisterEntry
from core.evidence.rules import EvidenceKind
from core.evidence.service import registers as filling
from core.foundation import clock, outbox
from core.foundation.access import NATION, within
from core.foundation.db import bulk_insert, db, new_id, one_transaction
from core.foundation.images import measure
from core.foundation.schema import create_schema
from core.rulesets.loader import national
from core.testing import people as invented
from core.testing.agency import KEY, Agency
from core.testing.photos import portrait
from tests.bench import load as client
from tests.bench.load import Request
from tests.conftest import own_database
from tests.journeys.killing import ask, free_port

NAME = "王晓明"


class Bench:
    """One database with drafts to submit, numbers to verify and a queue to page."""

    def __init__(self, kind: str, url: str, rows: int, drafts: int, agency: Agency) -> None:
        self.kind, self.rows, self.drafts = kind, rows, drafts
        self.folder = Path(tempfile.mkdtemp())
        self.url = url or str(self.folder / "xingtan.sqlite3")
        self.environ = {
            "XINGTAN_DATA_DIR": str(self.folder), "XINGTAN_CLOCK_FILE": str(self.folder / "clock"),
            "XINGTAN_SECRET_KEY": "a secret for the bench only, forty letters", "XINGTAN_LOG_LEVEL": "ERROR",
            "XINGTAN_SIGNIN_RATE": "1000000 per minute", "XINGTAN_VERIFY_RATE": "1000000 per minute",
            "XINGTAN_PROVINCES": "00", "XINGTAN_PROVINCE_00_AGENCY_URL": agency.url,
            "XINGTAN_PROVINCE_00_AGENCY_KEY": KEY,
        }  # fmt: skip
        if kind == "postgresql":
            self.environ["XINGTAN_DATABASE_URL"] = self.url
        os.environ.update({k: v for k, v in self.environ.items() if k.startswith("XINGTAN_PROVINCE_")})
        self.app = create_app("staff", load(self.environ))
        self.cases: list[tuple[str, str]] = []

    def prepare(self) -> None:
        """Fill the database."""
        with self.app.app_context(), within(NATION):
            create_schema()
            with db.engine.begin() as connection:
                connection.execute(text("CREATE TABLE bench_floor (body TEXT)"))
            clock.use_file(self.environ["XINGTAN_CLOCK_FILE"])
            clock.set_to(story.EARLIER)
            story._house()
            story._registers()
            plan = story._province("00", "province", "province2", "clerk")
            clock.set_to(story.DAY)
            for serial in range(1, self.drafts + 1):
                self.cases.append((invented.mobile(serial), str(story.apply(serial, plan, submit=False))))
            self._numbers()
            outbox.drain()
            db.session.remove()

    @one_transaction
    def _numbers(self) -> None:
        index = name_index(NAME)
        columns = ["number", "province_code", "certificate_id", "name_index", "state", "piece"]
        row = ("00", new_id(), index, "in_force", 1)
        made = ((self.number(i), *row) for i in range(self.rows))
        bulk_insert(CertificateNumber.__table__, columns, made)

    @staticmethod
    def number(i: int) -> str:
        """The i-th of the certificate numbers."""
        return f"2020{10000 + i // 999_999}31{i % 999_999 + 1:06d}"


@contextmanager
def served(bench: Bench, target: str, environ: dict[str, str]) -> Iterator[int]:
    """A site or the floor under gunicorn gthread, 2 × 4."""
    port = free_port()
    command = [
        str(Path(sys.executable).with_name("gunicorn")), "--worker-class", "gthread", "--workers", "2", "--threads",
        "4", "--keep-alive", "30", "--log-level", "error", "--bind", f"127.0.0.1:{port}", target,
    ]  # fmt: skip
    process = subprocess.Popen(command, env=os.environ | environ, cwd=Path(__file__).parents[2])
    try:
        for _ in range(200):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1)
                break
            except urllib.error.HTTPError:
                break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=20)


def signed_in(port: int, login: str) -> dict[str, str]:
    """Headers of a session: cookie and CSRF token."""
    _s, body, cookies = ask([port], "GET", "/api/v1/session", None, {})
    jar = {line.split("=", 1)[0]: line.split(";", 1)[0] for line in cookies}
    head = {"Cookie": "; ".join(jar.values()), "X-CSRFToken": body["csrf_token"]}
    if login:
        given = {"login": login, "password": story.PASSWORD}
        _s, body, cookies = ask([port], "POST", "/api/v1/session", given, head)
        jar |= {line.split("=", 1)[0]: line.split(";", 1)[0] for line in cookies}
    return {
        "Cookie": "; ".join(jar.values()), "X-CSRFToken": body["csrf_token"], "Content-Type": "application/json",
    }  # fmt: skip


def over_http(bench: Bench) -> Iterator[tuple[str, float, float]]:
    """Submit, verification and queue against their floors."""
    json_body = {"Content-Type": "application/json"}
    form = json.dumps({k: str(v) for k, v in story.form_of(1).items()}).encode()
    verify = [json.dumps({"number": bench.number(i * 7919 % bench.rows), "name": NAME}).encode() for i in range(2000)]
    with served(bench, "tests.bench.floor:app", {"BENCH_FLOOR": bench.url}) as port:
        floor_insert = client.median(3, lambda: client.run(port, [Request("POST", "/insert", form, json_body)] * 1000))
        floor_select = client.median(
            3, lambda: client.run(port, [Request("POST", "/select", body, json_body) for body in verify])
        )
    with served(bench, "core.wsgi:public", bench.environ) as port:
        sessions = [(signed_in(port, login), case_id) for login, case_id in bench.cases]
        body = json.dumps({"undertaking": True}).encode()
        submits = [Request("POST", f"/api/v1/applications/{c}/submit", body, head) for head, c in sessions]
        third = len(submits) // 3
        rounds = iter([submits[:third], submits[third : 2 * third], submits[2 * third :]])
        yield "submit /s", client.median(3, lambda: client.run(port, next(rounds))), floor_insert
        anyone = signed_in(port, "")
        asked = [Request("POST", "/api/v1/certificates/verify", body, anyone) for body in verify]
        yield f"verification at {bench.rows} /s", client.median(3, lambda: client.run(port, asked)), floor_select
    with served(bench, "tests.bench.floor:app", {"BENCH_FLOOR": bench.url}) as port:
        floor_queue = client.median(3, lambda: client.run(port, [Request("GET", "/queue", None, {})] * 600))
    with served(bench, "core.wsgi:staff", bench.environ) as port:
        head = signed_in(port, "clerk")
        yield (
            "queue page /s",
            client.median(3, lambda: client.run(port, [Request("GET", "/cases", None, head)] * 300)),
            floor_queue,
        )


def importing(bench: Bench, lines: int = 100_000) -> tuple[str, float, float]:
    """A register's import against COPY (executemany on SQLite) of the same rows."""
    head = "document_number,name,number,level\n"
    data = head + "".join(
        f"{invented.identity_number(i % 999, date(1960 + i // 999 % 40, 1 + i // 40000, 1))},王,N{i},bachelor\n"
        for i in range(lines)
    )
    with bench.app.app_context(), within(NATION):
        row = registers.start_import(
            story.officer("centre"), new_id(), "education", "b.csv", data.encode(), False, clock.now()
        )
        begun = time.perf_counter()
        registers.run_import(row.id, clock.now())
        ours = lines / (time.perf_counter() - begun)
        assert registers.one_import(row.id).state == "in_force", registers.one_import(row.id).faults
        made = list(filling._entries(row.id, EvidenceKind("education"), data.encode()))
        made = [(new_id(), *entry[1:]) for entry in made]
        begun = time.perf_counter()
        one_transaction(lambda: bulk_insert(RegisterEntry.__table__, filling._COLUMNS, made))()
        floor = lines / (time.perf_counter() - begun)
        db.session.remove()
    return "register rows /s", ours, floor


def photos() -> tuple[str, float, float]:
    """The whole judgement of a photo against opening it."""
    data, rules = portrait(1), national(2020)
    ours = client.median(3, lambda: client.per_second(lambda: judge_photo(measure(data), rules), 500))
    floor = client.median(3, lambda: client.per_second(lambda: Image.open(io.BytesIO(data)).load(), 500))
    return "photos /s a core", ours, floor


def show(where: str, name: str, ours: float, floor: float) -> None:
    """One line of the table."""
    print(f"{where:<11} {name:<30} {ours:>10.0f} {floor:>10.0f} {ours / floor:>7.2f}", flush=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000, help="certificate numbers to verify among")
    parser.add_argument("--drafts", type=int, default=300, help="applications to submit")
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    given = parser.parse_args()
    print(f"{'database':<11} {'figure':<30} {'median':>10} {'floor':>10} {'ratio':>7}")
    show("-", *photos())
    for kind in [given.only] if given.only else ["sqlite", "postgresql"]:
        with nullcontext("") if kind == "sqlite" else own_database("bench") as url:
            _measure(kind, url, given)


def _measure(kind: str, url: str, given: argparse.Namespace) -> None:
    with Agency(answered_on=story.DAY.date()) as agency:
        bench = Bench(kind, url, given.rows, given.drafts, agency)
        bench.prepare()
        for figure in over_http(bench):
            show(kind, *figure)
        show(kind, *importing(bench))
        with bench.app.app_context():
            db.engine.dispose()


if __name__ == "__main__":
    main()

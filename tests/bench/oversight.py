"""`python -m tests.bench.oversight --rows N`: the nation's dashboard at 100 000 cases and at N, on PostgreSQL.

The page is drawn from running figures, so that its time must not follow the cases. Rows are invented by the database
itself (INSERT … SELECT generate_series), the figures counted from them by `oversight recount --repair`, and the page
asked for over HTTP; its floor is a bare Flask view that adds up the same figures of cases with one statement. What
the same sums cost by a scan of the cases stands beside it. Secondary indexes of cases, which no figure reads, are
dropped first to spare the disk.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Boolean, Integer, LargeBinary, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from core.app import create_app
from core.applications.models import Case
from core.checks.models import CriminalCheck
from core.config import load
from core.demonstration import story
from core.foundation import clock, rowsecurity, tallies
from core.foundation.access import NATION, within
from core.foundation.db import db
from core.foundation.schema import create_schema
from core.foundation.tallies import Figure
from core.oversight import service as oversight
from core.rulesets.loader import provinces
from tests.bench import load as client
from tests.bench.__main__ import served, show, signed_in
from tests.bench.load import Request
from tests.conftest import own_database

SMALL = 100_000
ROUNDS = 8
STEP = 500_000  # rows of one INSERT
BODIES = 100  # institutions of a province
BEGUN = "timestamptz '2020-03-20 09:00+08'"
PROVINCE = f"({{codes}})[1 + n % {len(provinces())}]"
PLACE = f"lpad((1 + n / {len(provinces())} % {BODIES})::text, 3, '0')"
# How far a case came, by its number: one in ten is a draft, four in ten are recognised.
REACHED = "n / 7 % 10"

CASE = {
    "province_code": PROVINCE,
    "id": "gen_random_uuid()",
    "territory": f"{PROVINCE} || '01'",
    "institution_code": f"{PROVINCE} || {PLACE}",
    "reference": "'B' || n",
    "season_key": "'2020-first_half'",
    "state": f"(ARRAY['draft','submitted','confirmed','in_review','proposed_recognised','refused','recognised',"
             f"'recognised','recognised','recognised'])[1 + {REACHED}]",
    "owner": "'officer'",
    "entry_last": "date '2020-04-20'",
    "confirm_last": "date '2020-04-01' + (n % 40)",
    "created_at": BEGUN,
    "submitted_at": f"CASE WHEN {REACHED} > 0 THEN {BEGUN} + n % 900 * interval '1 hour' END",
    "confirmed_at": f"CASE WHEN {REACHED} > 1 THEN {BEGUN} + (n % 900 + 24 + n % 97) * interval '1 hour' END",
    "proposed_at": f"CASE WHEN {REACHED} > 3 THEN {BEGUN} + (n % 900 + 150 + n % 310) * interval '1 hour' END",
    "concluded_at": f"CASE WHEN {REACHED} > 4 THEN {BEGUN} + (n % 900 + 500 + n % 410) * interval '1 hour' END",
    "check_state": "CASE n % 10 WHEN 0 THEN 'sent' ELSE 'clear' END",
}  # fmt: skip
CHECK = {
    "province_code": PROVINCE,
    "id": "gen_random_uuid()",
    "territory": f"{PROVINCE} || '01'",
    "reference": "'C' || n",
    "state": "CASE n % 10 WHEN 0 THEN 'sent' WHEN 1 THEN 'requested' ELSE 'clear' END",
    "requested_at": f"{BEGUN} + n % 1500 * interval '1 hour'",
}


def _filler(column: Any) -> str:
    """What a column without a meaning here holds."""
    kind = column.type
    if isinstance(kind, Uuid):
        return "'01890000-0000-7000-8000-000000000000'::uuid"
    if isinstance(kind, Boolean):
        return "false"
    if isinstance(kind, Integer):
        return "1"
    if isinstance(kind, LargeBinary) or type(kind).__name__ == "Sealed":
        return "''::bytea"
    if isinstance(kind, JSONB) or type(kind).__name__ in ("JSON", "JSONB"):
        return "'{}'::jsonb"
    return "''"


def insert(model: Any, said: dict[str, str], first: int, last: int) -> str:
    """The statement that invents the rows first … last of a table."""
    codes = "ARRAY[" + ",".join(f"'{code}'" for code in provinces()) + "]"
    values = {
        column.name: said.get(column.name, "NULL" if column.nullable else _filler(column))
        for column in model.__table__.columns
    }
    chosen = ", ".join(value.replace("{codes}", codes) for value in values.values())
    names = ", ".join(f'"{name}"' for name in values)
    return (
        f'INSERT INTO "{model.__tablename__}" ({names}) SELECT {chosen} FROM generate_series({first}, {last}) AS n'
    )  # fmt: skip


def fill(first: int, last: int) -> None:
    """Invent cases first … last, and a check for every tenth."""
    for begin in range(first, last + 1, STEP):
        end = min(begin + STEP - 1, last)
        with db.engine.begin() as connection:
            connection.execute(text(insert(Case, CASE, begin, end).replace(":", "\\:")))
            checks = insert(CriminalCheck, CHECK, begin // 10 + 1, end // 10)
            connection.execute(text(checks.replace(":", "\\:")))
    analyze(Case.__tablename__)


def analyze(table: str) -> None:
    """What autovacuum does in its time."""
    with psycopg.connect(db.engine.url.set(drivername="postgresql").render_as_string(False), autocommit=True) as line:
        line.execute(f"VACUUM ANALYZE {table}")


def drop_indexes() -> None:
    """Keep the primary keys alone."""
    named = text("SELECT indexname FROM pg_indexes WHERE tablename = ANY(:tables) AND indexname NOT LIKE 'pk_%'")
    with db.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE recognition_case DROP CONSTRAINT uq_recognition_case_reference")
        for (name,) in connection.execute(named, {"tables": [Case.__tablename__, CriminalCheck.__tablename__]}).all():
            connection.exec_driver_sql(f'DROP INDEX "{name}"')


def scanned() -> float:
    """Milliseconds that the sums of cases by state take by reading the cases."""
    rounds = []
    for _ in range(3):
        begun = time.perf_counter()
        with db.engine.connect() as connection:
            connection.execute(text("SELECT province_code, state, count(*) FROM recognition_case GROUP BY 1, 2")).all()
        rounds.append((time.perf_counter() - begun) * 1000)
    return statistics.median(rounds)


def counted() -> tuple[int, float]:
    """Count the figures anew; how many differed, and the seconds it took."""
    begun = time.perf_counter()
    wrong = oversight.recounted(repair=True)
    assert not oversight.recounted(repair=False)
    db.session.remove()
    analyze(Figure.__tablename__)
    return len(wrong), time.perf_counter() - begun


@contextmanager
def prepared(url: str, rows: int) -> Iterator[dict[str, str]]:
    """A database with so many cases and their figures; yields the settings of a site on it."""
    with tempfile.TemporaryDirectory() as folder:
        environ = {
            "XINGTAN_DATA_DIR": folder, "XINGTAN_CLOCK_FILE": str(Path(folder) / "clock"), "XINGTAN_LOG_LEVEL": "ERROR",
            "XINGTAN_SECRET_KEY": "a secret for the bench only, forty letters", "XINGTAN_DATABASE_URL": url,
            "XINGTAN_SIGNIN_RATE": "1000000 per minute", "XINGTAN_PROVINCES": "",
        }  # fmt: skip
        app = create_app("staff", load(environ))
        with app.app_context(), within(NATION):
            create_schema()
            with db.engine.begin() as connection:
                rowsecurity.guard(connection)
            clock.use_file(environ["XINGTAN_CLOCK_FILE"])
            clock.set_to(story.EARLIER)
            story._house()
            tallies.fold_all()
            clock.set_to(story.DAY.replace(month=5, day=20))
            db.session.remove()
            drop_indexes()
            begun = time.perf_counter()
            fill(1, rows)
            filled = time.perf_counter() - begun
            wrong, took = counted()
            print(f"# {rows} cases in {filled:.0f} s, {wrong} figures counted and proved in {took:.0f} s", flush=True)
            print(f"# the sums of cases by state and province by a scan: {scanned():.0f} ms", flush=True)
            db.engine.dispose()
        yield environ


def side_by_side(path: str, ports: list[int], heads: list[dict[str, str]]) -> tuple[list[float], float]:
    """Pages a second at each size, and how many times as long the greater takes: asked in turn, the median of pairs.

    In turn, so that what else the machine does weighs on both alike.
    """
    asked = [[Request("GET", path, None, head)] * 20 for head in heads]
    for port, some in zip(ports, asked, strict=True):
        client.run(port, some, threads=2)
    pairs = []
    for turn in range(ROUNDS):
        order = (0, 1) if turn % 2 else (1, 0)
        taken = {which: client.run(ports[which], asked[which], threads=1) for which in order}
        pairs.append((taken[0], taken[1]))
    ratio = statistics.median(small / great for small, great in pairs)
    return [statistics.median(column) for column in zip(*pairs, strict=True)], ratio


def site(target: str, environ: dict[str, str]) -> Any:
    """A site, or the floor, on a database."""
    return served(None, target, environ)  # type: ignore[arg-type]


def measure(urls: list[str], sizes: list[int]) -> None:
    """Print the pages at both sizes, their floors, and the ratio between the sizes."""
    with ExitStack() as open_:
        environs = [open_.enter_context(prepared(url, rows)) for url, rows in zip(urls, sizes, strict=True)]
        floors = [open_.enter_context(site("tests.bench.floor:app", {"BENCH_FLOOR": url})) for url in urls]
        ports = [open_.enter_context(site("core.wsgi:staff", environ)) for environ in environs]
        heads = [signed_in(port, "centre") for port in ports]
        bare, _ratio = side_by_side("/figures", floors, [{}, {}])
        for name, path in (("nation page", "/dashboards"), ("obligations", "/obligations")):
            ours, ratio = side_by_side(path, ports, heads)
            for rows, mine, floor in zip(sizes, ours, bare, strict=True):
                show("postgresql", f"{name} at {rows} /s", mine, floor)
            print(f"# {sizes[1] / sizes[0]:g} times the cases: {name} takes {ratio:.2f} times as long", flush=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=400_000, help="cases at the greater size")
    given = parser.parse_args()
    os.environ.pop("XINGTAN_PROVINCES", None)
    with own_database("bench_small", durable=False) as small, own_database("bench_great", durable=False) as great:
        measure([small, great], [SMALL, given.rows])


if __name__ == "__main__":
    main()

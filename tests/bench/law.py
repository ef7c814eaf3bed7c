"""`python -m tests.bench.law --rows N`: how long `xingtan invariants` takes on N rows, on PostgreSQL.

A small season is played through the services, then multiplied: every copy has people, cases, checks, certificates,
stock and papers of its own, told by keys and numbers that follow from the first ones; the places, officers, plans
and yearbooks stay. The trail of audit is written anew for every copy, coded and chained with the platform's keys, and
the transparency tree grown, so that every invariant still holds and has as much to read as in a real year. The floor
is one reading of every table by `count(*)`.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb
from sqlalchemy import Uuid, select

from core.app import create_app
from core.certificates.models import LINE, LogEntry, LogLeaf, LogNode
from core.certificates.rules import merkle
from core.config import load
from core.foundation import chain
from core.foundation.access import NATION, within
from core.foundation.audit import AuditEntry
from core.foundation.db import Base, db, keyring, new_id, session
from core.oversight import service as oversight
from tests.conftest import POSTGRES, own_database

STEP = 1 << 22  # milliseconds between the ids of two copies: longer than a season takes to be played
SERIES = 1000  # more series than a season has

PERSON = {"document_index": "encode(sha256((s.document_index || k)::bytea), 'hex')"}
NUMBERED = "left(s.{0}, 11) || lpad((substr(s.{0}, 12)::int + k * coalesce(n.last, 0))::text, 6, '0')"
CERTIFICATE = {"number": NUMBERED.format("number")}
REFERENCE = {"reference": "s.reference || '-' || k"}
LINES = {"series": f"s.series + k * {SERIES}"}
# What is multiplied, and what its columns hold in copy k besides ids: {table: {column: SQL}}.
COPIED: dict[str, dict[str, str]] = {
    "person": {**PERSON, "mobile_index": "encode(sha256((s.mobile_index || k)::bytea), 'hex')"},
    "account": {"username": "s.username || '-' || k"},
    "person_bar": PERSON,
    "register_entry": PERSON,
    "recognition_case": {**PERSON, **REFERENCE, "certificate_number": NUMBERED.format("certificate_number")},
    "open_application": {},
    "case_evidence": {},
    "case_hold": {},
    "case_appeal": {},
    "material_request": {},
    "photo_look": {},
    "photo_mark": {},
    "photo_band": {},
    "criminal_check": {**PERSON, **REFERENCE},
    "check_batch": {},
    "certificate": CERTIFICATE,
    "certificate_number": CERTIFICATE,
    "certificate_piece": {**LINES, "blank": "s.blank || '-' || k"},
    "certificate_change": {},
    "stock_series": {"number": f"s.number + k * {SERIES}", "mark": "s.mark || '-' || k"},
    "stock_segment": {name: f"s.{name} + k * {SERIES * LINE}" for name in ("low", "high")},
    "stock_movement": LINES,
    "stock_spoilage": LINES,
    "surveyed_teacher": {**PERSON, "certificate_number": NUMBERED.format("certificate_number")},
    "registration": {**PERSON, **REFERENCE, "certificate_number": NUMBERED.format("certificate_number")},
    "registration_open": PERSON,
    "penalty": {**PERSON, "number": "left(s.number, 24) || '-' || k"},
    "penalty_taking": CERTIFICATE,
    "penalty_paper": {},
    "penalty_reporting": {},
    "enquiry": {"reference": "left(s.reference, 14) || '-' || k"},
    "enquiry_letter": {"mark": "encode(sha256((s.mark || k)::bytea), 'hex')"},
    "outbox_message": {},
}
ONLY = {"account": "s.person_id IS NOT NULL"}

SHIFT = f"""
CREATE FUNCTION moved(id uuid, k int) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT (lpad(to_hex(('x' || left(translate(id::text, '-', ''), 12))::bit(48)::bigint - k * {STEP}), 12, '0')
        || substr(translate(id::text, '-', ''), 13))::uuid $$
"""


def copying(name: str) -> str:
    """The statement that adds copies 1 … %(copies)s of a table's rows."""
    table, said, chosen, joins = Base.metadata.tables[name], COPIED[name], [], []
    for column in table.columns:
        if column.name in said:
            chosen.append(f"CASE WHEN s.{column.name}::text = '' THEN s.{column.name} ELSE {said[column.name]} END")
        elif isinstance(column.type, Uuid):
            joins.append(f'LEFT JOIN moving m_{column.name} ON m_{column.name}.id = s."{column.name}"')
            own = f's."{column.name}"'
            chosen.append(f"CASE WHEN m_{column.name}.id IS NULL THEN {own} ELSE moved({own}, k) END")
        else:
            chosen.append(f's."{column.name}"')
    for column_name in ("number", "certificate_number"):
        if said.get(column_name) == NUMBERED.format(column_name):
            joins.append(
                f"LEFT JOIN number_series n ON n.institution_code = substr(s.{column_name}, 5, 5) "
                f"AND n.year::text = left(s.{column_name}, 4)"
            )
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    return (
        f'INSERT INTO "{name}" ({names}) SELECT {", ".join(chosen)} FROM "{name}" s {" ".join(joins)} '
        f"CROSS JOIN generate_series(1, %(copies)s) k WHERE {ONLY.get(name, 'true')}"
    )


def multiply(url: str, copies: int) -> None:
    """Add `copies` times what was played; as the database's superuser, whom no row is hidden from."""
    with psycopg.connect(superuser(url)) as line:
        line.execute("SET session_replication_role = replica")  # the trail refuses to be emptied
        line.execute(SHIFT)
        line.execute("CREATE UNLOGGED TABLE moving (id uuid)")
        for name in COPIED:
            table = Base.metadata.tables[name]
            for column in ("id", "move_id"):
                if column in table.columns:
                    where = ONLY.get(name, "true")
                    line.execute(f'INSERT INTO moving SELECT DISTINCT s."{column}" FROM "{name}" s WHERE {where}')
        line.execute("ALTER TABLE moving ADD PRIMARY KEY (id)")
        line.execute("ANALYZE moving")
        moving = {ident for (ident,) in line.execute("SELECT id FROM moving")}
        for name in COPIED:
            line.execute("SET LOCAL synchronous_commit = off")
            line.execute(copying(name), {"copies": copies})
        grow_log(line, copies)
        line.execute("UPDATE number_series SET last = last * %s", (copies + 1,))
        write_trail(line, moving, copies)
        line.execute("DROP TABLE moving")
        line.execute("DROP FUNCTION moved")
    with psycopg.connect(superuser(url), autocommit=True) as line:
        line.execute("VACUUM ANALYZE")


def superuser(url: str) -> str:
    """The same database, opened as whoever runs this."""
    return f"{POSTGRES}/{url.rsplit('/', 1)[-1]}"


def moved(ident: UUID, copy: int) -> UUID:
    """What the database's function of that name gives."""
    return UUID(int=ident.int - (copy * STEP << 80))


def grow_log(line: psycopg.Connection[Any], copies: int) -> None:
    """Events of the copies' certificates, each with its place in the transparency tree."""
    last = dict(line.execute("SELECT institution_code || year, last FROM number_series").fetchall())
    known = list(session().scalars(select(LogEntry).order_by(LogEntry.id)))
    nodes = {(n.level, n.position): bytes.fromhex(n.hash) for n in session().scalars(select(LogNode))}
    size, fresh = len(session().scalars(select(LogLeaf.position)).all()), []
    with line.cursor() as cursor:
        leaves: list[tuple[int, UUID]] = []
        with cursor.copy("COPY log_entry (id, number, data, hash, at) FROM STDIN") as out:
            for copy in range(1, copies + 1):
                for entry in known:
                    old = entry.number
                    number = f"{old[:11]}{int(old[11:]) + copy * last[old[4:9] + old[:4]]:06d}"
                    data = entry.data.replace(old, number)
                    hashed = merkle.leaf_hash(data.encode())
                    ident = moved(entry.id, copy)
                    out.write_row((ident, number, keyring().seal(data), hashed.hex(), entry.at))
                    grown = merkle.growth(size, hashed, nodes.__getitem__)
                    nodes |= dict(grown)
                    fresh += grown
                    leaves.append((size, ident))
                    size += 1
        with cursor.copy("COPY log_leaf (position, entry_id) FROM STDIN") as out:
            for leaf in leaves:
                out.write_row(leaf)
        with cursor.copy("COPY log_node (level, position, hash) FROM STDIN") as out:
            for (level, position), value in fresh:
                out.write_row((level, position, value.hex()))


TRAIL = [column.name for column in AuditEntry.__table__.columns]


def write_trail(line: psycopg.Connection[Any], moving: set[UUID], copies: int) -> None:
    """The acts on what was multiplied, once more for every copy with a writer of its own; then all chains anew."""
    entries = list(session().scalars(select(AuditEntry).order_by(AuditEntry.id)))
    session().expunge_all()
    texts = {str(ident) for ident in moving}
    own = [entry for entry in entries if entry.subject_id in texts]
    heads: dict[str, tuple[int, str]] = {}
    seals = Path(tempfile.mkstemp(prefix="bench_seals")[1])
    names = ", ".join(f'"{name}"' for name in TRAIL)
    line.execute("TRUNCATE audit_seal")
    with line.cursor() as cursor, seals.open("w") as links:
        with cursor.copy(f"COPY audit_entry ({names}) FROM STDIN") as out:
            for copy in range(copies, 0, -1):
                for entry in copied(own, texts, copy):
                    out.write_row([Jsonb(v) if isinstance(v := getattr(entry, n), dict) else v for n in TRAIL])
                    links.write(sealed(entry, heads))
        for entry in entries:
            links.write(sealed(entry, heads))
    chained = "COPY audit_seal (id, province_code, number, entry_id, hash) FROM STDIN"
    with line.cursor() as cursor, seals.open("rb") as links, cursor.copy(chained) as out:
        while part := links.read(1 << 20):
            out.write(part)
    seals.unlink()


def copied(entries: list[AuditEntry], texts: set[str], copy: int) -> Iterator[AuditEntry]:
    """The acts of one copy, coded as their one writer would have."""
    writer, code = new_id(), ""
    for number, old in enumerate(entries, 1):
        values = {name: getattr(old, name) for name in TRAIL}
        values |= {"id": moved(old.id, copy), "writer": writer, "number": number}
        values["subject_id"] = str(moved(UUID(old.subject_id), copy))
        if str(old.actor_id) in texts:
            values["actor_id"] = moved(old.actor_id, copy)  # type: ignore[arg-type]
        entry = AuditEntry(**values)
        entry.code = code = keyring().code(chain._text(code, entry), "audit entry")
        yield entry


def sealed(entry: AuditEntry, heads: dict[str, tuple[int, str]]) -> str:
    """The link of an entry in its province's chain, as a line of COPY."""
    number, previous = heads.get(entry.province_code, (0, ""))
    link = chain._link(previous, entry, keyring().current.suite)
    heads[entry.province_code] = (number + 1, link)
    return f"{new_id()}\t{entry.province_code}\t{number + 1}\t{entry.id}\t{link}\n"


def counted(url: str) -> tuple[int, float]:
    """Rows of all tables, and the seconds that reading each once takes."""
    begun = time.perf_counter()
    with psycopg.connect(superuser(url)) as line:
        rows = sum(
            line.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # type: ignore[index]
            for name in Base.metadata.tables
        )
    return rows, time.perf_counter() - begun


@contextmanager
def environment(url: str) -> Iterator[dict[str, str]]:
    """The settings of an installation on a database, in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        yield {
            "XINGTAN_DATA_DIR": folder, "XINGTAN_CLOCK_FILE": str(Path(folder) / "clock"), "XINGTAN_LOG_LEVEL": "ERROR",
            "XINGTAN_SECRET_KEY": "a secret for the bench only, forty letters", "XINGTAN_DATABASE_URL": url,
            "XINGTAN_PROVINCES": "",
        }  # fmt: skip


def xingtan(environ: dict[str, str], *words: str) -> int:
    """Run the command line as an operator would; its answer is printed. Returns the exit code."""
    return subprocess.run([sys.executable, "-m", "core.cli", *words], env={**os.environ, **environ}).returncode


def measure(url: str, environ: dict[str, str], applicants: int, rows: int) -> int:
    """Play, multiply, ask; returns the exit code of `xingtan invariants`."""
    with open(os.devnull, "w") as nothing:
        subprocess.run(
            [sys.executable, "-m", "core.cli", "season", "play", "--applicants", str(applicants)],
            env={**os.environ, **environ}, stdout=nothing, stderr=nothing, check=True,
        )  # fmt: skip
    app = create_app("staff", load(environ))
    with app.app_context(), within(NATION):
        played, _seconds = counted(url)
        begun = time.perf_counter()
        multiply(url, max(1, round(rows / played) - 1))
        wrong = len(oversight.recounted(repair=True))
        db.session.remove()
        taken = time.perf_counter() - begun
    total, floor = counted(url)
    print(f"# {played} rows of {applicants} people made {total} in {taken:.0f} s, {wrong} figures anew", flush=True)
    begun = time.perf_counter()
    code = xingtan(environ, "invariants")
    asked = time.perf_counter() - begun
    print(f"postgresql  invariants, rows/s{total / asked:>14.0f}  floor{total / floor:>12.0f}  {floor / asked:.3f}")
    print(f"# {total} rows asked in {asked:.0f} s; reading each once takes {floor:.0f} s")
    return code


def main() -> None:
    """Measure and print; exits as `xingtan invariants` does."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=500_000, help="rows of the whole database")
    parser.add_argument("--applicants", type=int, default=200, help="people of the season that is multiplied")
    given = parser.parse_args()
    with own_database("bench_law", durable=False) as url, environment(url) as environ:
        sys.exit(measure(url, environ, given.applicants, given.rows))


if __name__ == "__main__":
    main()

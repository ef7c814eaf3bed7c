"""Taking a province's plugin out with its data, and its return: one zip of rows and files.

The rows are written as the database holds them (sealed columns stay sealed), table by table, with the revision at
which they stood: a later version of the plugin takes them in and migrates them on.
"""

from __future__ import annotations

import base64
import json
import zipfile
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, MetaData, Table, func, inspect, select

from core.foundation import audit, outbox, schema
from core.foundation.access import SYSTEM
from core.foundation.db import db, one_transaction, session
from core.foundation.storage import storage
from core.hooks.contract import LoadRefused
from core.hooks.models import ProvinceFile

FORMAT = 1
PAGE = 1000


def export(code: str, path: Path) -> dict[str, int]:
    """Write the province's rows and files to a new zip; returns how many rows of each table (and "files")."""
    counts: dict[str, int] = {}
    with zipfile.ZipFile(path, "x", zipfile.ZIP_DEFLATED) as archive, db.engine.connect() as connection:
        for table in _tables(connection, code):
            counts[table.name] = _write(archive, table, connection)
        counts["files"] = 0
        for row in session().scalars(select(ProvinceFile).where(ProvinceFile.province_code == code)):
            archive.writestr(f"files/{row.id}", storage().get(row.key))
            archive.writestr(f"files/{row.id}.name", row.name)
            counts["files"] += 1
        head = {"format": FORMAT, "code": code, "revision": schema.current(db.engine, code), "rows": counts}
        archive.writestr("export.json", json.dumps(head, indent=1))
    return counts


def _tables(connection: Connection, code: str) -> list[Table]:
    names = [name for name in inspect(connection).get_table_names() if name.startswith(f"p{code}_")]
    there = MetaData()
    there.reflect(connection, only=names)
    return [table for table in there.sorted_tables if table.name in names]


def _write(archive: zipfile.ZipFile, table: Table, connection: Connection) -> int:
    count = 0
    rows = connection.execution_options(yield_per=PAGE).execute(select(table)).mappings()
    with archive.open(f"tables/{table.name}.jsonl", "w") as file:
        for row in rows:
            file.write(json.dumps({key: _packed(value) for key, value in row.items()}).encode() + b"\n")
            count += 1
    return count


def _packed(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return {"$bytes": base64.b64encode(bytes(value)).decode()}
    if isinstance(value, datetime):
        return {"$instant": value.isoformat()}
    if isinstance(value, date):
        return {"$day": value.isoformat()}
    if isinstance(value, UUID):
        return {"$id": str(value)}
    return {"$json": value} if isinstance(value, dict) else value


def _unpacked(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    ((kind, inner),) = value.items()
    readers: dict[str, Any] = {
        "$bytes": base64.b64decode, "$instant": datetime.fromisoformat, "$day": date.fromisoformat, "$id": UUID,
        "$json": lambda same: same,
    }  # fmt: skip
    return readers[kind](inner)


def check_quiet(code: str) -> None:
    """Raise `LoadRefused` while messages of the plugin still wait: they would never be done."""
    open_states = (outbox.MessageState.WAITING, outbox.MessageState.LEASED)
    statement = select(func.count()).where(
        outbox.OutboxMessage.kind.startswith(f"p{code}."), outbox.OutboxMessage.state.in_(open_states)
    )
    if waiting := session().scalar(statement):
        raise LoadRefused(f"province {code}: {waiting} of its messages still wait; do them first: xingtan jobs drain")


@one_transaction
def _forget_files(code: str, now: datetime) -> list[str]:
    rows = list(session().scalars(select(ProvinceFile).where(ProvinceFile.province_code == code)))
    for row in rows:
        session().delete(row)
    audit.record(SYSTEM, "province.retire", "province", code, province_code=code, now=now, files=len(rows))
    return [row.key for row in rows]


def remove(code: str, revisions: Path | None, now: datetime) -> None:
    """Drop the plugin's tables, its version and its files."""
    keys = _forget_files(code, now)
    if revisions is not None and schema.current(db.engine, code):
        schema.downgrade(db.engine, revisions, "base", province=code)
    for key in keys:
        storage().drop(key)


def head_of(path: Path, code: str) -> dict[str, Any]:
    """What an export says of itself; raises `LoadRefused` when it is none of this province."""
    try:
        with zipfile.ZipFile(path) as archive:
            head: dict[str, Any] = json.loads(archive.read("export.json"))
    except (KeyError, ValueError, zipfile.BadZipFile, OSError) as error:
        raise LoadRefused(f"{path} is no export of a province's data") from error
    if head.get("code") != code or head.get("format") != FORMAT:
        raise LoadRefused(f"{path} is an export of province {head.get('code')}, not of {code}")
    return head


def restore(code: str, path: Path, revisions: Path | None, now: datetime) -> dict[str, int]:
    """Bring exported rows and files back into empty tables, then migrate them to the plugin's newest revision."""
    head = head_of(path, code)
    counts: dict[str, int] = {}
    if revisions is not None and head["revision"]:
        if schema.current(db.engine, code):
            raise LoadRefused(f"province {code} has tables already; retire it first, or migrate --to base")
        schema.upgrade(db.engine, revisions, head["revision"][0], province=code)
    with zipfile.ZipFile(path) as archive:
        with db.engine.begin() as connection:
            for table in _tables(connection, code):
                counts[table.name] = _read(archive, table, connection)
        counts["files"] = _return_files(code, archive, now)
    if revisions is not None:
        schema.upgrade(db.engine, revisions, province=code)
    return counts


def _read(archive: zipfile.ZipFile, table: Table, connection: Connection) -> int:
    count, page = 0, []
    with archive.open(f"tables/{table.name}.jsonl") as file:
        for line in file:
            page.append({key: _unpacked(value) for key, value in json.loads(line).items()})
            if len(page) == PAGE:
                connection.execute(table.insert(), page)
                count, page = count + PAGE, []
    if page:
        connection.execute(table.insert(), page)
    return count + len(page)


@one_transaction
def _return_files(code: str, archive: zipfile.ZipFile, now: datetime) -> int:
    ids = [name.removeprefix("files/") for name in _file_names(archive)]
    for file_id in ids:
        data = archive.read(f"files/{file_id}")
        kept = storage().put(data)
        session().add(
            ProvinceFile(
                id=UUID(file_id), province_code=code, territory=code, key=kept.key, sha256=kept.sha256,
                name=archive.read(f"files/{file_id}.name").decode(), size=len(data), created_at=now,
            )
        )  # fmt: skip
    audit.record(SYSTEM, "province.return", "province", code, province_code=code, now=now, files=len(ids))
    return len(ids)


def _file_names(archive: zipfile.ZipFile) -> Iterable[str]:
    return [name for name in archive.namelist() if name.startswith("files/") and not name.endswith(".name")]

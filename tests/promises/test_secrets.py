"""Nothing personal lies in clear: not in the database read raw, not in files, logs, messages, addresses or errors."""

from __future__ import annotations

import json
import re
from pathlib import Path

import structlog
from sqlalchemy import text

from core.accounts import service as accounts
from core.applications import service as cases
from core.demonstration import story
from core.foundation import clock, logs, outbox
from core.foundation.db import Base, db, session
from core.testing import people as invented
from tests.conftest import post, sign_in

MAIL = "somebody.unique@example.org"
STREET = "杏花路1号"


def personal(serials):
    for serial in serials:
        number = invented.identity_number(serial)
        yield from (number, number[:17], invented.mobile(serial))
    yield MAIL
    yield STREET


def raw_database():
    """Every row of every table, and every page of the file, as bytes."""
    session().commit()
    whole = b""
    for table in Base.metadata.sorted_tables:
        for row in session().execute(text(f'SELECT * FROM "{table.name}"')):
            whole += repr([bytes(v) if isinstance(v, memoryview) else v for v in row]).encode()
    path = db.engine.url.database or ""
    if db.engine.dialect.name == "sqlite":
        whole += b"".join(Path(path + end).read_bytes() for end in ("", "-wal") if Path(path + end).exists())
    return whole


def test_nothing_personal_lies_in_clear(house, capfd):
    logs.configure("DEBUG")
    data = {
        "name": invented.name(14), "document_kind": "resident_id", "document_number": invented.identity_number(14),
        "mobile": invented.mobile(14), "mail": MAIL, "password": story.PASSWORD,
    }  # fmt: skip
    accounts.sign_up(data, clock.today(), clock.now())
    story.play(11, "recognised", house.plan)
    case = story.play(3, "in_review", house.plan)
    officer = sign_in(house.client("staff"), "clerk")
    answer = post(officer, f"/cases/{case}/reveal", page=f"/cases/{case}", reason="telephone call")
    assert invented.identity_number(3) in answer.get_data(as_text=True)
    asked = story.officer("clerk")
    cases.ask_material(asked, case, "体检表", None, clock.now())
    outbox.drain()
    for page in (f"/cases/{case}", "/cases", "/checks", f"/cases/{invented.identity_number(3)}"):
        shown = officer.get(page)
        assert invented.identity_number(3) not in shown.get_data(as_text=True).replace(page, ""), page
        assert invented.mobile(3) not in shown.get_data(as_text=True), page
    structlog.get_logger("xingtan").error(
        "slipped", text=invented.identity_number(3), nested={"m": [invented.mobile(3)]}
    )
    try:
        raise ValueError(invented.identity_number(3))
    except ValueError:
        structlog.get_logger("xingtan").exception("crashed")
    logged = "".join(capfd.readouterr())
    assert "slipped" in logged
    files = Path(house.settings.data_dir) / "files"
    kept = b"".join(path.read_bytes() for path in files.rglob("*") if path.is_file())
    assert len(kept) > 10_000
    everything = {"database": raw_database(), "files": kept, "logs": logged.encode()}
    for place, content in everything.items():
        for value in personal((3, 11, 14)):
            spellings = (
                value.encode(),
                value.encode("gb18030"),
                value.encode("utf-16-le"),
                value.encode().hex().encode(),
            )
            assert not [s for s in spellings if s in content], (place, value)
            assert json.dumps(value).strip('"').encode() not in content, (place, value)
    logs.configure("ERROR")


def test_no_route_takes_anything_personal_in_its_address(sites):
    words = re.compile(r"mobile|document_number|identity|name|mail|address")
    for app in (sites.public, sites.staff):
        for rule in app.url_map.iter_rules():
            assert not words.search("".join(rule.arguments - {"filename"})), rule.rule

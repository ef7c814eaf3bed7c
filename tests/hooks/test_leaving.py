"""A province's data leaves in a zip and comes back, on both databases; commands say no in a line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import inspect, text

from core.cli import main
from core.foundation import clock, outbox, schema
from core.foundation.access import territory, within
from core.foundation.db import Base, db, one_transaction
from core.foundation.errors import NotFound
from core.hooks.discovery import LoadRefused, bring
from core.hooks.parts import load_tables
from core.provinces import retire, scaffold
from core.sdk import actions
from core.sdk.tables import Paging
from plugins.province_template import service
from tests.conftest import World

COUNTS = {"apply": 3, "repeated": 1, "unknown": 0, "contradicts": 0}


@pytest.fixture
def revisions(world: World) -> Iterator[Path]:
    """Province 00's revisions; its tables stand at the newest, and are there again afterwards."""
    folder = load_tables("00", bring("00"))
    assert folder is not None
    schema.stamp(db.engine, folder, province="00")
    yield folder
    db.session.remove()
    with db.engine.begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS alembic_version_p00"))
    Base.metadata.create_all(db.engine)


def test_data_leaves_and_comes_back(revisions: Path, tmp_path: Path) -> None:
    zipped = tmp_path / "00.zip"
    with within(territory("00")):
        for days in range(3):
            service.note_call(COUNTS, clock.now() + timedelta(days=days))
        before = [(row.id, row.at, row.applied) for row in service.calls(Paging()).rows]
        kept = actions.store_file("00", "list.xlsx", b"PK")
        assert retire.export("00", zipped) == {"p00_call": 3, "files": 1}
        db.session.commit()
        retire.remove("00", revisions, clock.now())
        assert "p00_call" not in inspect(db.engine).get_table_names()
        with pytest.raises(NotFound):
            actions.read_file("00", kept)
        assert retire.restore("00", zipped, revisions, clock.now()) == {"p00_call": 3, "files": 1}
        assert [(row.id, row.at, row.applied) for row in service.calls(Paging()).rows] == before
        assert actions.read_file("00", kept) == ("list.xlsx", b"PK")
        with pytest.raises(LoadRefused, match="has tables already; retire it first"):
            retire.restore("00", zipped, revisions, clock.now())
    with pytest.raises(LoadRefused, match="is an export of province 00, not of 41"):
        retire.head_of(zipped, "41")
    with pytest.raises(LoadRefused, match="is no export"):
        retire.head_of(Path(__file__), "00")


def test_nothing_leaves_while_its_messages_wait(world: World) -> None:
    one_transaction(lambda: outbox.post("p00.tidy", "00", now=clock.now()))()
    with pytest.raises(LoadRefused, match="1 of its messages still wait; do them first: xingtan jobs drain"):
        retire.check_quiet("00")
    outbox.drain()
    retire.check_quiet("00")


def test_the_scaffold_says_no_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").touch()
    for slug, code, folder, said in (
        ("guangdong", "99", "a", "there is no province 99"),
        ("Guang Dong", "44", "a", "is no name for a package"),
        ("guangdong", "44", "full", "is not empty; name another --directory"),
    ):
        with pytest.raises(LoadRefused, match=said):
            scaffold.make(slug, code, tmp_path / folder)


def test_what_the_scaffold_writes_names_its_own_province(tmp_path: Path) -> None:
    folder = scaffold.make("guangdong", "44", tmp_path / "made")
    texts = {path: path.read_text(encoding="utf-8") for path in folder.rglob("*") if path.is_file()}
    everything = "\n".join(texts.values())
    for left in ("province_template", "province_00", "p00", "PROVINCE_00", '"00"', "/p/00/", "示范", "check 00"):
        assert left not in everything, left
    assert "广东省" in everything
    assert folder / "xingtan_guangdong" / "templates" / "province_44" / "about.html" in texts


def test_info_and_list_and_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, world: World) -> None:
    monkeypatch.setenv("XINGTAN_PROVINCES", "00,66")
    said = CliRunner().invoke(main, ["province", "list"]).output
    assert "00\tactive\tplugins.province_template.plugin" in said
    assert "66\tmissing" in said
    info = CliRunner().invoke(main, ["province", "info", "00"]).output
    assert "judge_notice: its own" in info
    assert "judge_plan: default" in info
    assert "XINGTAN_PROVINCE_00_AGENCY_KEY: secret" in info
    assert "agency-demonstration-key" not in info
    made = CliRunner().invoke(main, ["province", "key", str(tmp_path / "k")])
    assert made.exit_code == 0
    assert (tmp_path / "k").stat().st_mode & 0o077 == 0
    again = CliRunner().invoke(main, ["province", "key", str(tmp_path / "k")])
    assert "exists already" in again.output

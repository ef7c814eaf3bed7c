"""The exchange: what is sent, what comes back, every row that is not as it must be; over a folder and over SFTP."""

from __future__ import annotations

import dataclasses
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.sdk.actions import AgencyRefused, AgencyUnavailable
from core.sdk.values import CheckBatch, Outcome
from core.testing import border
from core.testing.office import KEY, Office
from core.testing.sftp import PASSWORD, USER, SftpServer
from plugins.province_henan import drop, exchange, rules, workbook

NOW = border.moment().now


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("out", "in"):
        (tmp_path / name).mkdir()
    return tmp_path


def settings_of(folder: Path, **changes: Any) -> dict[str, Any]:
    """Settings of a drop folder."""
    return {"folder": str(folder), "exchange_key": KEY, "sftp_host": "", **changes}


@pytest.fixture(params=["folder", "sftp"])
def settings(request: pytest.FixtureRequest, folder: Path) -> Iterator[dict[str, Any]]:
    if request.param == "folder":
        yield settings_of(folder)
        return
    (folder / "own").mkdir()
    with SftpServer(folder) as server:
        yield settings_of(
            folder / "own", sftp_host="127.0.0.1", sftp_port=server.port, sftp_user=USER, sftp_password=PASSWORD,
            sftp_key_file="", sftp_host_key=server.host_key, sftp_folder=".", sftp_timeout=5.0,
        )  # fmt: skip


def test_a_batch_goes_out_once_and_its_answer_comes_back(settings: dict[str, Any], folder: Path) -> None:
    batch = border.batch(10)
    exchange.send(settings, batch, NOW)
    before = (folder / "out" / "batch-1.xlsx").read_bytes()
    exchange.send(settings, batch, NOW)
    assert (folder / "out" / "batch-1.xlsx").read_bytes() == before
    paper = (folder / "out" / "batch-1.json").read_bytes()
    assert drop.is_manifest_of(KEY, paper, "batch-1", before)
    assert json.loads(paper)["rows"] == 10
    assert exchange.waiting(settings) == []
    assert Office(folder, answered_on=border.DAY).answer() == 1
    assert exchange.waiting(settings) == ["batch-1"]
    sent = exchange.sent(settings, "batch-1")
    assert sent is not None
    read = workbook.compare(sent, exchange.fetch(settings, "batch-1"), border.DAY)
    assert read.faults == ()
    assert [finding.params["reference"] for finding in read.missing] == ["batch-1-9"]
    said = {result.reference: result for result in read.results}
    assert said["batch-1-7"].outcome is Outcome.RECORD_FOUND
    assert said["batch-1-2"].decided_on == border.DAY


@pytest.mark.parametrize(
    ("fault", "code", "line"),
    [
        ("unknown", "return_unknown", 5),
        ("repeated", "return_repeated", 5),
        ("altered", "return_altered", 2),
        ("number", "return_number", 2),
        ("outcome", "return_outcome", 2),
    ],
)
def test_every_odd_row_is_named_by_its_line(folder: Path, fault: str, code: str, line: int) -> None:
    given = settings_of(folder)
    exchange.send(given, border.batch(3), NOW)
    Office(folder, fault=fault, answered_on=border.DAY).answer()
    sent = exchange.sent(given, "batch-1")
    assert sent is not None
    read = workbook.compare(sent, exchange.fetch(given, "batch-1"), border.DAY)
    assert [(finding.code, finding.params["line"]) for finding in read.faults] == [(code, line)]


def test_a_missing_row_stays_open_and_is_named(folder: Path) -> None:
    given = settings_of(folder)
    exchange.send(given, border.batch(3), NOW)
    Office(folder, fault="missing", answered_on=border.DAY).answer()
    read = workbook.compare(exchange.sent(given, "batch-1") or [], exchange.fetch(given, "batch-1"), border.DAY)
    assert read.faults == ()
    assert [finding.params["line"] for finding in read.missing] == [4]
    assert len(read.results) == 2


def test_tomorrows_answer_and_foreign_files_are_faults(folder: Path) -> None:
    given = settings_of(folder)
    exchange.send(given, border.batch(1), NOW)
    Office(folder, answered_on=border.DAY.replace(day=26)).answer()
    sent = exchange.sent(given, "batch-1") or []
    (fault,) = workbook.compare(sent, exchange.fetch(given, "batch-1"), border.DAY).faults
    assert fault.code == "return_day"
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(workbook.MOST_UNPACKED + 1))
    for data, code in (
        (b"", "return_unreadable"), (b"PK\x03\x04", "return_unreadable"), (bomb.getvalue(), "return_unreadable"),
    ):  # fmt: skip
        assert [finding.code for finding in workbook.compare(sent, data, border.DAY).faults] == [code]


def test_an_unsigned_answer_and_a_changed_copy_are_refused(folder: Path) -> None:
    given = settings_of(folder)
    exchange.send(given, border.batch(1), NOW)
    Office(folder, fault="unsigned").answer()
    with pytest.raises(AgencyRefused, match="not signed"):
        exchange.fetch(given, "batch-1")
    (folder / "sent" / "batch-1.xlsx").write_bytes(workbook.write(border.batch(2).subjects))
    assert exchange.sent(given, "batch-1") is None


def test_other_people_under_a_known_reference_and_foreign_names_are_refused(folder: Path) -> None:
    given = settings_of(folder)
    exchange.send(given, border.batch(1), NOW)
    with pytest.raises(AgencyRefused, match="other people"):
        exchange.send(given, border.batch(2), NOW)
    with pytest.raises(AgencyRefused, match="file's name"):
        exchange.send(given, CheckBatch("../../x", ()), NOW)


def test_another_server_is_not_spoken_to(folder: Path) -> None:
    with SftpServer(folder) as server, SftpServer(folder) as other:
        line = drop.SftpLine("127.0.0.1", server.port, USER, other.host_key, ".", 5.0, PASSWORD)
        with pytest.raises(AgencyRefused, match="another host key"), drop.reach(line):
            pass
        line = dataclasses.replace(line, host_key=server.host_key, password="wrong")
        with pytest.raises(AgencyRefused, match="let us in"), drop.reach(line):
            pass
    assert PASSWORD not in repr(dataclasses.replace(line, password=PASSWORD))
    with pytest.raises(AgencyUnavailable), drop.reach(str(folder / "nowhere")):
        pass


@pytest.mark.parametrize(
    ("body", "missing"),
    [
        ("咨询电话：0371-66310000，监督电话：0371-66310001", []),
        ("咨询电话：0371-66310000", ["监督电话"]),
        ("监督电话 0371-66310000", ["咨询电话"]),
        ("请致电咨询", ["咨询电话", "监督电话"]),
        ("咨询电话：12345，监督电话：见公告", ["咨询电话", "监督电话"]),
    ],
)
def test_a_notice_names_both_lines(body: str, missing: list[str]) -> None:
    found = rules.judge_telephones(dataclasses.replace(border.notice_drafts()[0], body=body))
    assert [finding.params["line"] for finding in found] == missing

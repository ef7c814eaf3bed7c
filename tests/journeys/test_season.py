"""A small invented year in one command: on both databases the same report, and everything holds that must."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from core.demonstration.season import cli
from core.demonstration.season.lots import MISHAPS
from tests.conftest import own_database

PLAY = ["season", "play", "--applicants", "50", "--provinces", "3", "--seed", "7"]
# What the mishaps of a year must have been refused for.
REFUSED = {
    "abolished_copy", "application_open_already", "batch_consent", "call_in_future", "candidate_number",
    "case_on_hold", "check_same_officer", "check_typed_differ", "conference_not_yet", "contact_telephone", "cv_gap",
    "education_too_low", "enquiry_answer_empty", "enquiry_escalation_reason", "entry_window_too_short",
    "exam_out_of_date", "field_missing", "line_hours_order", "mail_server_foreign", "mailbox_connection",
    "notice_without_photo_rule", "objection_open", "old_piece_not_taken_back", "originals_not_seen",
    "outside_plan_table", "penalty_negligent", "penalty_period_running", "penalty_void_by_province", "person_barred",
    "photo_background_not_white", "photo_not_recent", "photo_too_small", "print_offset_too_far",
    "printer_not_trained", "refusal_reason_missing", "report_nil_unstated", "review_same_officer", "same_officer",
    "spoilage_without_proof", "stock_unaccounted", "training_material_unfit", "undertaking_not_signed",
    "upload_not_checked",
}  # fmt: skip
# Nobody signs in, no plugin is active, and what waits for the night's work is done.
EMPTY = {
    "allowed_network", "linked_identity", "log_pending", "one_time_code", "passkey", "province_file",
    "province_health", "recovery_code", "sign_in", "tally_delta",
}  # fmt: skip


def environment(folder: Path, url: str = "", **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("XINGTAN_")}
    own = {"XINGTAN_DATA_DIR": str(folder), "XINGTAN_CLOCK_FILE": str(folder / "clock"), "XINGTAN_DATABASE_URL": url}
    return kept | {name: value for name, value in own.items() if value} | more


def command(*words: str, env: dict[str, str]) -> tuple[int, str]:
    line = [str(Path(sys.executable).with_name("xingtan")), *words]
    done = subprocess.run(line, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return done.returncode, done.stdout


def played(home: dict[str, str], *invariants: str, play: list[str] = PLAY) -> str:
    """Play a year and ask what must hold of it; its report."""
    target = Path(home["XINGTAN_DATA_DIR"]).with_suffix(".json")
    for words in ([*play, "--json", str(target)], ["invariants", *invariants]):
        code, said = command(*words, env=home)
        assert code == 0, said[-3000:]
    return target.read_text()


def empty_tables(folder: Path) -> set[str]:
    with closing(sqlite3.connect(folder / "xingtan.sqlite3")) as base:
        names = [row[0] for row in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name for name in names if base.execute(f'SELECT 1 FROM "{name}" LIMIT 1').fetchone() is None}


@pytest.fixture
def homes(tmp_path):
    with own_database("season", durable=False) as url:
        yield {
            "sqlite": environment(tmp_path / "sqlite"),
            "postgresql": environment(tmp_path / "postgresql", url),
        }


def test_one_seed_one_year_whatever_the_database(homes, tmp_path):
    with ThreadPoolExecutor() as both:
        waiting = [both.submit(played, homes["sqlite"]), both.submit(played, homes["postgresql"], "--quick")]
        one, other = (promise.result() for promise in waiting)
    assert one == other

    report = json.loads(one)
    assert report["asked"]["applicants"] > len(MISHAPS)
    assert REFUSED - set(report["refusals by finding"]) == set()
    assert empty_tables(tmp_path / "sqlite") - EMPTY == set()
    assert {"upheld", "overturned"} == {key.split()[1] for key in report["appeals by outcome"]}
    assert report["certificates by state"]["voided"] == 1
    assert report["messages failed"] == 0
    assert "revocation misconduct annulled" in report["penalties by measure and state"]
    assert report["registrations by state"].keys() == {"passed", "postponed", "failed"}
    assert sum(report["quarterly reports by state"].values()) == 9
    assert report["print lines by state"].keys() == {"printed", "spoiled"}
    assert report["objections by decision"] == {"dismissed": 1, "upheld": 1}
    assert report["workbooks of schools by state"].keys() == {
        "cases done", "cases refused", "survey done", "survey refused"
    }  # fmt: skip
    assert report["calls answered and missed"].keys() == {"True False", "False True", "False False"}
    assert 0 < report["candidates barred"]["done"] < 60

    code, said = command(*PLAY, env=homes["sqlite"])
    assert (code, "holds a year already" in said) == (1, True)


@pytest.mark.skipif(not os.environ.get("XINGTAN_SOAK"), reason="a minute: make soak plays a year with plugins")
def test_plugins_answer_through_their_own_doors(tmp_path):
    """Zhejiang's agency clears, finds a record and stays silent; Henan's workbooks are fetched and kept."""
    play = ["season", "play", "--applicants", "26", "--provinces", "3", "--seed", "7", "--plugins"]
    report = json.loads(played(environment(tmp_path / "plugins"), "--quick", play=play))
    assert report["checks by door"].keys() >= {"agency", "collected", "typed"}
    assert report["checks by state"].keys() >= {"clear", "overdue"}
    assert report["acts by kind"]["checks.clear_after_review"]
    assert report["files that plugins keep"] == report["acts by kind"]["p41.return_seen"] > 1


def test_production_plays_nothing(monkeypatch, tmp_path):
    for name, value in environment(tmp_path, XINGTAN_ENVIRONMENT="production").items():
        monkeypatch.setenv(name, value)
    done = CliRunner().invoke(cli.group, PLAY[1:])
    assert done.exit_code == 1
    assert "production holds a real year" in done.output

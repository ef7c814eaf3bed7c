"""A small invented year in one command: on both databases the same report, and everything holds that must."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import own_database

PLAY = ["season", "play", "--applicants", "60", "--provinces", "3", "--seed", "7"]
# What the mishaps of a year must have been refused for.
REFUSED = {
    "abolished_copy", "application_open_already", "case_on_hold", "check_same_officer", "check_typed_differ",
    "cv_gap", "education_too_low", "exam_out_of_date", "field_missing", "old_piece_not_taken_back",
    "originals_not_seen", "person_barred", "photo_background_not_white", "photo_not_recent", "photo_too_small",
    "printer_not_trained", "refusal_reason_missing", "review_same_officer", "same_officer", "spoilage_without_proof",
    "stock_unaccounted", "undertaking_not_signed", "entry_window_too_short", "notice_without_photo_rule",
    "outside_plan_table", "penalty_negligent", "penalty_period_running", "penalty_void_by_province",
    "report_nil_unstated",
}  # fmt: skip


def environment(folder: Path, url: str = "", **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("XINGTAN_")}
    own = {"XINGTAN_DATA_DIR": str(folder), "XINGTAN_CLOCK_FILE": str(folder / "clock"), "XINGTAN_DATABASE_URL": url}
    return kept | {name: value for name, value in own.items() if value} | more


def command(*words: str, env: dict[str, str]) -> subprocess.Popen[str]:
    arguments = [sys.executable, "-m", "core.cli", *words]
    return subprocess.Popen(arguments, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


@pytest.fixture
def homes(tmp_path):
    with own_database("season", durable=False) as url:
        yield {
            "sqlite": environment(tmp_path / "sqlite"),
            "postgresql": environment(tmp_path / "postgresql", url),
        }


def test_one_seed_one_year_whatever_the_database(homes, tmp_path):
    running = {name: command(*PLAY, "--json", str(tmp_path / f"{name}.json"), env=env) for name, env in homes.items()}
    for process in running.values():
        said = process.communicate()[0]
        assert process.returncode == 0, said[-3000:]
    one, other = ((tmp_path / f"{name}.json").read_text() for name in homes)
    assert one == other

    report = json.loads(one)
    assert set(report["refusals by finding"]) >= REFUSED
    assert {"upheld", "overturned"} >= {key.split()[1] for key in report["appeals by outcome"]}
    assert report["certificates by state"]["voided"] == 1
    assert report["messages failed"] == 0
    assert "revocation misconduct annulled" in report["penalties by measure and state"]
    assert report["registrations by state"].keys() == {"passed", "postponed", "failed"}
    assert sum(report["quarterly reports by state"].values()) == 9

    asked = [command("invariants", env=homes["sqlite"]), command("invariants", "--quick", env=homes["postgresql"])]
    again = command(*PLAY, env=homes["sqlite"])
    for process in asked:
        said = process.communicate()[0]
        assert process.returncode == 0, said
    assert "holds a year already" in again.communicate()[0]
    assert again.returncode == 1


def test_production_plays_nothing(tmp_path):
    process = command(*PLAY, env=environment(tmp_path, XINGTAN_ENVIRONMENT="production"))
    said = process.communicate()[0]
    assert process.returncode == 1
    assert "production holds a real year" in said

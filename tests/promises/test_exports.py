"""三(二) What officers take out names them and is on record; what comes in as a workbook cannot blow up."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner
from python_calamine import CalamineWorkbook
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from core.demonstration import registering, story
from core.desk.cli import group as judge
from core.evidence import service as registers
from core.foundation import clock, outbox, tables
from core.foundation.access import officer, rule_of
from core.foundation.audit import AuditEntry
from core.foundation.db import APPEND_ONLY, db, session
from core.foundation.errors import Refused
from core.penalties import service as penalties
from core.penalties.rules import Quarter
from core.plans import workbook as plan_table
from core.plans.models import PlanTable
from core.testing.papers import signed_undertaking
from core.training import workbook as attendance
from core.training.models import Meeting
from tests.conftest import sign_in

ROOT = Path(__file__).parents[2]
TABLES = re.compile(r"\.(xlsx|csv)$")
TEMPLATES = ("plans.blank_workbook", "filing.divisions_template", "filing.institutions_template",
             "filing.officers_template")  # fmt: skip
TAKERS = dict.fromkeys(TEMPLATES, "province") | {
    "privacy.trail_file": "auditor", "filing.export": "province", "certificates.book_file": "head",
    "training.sheet": "province", "plans.table_workbook": "province", "filing.schools_template": "head",
    "registration.survey_template": "school1", "registration.cases_template": "school1",
    "consultation.figures_file": "centre",
    "oversight.dashboard_file": "province", "oversight.obligations_file": "province",
    "penalties.report_file": "province", "evidence.screening_file": "examiner",
    "evidence.template": "centre", "evidence.screening_template": "examiner",
}  # fmt: skip


def words(answer):
    """Every text of a table, as its reader sees it."""
    if answer.mimetype == "text/csv":
        return [cell for row in csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))) for cell in row]
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    return [str(c) for n in range(len(book.sheet_names)) for row in book.get_sheet_by_index(n).to_python() for c in row]


def test_every_table_that_an_officer_takes_names_them_and_is_on_record(house):
    head, province = story.officer("head"), story.officer("province")
    registering.schools(head, story.DAY)
    registering.school_person(
        head, province, registering.SCHOOLS[0][0], "school1", 871, signed_undertaking(), story.PASSWORD, story.DAY
    )
    values = {"code": "00102", "meeting_id": session().scalars(select(Meeting.id).limit(1)).one(),
              "report_id": penalties.begin(story.officer("province"), "00", Quarter(2020, 1), clock.now()).id,
              "table_id": session().scalars(select(PlanTable.id).limit(1)).one()}  # fmt: skip
    asked = b"document_number\nH12345678\n"
    values["screening_id"] = registers.start_screening(
        story.officer("examiner"), uuid4(), "a.csv", asked, None, clock.now()
    ).id  # fmt: skip
    outbox.drain()
    session().commit()
    routes = [rule for rule in house.staff.url_map.iter_rules() if TABLES.search(rule.rule)]
    assert {rule.endpoint for rule in routes} == set(TAKERS)
    for rule in routes:
        url = re.sub(r"<(?:\w+:)?(\w+)>", lambda named: str(values[named[1]]), rule.rule)
        answer = sign_in(house.client("staff"), TAKERS[rule.endpoint]).get(url)
        assert answer.status_code == 200, (url, answer.status_code)
        session().commit()
        entry = session().scalars(
            select(AuditEntry).where(AuditEntry.verb.like("export.%")).order_by(AuditEntry.number.desc())
        ).first()  # fmt: skip
        taker = story.officer(TAKERS[rule.endpoint])
        assert (entry.actor_id, entry.detail["sha256"]) == (taker.id, hashlib.sha256(answer.data).hexdigest())
        (mark,) = (word for word in words(answer) if entry.subject_id in word)
        who, unit, at, number = mark.split(" · ")
        assert (who, at[:10], number) == (taker.name, "2020-03-25", entry.subject_id)
        assert unit


def test_a_table_that_goes_past_the_one_way_does_not_go(world):
    view = officer("audit.view")(lambda: None)
    assert rule_of(view) is not None
    for kind in ("text/csv", tables.SHEET_TYPE):
        with world.staff.test_request_context("/"):
            answer = world.staff.make_response((b"x", {"Content-Type": kind}))
            with pytest.raises(RuntimeError):
                world.staff.process_response(answer)


def test_only_one_module_reads_and_writes_workbooks():
    for path in ROOT.glob("core/**/*.py"):
        if path.relative_to(ROOT).as_posix() not in ("core/foundation/tables.py", "core/testing/office.py"):
            assert not re.search(r"import xlsxwriter|python_calamine", path.read_text()), path


@pytest.mark.parametrize("read", [plan_table.read, attendance.read, lambda data: list(tables.rows(data, ()))])
def test_a_workbook_that_unpacks_to_a_bomb_is_refused_unread(read, monkeypatch):
    monkeypatch.setattr(tables, "MOST_UNPACKED", 64 * 1024 * 1024)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/a.xml", "w") as sheet:
        for _ in range(65):
            sheet.write(b"0" * 1024 * 1024)
    with pytest.raises(Refused) as told:
        read(packed.getvalue())
    assert "解压后过大" in str(told.value.findings[0].message)
    with pytest.raises(Refused):
        read(b"PK\x03\x04 and nothing more")


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)"])
def test_what_the_command_line_judges_is_no_formula_either(cell, tmp_path):
    (tmp_path / "numbers.txt").write_text(f"{cell}\n")
    said = CliRunner().invoke(judge, ["identity-numbers", str(tmp_path / "numbers.txt"), "--today", "2020-03-25"])
    assert said.exit_code == 0, said.output
    assert list(csv.reader(io.StringIO(said.output)))[1][0] == f"'{cell}"


@pytest.mark.parametrize("act", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_database_itself_keeps_the_trail(house, act):
    if db.engine.dialect.name == "sqlite" and act.startswith("TRUNCATE"):
        pytest.skip("SQLite has no TRUNCATE")
    assert session().scalar(text("SELECT count(*) FROM audit_entry")) > 0
    session().commit()
    for table in ("audit_entry", *(APPEND_ONLY if act.startswith("TRUNCATE") else ())):
        with pytest.raises(DBAPIError), db.engine.begin() as connection:
            connection.execute(text(act.format(table)))

"""A person sees and takes their own data; what was kept long enough goes, and the trail proves it."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import func, select

from core.applications import service as cases
from core.applications.models import Case, CaseEvidence
from core.demonstration import story
from core.evidence.models import RegisterImport
from core.filing.service.exporting import take_out
from core.foundation import clock, recount, tables
from core.foundation.access import Actor
from core.foundation.audit import AuditEntry
from core.foundation.db import db, session
from core.foundation.outbox import OutboxMessage
from core.privacy import disposal, service
from core.privacy.rules import TABLE
from core.testing import people as invented
from tests.conftest import post, sign_in


def count(model):
    session().commit()
    return session().scalar(select(func.count()).select_from(model))


def test_a_person_reads_and_takes_the_own_data_and_nobody_elses(house):
    story.apply(3, house.plan)
    story.apply(4, house.plan)
    client = sign_in(house.client(), invented.mobile(3))
    page = client.get("/me/data").get_data(as_text=True)
    number = invented.identity_number(3)
    assert number not in page
    assert number[-4:] in page
    assert "杏花路1号" in page
    taken = post(client, "/me/data.json", page="/me/data")
    text = taken.get_data(as_text=True)
    assert json.loads(text)["person"]["document_number"] == number
    assert len(json.loads(text)["applications"]) == 1
    assert invented.identity_number(4) not in text
    session().commit()
    verbs = set(session().scalars(select(AuditEntry.verb).where(AuditEntry.verb.startswith("privacy."))))
    assert verbs == {"privacy.export"}


def test_what_is_due_goes_with_its_files_and_leaves_a_certificate(house):
    story.apply(3, house.plan)
    gone = story.play(4, "withdrawn", house.plan)
    kept = story.play(11, "recognised", house.plan)
    files = Path(house.settings.data_dir) / "files"
    before = len([path for path in files.rglob("*") if path.is_file()])
    assert not any(disposal.due(clock.today()).values())
    house.at("2022-06-01")
    due = disposal.due(clock.today())
    assert due["ended_cases"] == 1
    assert due["register_files"] == 4
    for kind in due:
        certificates = list(disposal.dispose(kind, clock.today(), clock.now()))
        assert sum(c["rows"] for c in certificates) == due[kind]
    assert not any(disposal.due(clock.today()).values())
    session().expire_all()
    assert session().scalar(select(Case.id).where(Case.id == gone)) is None
    assert (
        not count(CaseEvidence) or session().scalar(select(CaseEvidence.id).where(CaseEvidence.case_id == gone)) is None
    )
    assert cases.case(kept).certificate_number
    assert set(session().scalars(select(RegisterImport.file_key))) == {""}
    assert session().scalar(select(func.count()).where(OutboxMessage.state == "done")) == 0
    assert len([path for path in files.rglob("*") if path.is_file()]) == before - 5
    proofs = [entry.detail for entry in disposal.proofs()]
    assert {p["kind"] for p in proofs} == {kind for kind in due if due[kind]}
    assert all(len(p["sha256_of_ids"]) == 64 for p in proofs)
    session().commit()
    assert not recount.differences(db.engine), "what is disposed of is not counted any more"


def test_every_kind_has_a_clause_and_what_has_a_term_can_be_disposed_of():
    assert {line.kind for line in TABLE if line.days is not None} == set(disposal.DUE)
    assert all(line.clause and line.name and line.then for line in TABLE)


def test_the_trail_as_a_file_names_who_took_it_and_no_cell_is_a_formula(house):
    auditor = Actor("officer", name="审言", permissions=frozenset({"audit.view"}), prefix="00")
    rows = service.trail_rows(auditor, {"verb": "plans."})
    data = take_out(
        auditor, "audit", "trail", lambda mark: tables.csv_file(service.HEADER, rows, mark=mark), clock.now()
    )
    first = data.decode("utf-8-sig").splitlines()[0]
    assert first.startswith("审言 · 00 · 2020-03-25")
    assert "plans.approve" in data.decode()
    entry = session().scalars(select(AuditEntry).where(AuditEntry.verb == "export.audit")).one()
    assert first.endswith(entry.subject_id)
    assert entry.detail["sha256"] == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_cell_that_begins_like_a_formula_is_made_inert(cell):
    line = tables.csv_file(("a",), [(cell,)]).decode("utf-8-sig").split("\r\n", 1)[1]
    assert line.strip('"').startswith("'" + cell[0])
    data = tables.workbook({"s": (("a",), [(cell,)])})
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml")
    assert tables.sheets(data, most=10**7)[0].to_python()[1][0].strip() == cell.strip()  # a text stays one


def test_an_auditor_searches_and_others_may_not(house):
    client = sign_in(house.client("staff"), "auditor")
    page = client.get("/audit?verb=plans.&since=2020-02-01")
    assert page.status_code == 200
    assert "plans.approve" in page.get_data(as_text=True)
    assert client.get("/audit?nonsense=1").status_code == 400
    assert client.get("/audit?since=yesterday").status_code == 400
    assert client.get("/audit.csv?verb=plans.").get_data(as_text=True).count("plans.approve") >= 1
    assert sign_in(house.client("staff"), "clerk").get("/audit").status_code == 403

"""Each invariant holds over a played year, and finds what is broken past the verbs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from core.applications.models import Case, CaseEvidence
from core.certificates.models import Certificate
from core.certificates.service.invariants import INVARIANTS as PAPERS
from core.checks.models import CriminalCheck
from core.demonstration import story
from core.foundation import clock
from core.foundation.db import session
from core.foundation.storage import storage
from core.notices.models import Notice
from core.oversight.invariants import INVARIANTS, ask
from core.penalties.service.invariants import INVARIANTS as PENALTIES
from core.people.models import PersonBar
from core.plans.models import Plan

FAULTS = {
    "check_before_certificate": lambda: update(CriminalCheck).values(decided_on=clock.today() + timedelta(days=3)),
    "two_officers": lambda: update(Case).values(reviewed_by=Case.concluded_by),
    "one_certificate": lambda: update(Certificate).values(state="voided"),
    "windows_fit_yearbook": lambda: update(Plan).values(entry_end=Plan.entry_start),
    "notice_before_plan": lambda: delete(Notice),
    "submitted_in_time": lambda: update(Case).values(submitted_at=clock.now() - timedelta(days=30)),
    "photo_rule_stated": lambda: update(Notice).values(photo_rule=""),
    "one_open_application": lambda: update(Case).values(person_id=story.officer("clerk").id, state="submitted"),
    "no_barred_person": lambda: PersonBar.__table__.insert().from_select(
        ["id", "document_index", "kind", "starts_on", "decision", "created_at"],
        Case.__table__.select().with_only_columns(
            Case.id, Case.document_index, Case.kind, Case.photo_taken_on, Case.reference, Case.created_at
        ),
    ),
    "no_paper_for_matched": lambda: update(CaseEvidence).values(result="matched", original_seen_at=clock.now()),
    "every_case_has_an_owner": lambda: update(Case).values(owner="nobody"),
}


def broken() -> set[str]:
    return {item.name for item, found in ask() if found}


@pytest.fixture
def played(house):
    story.play(11, "recognised", house.plan)
    story.play(5, "confirmed", house.plan)
    story.play(3, "submitted", house.plan)
    session().rollback()
    return house


def test_every_invariant_holds_and_finds_its_fault(played):
    assert broken() == set()
    asked = {item.name for item, _found in ask()}
    penal = {item.name for item in PENALTIES}  # whose faults test_penalties plants, as test_changes those of paper
    assert asked == {item.name for item in INVARIANTS} | PAPERS.keys() | penal
    assert set(FAULTS) | {"every_photo_has_its_file", "figures_are_true"} == {item.name for item in INVARIANTS}
    for name, fault in FAULTS.items():
        session().execute(fault(), execution_options={"synchronize_session": False})
        session().expire_all()
        assert name in broken(), name
        session().rollback()
        session().expire_all()
    for key in session().scalars(Case.__table__.select().with_only_columns(Case.photo_key)).all():
        storage().drop(key)
    assert broken() == {"every_photo_has_its_file"}

"""Each invariant holds over a played year, and finds the fault of its own that is planted past the verbs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, text, update

from core.applications import service as cases
from core.applications.models import (
    Case,
    CaseEvidence,
    MaterialRequest,
    OpenApplication,
    PhotoLook,
)
from core.calendar.models import Yearbook
from core.certificates import service as certificates
from core.certificates.models import Certificate, CertificatePiece, LogEntry, StockMovement, StockSegment
from core.checks.models import CriminalCheck
from core.demonstration import story
from core.filing.models import Filing
from core.foundation import clock, invariants, obligations
from core.foundation.audit import AuditEntry
from core.foundation.db import new_id, session
from core.foundation.invariants import INVARIANTS, answer
from core.foundation.outbox import OutboxMessage
from core.foundation.storage import storage
from core.notices.models import Notice
from core.oversight.hidden import is_number
from core.people.models import PersonBar
from core.plans.models import Plan
from core.rulesets.loader import national
from core.testing.papers import signed_undertaking
from core.testing.people import identity_number
from core.training.models import Attendee, Meeting
from tests.conftest import broken

Plant = Callable[[], Any]


def a_bar() -> None:
    row = session().scalars(select(Case).where(Case.state == "recognised")).first()
    session().execute(
        insert(PersonBar).values(
            id=new_id(), document_index=row.document_index, kind="lifelong", starts_on=clock.today(), decision="x",
            created_at=story.EARLIER,
        )
    )  # fmt: skip


def copied(model: Any, **change: Any) -> None:
    """A second row like the first one of a table."""
    row = dict(session().execute(select(model.__table__).limit(1)).mappings().one())
    session().execute(insert(model.__table__).values(row | {"id": new_id()} | change))


def unguarded(table: str) -> None:
    """Take away, until the rollback, the database's own guards of a table."""
    if session().get_bind().dialect.name == "postgresql":
        constraint = {"stock_segment": "DROP CONSTRAINT stock_segment_apart", "audit_entry": "DISABLE TRIGGER USER"}
        session().execute(text(f"ALTER TABLE {table} {constraint[table]}"))
        return
    named = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table"
    for name in session().scalars(text(named), {"table": table}).all():
        session().execute(text(f"DROP TRIGGER {name}"))


def a_stretch_twice() -> None:
    unguarded("stock_segment")
    copied(StockSegment, account="lost")


def a_movement(**change: Any) -> None:
    session().execute(
        insert(StockMovement).values(
            {
                "id": new_id(), "province_code": "00", "territory": "00", "move_id": new_id(), "item": "sticker",
                "kind": "use", "holder_code": "00000", "account": "used", "other_code": "", "series": 2, "first": 9,
                "last": 9, "quantity": 1, "cause": "", "season_key": "", "reason": "", "by": None, "at": clock.now(),
                "subject_id": None,
            }
            | change
        )
    )  # fmt: skip


def an_entry(verb: str, subject: Any, **more: Any) -> None:
    values = {
        "id": new_id(), "province_code": "00", "at": clock.now() + timedelta(minutes=1), "actor_kind": "system",
        "actor_id": None, "actor_name": "x", "address": "", "verb": verb, "subject_kind": "x",
        "subject_id": str(subject), "clause": "", "detail": {}, "changes": {}, "writer": new_id(), "number": 1,
        "code": "x",
    }  # fmt: skip
    session().execute(insert(AuditEntry).values(values | more))


def a_changed_yearbook() -> None:
    row = session().scalars(select(Yearbook)).first()
    session().execute(update(Yearbook).values(published_at=clock.now()))
    an_entry("calendar.change", row.id, changes={"document": ["#a", "#b"]})


def an_act_while_suspended() -> None:
    clerk = story.officer("clerk")
    filed = session().scalars(select(Filing).where(Filing.account_id == clerk.id)).one()
    an_entry("filing.suspend", filed.id, at=clock.now() - timedelta(minutes=30))
    an_entry("applications.confirm", new_id(), actor_kind="officer", actor_id=clerk.id)


def an_altered_entry() -> None:
    unguarded("audit_entry")
    session().execute(update(AuditEntry).where(AuditEntry.verb == "applications.conclude").values(actor_name="nobody"))


def no_board() -> None:
    """The area that tells of meetings is silent; put back at the end of the test."""
    session().execute(delete(Attendee))
    session().execute(update(Meeting).values(state="cancelled"))
    obligations._CONTRIBUTORS.pop("training.province", None)


@pytest.fixture
def board():
    kept = dict(obligations._CONTRIBUTORS)
    yield
    obligations._CONTRIBUTORS.update(kept)


def a_lost_photo() -> None:
    for key in session().scalars(select(Case.photo_key).where(Case.photo_key != "")).all():
        storage().drop(key)


def another_content() -> None:
    key = session().scalars(select(Filing.undertaking_key).where(Filing.undertaking_key != "")).first()
    other = storage().put(b"something else")
    (storage().root / other.key).replace(storage().root / key)


def sql(statement: str) -> Plant:
    return lambda: session().execute(text(statement))


def orm(statement: Any) -> Plant:
    return lambda: session().execute(statement, execution_options={"synchronize_session": False})


def later(days: int) -> Any:
    return clock.now() + timedelta(days=days)


FAULTS: dict[str, list[Plant]] = {
    "check_before_certificate": [lambda: orm(update(CriminalCheck).values(decided_on=later(3).date()))()],
    "recognised_after_a_clear_check": [orm(update(CriminalCheck).values(person_id=new_id()))],
    "two_officers": [orm(update(Case).values(reviewed_by=Case.concluded_by))],
    "a_conclusion_has_both_officers": [orm(update(Case).values(concluded_by=None))],
    "one_certificate": [orm(update(Certificate).values(state="voided"))],
    "one_record_of_each_recognised_case": [
        lambda: copied(Certificate, number="20203310231999999", province_code="33")
    ],
    "numbers_without_gaps": [sql("UPDATE number_series SET last = last + 1")],
    "voided_numbers_have_their_reason": [sql("UPDATE certificate_number SET state = 'revoked'")],
    "every_paper_is_in_the_log": [sql("DELETE FROM log_entry"), orm(update(LogEntry).values(data="other"))],
    "one_live_piece": [sql("UPDATE certificate SET state = 'voided', void_reason = 'x'")],
    "the_public_row_names_the_last_paper": [sql("UPDATE certificate_number SET piece = piece + 1")],
    "no_serial_in_two_places": [a_stretch_twice],
    "every_balance_is_its_movements": [lambda: a_movement(account="held", kind="find")],
    "used_blanks_have_their_piece": [
        sql("UPDATE certificate_piece SET serial = serial + 7"), sql("DELETE FROM certificate_piece"),
    ],
    "every_spoilage_has_its_record": [
        lambda: a_movement(kind="spoil", account="spoiled", cause="nobody knows", subject_id=new_id())
    ],
    "stock_was_seen_by_two": [sql("UPDATE stock_spoilage SET second_by = by")],
    "no_issue_above_need_without_its_decision": [
        sql("UPDATE stock_request SET excess_reason = '', approved = 9999")
    ],
    "no_batch_above_the_threshold_without_the_reply": [
        sql("UPDATE stock_order SET quantity = 1001"), sql("UPDATE stock_order SET total_with = 1001"),
    ],
    "every_printed_piece_has_its_printer": [sql("UPDATE certificate_piece SET printed_by = NULL")],
    "nobody_untrained_printed": [
        orm(delete(Attendee)), lambda: orm(update(CertificatePiece).values(printed_at=later(-200)))(),
    ],
    "windows_fit_yearbook": [orm(update(Plan).values(entry_end=Plan.entry_start))],
    "yearbooks_stand_unchanged": [a_changed_yearbook],
    "notice_before_plan": [orm(delete(Notice)), lambda: orm(update(Notice).values(filed_at=later(1)))()],
    "submitted_in_time": [lambda: orm(update(Case).values(submitted_at=later(-30)))()],
    "submitted_in_season": [lambda: orm(update(Case).values(submitted_at=later(150)))()],
    "confirmed_in_the_window": [lambda: orm(update(Case).values(confirmed_at=later(70)))()],
    "photo_rule_stated": [orm(update(Notice).values(photo_rule=""))],
    "photo_seen_twice": [orm(delete(PhotoLook)), orm(update(PhotoLook).values(accepted=False))],
    "one_open_application": [
        lambda: orm(update(Case).values(person_id=story.officer("clerk").id, state="submitted"))()
    ],
    "one_open_row_of_each_person": [orm(delete(OpenApplication)), orm(update(OpenApplication).values(case_id=new_id())),
    ],
    "no_barred_person": [a_bar],
    "no_copy_asked_for": [orm(update(MaterialRequest).values(what="学历证书复印件"))],
    "no_paper_for_matched": [
        lambda: orm(update(CaseEvidence).values(result="matched", original_seen_at=clock.now()))()
    ],
    "recognised_on_settled_evidence": [orm(update(CaseEvidence).values(result="mismatched"))],
    "acts_by_filed_officers": [
        sql("UPDATE filing SET account_id = NULL"), lambda: orm(update(Filing).values(approved_at=later(1)))(),
        lambda: orm(update(Filing).values(ended_at=later(-90)))(), an_act_while_suspended,
    ],
    "ended_filings_left_nothing": [
        orm(update(Filing).where(Filing.username == "clerk2").values(state="ended")),
        orm(update(Filing).where(Filing.username == "clerk").values(state="ended")),
    ],
    "every_case_has_an_owner": [orm(update(Case).values(owner="nobody"))],
    "nothing_open_of_an_ended_case": [
        orm(update(Case).where(Case.state == "confirmed").values(state="refused")),
        orm(update(Case).where(Case.state == "in_review").values(state="recognised")),
    ],
    "the_audit_chain_holds": [an_altered_entry],
    "each_state_has_its_act": [orm(update(Case).values(state="lapsed"))],
    "a_case_stands_as_its_facts_say": [orm(update(Case).values(concluded_at=None)), orm(update(Case).values(state="?")),
    ],
    "messages_are_done_or_visible": [
        orm(update(OutboxMessage).values(state="done", done_at=None)),
        lambda: orm(update(OutboxMessage).values(state="leased", lease_until=clock.real_now() - timedelta(days=1)))(),
        orm(update(OutboxMessage).values(state="failed", last_error="")),
    ],
    "every_used_sticker_has_one_registration": [a_movement],
    "no_identity_number_in_clear": [
        orm(update(Case).values(return_reason=f"证件号{identity_number(5)}，请核对")),
        orm(update(Case).values(form={"unit": identity_number(5)})),
    ],
    "a_missing_meeting_stands_on_the_board": [no_board],
    "files_have_rows_and_rows_files": [
        a_lost_photo, lambda: orm(update(Filing).values(undertaking_key="ab/0123456789abcdef0123456789abcdef.jpg"))(),
    ],
    "files_read_as_written": [another_content],
}  # fmt: skip
# Planted by their areas' own tests, which play what these need.
ELSEWHERE = {
    "figures_are_true": "test_figures.py",
    "penalty_has_its_bar": "test_penalties.py",
    "penalty_took_its_certificates": "test_penalties.py",
    "penalty_in_its_report": "test_penalties.py",
    "penalty_ended_its_registrations": "test_registration.py",
    "registration_in_its_season": "test_registration.py",
    "registration_in_its_area": "test_registration.py",
    "registration_passed_by_rule": "test_registration.py",
    "registration_two_officers": "test_registration.py",
    "registration_after_its_notice": "test_registration.py",
    "sticker_of_its_registration": "test_registration.py",
    "one_registration_in_force": "test_registration.py",
    "registration_ended_by_decision": "test_registration.py",
    "survey_settled_and_signed": "test_registration.py",
}


@pytest.fixture
def played(house):
    """A few cases, a paper in its holder's hands, stock moved and spoiled, an order, a request for papers."""
    now = clock.now()
    for serial, goal in ((11, "recognised"), (5, "confirmed"), (3, "submitted"), (6, "in_review")):
        reached = story.play(serial, goal, house.plan)
    clerk, province = story.officer("clerk"), story.officer("province")
    cases.ask_material(clerk, reached, "户口簿原件", None, now)
    (piece,) = session().scalars(select(CertificatePiece)).all()
    certificates.mark_printed(clerk, piece.id, now)
    certificates.hand_over(clerk, piece.id, "signature", "本人签收", now)
    certificates.order(province, new_id(), story.SEASON, "misprint", 900, "", national(2020), now)
    certificates.spoil(province, new_id(), "blank", "K00", "499", "damaged", "", b"", True, story.SEASON, now)
    session().rollback()
    return house


def test_every_invariant_holds_and_finds_each_fault_planted(played, board):
    assert broken() == {}
    assert FAULTS.keys() | ELSEWHERE.keys() == INVARIANTS.keys(), "every invariant has its planted fault"
    for name, file in ELSEWHERE.items():
        assert f'"{name}"' in (Path(__file__).parent / file).read_text()
    for name, plants in FAULTS.items():
        for number, plant in enumerate(plants):
            plant()
            session().flush()
            session().expire_all()
            found = answer(INVARIANTS[name])
            assert found.count, (name, number)
            assert "could not be asked" not in found.first[0], (name, number)
            assert not any(is_number(word) for line in found.first for word in line.split())
            session().rollback()
            session().expire_all()
            if name.startswith("files_"):
                mend_files()


def mend_files() -> None:
    """Put back what a rollback does not."""
    for model, column in ((Case, Case.photo_key), (Filing, Filing.undertaking_key)):
        for key in session().scalars(select(column).where(column != "")).all():
            stored = storage().put(signed_undertaking())
            (storage().root / stored.key).replace(storage().root / key)
        assert model


def test_what_is_many_is_counted_and_little_is_shown(played):
    session().execute(update(Case).values(owner="nobody"), execution_options={"synchronize_session": False})
    found = answer(INVARIANTS["every_case_has_an_owner"], shown=1)
    assert (len(found.first), found.count) == (1, 3)
    session().rollback()
    with pytest.raises(KeyError):
        list(invariants.ask(["nothing"]))

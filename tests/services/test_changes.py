"""Pieces and changes: one live paper, the number stays, the public's row follows; penalties call downwards."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import func, select, text

from core.applications import service as cases
from core.certificates import service as certificates
from core.certificates.models import (
    Certificate,
    CertificatePiece,
    StockMovement,
    StockOrder,
    StockRequest,
    StockSegment,
)
from core.certificates.service.invariants import INVARIANTS, check
from core.demonstration import story
from core.foundation import clock
from core.foundation.access import Actor
from core.foundation.db import new_id, session
from core.foundation.errors import Conflict, Refused
from tests.services.test_concurrency import at_once

PDF = b"%PDF-1.4 proof"


def codes(refusal: Any) -> set[str]:
    return {finding.code for finding in refusal.value.findings}


@pytest.fixture
def held(house) -> Certificate:
    """A certificate whose paper is with its holder."""
    story.play(10, "recognised", house.plan)
    row = session().scalars(select(Certificate)).one()
    clerk, now = story.officer("clerk"), clock.now()
    piece = certificates.pieces(row.id)[0]
    certificates.mark_printed(clerk, piece.id, now)
    certificates.hand_over(clerk, piece.id, "signature", row.name, now)
    return row


def holder(row: Certificate) -> Actor:
    return Actor("applicant", id=new_id(), name=row.name, person_id=row.person_id)


def states(row: Certificate) -> list[str]:
    return [piece.state for piece in certificates.pieces(row.id)]


def ask(by: Actor, row: Certificate, kind: str, values: Any = None, proof: bytes = b"") -> Any:
    return certificates.request_change(by, new_id(), row.id, kind, values or {}, "说明的原因", proof, clock.now())


def test_who_was_not_trained_does_not_print(house):
    story.play(10, "recognised", house.plan)
    piece = session().scalars(select(CertificatePiece)).one()
    with pytest.raises(Refused) as refusal:
        certificates.mark_printed(story.officer("clerk2"), piece.id, clock.now())
    assert codes(refusal) == {"printer_not_trained"}


def test_a_lost_paper_is_reported_found_again_and_reissued(held):
    clerk = story.officer("clerk")
    found = ask(holder(held), held, "reissue")
    assert states(held) == ["reported_lost"]
    certificates.withdraw_change(holder(held), found.id, clock.now())
    assert states(held) == ["handed_over"]
    change = ask(holder(held), held, "reissue")
    with pytest.raises(Refused):
        ask(holder(held), held, "replacement")
    number = held.number
    certificates.carry_out(clerk, change.id, False, clock.now())
    assert states(held) == ["replaced", "assigned"]
    assert session().get_one(Certificate, (held.province_code, held.id)).number == number
    assert certificates.verify(number, held.name).state == "in_force"
    assert certificates.extra_by_cause("00", story.SEASON) == {"reissue": 1}
    with pytest.raises(Refused) as refusal:
        certificates.carry_out(clerk, change.id, False, clock.now())
    assert codes(refusal) == {"transition_not_allowed"}


def test_a_damaged_paper_comes_back_before_another_is_given(held):
    clerk = story.officer("clerk")
    change = ask(holder(held), held, "replacement")
    with pytest.raises(Refused) as refusal:
        certificates.carry_out(clerk, change.id, False, clock.now())
    assert codes(refusal) == {"old_piece_not_taken_back"}
    certificates.carry_out(clerk, change.id, True, clock.now())
    assert states(held) == ["returned_damaged", "assigned"]
    taken = session().scalars(select(StockMovement).where(StockMovement.kind == "take_back")).all()
    assert sorted((row.account, row.quantity) for row in taken) == [("spoiled", 1), ("used", -1)]


def test_a_changed_name_needs_proof_and_the_public_row_follows(held):
    clerk, second = story.officer("clerk"), story.officer("clerk2")
    before, number = held.name, held.number
    with pytest.raises(Refused) as refusal:
        ask(holder(held), held, "identity", {"name": "钱改名"})
    assert codes(refusal) == {"change_proof_missing"}
    with pytest.raises(Refused) as refusal:
        ask(holder(held), held, "identity", {"document_number": "110101199001011234"}, PDF)
    assert codes(refusal) == {"identity_checksum"}
    change = ask(clerk, held, "identity", {"name": "钱改名"}, PDF)
    with pytest.raises(Refused) as refusal:
        certificates.carry_out(clerk, change.id, True, clock.now())
    assert codes(refusal) == {"same_officer"}
    certificates.carry_out(second, change.id, True, clock.now())
    assert certificates.verify(number, "钱改名").state == "in_force"
    assert certificates.verify(number, before) is None
    assert json.loads(certificates.change(change.id).before) == {"name": before}
    assert states(held) == ["corrected_away", "assigned"]


def test_a_refused_change_leaves_the_paper(held):
    change = ask(holder(held), held, "correction", {"sex": "2"})
    certificates.refuse_change(story.officer("clerk"), change.id, "与档案一致，无误", clock.now())
    assert states(held) == ["handed_over"]
    assert certificates.change(change.id).decision_reason == "与档案一致，无误"


def test_two_clerks_carry_one_change_out_once(held, world):
    change = ask(holder(held), held, "replacement").id
    clerks = [story.officer("clerk"), story.officer("clerk2")]
    session().rollback()
    results = at_once(world, *(lambda c=c: certificates.carry_out(c, change, True, clock.now()) for c in clerks))
    assert sum(isinstance(result, Refused | Conflict) for result in results) == 1
    assert states(held) == ["returned_damaged", "assigned"]


def test_revoked_forfeited_restored(held):
    system, now = Actor("system", name="penalties"), clock.now()
    certificates.revoke(system, held.id, "教罚〔2020〕1号", now)
    assert states(held) == ["recalled"]
    assert certificates.verify(held.number, held.name).state == "revoked"
    with pytest.raises(Refused):
        certificates.forfeit(system, held.id, "again", now)
    certificates.restore(system, held.id, "复议决定", now)
    assert states(held) == ["handed_over"]
    assert certificates.verify(held.number, held.name).state == "in_force"
    certificates.forfeit(system, held.id, "刑事判决", now)
    certificates.surrender(story.officer("clerk"), held.id, "已收缴", now)
    assert states(held) == ["surrendered"]
    with pytest.raises(Conflict):
        certificates.declare_void(system, held.id, "已收缴", now)


def test_a_lost_paper_of_a_revoked_certificate_is_void(held):
    ask(holder(held), held, "reissue")
    certificates.revoke(Actor("system"), held.id, "教罚〔2020〕2号", clock.now())
    assert states(held) == ["declared_void"]


def test_nothing_is_voided_once_the_paper_is_handed_over(held):
    with pytest.raises(Refused) as refusal:
        cases.reopen(story.officer("province"), held.case_id, "认定有误，重新审核", clock.now())
    assert codes(refusal) & {"certificate_handed_over", "transition_not_allowed"}
    assert certificates.verify(held.number, held.name).state == "in_force"


def test_voided_before_hand_over_the_blank_is_taken_back_and_the_number_burnt(house):
    case_id = story.play(10, "recognised", house.plan)
    row = session().scalars(select(Certificate)).one()
    certificates.void(story.officer("province"), case_id, "学段录错", clock.now())
    assert (row.state, row.void_reason, states(row)) == ("voided", "学段录错", ["surrendered"])
    assert broken() == {}


def broken() -> dict[str, list[str]]:
    return {invariant.name: rows for invariant, rows in check(1000) if rows}


def test_the_invariants_hold_and_each_finds_its_planted_fault(held):
    ask(holder(held), held, "reissue")
    certificates.use_sticker(story.officer("clerk"), "00102", new_id(), clock.now())
    certificates.order(
        story.officer("province"), new_id(), story.SEASON, "misprint", 900, "", story_rules(), clock.now()
    )
    session().commit()
    assert broken() == {}
    faults = {
        "numbers_without_gaps": "UPDATE number_series SET last = last + 1",
        "voided_numbers_have_their_reason": "UPDATE certificate_number SET state = 'revoked'",
        "one_live_piece": "UPDATE certificate SET state = 'voided', void_reason = 'x'",
        "every_balance_is_its_movements": "UPDATE stock_segment SET high = high - 1 WHERE holder_code = '00000'",
        "used_blanks_have_their_piece": "UPDATE certificate_piece SET serial = serial + 7",
        "no_issue_above_need_without_its_decision": "UPDATE stock_request SET excess_reason = '', approved = 9999",
        "no_batch_above_the_threshold_without_the_reply": "UPDATE stock_order SET quantity = 1001",
        "the_public_row_names_the_last_paper": "UPDATE certificate_number SET piece = piece + 1",
        "every_paper_is_in_the_log": "DELETE FROM log_entry",
        "every_printed_piece_has_its_printer": "UPDATE certificate_piece SET printed_by = NULL",
    }
    for name, fault in faults.items():
        session().execute(text(fault))
        assert name in broken(), name
        session().rollback()
    assert broken() == {}
    planted = faults.keys() | planted_movements() | planted_rows()
    assert planted == INVARIANTS.keys(), "every invariant has its planted fault"
    assert {3, 4, 5, 6, 7, 8, 25} == {invariant.number for invariant in INVARIANTS.values()}
    assert session().scalar(select(func.count()).select_from(StockOrder)) == 1
    assert session().scalar(select(func.count()).select_from(StockRequest)) > 1


def planted_movements() -> set[str]:
    line = {
        "province_code": "00", "territory": "00", "move_id": new_id(), "item": "sticker", "kind": "use",
        "holder_code": "00000", "account": "used", "other_code": "", "series": 2, "first": 9, "last": 9, "quantity": 1,
        "cause": "", "season_key": "", "reason": "", "by": None, "at": clock.now(), "subject_id": None,
    }  # fmt: skip
    wrong = {"kind": "spoil", "account": "spoiled", "cause": "nobody knows"}
    for name, change in (("every_used_sticker_has_one_registration", {}), ("every_spoilage_has_its_record", wrong)):
        session().execute(StockMovement.__table__.insert().values(id=new_id(), **(line | change)))
        assert name in broken()
        session().rollback()
    return {"every_used_sticker_has_one_registration", "every_spoilage_has_its_record"}


def unguarded(table: str) -> list[str]:
    """What takes away, until the rollback, the database's own guard against stretches that meet."""
    if table != "stock_segment":
        return []
    if session().get_bind().dialect.name == "postgresql":
        return ["ALTER TABLE stock_segment DROP CONSTRAINT stock_segment_apart"]
    named = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'stock_segment'"
    return [f"DROP TRIGGER {name}" for name in session().scalars(text(named))]


def planted_rows() -> set[str]:
    """A second record of the case, in another province past the index; a stretch copied to where it lies already."""
    for model, change, name in (
        (Certificate, {"number": "20203310231999999", "province_code": "33"}, "one_record_of_each_recognised_case"),
        (StockSegment, {"account": "lost"}, "no_serial_in_two_places"),
    ):
        table = model.__table__
        row = dict(session().execute(select(table).limit(1)).mappings().one())
        for statement in unguarded(table.name):
            session().execute(text(statement))
        session().execute(table.insert().values(row | change | {"id": new_id()}))
        assert name in broken(), name
        session().rollback()
    return {"one_record_of_each_recognised_case", "no_serial_in_two_places"}


def story_rules() -> Any:
    from core.rulesets.loader import national

    return national(2020)

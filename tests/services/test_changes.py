"""Pieces and changes: one live paper, the number stays, the public's row follows; penalties call downwards."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from core.applications import service as cases
from core.certificates import service as certificates
from core.certificates.models import (
    Certificate,
    CertificatePiece,
    StockMovement,
)
from core.demonstration import story
from core.foundation import clock
from core.foundation.access import Actor
from core.foundation.db import new_id, session
from core.foundation.errors import Conflict, Refused
from tests.conftest import broken
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
    assert set(broken()) == {"one_certificate"}  # the case was not taken back: only its paper is looked at here

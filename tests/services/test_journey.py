"""A person becomes a teacher, through the verbs: applied, compared, confirmed, checked, concluded, certified."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from core.applications import service as cases
from core.applications.models import OpenApplication
from core.certificates import service as certificates
from core.certificates.models import CertificateNumber
from core.checks import service as checks
from core.demonstration import story
from core.foundation import chain, clock, outbox
from core.foundation.access import Actor
from core.foundation.db import new_id, session
from core.foundation.errors import Conflict, NotFound, Refused
from core.people.service import record_bar
from core.rulesets.loader import national
from core.testing import people as invented


def codes(refusal: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {finding.code for finding in refusal.value.findings}


def ready(world, serial: int = 10):
    """A case proposed for recognition with its check clear."""
    case_id = story.play(serial, "proposed", world.plan)
    story.settle("00")
    return case_id


def test_a_person_becomes_a_teacher(house):
    case_id = story.play(11, "recognised", house.plan)
    row = cases.case(case_id)
    assert row.state == "recognised"
    assert row.certificate_number == "20200010231000001"
    assert certificates.verify(row.certificate_number, row.person_name).state == "in_force"
    assert certificates.verify(row.certificate_number, "别人") is None
    assert certificates.verify("20200010231999999", row.person_name) is None


def test_nothing_is_submitted_during_maintenance_by_whatever_door(house):
    case_id = story.play(3, "draft", house.plan)
    me = Actor("applicant", person_id=cases.case(case_id).person_id)
    house.at("2020-06-03")
    with pytest.raises(Refused) as refusal:
        cases.submit(me, case_id, True, clock.today(), clock.now())
    assert "in_maintenance" in codes(refusal)


def test_nobody_is_recognised_before_the_check_is_clear(house):
    case_id = story.play(19, "proposed", house.plan)  # this person's check is never answered
    story.settle("00")
    with pytest.raises(Refused) as refusal:
        cases.conclude(story.officer("head"), case_id, "recognised", "", clock.today(), clock.now())
    assert codes(refusal) == {"check_sent"}
    assert cases.case(case_id).certificate_number == ""


def test_silence_becomes_overdue_and_is_still_no_answer(house):
    case_id = story.play(19, "proposed", house.plan)
    story.settle("00")
    house.at("2020-05-06")
    checks.age(national(2020), clock.today(), clock.now())
    outbox.drain()
    with pytest.raises(Refused) as refusal:
        cases.conclude(story.officer("head"), case_id, "recognised", "", clock.today(), clock.now())
    assert codes(refusal) == {"check_overdue"}


def test_a_clear_check_lapses_after_ninety_days(house):
    case_id = ready(house)
    house.at("2020-06-24")
    with pytest.raises(Refused) as refusal:
        cases.conclude(story.officer("head"), case_id, "recognised", "", clock.today(), clock.now())
    assert "check_expired" in codes(refusal)
    house.at("2020-06-23")
    cases.conclude(story.officer("head"), case_id, "recognised", "", clock.today(), clock.now())


def test_a_record_is_weighed_by_two_people(house):
    case_id = story.play(17, "proposed", house.plan)
    story.settle("00")
    check = checks.history_of(case_id)[0]
    assert check.state == "record_found"
    clerk, head = story.officer("clerk"), story.officer("head")
    checks.start_review(clerk, check.id, clock.now())
    checks.propose(clerk, check.id, "clear_after_review", "过失，且已满二十年", clock.now())
    with pytest.raises(Refused):
        checks.sign(clerk, check.id, True, clock.now())
    checks.sign(head, check.id, True, clock.now())
    outbox.drain()
    cases.conclude(head, case_id, "recognised", "", clock.today(), clock.now())
    assert cases.case(case_id).state == "recognised"


def test_reviewer_and_concluder_are_two(house):
    case_id = ready(house)
    reviewer = story.officer("clerk")
    both = Actor("officer", id=reviewer.id, permissions=frozenset({"applications.conclude"}))
    with pytest.raises(Refused) as refusal:
        cases.conclude(both, case_id, "recognised", "", clock.today(), clock.now())
    assert "same_officer" in codes(refusal)


def test_without_a_blank_nothing_is_concluded(house):
    case_id = ready(house)
    province, now = story.officer("province"), clock.now()
    certificates.lose(province, new_id(), "blank", "K00", "1-500", "库房进水，全部作废待查", now)
    with pytest.raises(Refused) as refusal:
        cases.conclude(story.officer("head"), case_id, "recognised", "", clock.today(), clock.now())
    assert codes(refusal) == {"no_blank_in_stock"}
    assert cases.case(case_id).state == "proposed_recognised"
    assert session().scalar(select(CertificateNumber)) is None


def test_stock_is_the_sum_of_its_movements(house):
    story.play(11, "recognised", house.plan)
    story.play(12, "recognised", house.plan)
    assert certificates.balances() == [("00000", 498)]


def test_one_open_application_a_season_and_again_after_withdrawal(house):
    case_id = story.apply(3, house.plan)
    row = cases.case(case_id)
    me = Actor("applicant", person_id=row.person_id)
    with pytest.raises(Refused) as refusal:
        cases.start(me, new_id(), house.plan, clock.today(), clock.now())
    assert codes(refusal) == {"application_open_already"}
    cases.withdraw(me, case_id, clock.now())
    assert session().scalar(select(OpenApplication)) is None
    assert cases.start(me, new_id(), house.plan, clock.today(), clock.now()).state == "draft"


def test_a_bar_is_met_at_submission_and_at_conclusion(house):
    case_id = ready(house, 10)
    centre = story.officer("centre")
    record_bar(
        centre,
        invented.identity_number(10),
        "revocation",
        clock.today(),
        clock.today().replace(year=2025),
        "决定",
        clock.now(),
    )
    with pytest.raises(Refused) as refusal:
        cases.conclude(story.officer("head"), case_id, "recognised", "", clock.today(), clock.now())
    assert codes(refusal) == {"person_barred"}
    record_bar(centre, invented.identity_number(33), "lifelong", clock.today(), None, "决定", clock.now())
    with pytest.raises(Refused) as refusal:
        story.apply(33, house.plan)
    assert codes(refusal) == {"person_barred"}


def test_submission_tells_every_fault_at_once(house):
    me = story.person(3)
    row = cases.start(me, new_id(), house.plan, clock.today(), clock.now())
    bad = story.form_of(3) | {"putonghua_level": "3A", "exam_subject": "数学", "education_level": "secondary"}
    cases.save(me, row.id, bad, row.version, clock.now())
    with pytest.raises(Refused) as refusal:
        cases.submit(me, row.id, False, clock.today(), clock.now())
    assert {
        "putonghua_too_low", "exam_wrong_subject", "education_too_low", "undertaking_missing", "photo_missing",
    } <= codes(refusal)  # fmt: skip


def test_what_compared_well_is_never_asked_for(house):
    case_id = story.apply(3, house.plan)
    items = {item.kind: item for item in cases.kept_evidence(case_id)}
    assert {kind: item.result for kind, item in items.items()} == dict.fromkeys(items, "matched")
    with pytest.raises(Refused) as refusal:
        cases.mark_original_seen(story.officer("clerk"), items["education"].id, clock.now())
    assert codes(refusal) == {"paper_not_needed"}


def test_what_did_not_compare_is_seen_before_confirmation(house):
    case_id = story.apply(5, house.plan)  # not in the residence register
    with pytest.raises(Refused) as refusal:
        cases.confirm(story.officer("clerk"), case_id, True, True, clock.today(), clock.now())
    assert codes(refusal) == {"originals_not_seen"}
    story.confirm(story.officer("clerk"), case_id)
    assert cases.case(case_id).state == "confirmed"


def test_confirmation_is_closed_in_maintenance_and_outside_its_window(house):
    case_id = story.apply(3, house.plan)
    house.at("2020-06-02")
    with pytest.raises(Refused) as refusal:
        cases.confirm(story.officer("clerk"), case_id, True, True, clock.today(), clock.now())
    assert codes(refusal) == {"in_maintenance", "outside_confirmation_window"}


def test_a_stale_form_is_told(house):
    me = story.person(3)
    row = cases.start(me, new_id(), house.plan, clock.today(), clock.now())
    version = row.version
    cases.save(me, row.id, story.form_of(3), version, clock.now())
    with pytest.raises((Refused, Conflict)):
        cases.save(me, row.id, story.form_of(3), version, clock.now())


def test_the_same_form_twice_begins_one_case(house):
    me, case_id = story.person(3), new_id()
    first = cases.start(me, case_id, house.plan, clock.today(), clock.now())
    again = cases.start(me, case_id, house.plan, clock.today(), clock.now())
    assert first.id == again.id


def test_a_refusal_waits_for_no_check_but_needs_its_reason(house):
    case_id = story.play(19, "in_review", house.plan)
    clerk, head = story.officer("clerk"), story.officer("head")
    with pytest.raises(Refused) as refusal:
        cases.propose(clerk, case_id, "refused", "", clock.now())
    assert codes(refusal) == {"refusal_reason_missing"}
    cases.propose(clerk, case_id, "refused", "学历证书不符合要求", clock.now())
    cases.conclude(head, case_id, "refused", "", clock.today(), clock.now())
    assert cases.case(case_id).state == "refused"
    assert checks.history_of(case_id)[0].state == "cancelled"


def test_a_review_decision_reopens_and_burns_the_number(house):
    case_id = story.play(11, "recognised", house.plan)
    number = cases.case(case_id).certificate_number
    cases.reopen(story.officer("province"), case_id, "复议决定2020第1号", clock.now())
    row = cases.case(case_id)
    assert row.state == "in_review"
    assert row.certificate_number == ""
    assert certificates.verify(number, row.person_name).state == "voided"
    clerk, head = story.officer("clerk"), story.officer("head")
    cases.propose(clerk, case_id, "recognised", "", clock.now())
    cases.conclude(head, case_id, "recognised", "", clock.today(), clock.now())
    assert cases.case(case_id).certificate_number == "20200010231000002"


def test_another_person_sees_nothing(house):
    case_id = story.apply(3, house.plan)
    other = story.person(4)
    with pytest.raises(NotFound):
        cases.case_of_person(other, case_id)


def test_every_act_is_in_the_chain_and_an_altered_one_is_found(house):
    story.play(11, "recognised", house.plan)
    while chain.seal():
        pass
    assert list(chain.verify()) == []
    entries, seals = chain.counts()
    assert entries == seals > 20


def test_letters_are_sent_once(house):
    from pathlib import Path

    story.apply(3, house.plan)
    outbox.drain()
    folder = Path(house.settings.data_dir) / "mail"
    before = sorted(path.name for path in folder.glob("*.txt"))
    assert before
    for message in session().scalars(
        select(outbox.OutboxMessage).where(outbox.OutboxMessage.kind == "applications.tell")
    ):
        assert outbox.perform(message.id) is False
    assert sorted(path.name for path in folder.glob("*.txt")) == before

"""A registration season through the verbs, on both databases: by a teacher, by a school, to the end and its ends."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update

from core.demonstration import registering, story
from core.foundation import clock, outbox
from core.foundation.access import within
from core.foundation.db import new_id, session
from core.foundation.errors import Refused
from core.penalties import service as penalties
from core.penalties.models import Penalty
from core.people import service as people
from core.plans import service as plans
from core.registration import service
from core.registration.models import Registration, SurveyedTeacher
from core.testing.papers import signed_undertaking
from tests.services import test_penalties as penal


def codes(refusal) -> set[str]:
    return {finding.code for finding in refusal.value.findings}


@pytest.fixture
def area(house):
    """Autumn 2020: a pilot area with schools and a school's officer; its survey open, with three teachers on it."""
    now = house.at("2020-08-20")
    province, head = story.officer("province"), story.officer("head")
    house.area = registering.area(province, now)
    registering.schools(head, now)
    house.school = registering.school_person(
        head, province, registering.SCHOOLS[0][0], "school1", 871, signed_undertaking(), story.PASSWORD, now
    )
    registering.notice(province, now)
    house.survey = service.open_survey(head, new_id(), house.area, now).id
    house.people = list(registering.teachers(3))
    listed = [service.Listed(t.name, t.document_number, t.certificate_number) for t in house.people]
    counts = service.add_lines(house.school, house.survey, house.school.prefix, listed, now)
    assert counts == {"to_check": 3}
    return house


def settle_survey(area, now):
    clerk, head = story.officer("clerk"), story.officer("head")
    assert service.ask_all(clerk, area.survey, "2010", "某市教育局", now) == 3
    assert service.answer_all(clerk, area.survey, "某市教育局", "函〔2020〕1号", now) == 3
    assert service.sign_all(clerk_as_head(clerk, head), area.survey, "函〔2020〕1号", now) == 0  # not the same officer
    assert service.sign_all(head, area.survey, "函〔2020〕1号", now) == 3
    service.close_survey(head, area.survey, now)


def clerk_as_head(clerk, head):
    return type(head)("officer", id=clerk.id, name=clerk.name, permissions=head.permissions, prefix=head.prefix)


@pytest.fixture
def season(area):
    """The survey closed, the plan published, the window open."""
    now = area.at("2020-08-25")
    settle_survey(area, now)
    area.plan = registering.plan(story.officer("clerk"), story.officer("province"), now)
    area.at("2020-09-14")
    plans.advance(clock.today(), clock.now())
    return area


def test_no_plan_outside_a_pilot_area_nor_before_its_survey(area):
    now = clock.now()
    with pytest.raises(Refused) as refusal:
        registering.plan(story.officer("clerk"), story.officer("province"), now)
    assert codes(refusal) == {"pilot_survey_open"}
    with pytest.raises(Refused) as refusal:
        service.close_survey(story.officer("head"), area.survey, now)
    assert codes(refusal) == {"survey_lines_open"}
    city = story.officer("cityclerk")
    data = {"id": new_id(), "institution_code": "00101", "business": "registration", "title": "x"} | registering.AUTUMN
    row = plans.draft(city, data, now)
    with pytest.raises(Refused) as refusal:
        plans.submit(city, row.id, now)
    assert codes(refusal) == {"registration_outside_pilot"}


def played(season, people_, conduct="good", **form):
    """A school's teachers as far as a public notice."""
    school, clerk, head = season.school, story.officer("clerk"), story.officer("head")
    now = clock.now()
    ids = service.apply_many(school, season.plan, school.prefix, registering.entries(people_, **form), now)
    with within(school.scope):
        assert service.endorse_all(school, season.plan, school.prefix, conduct, now) == len(ids)
    with within(clerk.scope):
        assert service.confirm_all(clerk, season.plan, now) == len(ids)
        counts = service.propose_all(clerk, season.plan, now)
        left = [i for i in ids if service.registration(i).state == "in_review"]
        if left:
            counts |= service.propose(clerk, left, now)
    with within(head.scope):
        notice = service.publicise_all(head, season.plan, now)
    return ids, counts, notice


def test_a_season_of_a_school_is_concluded_after_its_notice_by_another(season):
    ids, counts, notice = played(season, season.people)
    assert counts == {"passed": 3, "in_review": 0}
    assert notice.closes_on == date(2020, 9, 21)  # five working days after Monday the 14th
    clerk, head = story.officer("clerk"), story.officer("head")
    with pytest.raises(Refused) as refusal:
        service.conclude(head, ids, clock.now())
    assert codes(refusal) == {"notice_not_over"}
    said = service.object_to(
        clerk, new_id(), ids[0], {"said_by": "群众", "contact": "000-1", "text": "学时不实"}, clock.now()
    )
    season.at("2020-09-22")
    with within(head.scope):
        assert service.conclude_all(head, notice.id, clock.now()) == {
            "passed": 2,
            "postponed": 0,
            "failed": 0,
            "left": 1,
        }
    with pytest.raises(Refused) as refusal:
        service.conclude(head, ids[:1], clock.now())
    assert codes(refusal) == {"objection_open"}
    service.decide_objection(head, said.id, False, "经核实学时属实", clock.now())
    service.conclude(head, ids[:1], clock.now())
    row = service.registration(ids[0])
    assert (row.state, row.valid_until) == ("passed", date(2025, 9, 22))
    with within(clerk.scope):
        assert service.cases_in_need("00", "2020-second_half") == {"00102": 3}
        assert service.apply_stickers_all(clerk, season.plan, clock.now()) == 3
        assert service.cases_in_need("00", "2020-second_half") == {}
    assert len({service.registration(ident).sticker for ident in ids}) == 3
    with pytest.raises(Refused) as refusal:  # the cycle has just begun
        played(season, season.people[:1])
    assert "registration_open_already" in codes(refusal)


def test_each_reason_is_kept_and_the_gravest_decides(season):
    results = {str(year): "passed" for year in range(2015, 2020)}
    ids, counts, _notice = played(season, season.people[:1], training_hours=300,
                                  appraisals=results | {"2016": "failed", "2017": "failed"})  # fmt: skip
    row = service.registration(ids[0])
    assert (row.proposal, counts) == ("failed", {"in_review": 1, "failed": 1})
    assert {item["code"] for item in row.reasons} == {
        "registration_appraisals_in_a_row", "registration_appraisal_failed", "registration_training_hours",
    }  # fmt: skip


def test_a_penalty_ends_a_registration_and_its_annulment_restores_it(season):
    ids, _counts, notice = played(season, season.people)
    head, now = story.officer("head"), season.at("2020-09-22")
    with within(head.scope):
        service.conclude_all(head, notice.id, now)
    index = people.document_index(season.people[0].document_number)
    province = story.officer("province")
    assert service.end_for_penalty(province, document_index=index, decision="罚〔2020〕1号", at=now) == 1
    assert service.end_for_penalty(province, document_index=index, decision="罚〔2020〕1号", at=now) == 0
    assert (service.registration(ids[0]).state, service.registration(ids[1]).state) == ("cancelled", "passed")
    assert service.restore_after_annulment(province, document_index=index, decision="别的", at=now) == 0
    assert service.restore_after_annulment(province, document_index=str(index), decision="罚〔2020〕1号", at=now) == 1
    assert service.registration(ids[0]).state == "passed"


def test_untrue_statements_become_one_penalty_case_whose_decision_ends_the_registration(season):
    ids, _counts, notice = played(season, season.people[:1])
    clerk, head, now = story.officer("clerk"), story.officer("head"), season.at("2020-09-22")
    with within(head.scope):
        service.conclude_all(head, notice.id, now)
    service.report_untrue(clerk, ids[0], "学时证明系伪造", now)
    outbox.drain()
    (message,) = session().scalars(select(outbox.OutboxMessage).where(outbox.OutboxMessage.kind.like("%fraud_found")))
    handler = outbox.JOBS["registration.fraud_found"].handler
    handler(outbox.Message(message.id, "00", message.kind, message.payload, 1), now)  # a second time
    (case,) = session().scalars(select(Penalty))
    assert (case.source_id, case.territory, case.summary, case.state) == (ids[0], "000101", "学时证明系伪造", "opened")
    case = penal.served(season, penal.decided(season, case))
    assert (case.registrations_ended, service.registration(ids[0]).state) == (1, "cancelled")
    assert penal.broken() == {}
    penal.step(penalties.annul, case, "province", reference="复1号", annulled_on=clock.today(), reason="证据不足")
    assert service.registration(ids[0]).state == "passed"
    session().execute(update(Penalty).values(state="in_force"))  # what was done past the verbs is found
    session().commit()
    assert {"penalty_has_its_bar", "penalty_ended_its_registrations"} <= penal.broken().keys()


def test_a_barred_teacher_fails_and_one_barred_after_the_proposal_is_not_concluded(season):
    ids, _counts, notice = played(season, season.people)
    centre, now = story.officer("centre"), season.at("2020-09-22")
    people.record_bar(centre, season.people[1].document_number, "lifelong", clock.today(), None, "罚1", now)
    head = story.officer("head")
    with within(head.scope):
        assert service.conclude_all(head, notice.id, now)["left"] == 1
    with pytest.raises(Refused) as refusal:
        service.conclude(head, [ids[1]], now)
    assert codes(refusal) == {"registration_outcome_differs"}


def test_registrations_run_out_and_their_teachers_are_reminded_once(season):
    ids, _counts, notice = played(season, season.people)
    head, now = story.officer("head"), season.at("2020-09-22")
    with within(head.scope):
        service.conclude_all(head, notice.id, now)
    ends = service.registration(ids[0]).valid_until
    person = story.person(40)
    row = service.registration(ids[0])
    row.person_id = person.person_id
    row.valid_until = date(2020, 12, 1)
    session().commit()
    assert service.remind(date(2020, 10, 1), now) == 0
    assert [service.remind(date(2020, 10, 5), now) for _ in range(2)] == [1, 0]
    outbox.drain()
    assert service.expire(date(2020, 11, 30), now) == 0
    assert service.expire(date(2020, 12, 1), now) == 1
    assert service.expire(ends - timedelta(days=1), now) == 0
    assert service.expire(ends, now) == 2


def test_a_school_sees_its_own_alone(season):
    other = registering.school_person(
        story.officer("head"), story.officer("province"), registering.SCHOOLS[1][0], "school2", 872,
        signed_undertaking(), story.PASSWORD, clock.now(),
    )  # fmt: skip
    played(season, season.people)
    session().commit()
    with within(season.school.scope):
        assert session().scalar(select(func.count()).select_from(Registration)) == 3
        assert session().scalar(select(func.count()).select_from(SurveyedTeacher)) == 3
    with within(other.scope):
        assert session().scalar(select(func.count()).select_from(Registration)) == 0

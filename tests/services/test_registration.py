"""A registration season through the verbs, on both databases: by a teacher, by a school, to the end and its ends."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update

from core.demonstration import registering, story
from core.filing.service import Post
from core.foundation import clock, obligations, outbox, tables
from core.foundation.access import within
from core.foundation.db import new_id, session
from core.foundation.errors import Refused
from core.foundation.invariants import INVARIANTS, answer
from core.foundation.paging import Paging
from core.penalties import service as penalties
from core.penalties.models import Penalty
from core.people import service as people
from core.plans import service as plans
from core.plans.models import PilotArea
from core.registration import service, workbook
from core.registration.handover import collect
from core.registration.models import Registration, RegistrationPublicity, SurveyedTeacher
from core.registration.rules.owing import judge_concluded, judge_surveyed
from core.testing import people as people_of
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
    house.survey = service.open_survey(head, house.area, now).id
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


def sheet(kind, *lines):
    """A school's workbook as it is handed in."""
    headings = [column.heading for column in workbook.SHEETS[kind]]
    return tables.workbook({"登记表": (headings, lines)})


def handed_in(season, kind, subject_id, *lines):
    row = service.start_upload(
        season.school, new_id(), kind, subject_id, "list.xlsx", sheet(kind, *lines), clock.now()
    )  # fmt: skip
    outbox.drain()
    session().expire_all()
    return service.upload(row.id)


def case_line(teacher, **other):
    cells = {
        "姓名": teacher.name, "证件号码": teacher.document_number, "教师资格证书号码": teacher.certificate_number,
        "任教学段": "初中", "任教学科": "语文", "聘用日期": "2010-09-01", "试用期考核合格日期": "",
        "上次注册日期": "2015-11-20", "培训学时": "372", "年度考核": "合格、合格、合格、合格、优秀", "离岗学期数": "",
        "离岗原因": "", "身心健康": "是", "师德意见": "合格",
    } | other  # fmt: skip
    return [cells[column.heading] for column in workbook.SHEETS["cases"]]


def test_a_school_hands_in_all_lines_or_none(season):
    good = [case_line(teacher) for teacher in season.people]
    with within(season.school.scope):
        bad = handed_in(season, "cases", season.plan, *good, case_line(season.people[0], 姓名="A1"), ["", "x"])
        assert (bad.state, {fault["line"] for fault in bad.faults}) == ("refused", {5, 6})
        with pytest.raises(Refused):
            service.confirm_upload(season.school, bad.id, clock.now())
        row = handed_in(season, "cases", season.plan, *good)
        assert (row.state, row.total, row.summary) == ("checked", 3, {"first": 0, "again": 3})
        assert service.counts(season.plan) == {}
        assert service.preview(row)[0][1][1].startswith("990101")
        assert "*" in service.preview(row)[0][1][1]
        service.confirm_upload(season.school, row.id, clock.now())
        outbox.drain()
        message = outbox.Message(new_id(), "00", "x", {"registration_upload_id": str(row.id)}, 0)
        for job in ("registration.check_upload", "registration.write_upload"):  # delivered again, nothing changes
            outbox.JOBS[job].handler(message, clock.now())
        session().expire_all()
        assert (service.upload(row.id).state, service.counts(season.plan)) == ("done", {"submitted": 3})
        again = handed_in(season, "cases", season.plan, *good)
        assert (again.state, again.fault_count) == ("refused", 3)


def test_a_list_for_the_survey_is_compared_and_its_faults_are_mended_first(area):
    now, school, clerk = clock.now(), area.school, story.officer("clerk")
    teacher = next(registering.teachers(1, 50))
    with within(school.scope):
        line = [teacher.name, teacher.document_number, "123456"]
        twice = handed_in(area, "survey", area.survey, line, line, [teacher.name, 990101196001010000, "123456"])
        assert [(fault["line"], fault["message"][-4:]) for fault in twice.faults] == [(3, "单中重复"), (4, "号码末位")]
        old = service.start_upload(school, new_id(), "survey", area.survey, "a.xls", b"\xd0\xcf\x11\xe0", now)
        outbox.drain()
        session().expire_all()
        assert "XLSX" in service.upload(old.id).faults[0]["message"]
        row = handed_in(area, "survey", area.survey, line)
        assert (row.state, row.summary) == ("checked", {"to_correct": 1})
        service.confirm_upload(school, row.id, now)
        outbox.drain()
    lines = service.survey_lines(area.survey, Paging()).rows
    assert [line.state for line in lines] == ["to_correct", "to_check", "to_check", "to_check"]
    line = lines[0]
    data = {"name": line.person_name, "document_number": "", "certificate_number": "973301023100123"}
    service.correct_line(clerk, line.id, data, line.version, now)
    assert service.surveyed_teacher(line.id).state == "to_check"
    service.ask(clerk, line.id, "某县教育局", now)
    service.record_answer(clerk, line.id, "false", "函2号", "查无此证", now)
    both = clerk_as_head(clerk, story.officer("head"))
    with pytest.raises(Refused) as refusal:
        service.sign(both, line.id, True, "", now)
    assert codes(refusal) == {"same_officer"}
    service.sign(story.officer("head"), line.id, True, "", now)
    assert service.surveyed_teacher(line.id).state == "false"


def test_a_teacher_applies_alone_and_finds_what_a_school_handed_in(season):
    me = story.person(41)
    row = service.start(me, new_id(), season.plan, registering.SCHOOLS[0][0], clock.now())
    codes = {f.code for f in service.judge_submission(row, clock.now())}
    assert codes == {"certificate_length", "registration_post_missing"}
    with pytest.raises(Refused):
        service.submit(me, row.id, clock.now())
    data = registering.form(registered_on=None) | {"certificate_number": "20101110131000999"}
    service.save(me, row.id, data, row.version, clock.now())
    service.submit(me, row.id, clock.now())
    service.give_back(season.school, [row.id], "证书号码有误", clock.now())
    service.submit(me, row.id, clock.now())
    service.withdraw(me, row.id, clock.now())
    other = invented_teacher(42)
    service.apply_many(season.school, season.plan, season.school.prefix, registering.entries([other]), clock.now())
    found = story.person(42)
    session().commit()
    with within(found.scope):
        assert [service.bind(found, clock.now()) for _ in range(2)] == [1, 0]
        assert [item.state for item in service.all_of_person(found.person_id)] == ["submitted"]
    outbox.drain()


def invented_teacher(serial):
    number = people_of.identity_number(serial)
    return registering.Teacher(serial, people_of.name(serial), number, "20101110131000998")


def test_fraud_is_handed_on_once_and_cancels_by_another(season):
    ids, _counts, notice = played(season, season.people)
    head, clerk, now = story.officer("head"), story.officer("clerk"), season.at("2020-09-22")
    with within(head.scope):
        service.conclude_all(head, notice.id, now)
    with pytest.raises(Refused) as refusal:
        service.cancel_untrue(head, ids[0], "材料虚假", "撤〔2020〕1号", now)
    assert codes(refusal) == {"fraud_not_told"}
    service.report_untrue(clerk, ids[0], "伪造培训证明", now)
    with pytest.raises(Refused) as refusal:
        service.report_untrue(clerk, ids[0], "伪造培训证明", now)
    assert codes(refusal) == {"fraud_told_already"}
    service.cancel_untrue(head, ids[0], "材料虚假", "撤〔2020〕1号", now)
    assert service.registration(ids[0]).state == "cancelled"


FAULTS = {
    "registration_in_its_season": lambda: update(Registration).values(submitted_at=story.DAY),
    "registration_in_its_area": lambda: update(PilotArea).values(surveyed_at=None),
    "registration_passed_by_rule": lambda: update(Registration).values(reasons=[{"code": "x"}]),
    "registration_two_officers": lambda: update(Registration).values(reviewed_by=Registration.concluded_by),
    "registration_after_its_notice": lambda: update(RegistrationPublicity).values(closes_on=date(2020, 12, 31)),
    "sticker_of_its_registration": lambda: update(Registration).values(sticker=""),
    "one_registration_in_force": lambda: update(Registration).values(document_index="x"),
    "registration_ended_by_decision": lambda: update(Registration).values(state="cancelled"),
    "survey_settled_and_signed": lambda: update(SurveyedTeacher).values(signed_by=SurveyedTeacher.answered_by),
}


def test_every_invariant_holds_and_finds_its_fault(season):
    _ids, _counts, notice = played(season, season.people)
    head, clerk, now = story.officer("head"), story.officer("clerk"), season.at("2020-09-22")
    with within(head.scope):
        service.conclude_all(head, notice.id, now)
    with within(clerk.scope):
        service.apply_stickers_all(clerk, season.plan, now)
    session().commit()

    def broken():
        return {name for name in FAULTS if answer(INVARIANTS[name]).count}

    assert broken() == set()
    for name, fault in FAULTS.items():
        session().execute(fault(), execution_options={"synchronize_session": False})
        session().expire_all()
        assert name in broken(), name
        session().rollback()


def test_an_extended_plan_keeps_its_cases_and_lets_none_lapse(season):
    school, clerk, province = season.school, story.officer("clerk"), story.officer("province")
    ids = service.apply_many(school, season.plan, school.prefix, registering.entries(season.people), clock.now())
    service.endorse(school, ids[:2], "good", "", clock.now())
    service.give_back(school, ids[2:], "材料不全", clock.now())
    days = registering.AUTUMN | {"confirm_end": date(2020, 10, 30), "entry_end": date(2020, 10, 23)}
    longer = plans.extend(clerk, season.plan, {"id": new_id(), "reason": "延长"} | days, clock.now())
    registering.table(province, clock.now(), days)
    plans.submit(clerk, longer.id, clock.now())
    plans.approve(province, longer.id, clock.now())
    plans.publish(province, longer.id, clock.now())
    now = season.at("2020-10-20")
    assert service.lapse(clock.today(), now) == 0
    with within(clerk.scope):
        assert service.counts(longer.id) == service.counts(season.plan) == {"school_endorsed": 2, "returned": 1}
        assert service.confirm_all(clerk, season.plan, now) == 2
    assert service.registration(ids[0]).due_on > date(2021, 2, 10)
    assert service.lapse(date(2020, 11, 1), now) == 1


def test_what_is_owed_stands_on_the_board(season):
    played(season, season.people, training_hours=0)
    asked = obligations.Asked(("00",), clock.today(), clock.now())
    said = [item for item in obligations.owed(asked, "") if item.kind.startswith("registrations")]
    assert [(item.kind, item.count, item.institution_code) for item in said] == [
        ("registrations_to_conclude", 3, "00102")
    ]
    assert judge_concluded(3, clock.today(), season.at("2021-03-01").date())[0].code == "registrations_overdue"
    assert [f.code for f in judge_surveyed(2)] == ["survey_unsettled"]


def test_what_a_post_has_in_hand_is_on_its_list(season):
    school, head = season.school, story.officer("head")
    service.apply_many(school, season.plan, school.prefix, registering.entries(season.people[:2]), clock.now())

    def counts(who):
        post = Post(who.id, "00", who.prefix, who.institution_code, who.permissions)
        return {matter.kind: matter.count for matter in collect(post)}

    assert counts(school) == {"registrations": 2}
    assert counts(head) == {"registrations": 0, "surveyed_teachers": 0}
    assert counts(story.officer("auditor")) == {}

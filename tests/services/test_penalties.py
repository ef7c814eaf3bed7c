"""Revocation, loss and exam bans through the verbs: two procedures, one effect over the nation, and its undoing."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from core.applications import service as cases
from core.certificates import service as certificates
from core.certificates.models import Certificate
from core.demonstration import story
from core.foundation import clock
from core.foundation.access import NATION, territory, within
from core.foundation.audit import history
from core.foundation.db import db, new_id, session
from core.foundation.errors import Conflict, NotAllowed, NotFound, Refused
from core.foundation.paging import Paging
from core.foundation.storage import storage
from core.penalties import service
from core.penalties.models import Penalty, PenaltyPaper, PenaltyReport, PenaltyReportLine
from core.penalties.rules import Quarter
from core.people.models import PersonBar
from core.testing import people as invented
from tests.conftest import broken


def codes(refusal) -> set[str]:
    return {finding.code for finding in refusal.value.findings}


def opened(serial=11, measure="revocation", ground="misconduct", by="clerk", **more):
    data = {
        "id": new_id(), "measure": measure, "ground": ground, "source": "complaint", "document_kind": "resident_id",
        "document_number": invented.identity_number(serial), "name": invented.name(serial), "sex": "1",
        "unit": "春溪县第一中学", "summary": "家长来信反映",
    }  # fmt: skip
    return service.open_case(story.officer(by), data | more, clock.now())


def step(verb, row, by, **data):
    return verb(story.officer(by), row.id, {"version": row.version} | data, clock.now())


def decided(world, row, number="春教罚〔2020〕1号"):
    """A revocation from its opening to its decision; the notice's three days pass."""
    row = step(service.investigate, row, "clerk", facts="多次侮辱学生，影响恶劣。")
    row = step(service.notify, row, "clerk", notified_on=clock.today())
    world.at((row.hearing_until + timedelta(days=1)).isoformat())
    row = step(service.propose, row, "clerk", proposal="情节严重，拟撤销。")
    return step(service.decide, row, "head", decision_number=number)


def served(world, row):
    return step(service.serve, row, "clerk", served_on=clock.today(), how="in_person")


def lost(serial, **basis):
    """A loss as far as its decision."""
    row = opened(serial, "loss", "imprisonment")
    judged = {"body": "示范市人民法院", "number": "（2020）示刑初1号", "basis_on": date(2020, 3, 1)}
    judged |= {"punishment": "suspended", "intentional": True, "facts": "犯故意伤害罪。"} | basis
    row = step(service.investigate, row, "clerk", **judged)
    row = step(service.propose, row, "clerk", proposal="认定丧失。")
    return step(service.decide, row, "head", decision_number="春教认〔2020〕1号")


def test_a_revoked_person_is_met_in_another_province_a_second_later(house):
    case_id = story.play(11, "recognised", house.plan)
    other = story._province("41", "henan", "henan", "henanclerk")
    number = cases.case(case_id).certificate_number
    name = invented.name(11)
    row = served(house, decided(house, opened(11)))
    assert (row.state, row.bar_until) == ("in_force", row.in_force_on.replace(year=2025))
    assert certificates.verify(number, name).state == "revoked"
    (line,) = service.taken(row.id)
    assert (line.number, line.outcome) == (number, "surrendered")  # the paper was never handed over
    person = cases.case(case_id).person_id
    me = story.Actor("applicant", person_id=person)
    with pytest.raises(Refused) as refusal:
        cases.start(me, new_id(), other, clock.today(), clock.now())
    assert "person_barred" in codes(refusal)
    session().rollback()
    assert broken() == {}


def test_an_open_application_is_stopped_at_its_conclusion_and_annulment_opens_it_again(house):
    case_id = story.play(10, "proposed", house.plan)
    story.settle("00")
    row = served(house, lost(10))
    assert row.bar_until is None
    with pytest.raises(Refused) as refusal:
        cases.conclude(story.officer("head"), case_id, "recognised", "", clock.today(), clock.now())
    assert codes(refusal) == {"person_barred"}
    session().rollback()
    row = step(service.annul, row, "province", reference="（2020）复1号", annulled_on=clock.today(), reason="事实不清")
    bar = session().scalars(select(PersonBar)).one()
    assert bar.annulled_at is not None
    assert row.state == "annulled"
    assert broken() == {}
    cases.conclude(story.officer("head"), case_id, "recognised", "", clock.today(), clock.now())


def test_a_certificate_in_hand_is_recalled_taken_in_and_given_back(house):
    story.play(11, "recognised", house.plan)
    row = session().scalars(select(Certificate)).one()
    piece = certificates.pieces(row.id)[-1]
    certificates.mark_printed(story.officer("clerk"), piece.id, clock.now())
    certificates.hand_over(story.officer("clerk"), piece.id, "signature", "本人", clock.now())
    penalty = served(house, decided(house, opened(11)))
    assert certificates.pieces(row.id)[-1].state == "recalled"
    with pytest.raises(Refused) as refusal:
        step(service.execute, penalty, "clerk", outcome="none", on=clock.today(), note="无")
    assert codes(refusal) == {"penalty_paper_out"}
    with pytest.raises(Refused) as refusal:
        step(service.execute, penalty, "clerk", outcome="declared_void", on=clock.today(), note="日报")
    assert codes(refusal) == {"penalty_void_by_province"}
    session().rollback()
    penalty = step(service.execute, service.penalty(penalty.id), "province", outcome="declared_void",
                   on=clock.today(), note="示范日报第3版")  # fmt: skip
    assert (penalty.state, certificates.pieces(row.id)[-1].state) == ("executed", "declared_void")
    penalty = step(service.annul, penalty, "province", reference="判决", annulled_on=clock.today(), reason="程序违法")
    assert session().get(Certificate, (row.province_code, row.id), populate_existing=True).state == "in_force"
    assert broken() == {}


def test_what_another_decision_takes_falls_again_when_the_first_is_annulled(house):
    story.play(11, "recognised", house.plan)
    first = served(house, decided(house, opened(11)))
    second = served(house, lost(11))
    assert service.taken(second.id) == []
    third = step(service.investigate, opened(12), "clerk", facts="事实")
    third = step(service.notify, third, "clerk", notified_on=clock.today())
    house.at((third.hearing_until + timedelta(days=1)).isoformat())
    third = step(service.propose, third, "clerk", proposal="拟撤销")
    with pytest.raises(Refused) as refusal:
        step(service.decide, third, "head", decision_number=first.decision_number)
    assert codes(refusal) == {"penalty_number_taken"}
    session().rollback()
    step(service.annul, first, "province", reference="判决", annulled_on=clock.today(), reason="程序违法")
    certificate = session().scalars(select(Certificate).execution_options(populate_existing=True)).one()
    assert (certificate.state, certificate.decision_ref) == ("lost_qualification", second.decision_number)
    assert broken() == {}


def test_a_revocation_hears_the_party_first(house):
    row = opened(11)
    row = step(service.investigate, row, "clerk", facts="侮辱学生。")
    with pytest.raises(Refused) as refusal:
        step(service.propose, row, "clerk", proposal="拟撤销")
    assert codes(refusal) == {"penalty_notice_owed"}
    row = step(service.notify, service.penalty(row.id), "clerk", notified_on=clock.today())
    assert row.hearing_until == date(2020, 3, 30)  # three days end on a Saturday and run on to Monday
    with pytest.raises(Refused) as refusal:
        step(service.propose, row, "clerk", proposal="拟撤销")
    assert codes(refusal) == {"penalty_period_running"}
    house.at("2020-04-02")
    with pytest.raises(Refused) as refusal:
        step(service.ask_hearing, service.penalty(row.id), "clerk", asked_on=date(2020, 3, 31))
    assert codes(refusal) == {"penalty_hearing_late"}
    row = step(service.ask_hearing, service.penalty(row.id), "clerk", asked_on=date(2020, 3, 30))
    with pytest.raises(Refused) as refusal:
        step(service.propose, row, "clerk", proposal="拟撤销")
    assert codes(refusal) == {"penalty_hearing_owed"}
    with pytest.raises(Refused) as refusal:
        step(service.call_hearing, service.penalty(row.id), "clerk", hearing_on=date(2020, 4, 8), place="三楼")
    assert codes(refusal) == {"penalty_hearing_too_soon"}
    row = step(service.call_hearing, service.penalty(row.id), "clerk", hearing_on=date(2020, 4, 9), place="三楼会议室")
    house.at("2020-04-09")
    row = step(service.record_hearing, row, "clerk", record="当事人陈述……")
    with pytest.raises(Refused) as refusal:
        step(service.propose, row, "clerk", proposal="拟撤销")
    assert codes(refusal) == {"penalty_defence_unanswered"}
    row = step(service.propose, service.penalty(row.id), "clerk", proposal="拟撤销", weighing="不予采纳，理由……")
    with pytest.raises(Conflict):
        service.decide(story.officer("head"), row.id, {"version": row.version - 1, "decision_number": "1"}, clock.now())
    row = step(service.decide, service.penalty(row.id), "head", decision_number="春教罚〔2020〕2号")
    assert [paper.kind for paper in service.papers(row.id)] == [
        "notice", "hearing_notice", "decision", "service_receipt",
    ]  # fmt: skip


def test_who_proposes_does_not_decide_and_no_step_is_left_out(house):
    row = opened(11)
    with pytest.raises(Refused) as refusal:
        step(service.serve, row, "clerk", served_on=clock.today(), how="post")
    assert codes(refusal) == {"transition_not_allowed"}
    row = step(service.investigate, service.penalty(row.id), "clerk", facts="事实")
    with pytest.raises(Refused) as refusal:  # nobody's time to be heard is over before the case began
        step(service.notify, row, "clerk", notified_on=row.opened_on - timedelta(days=30))
    assert codes(refusal) == {"penalty_notice_early"}
    row = step(service.notify, service.penalty(row.id), "clerk", notified_on=clock.today())
    house.at("2020-04-01")
    with pytest.raises(Refused) as refusal:  # before the decision waits for a paper that cannot be drawn
        step(service.propose, row, "clerk", proposal="拟撤销😀")
    assert codes(refusal) == {"penalty_glyph_missing"}
    row = step(service.propose, service.penalty(row.id), "clerk", proposal="拟撤销")
    with pytest.raises(Refused) as refusal:
        step(service.decide, row, "clerk", decision_number="1")
    assert "same_officer" in codes(refusal)
    with pytest.raises(NotAllowed):  # the city sees it and does not act in the county's stead
        step(service.send_back, service.penalty(row.id), "cityhead", reason="证据不足")
    row = step(service.send_back, service.penalty(row.id), "head", reason="证据不足")
    row = step(service.investigate, row, "clerk", facts="补充调查后的事实")
    assert (row.state, row.facts) == ("investigated", "补充调查后的事实")
    row = step(service.close, row, "head", reason="查无实据")
    assert (row.state, row.due_on) == ("closed", None)


def test_a_detention_is_no_loss_and_a_case_is_opened_once(house):
    row = opened(12, "loss", "imprisonment")
    basis = {"body": "法院", "number": "1", "basis_on": date(2020, 3, 1), "punishment": "detention", "facts": "醉驾"}
    with pytest.raises(Refused) as refusal:
        step(service.investigate, row, "clerk", **basis, intentional=False)
    assert codes(refusal) == {"penalty_sentence_not_enough", "penalty_negligent"}
    session().rollback()
    with pytest.raises(Refused) as refusal:
        opened(12, "loss", "imprisonment", by="henanclerk")
    assert codes(refusal) == {"penalty_already_open"}
    session().rollback()
    story.person(15)
    with pytest.raises(Refused) as refusal:
        opened(15, name="别人")
    assert codes(refusal) == {"penalty_name_differs"}
    with pytest.raises(Refused) as refusal:
        opened(13, "loss", "fraud", document_number="1")
    assert codes(refusal) == {"penalty_ground_unfit", "identity_length"}


def test_an_exam_ban_lasts_three_years_from_the_decision_that_made_it(house):
    row = opened(14, "exam_ban", "cheating")
    basis = {"body": "示范省教育考试院", "number": "考处1号", "basis_on": date(2020, 2, 29), "facts": "夹带"}
    row = step(service.investigate, row, "clerk", **basis)
    row = step(service.propose, row, "clerk", proposal="登记停考")
    row = served(house, step(service.decide, row, "head", decision_number="考处1号"))
    assert row.bar_until == date(2023, 3, 1)
    with pytest.raises(Refused) as refusal:
        story.apply(14, house.plan)
    assert codes(refusal) == {"person_barred"}


def test_a_paper_is_drawn_once_kept_with_its_hash_and_never_changed(house):
    row = decided(house, opened(11))
    papers = {paper.kind: paper for paper in service.papers(row.id)}
    text = PdfReader(BytesIO(storage().get(papers["decision"].file_key))).pages[0].extract_text()
    for words in (invented.identity_number(11), "撤销你的教师资格", "多次侮辱学生", "60 日内申请行政复议"):
        assert words in text.replace("\n", ""), text
    receipt = PdfReader(BytesIO(storage().get(papers["service_receipt"].file_key))).pages[0].extract_text()
    assert "送达回证" in receipt
    session().commit()
    for change in (update(PenaltyPaper).values(number="x"), PenaltyPaper.__table__.delete()):
        with pytest.raises(DBAPIError), db.engine.begin() as connection:
            connection.execute(change)


def test_a_late_step_is_seen_one_level_up_and_nowhere_else(house):
    row = opened(11)
    house.at("2020-06-24")
    for prefix, seen in (("000101", 1), ("0001", 1), ("00", 1), ("000102", 0), ("41", 0), ("", 1)):
        with within(territory(prefix) if prefix else NATION):
            assert service.late_count(clock.today()) == seen, prefix
    with within(territory("0001")):
        (late,) = service.late(Paging(), clock.today()).rows
    assert (late.id, late.due_what, late.due_clause, (clock.today() - late.due_on).days) == (
        row.id, "作出决定或销案", "一(三)", 1,
    )  # fmt: skip


def test_a_reveal_needs_a_reason_and_is_written_down(house):
    row = opened(11)
    with pytest.raises(Refused):
        service.reveal(story.officer("clerk"), row.id, " ", clock.now())
    assert service.reveal(story.officer("clerk"), row.id, "核对身份", clock.now())["unit"] == "春溪县第一中学"
    with within(territory("41")), pytest.raises(NotFound):
        service.reveal(story.officer("henanclerk"), row.id, "看看", clock.now())


def test_a_party_is_mended_for_papers_and_reports_to_come(house):
    row = served(house, lost(12))
    with pytest.raises(Refused) as refusal:
        step(service.amend, row, "clerk", reason="漏填")
    assert codes(refusal) == {"penalty_words_missing"}
    row = step(service.amend, service.penalty(row.id), "clerk", post="教师", sex="2", reason="漏填")
    assert {"post": "教师", "sex": "2", "unit": "春溪县第一中学"}.items() <= service.party_of(row).items()
    (case,) = service.content(begun(1))["cases"]
    assert (case["post"], case["basis"]) == ("教师", "示范市人民法院 （2020）示刑初1号 2020-03-01")
    assert row.due_on is not None  # nobody knows whether an older certificate is out


# The quarterly report


def begun(quarter, code="00", by="province"):
    return service.begin(story.officer(by), code, Quarter(2020, quarter), clock.now())


def signed(quarter, nil=False):
    row = begun(quarter)
    row = service.sign(story.officer("province"), row.id, {"version": row.version, "nil": nil}, clock.now())
    return service.file(story.officer("province"), row.id, {"version": row.version}, clock.now())


def test_a_report_assembles_itself_is_signed_filed_and_received(house):
    penalty = served(house, decided(house, opened(11)))  # in force on 31 March
    with pytest.raises(Refused) as refusal:
        signed(1)
    assert codes(refusal) == {"report_quarter_running"}
    house.at("2020-04-16")
    row = signed(1)
    assert row.due_on == date(2020, 4, 15)
    content = service.content(row)
    (case,) = content["cases"]
    assert (case["decision_number"], case["document_number"]) == (penalty.decision_number, invented.identity_number(11))
    assert content["totals"]["measure"] == {"revocation": 1}
    assert content["totals"]["city"] == {"杏林市": 1}
    row = service.accept(story.officer("centre"), row.id, {"version": row.version}, clock.now())
    with pytest.raises(Refused) as refusal:
        service.sign(story.officer("province"), row.id, {"version": row.version, "nil": False}, clock.now())
    assert codes(refusal) == {"transition_not_allowed"}


def test_a_reversal_is_a_correction_of_its_own_quarter_and_the_filed_report_stays(house):
    penalty = served(house, decided(house, opened(11)))
    house.at("2020-04-10")
    first = signed(1)
    before = service.content(first)
    step(service.annul, penalty, "province", reference="复1号", annulled_on=clock.today(), reason="事实不清")
    assert service.content(session().get(PenaltyReport, ("00", first.id))) == before
    house.at("2020-07-02")
    second = begun(2)
    content = service.content(second)
    assert content["cases"] == []
    (correction,) = content["corrections"]
    assert (correction["quarter"], correction["annulment"], content["nil"]) == ("2020-1", "复1号", False)
    assert service.content(signed(2))["totals"]["all"] == {"cases": 0, "late": 0, "corrections": 1}
    assert broken() == {}


def test_a_nil_quarter_says_so_and_a_returned_report_is_signed_again(house):
    house.at("2020-04-02")
    with pytest.raises(Refused) as refusal:
        signed(1)
    assert codes(refusal) == {"report_nil_unstated"}
    row = signed(1, nil=True)
    with pytest.raises(Refused) as refusal:
        service.send_report_back(story.officer("centre"), row.id, {"version": row.version, "reason": " "}, clock.now())
    assert codes(refusal) == {"report_reason_missing"}
    row = service.report(row.id)
    row = service.send_report_back(
        story.officer("centre"), row.id, {"version": row.version, "reason": "缺少签发人"}, clock.now()
    )
    row = signed(1, nil=True)
    assert (row.state, len(service.copies(row.id))) == ("filed", 2)
    house.at("2020-07-20")
    assert service.open_reports(clock.today(), clock.now()) == 2  # both provinces of the house
    assert service.open_reports(clock.today(), clock.now()) == 0
    board = dict(service.board(["00", "41"], 2020, clock.today()))
    assert [(line.late, line.report.state if line.report else "") for line in board["00"]] == [
        (False, "filed"), (True, "open"), (False, ""), (False, ""),
    ]  # fmt: skip
    assert [line.late for line in board["41"]] == [True, True, False, False]


def test_a_case_recorded_after_its_report_comes_late_in_the_next(house):
    row = decided(house, opened(11))  # decided on 31 March
    house.at("2020-04-02")
    signed(1, nil=True)
    step(service.serve, row, "clerk", served_on=date(2020, 3, 31), how="post")
    assert broken() == {}
    house.at("2020-07-02")
    content = service.content(signed(2))
    assert [case["late"] for case in content["cases"]] == [True]
    assert broken() == {}


FAULTS = {
    "penalty_took_its_certificates": lambda: update(Certificate).values(state="in_force"),
    "penalty_in_its_report": lambda: PenaltyReportLine.__table__.delete(),
    "no_barred_person": lambda: update(PersonBar).values(starts_on=date(2020, 3, 1), created_at=story.EARLIER),
    "penalty_has_its_bar": lambda: update(PersonBar).values(annulled_at=clock.now()),
}


def test_an_invariant_finds_what_was_done_past_the_verbs(house):
    story.play(11, "recognised", house.plan)
    served(house, decided(house, opened(11)))
    house.at("2020-04-20")
    signed(1)
    assert broken() == {}
    for name, fault in FAULTS.items():
        session().execute(fault())
        session().commit()
        assert name in broken()


def test_a_file_that_is_gone_is_found(house):
    row = decided(house, opened(11))
    storage().drop(service.papers(row.id)[0].file_key)
    assert broken().keys() == {"files_have_rows_and_rows_files"}
    assert session().scalar(select(Penalty.id)) == row.id


def test_the_signed_receipt_of_a_decision_comes_later_and_once(house):
    row = decided(house, opened(11))
    proof = b"%PDF-1.4 signed"
    for given, wanted in (
        (proof, "penalty_not_served"),
        (b"", "penalty_receipt_missing"),
        (b"GIF", "penalty_proof_unfit"),
    ):
        if wanted == "penalty_receipt_missing":
            row = served(house, row)
            with pytest.raises(NotFound):
                service.read_receipt(story.officer("head"), row.id, clock.now())
        with pytest.raises(Refused) as refusal:
            step(service.add_receipt, row, "clerk", proof=given)
        assert codes(refusal) == {wanted}
    row = step(service.add_receipt, row, "clerk", proof=proof)
    with pytest.raises(Refused) as refusal:
        step(service.add_receipt, row, "clerk", proof=proof)
    assert codes(refusal) == {"penalty_receipt_kept"}
    assert service.read_receipt(story.officer("head"), row.id, clock.now()) == (proof, "pdf")
    verbs = [entry.verb for entry in history("penalty", row.id)]
    assert verbs[-2:] == ["penalties.receipt", "penalties.read_paper"]
    assert not broken(28)

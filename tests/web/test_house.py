"""The house by hand: a county sets its plan, a year is drafted on a form, queues are narrowed, refusals contested."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path
from uuid import UUID

from sqlalchemy import func, select

from core.applications import service as cases
from core.applications.models import MaterialRequest
from core.calendar import service as calendar
from core.checks import service as checks
from core.demonstration import story
from core.foundation import clock, outbox
from core.foundation.access import Actor
from core.foundation.db import new_id, session
from core.foundation.paging import Paging
from core.plans import service as plans
from core.testing import people as invented
from core.testing.photos import portrait
from tests.conftest import post, sign_in, token


def text(answer) -> str:
    return answer.get_data(as_text=True)


def test_a_county_sets_its_plan_under_the_provinces_notice(house):
    """The province's notice and table lie above the county's territory, and are asked nevertheless."""
    clerk = sign_in(house.client("staff"), "clerk")
    shown = text(clerk.get(f"/plans/{house.plan}"))
    assert 'data-code="notice_not_filed"' not in shown
    assert 'data-code="plan_table_missing"' not in shown
    days = {"entry_start": "2020-04-13", "entry_end": "2020-04-24", "confirm_start": "2020-04-27"}
    plan_id = str(new_id())
    made = post(
        clerk, "/plans/new", id=plan_id, institution_code="00102", business="recognition", title="第二批",
        confirm_end="2020-05-08", **days,
    )  # fmt: skip
    assert made.status_code == 303
    sent = post(clerk, f"/plans/{plan_id}/submit", f"/plans/{plan_id}")
    assert sent.status_code == 303, text(sent)
    province = sign_in(house.client("staff"), "province")
    post(province, f"/plans/{plan_id}/return", f"/plans/{plan_id}", reason="名称应写明批次")
    edit = f"/plans/{plan_id}/edit"
    version = text(clerk.get(edit)).split('name="version" value="', 1)[1].split('"', 1)[0]
    changed = {"business": "recognition", "title": "2020年春季第二批", "confirm_end": "2020-05-08", "version": version}
    assert post(clerk, edit, **days, **changed).status_code == 303
    stale = post(clerk, edit, **days, **changed)
    assert stale.status_code == 422
    assert "changed_meanwhile" not in text(stale)  # told in words
    assert "已被他人修改" in text(stale)
    assert post(clerk, f"/plans/{plan_id}/submit", f"/plans/{plan_id}").status_code == 303
    assert plans.plan(UUID(plan_id)).title == "2020年春季第二批"


def test_a_refused_submission_says_so_on_the_plans_own_page(house):
    clerk = sign_in(house.client("staff"), "clerk")
    plan_id = str(new_id())
    post(
        clerk, "/plans/new", id=plan_id, institution_code="00102", business="recognition", title="短",
        entry_start="2020-04-13", entry_end="2020-04-17", confirm_start="2020-04-20", confirm_end="2020-04-24",
    )  # fmt: skip
    sent = post(clerk, f"/plans/{plan_id}/submit", f"/plans/{plan_id}")
    assert sent.status_code == 422
    assert 'data-code="entry_window_too_short"' in text(sent)
    assert "提交省级" in text(sent)


def test_the_next_version_of_a_year_is_drafted_on_a_form(house):
    centre = sign_in(house.client("staff"), "centre")
    page = text(centre.get("/yearbooks/new"))
    names = {
        part.split('"', 1)[0]: part.split('value="', 1)[1].split('"', 1)[0]
        for part in page.split('<input class="govuk-input')[1:]
        for part in [part.split('name="', 1)[1]]
        if 'value="' in part.split(">", 1)[0]
    }
    form = names | {
        "id": str(new_id()), "reason": "疫情推迟",
        "value-end_on_makeup_day": "false", "value-plan_table_gates_plans": "false",
        "season-first_half-businesses": "recognition", "season-second_half-businesses": ["recognition", "registration"],
        "season-first_half-closes": "2020-04-16", "value-check_valid_days": "sixty",
    }  # fmt: skip
    wrong = post(centre, "/yearbooks/new", **form)
    assert wrong.status_code == 422
    assert "请填写数字" in text(wrong)
    assert 'value="sixty"' in text(wrong)
    form["value-check_valid_days"] = "60"
    made = post(centre, "/yearbooks/new", **form)
    assert made.status_code == 303, text(made)[-3000:]
    outbox.drain()
    shown = text(centre.get(made.location))
    assert "无犯罪记录结果有效天数" in shown
    assert "2020-04-16" in shown
    assert "起草人与发布人" not in shown
    assert "请另一位国家中心人员发布" in shown
    second = sign_in(house.client("staff"), "centre2")
    assert post(second, f"{made.location}/publish", made.location).status_code == 303
    session().rollback()
    rules = calendar.rules_of(calendar.in_force(2020))
    assert rules.v.check_valid_days == 60
    assert rules.seasons[0].closes.isoformat() == "2020-04-16"


def test_confirmation_is_closed_in_maintenance_with_the_day_it_reopens(house):
    case_id = story.apply(3, house.plan)
    clerk = sign_in(house.client("staff"), "clerk")
    house.at("2020-06-03")
    closed = post(clerk, f"/cases/{case_id}/confirm", f"/cases/{case_id}", photo_accepted="1", signed_on_site="1")
    assert closed.status_code == 503
    assert "2020-06-07" in text(closed)
    assert "000-12345" in text(closed)
    assert clerk.get(f"/cases/{case_id}").status_code == 200
    answer = clerk.post(
        f"/api/v1/cases/{case_id}/confirm", json={"photo_accepted": True},
        headers={"X-CSRFToken": token(clerk.get("/cases"))},
    )  # fmt: skip
    assert answer.status_code == 503
    assert answer.content_type == "application/problem+json"
    assert answer.json["until"] == "2020-06-07"


def test_the_queue_is_narrowed_and_says_what_is_late(house):
    story.play(10, "in_review", house.plan)
    story.apply(3, house.plan)
    clerk = sign_in(house.client("staff"), "clerk")
    assert text(clerk.get("/cases?owner=officer")).count("/cases/0") == 1
    assert text(clerk.get("/cases?late=breach")).count("/cases/0") == 0
    house.at("2020-05-20")
    assert "将到期" in text(clerk.get("/cases?late=amber"))
    house.at("2020-06-02")
    late = text(clerk.get("/cases?late=breach"))
    assert late.count("/cases/0") == 1
    assert "超期" in late
    assert text(clerk.get("/cases?name=没有此人")).count("/cases/0") == 0


def test_a_missing_paper_is_told_answered_with_a_picture_and_seen(house):
    case_id = story.play(10, "in_review", house.plan)
    clerk = sign_in(house.client("staff"), "clerk")
    asked = post(clerk, f"/cases/{case_id}/materials", f"/cases/{case_id}", what="学位证书原件")
    assert asked.status_code == 303
    outbox.drain()
    letters = [path.read_text() for path in _mails(house).glob("*.txt")]
    assert any("学位证书原件" in letter for letter in letters)
    row = cases.case(case_id)
    assert row.owner == "applicant"
    assert row.due_on == cases.overview(row).materials[0].due_on
    me = sign_in(house.client(), invented.mobile(10))
    request_id = cases.overview(row).materials[0].id
    page = me.get(f"/my/{case_id}")
    answered = me.post(
        f"/my/{case_id}/materials/{request_id}",
        data={"csrf_token": token(page), "answer": "见附件", "file": (io.BytesIO(portrait(10)), "d.jpg")},
        content_type="multipart/form-data",
    )
    assert answered.status_code == 303
    session().rollback()
    assert clerk.get(f"/cases/{case_id}/materials/{request_id}").content_type == "image/jpeg"
    stranger = sign_in(house.client("staff"), "cityhead")
    assert stranger.get(f"/cases/{case_id}/materials/{new_id()}").status_code == 404


def _mails(house):

    return Path(house.settings.data_dir) / "mail"


def test_a_refusal_is_contested_and_the_decision_carried_out(house):
    case_id = story.play(12, "refused", house.plan)
    province = sign_in(house.client("staff"), "province")
    page = f"/cases/{case_id}"
    assert post(province, f"{page}/reopen", page, reason="想重新审核一次").status_code == 422
    early = {"kind": "review", "filed_on": "2020-03-01", "body": "杏林市人民政府", "document": "杏政复〔2020〕1号"}
    assert 'data-code="appeal_day_impossible"' in text(post(province, f"{page}/appeals", page, **early))
    filed = early | {"filed_on": "2020-03-25"}
    assert post(province, f"{page}/appeals", page, **filed).status_code == 303
    session().rollback()
    appeal = cases.overview(cases.case(case_id)).appeals[0]
    house.at("2020-05-10")
    decided = {
        "outcome": "overturned",
        "decided_on": "2020-05-09",
        "decision": "杏政复决〔2020〕1号",
        "reason": "学历属实",
    }
    assert post(province, f"{page}/appeals/{appeal.id}", page, **decided).status_code == 303
    session().rollback()
    assert cases.case(case_id).state == "in_review"
    again = post(province, f"{page}/appeals/{appeal.id}", page, **decided)
    assert again.status_code == 422
    mine = sign_in(house.client(), invented.mobile(12))
    assert "杏政复决〔2020〕1号" in text(mine.get(f"/my/{case_id}"))


def test_a_lapsed_check_is_asked_for_anew(house):
    case_id = story.play(10, "proposed", house.plan)
    story.settle("00")
    first = checks.history_of(case_id)[0]
    clerk = sign_in(house.client("staff"), "clerk")
    assert post(clerk, f"/cases/{case_id}/recheck", f"/cases/{case_id}").status_code == 422
    house.at("2020-07-10")
    checks.age(calendar.rules_by_id(cases.case(case_id).yearbook_id), clock.today(), clock.now())
    outbox.drain()
    row = cases.case(case_id)
    assert (row.check_state, row.owner) == ("expired", "officer")
    assert post(clerk, f"/cases/{case_id}/recheck", f"/cases/{case_id}").status_code == 303
    session().rollback()
    assert cases.case(case_id).check_id != first.id
    assert len(checks.history_of(case_id)) == 2


def test_a_disqualifying_answer_proven_wrong_is_voided(house):
    case_id = story.play(17, "proposed", house.plan)
    story.settle("00")
    check = checks.history_of(case_id)[0]
    clerk, head = story.officer("clerk"), story.officer("head")
    checks.start_review(clerk, check.id, clock.now())
    checks.propose(clerk, check.id, "disqualifying", "故意犯罪，判处有期徒刑", clock.now())
    checks.sign(head, check.id, True, clock.now())
    outbox.drain()
    boss = sign_in(house.client("staff"), "head")
    assert post(boss, f"/checks/{check.id}/annul", f"/checks/{check.id}", reason="错").status_code == 422
    assert (
        post(boss, f"/checks/{check.id}/annul", f"/checks/{check.id}", reason="同名同姓，公安证明").status_code == 303
    )
    outbox.drain()
    session().rollback()
    assert cases.may_recheck(cases.case(case_id))


def test_a_draft_says_what_is_missing_and_why(house):
    me = story.person(7)
    row = cases.start(me, new_id(), house.plan, clock.today(), clock.now())
    client = sign_in(house.client(), invented.mobile(7))
    page = text(client.get(f"/my/{row.id}"))
    assert "还缺什么" in page
    assert "请填写本人简历" in page
    gap = story.form_of(7)
    gap["cv"] = [gap["cv"][0], gap["cv"][3]]
    cases.save(me, row.id, gap, row.version, clock.now())
    page = text(client.get(f"/my/{row.id}"))
    assert "2008-06至2018-08没有说明" in page
    assert "请上传照片" in page


def test_recognition_waits_for_the_medical_result(house):
    case_id = story.play(10, "in_review", house.plan)
    clerk, head = story.officer("clerk"), story.officer("head")
    cases.look_at_photo(clerk, case_id, True, "", clock.now())
    cases.propose(clerk, case_id, "recognised", "", clock.now())
    story.settle("00")

    def held() -> list[str]:
        row = cases.case(case_id)
        return cases.gate(row, head.id, "recognised", "", clock.today(), clock.now()).codes()

    assert held() == ["medical_missing"]
    cases.record_medical(clerk, case_id, "failed", "县医院", clock.today(), clock.now())
    assert held() == ["medical_failed"]
    cases.record_medical(clerk, case_id, "passed", "县医院", clock.today().replace(year=2019), clock.now())
    assert held() == []
    house.at("2020-03-26")
    assert held() == ["medical_out_of_date"]


def test_nobody_is_confirmed_without_a_signed_undertaking(house):
    case_id = story.apply(3, house.plan)
    clerk = sign_in(house.client("staff"), "clerk")
    page = f"/cases/{case_id}"
    assert "undertaking_not_signed" in text(post(clerk, f"{page}/confirm", page, photo_accepted="1"))
    row = cases.case(case_id)
    me = Actor("applicant", person_id=row.person_id)
    cases.to_draft(me, case_id, clock.today(), clock.now())
    cases.attach_signature(me, case_id, portrait(3), clock.now())
    cases.submit(me, case_id, True, clock.today(), clock.now())
    outbox.drain()
    assert (
        post(clerk, f"{page}/confirm", page, photo_accepted="1", bareheaded="yes", photo_recent="1").status_code == 303
    )
    assert clerk.get(f"{page}/signature.jpg").content_type == "image/jpeg"


def test_a_cancelled_plan_is_told_on_the_page_and_by_mail(house):
    case_id = story.apply(3, house.plan)
    clerk, province = story.officer("clerk"), story.officer("province")
    days = {"entry_start": "2020-03-20", "entry_end": "2020-04-17", "confirm_start": "2020-03-23"}
    longer = {name: date.fromisoformat(day) for name, day in (days | {"confirm_end": "2020-04-30"}).items()}
    made = plans.extend(clerk, house.plan, {"id": new_id(), "reason": "疫情影响"} | longer, clock.now())
    plans.submit(clerk, made.id, clock.now())
    plans.approve(province, made.id, clock.now())
    assert plans.publish(province, made.id, clock.now()).state == "running"  # at once: its window is open
    outbox.drain()
    assert cases.case(case_id).confirm_last == longer["confirm_end"]
    plans.cancel(province, made.id, "机构撤并", clock.now())
    outbox.drain()
    letters = " ".join(path.read_text() for path in _mails(house).glob("*.txt"))
    assert "已延长" in letters
    assert "已取消：机构撤并" in letters
    mine = sign_in(house.client(), invented.mobile(3))
    assert "认定机构已取消本次计划：机构撤并" in text(mine.get(f"/my/{case_id}"))
    officer = sign_in(house.client("staff"), "clerk")
    page = f"/cases/{case_id}"
    refused = post(officer, f"{page}/confirm", page, photo_accepted="1", signed_on_site="1")
    assert "本次计划已取消" in text(refused)


def test_a_note_and_a_request_sent_twice_are_there_once(house):
    page = f"/cases/{story.play(3, 'in_review', house.plan)}"
    clerk = sign_in(house.client("staff"), "clerk")
    ident = str(new_id())
    for _ in range(2):
        assert post(clerk, f"{page}/notes", page, id=ident, text="等体检表").status_code == 303
        assert post(clerk, f"{page}/materials", page, id=ident, what="毕业证书原件").status_code == 303
    shown = text(clerk.get(page))
    assert shown.count("等体检表") == 1
    assert session().scalar(select(func.count()).select_from(MaterialRequest)) == 1


def test_public_plans_come_page_by_page_and_the_chosen_one_is_never_missing(house):
    shown = plans.open_plans(Paging(size=1), clock.today(), "recognition", entering=True, kind="2")
    rest = plans.open_plans(Paging(number=2, size=1), clock.today(), "recognition", entering=True, kind="2")
    assert len(shown.rows) == 1
    assert shown.has_next is bool(rest.rows)
    assert plans.open_plans(Paging(), clock.today(), "recognition", kind="7", entering=True).rows == []
    story.person(3)
    me = sign_in(house.client(), invented.mobile(3))
    assert str(house.plan) in text(me.get(f"/my/new?page=9&plan={house.plan}"))
    assert str(house.plan) not in text(me.get("/my/new?page=9"))


def test_a_workbook_that_unpacks_to_a_bomb_is_not_read(house):
    province = sign_in(house.client("staff"), "province")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (16 * 1024 * 1024))
    page = province.get("/plan-tables/new")
    sent = province.post(
        "/plan-tables/new",
        data={
            "csrf_token": token(page),
            "id": str(new_id()),
            "year": "2020",
            "file": (io.BytesIO(packed.getvalue()), "t.xlsx"),
        },
        content_type="multipart/form-data",
    )
    assert sent.status_code == 422
    assert "解压后过大" in text(sent)

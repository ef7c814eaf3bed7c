"""Registration's pages: the school endorses, the county reviews, the head publicises and concludes."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import text

from core.demonstration import registering, story
from core.foundation import clock, outbox
from core.foundation.access import within
from core.foundation.db import new_id, session
from core.oversight.service.owing import everything
from core.plans import service as plans
from core.registration import service
from core.testing import people as invented
from tests.conftest import post, sign_in
from tests.services.test_registration import area, played, season, sheet  # noqa: F401 - fixtures


@pytest.fixture
def handed_in(season):  # noqa: F811
    school = season.school
    season.ids = service.apply_many(school, season.plan, school.prefix, registering.entries(season.people), clock.now())
    return season


def test_a_season_on_the_pages(handed_in):
    first = f"/registrations/{handed_in.ids[0]}"
    board = f"/registrations/plans/{handed_in.plan}"
    school = sign_in(handed_in.client("staff"), "school1")
    page = school.get("/registrations").get_data(as_text=True)
    assert "春溪县第一中学" in page
    assert post(school, f"{first}/endorse", first, conduct="breach").status_code == 422
    assert post(school, f"{first}/endorse", first, conduct="good").status_code == 303
    assert post(school, f"{board}/endorse", board, conduct="good").status_code == 303
    clerk = sign_in(handed_in.client("staff"), "clerk")
    assert post(clerk, f"{board}/confirm", board).status_code == 303
    assert "没有暂缓或不合格的情形" in clerk.get(first).get_data(as_text=True)
    assert post(clerk, f"{board}/propose", board).status_code == 303
    head = sign_in(handed_in.client("staff"), "head")
    assert post(head, f"{board}/publicise", board).status_code == 303
    shown = head.get(board).get_data(as_text=True)
    notice = re.search(r"/registrations/publicities/[0-9a-f-]{36}", shown)[0]
    objection = post(
        clerk, f"{first}/objections", first, id=str(new_id()), said_by="群众", contact="000-1", text="学时不实"
    )
    assert objection.status_code == 303
    handed_in.at("2020-09-22")
    told = head.get(first).get_data(as_text=True)
    assert "objection_open" in told
    counts = service.counts(handed_in.plan)
    assert counts == {"publicised": 3}
    assert head.get(notice).status_code == 200


def test_the_province_lists_a_pilot_area_and_the_head_a_school(house):
    province = sign_in(house.client("staff"), "province")
    data = {"id": str(new_id()), "division": "000102", "since": "2020-01-01", "basis": "示范教师〔2019〕8号"}
    assert post(province, "/pilots", **data).status_code == 303
    assert post(province, "/pilots", **(data | {"id": str(new_id()), "division": "0001"})).status_code == 422
    assert "秋原县" in province.get("/pilots").get_data(as_text=True)
    head = sign_in(house.client("staff"), "head")
    school = {"code": "000101000009", "name": "春溪县实验小学", "stage": "primary", "public": "1",
              "institution_code": "00102", "telephone": "000-1"}  # fmt: skip
    assert post(head, "/schools/new", **school).status_code == 303
    assert post(head, "/schools/new", **school).status_code == 422
    assert "春溪县实验小学" in head.get("/schools").get_data(as_text=True)
    assert not plans.pilots("41")
    assert story.officer("head").may("schools.change")


def test_a_teacher_applies_on_a_phone_and_the_public_sees_results(season):  # noqa: F811
    plan, code = season.plan, registering.SCHOOLS[0][0]
    story.person(44)
    me = sign_in(season.client(), invented.mobile(44))
    assert "2020年秋季定期注册" in me.get("/registration").get_data(as_text=True)
    assert "杏林市春溪县教育局" in me.get("/my/registrations/new").get_data(as_text=True)  # where the button leads
    start = f"/my/registrations/new?plan={plan}"
    data = {"id": str(new_id()), "plan_id": str(plan)}
    assert post(me, start, **data).status_code == 422
    made = post(me, start, **data, school_code=code)
    assert made.status_code == 303
    show = made.headers["Location"].removesuffix("/edit")
    assert "certificate_length" in me.get(show).get_data(as_text=True)
    form = {
        "version": "1", "certificate_number": "20101110131000999", "post": "3", "subject": "语文", "fit": "1",
        "appointed_on": "2010-09-01", "registered_on": "2015-11-20", "training_hours": "380",
    } | {f"appraisal_{n}": "passed" for n in range(1, 6)}  # fmt: skip
    assert post(me, f"{show}/edit", **(form | {"training_hours": "many"})).status_code == 422
    assert post(me, f"{show}/edit", **(form | {"training_hours": "３８０"})).status_code == 303
    stale = post(me, f"{show}/edit", **(form | {"training_hours": "many"}))  # from a second tab
    assert 'name="version" value="1"' in stale.get_data(as_text=True)
    late = post(me, f"{show}/edit", **(form | {"subject": "数学"}))
    assert late.status_code == 422
    newer = re.search(r'name="version" value="(\d+)"', late.get_data(as_text=True))[1]
    assert post(me, f"{show}/edit", **(form | {"version": newer})).status_code == 303
    declared = me.get(show).get_data(as_text=True)
    assert all(words in declared for words in ("2010-09-01", "2015-11-20", "380", "2019 合格"))
    assert post(me, f"{show}/submit", show).status_code == 303
    assert post(me, f"{show}/withdraw", show).status_code == 303
    played(season, season.people)
    stranger = season.client()
    index = stranger.get("/registration").get_data(as_text=True)
    notice = re.search(r"/registration/results/[0-9a-f-]{36}", index)[0]
    shown = stranger.get(notice).get_data(as_text=True)
    assert season.people[0].name in shown
    assert "990101" not in shown
    season.at("2020-09-22")
    assert stranger.get(notice).status_code == 404


def test_anybody_objects_in_their_name_while_a_notice_is_open(season):  # noqa: F811
    ids, _counts, notice = played(season, season.people)
    stranger = season.client()
    shown = stranger.get(f"/registration/results/{notice.id}").get_data(as_text=True)
    assert f"/registration/results/{notice.id}/objection?about={ids[0]}" in shown
    form = f"/registration/results/{notice.id}/objection"
    typed = {"id": str(new_id()), "about": str(ids[0]), "said_by": "刘群", "contact": "liu@example.cn", "text": ""}
    empty = post(stranger, form, f"{form}?about={ids[0]}", **typed)
    assert (empty.status_code, "刘群" in empty.get_data(as_text=True)) == (422, True)
    typed["text"] = "2019年未参加培训"
    for wrong, code in (({"about": str(new_id())}, ""), ({"contact": "见面谈"}, "objection_contact"),
                        ({"said_by": "12345"}, "name_form")):  # fmt: skip
        answer = post(stranger, form, f"{form}?about={ids[0]}", **(typed | wrong))
        assert (answer.status_code, code in answer.get_data(as_text=True)) == (422, True)
    assert "请在名单中选择" in stranger.get(form).get_data(as_text=True)
    told = [post(stranger, form, f"{form}?about={ids[0]}", **typed).get_data(as_text=True) for _twice in "ab"]
    (number,) = {re.search(r"Y00-\d{6}-[0-9A-F]{6}", page)[0] for page in told}
    (item,) = service.objections(ids[0])
    assert (item.reference, item.online, item.said_by) == (number, True, "刘群")
    raw = session().execute(text("SELECT said_by, contact, text FROM registration_objection")).one()
    assert not any("刘群".encode() in bytes(cell) or "培训".encode() in bytes(cell) for cell in raw)
    (entry,) = [e for e in service.trail(service.registration(ids[0])) if e.verb == "registration.objection"]
    assert (entry.detail["source"], entry.actor_id) == ("online", None)
    outbox.drain()
    assert number in letter_to("liu@example.cn", season)
    school, head = sign_in(season.client("staff"), "school1"), sign_in(season.client("staff"), "head")
    case = f"/registrations/{ids[0]}"
    assert number in head.get("/registrations/objections").get_data(as_text=True)
    assert "网上提出" in head.get(f"/registrations/objections?reference={number}").get_data(as_text=True)
    assert "刘群" in head.get(case).get_data(as_text=True)
    assert "刘群" not in school.get(case).get_data(as_text=True)
    with within(story.officer("head").scope):
        owed = [one.kind for one in everything(story.officer("head"), clock.today(), clock.now())]
    assert "objections_waiting" in owed
    decided = post(head, f"/registrations/objections/{item.id}", case, upheld="1", reason="学时确有出入")
    assert decided.status_code == 303
    session().rollback()
    assert service.registration(ids[0]).state == "in_review"
    outbox.drain()
    assert "异议成立" in letter_to("liu@example.cn", season)
    gone = post(stranger, form, f"{form}?about={ids[1]}", **(typed | {"id": str(new_id())}))
    assert (gone.status_code, "已退回审核" in gone.get_data(as_text=True)) == (422, True)
    season.at("2020-09-22")
    assert "公示已经结束" in stranger.get(f"{form}?about={ids[1]}").get_data(as_text=True)
    late = post(stranger, form, "/sign-in", **(typed | {"id": str(new_id()), "about": str(ids[1])}))
    assert (late.status_code, "2020-09-21" in late.get_data(as_text=True)) == (422, True)
    assert stranger.get(f"/registration/results/{new_id()}/objection").status_code == 404
    spent = [post(stranger, form, "/sign-in", **typed).status_code for _try in range(3)]
    assert spent == [422, 422, 429]  # ten in an hour


def letter_to(address, season):  # noqa: F811
    """The letters to an address, together."""
    folder = Path(season.settings.data_dir) / "mail"
    return "".join(found for path in folder.glob("*.txt") if address in (found := path.read_text()))


def test_the_survey_and_a_workbook_on_the_pages(area):  # noqa: F811
    school = sign_in(area.client("staff"), "school1")
    sheet_ = (BytesIO(sheet("survey", ["赵一", "990101196001010015", "1"])), "list.xlsx")
    uploads = "/registrations/uploads"
    data = {"id": str(new_id()), "kind": "survey", "subject_id": str(area.survey), "file": sheet_}
    made = post(school, uploads, **data)
    assert made.status_code == 303, made.get_data(as_text=True)[-500:]
    outbox.drain()
    page = school.get(made.headers["Location"]).get_data(as_text=True)
    assert "待更正" in page or "行" in page
    head, clerk = sign_in(area.client("staff"), "head"), sign_in(area.client("staff"), "clerk")
    survey = f"/surveys/{area.survey}"
    assert "待核查真伪" in clerk.get(survey).get_data(as_text=True)
    assert post(head, f"{survey}/close", survey).status_code == 422
    line = re.search(r"/surveys/teachers/[0-9a-f-]{36}", clerk.get(survey).get_data(as_text=True))[0]
    assert post(clerk, f"{line}/ask", line, asked_of="某县教育局").status_code == 303
    assert post(clerk, f"{line}/answer", line, answer="genuine", reference="函1号").status_code == 303
    assert post(head, f"{line}/sign", line, agreed="1").status_code == 303
    assert "核实为真" in head.get(line).get_data(as_text=True)


def test_the_api_says_what_the_pages_say(handed_in):
    school = sign_in(handed_in.client("staff"), "school1")
    rows = school.get(f"/api/v1/registrations?plan_id={handed_in.plan}").get_json()
    assert {row["state"] for row in rows} == {"submitted"}
    token = {"X-CSRFToken": school.get("/api/v1/session").get_json()["csrf_token"]}
    one = f"/api/v1/registrations/{handed_in.ids[0]}"
    done = school.post(f"{one}/endorse", json={"conduct": "good"}, headers=token)
    assert (done.status_code, done.get_json()["state"]) == (200, "school_endorsed")
    clerk = sign_in(handed_in.client("staff"), "clerk")
    token = {"X-CSRFToken": clerk.get("/api/v1/session").get_json()["csrf_token"]}
    plan = f"/api/v1/registrations/plans/{handed_in.plan}"
    assert clerk.post(f"{plan}/confirm", json={}, headers=token).get_json() == {"done": 1, "left": 0}
    assert clerk.get(f"{one}/reasons").get_json() == {"outcome": "passed", "findings": []}
    assert clerk.post(f"{plan}/propose", json={}, headers=token).get_json() == {"done": 1, "left": 0}

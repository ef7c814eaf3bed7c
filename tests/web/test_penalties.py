"""The pages of penalties: a case from the certificate's page to its papers, a quarter from draft to centre."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from core.certificates.models import Certificate
from core.demonstration import story
from core.foundation.audit import AuditEntry
from core.foundation.db import new_id, session
from core.penalties import service
from core.penalties.models import Penalty
from core.penalties.views.steps import STEPS
from core.privacy import service as privacy
from core.testing import people as invented
from tests.conftest import post, sign_in
from tests.promises.test_exports import words
from tests.services.test_penalties import clock, decided, opened, served


def text(answer):
    return answer.get_data(as_text=True)


@pytest.fixture
def desk(house):
    """Clients of those who have a part in a case."""
    story.play(11, "recognised", house.plan)
    session().commit()
    return {name: sign_in(house.client("staff"), name) for name in ("clerk", "head", "province", "centre")}


def taken(desk, by, url, **data):
    """Take a step by its page, and follow it back to the case."""
    page = text(desk[by].get(url))
    hidden = dict(re.findall(r'name="(id|version)" value="([^"]+)"', page))
    answer = post(desk[by], url, **data | hidden)
    assert answer.status_code == 303, text(answer)[-3000:]
    return answer.headers["Location"]


def test_from_a_certificate_to_a_decision_in_force(house, desk):
    certificate = session().scalars(select(Certificate)).one()
    page = text(desk["clerk"].get(f"/certificates/{certificate.id}"))
    assert f"/certificates/{certificate.id}/penalty" in page
    refused = post(desk["clerk"], f"/certificates/{certificate.id}/penalty", measure="loss", ground="fraud",
                   source="complaint", summary="来信", id=str(new_id()))  # fmt: skip
    assert refused.status_code == 422
    assert "penalty_ground_unfit" in text(refused)
    assert "来信" in text(refused)
    case = taken(desk, "clerk", f"/certificates/{certificate.id}/penalty", measure="revocation", ground="fraud",
                 source="complaint", summary="来信")  # fmt: skip
    page = text(desk["clerk"].get(case))
    assert invented.identity_number(11) not in page
    assert invented.name(11) not in page
    taken(desk, "clerk", f"{case}/investigate", facts="伪造学历证书。")
    taken(desk, "clerk", f"{case}/notify", notified_on="2020-03-25", law="《教师资格条例》")
    early = desk["clerk"].get(f"{case}/propose")
    assert early.status_code == 200
    house.at("2020-03-31")
    taken(desk, "clerk", f"{case}/propose", proposal="拟撤销", weighing="", law="《教师资格条例》")
    assert desk["clerk"].get(f"{case}/decide").status_code == 403
    desk["head"] = sign_in(house.client("staff"), "head")  # a decision wants a fresh proof
    taken(desk, "head", f"{case}/decide", decision_number="春教罚〔2020〕1号")
    taken(desk, "clerk", f"{case}/serve", served_on="2020-03-31", how="in_person")
    page = text(desk["clerk"].get(case))
    assert "2025-03-31" in page
    assert certificate.number in page
    session().commit()
    row = session().scalars(select(Penalty)).one()
    fresh = sign_in(house.client("staff"), "clerk")
    link = re.search(rf"/penalties/{row.id}/papers/[0-9a-f-]+\.pdf", page)[0]
    assert fresh.get(link).data.startswith(b"%PDF-")
    assert post(fresh, f"{case}/reveal", page=case, reason="").status_code == 422
    shown = post(fresh, f"{case}/reveal", page=case, reason="核对身份")
    assert invented.identity_number(11) in text(shown)
    session().commit()
    verbs = set(session().scalars(select(AuditEntry.verb).where(AuditEntry.subject_id == str(row.id))))
    assert {"penalties.reveal", "penalties.read_paper", "penalties.serve"} <= verbs


def test_every_step_has_its_page(house, desk):
    row = opened(12, "loss", "imprisonment")
    session().commit()
    for name, step in STEPS.items():
        by = {"penalties.handle": "clerk", "penalties.decide": "head", "penalties.supervise": "province"}
        page = desk[by[step.permission]].get(f"/penalties/{row.id}/{name}")
        assert (page.status_code, step.title in text(page)) == (200, True), name


def test_a_quarter_from_its_draft_to_the_centre_and_back(house, desk):
    house.at("2020-04-20")
    desk = {name: sign_in(house.client("staff"), name) for name in ("province", "centre", "clerk")}
    assert desk["clerk"].get("/penalty-reports").status_code == 403
    answer = post(desk["province"], "/penalty-reports", year="2020", quarter="1")
    report = answer.headers["Location"]
    page = text(desk["province"].get(report))
    assert "逾期" in page
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    unsaid = post(desk["province"], f"{report}/sign", page=report, version=version)
    assert unsaid.status_code == 422
    assert "请勾选" in text(unsaid)
    assert post(desk["province"], f"{report}/sign", page=report, version=version, nil="1").status_code == 303

    def move(by, verb, **data):
        version = re.search(r'name="version" value="(\d+)"', text(desk[by].get(report)))[1]
        return post(desk[by], f"{report}/{verb}", page=report, version=version, **data)

    assert move("province", "file").status_code == 303
    assert move("centre", "return", reason="").status_code == 422
    assert move("centre", "return", reason="请注明签发人").status_code == 303
    assert "请注明签发人" in text(desk["province"].get(report))
    assert move("province", "sign", nil="1").status_code == 303
    assert move("province", "file").status_code == 303
    assert move("centre", "accept").status_code == 303
    board = text(desk["centre"].get("/penalty-reports/board?year=2020"))
    assert "已接收" in board
    book = desk["province"].get(f"{report}/report.xlsx")
    assert "零报告：本季度无案件" in words(book)
    assert desk["centre"].get(f"{report}/report.pdf").data.startswith(b"%PDF-")


def test_the_api_says_the_same(house, desk):
    client = desk["clerk"]
    token = client.get("/api/v1/session").get_json()["csrf_token"]

    def send(url, **data):
        return client.post(f"/api/v1{url}", json=data, headers={"X-CSRFToken": token})

    opened = send("/penalties", id="01890000-0000-7000-8000-0000000000aa", measure="revocation", ground="misconduct",
                  source="own", name=invented.name(11), document_number=invented.identity_number(11),
                  summary="线索")  # fmt: skip
    assert opened.status_code == 201, opened.get_json()
    case = opened.get_json()
    assert (case["state"], case["due_on"]) == ("opened", "2020-06-23")
    assert "name" not in case
    wrong = send(f"/penalties/{case['id']}/propose", version=case["version"], proposal="拟撤销")
    assert wrong.get_json()["findings"][0]["code"] == "transition_not_allowed"
    done = send(f"/penalties/{case['id']}/investigate", version=case["version"], facts="事实")
    assert done.get_json()["state"] == "investigated"
    assert [row["number"] for row in client.get("/api/v1/penalties").get_json()] == [case["number"]]


def test_a_person_finds_the_decision_in_the_own_data(house, desk):
    row = served(house, decided(house, opened(11)))
    person = session().scalars(select(Certificate.person_id)).one()
    (kept,) = privacy.own_data(story.Actor("applicant", person_id=person), clock.now())["penalties"]
    assert (kept["decision_number"], kept["bar_until"]) == (row.decision_number, "2025-03-31")
    assert service.penalty(row.id).decision_number == kept["decision_number"]
    session().commit()
    person_site = sign_in(house.client(), invented.mobile(11))
    assert row.decision_number in text(person_site.get("/me/data"))

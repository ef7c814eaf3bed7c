"""Registration's pages: the school endorses, the county reviews, the head publicises and concludes."""

from __future__ import annotations

import re

import pytest

from core.demonstration import registering, story
from core.foundation import clock
from core.foundation.db import new_id
from core.plans import service as plans
from core.registration import service
from tests.conftest import post, sign_in
from tests.services.test_registration import area, season  # noqa: F401 - fixtures


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

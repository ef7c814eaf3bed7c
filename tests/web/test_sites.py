"""Both sites as their users meet them: pages, forms that keep what was typed, bad input, languages, the API."""

from __future__ import annotations

import io
import json
import re

import pytest

from core.applications import service as cases
from core.demonstration import story
from core.foundation import clock, outbox, tables
from core.foundation.db import new_id, session
from core.testing import people as invented
from core.testing.photos import bomb, drawing, portrait
from tests.conftest import post, sign_in, token, typed


def applicant(world, serial: int):
    story.person(serial)
    return sign_in(world.client(), invented.mobile(serial))


def text(answer) -> str:
    return answer.get_data(as_text=True)


def same_but_for(answer, *own: str) -> str:
    """A page without its token and what was asked."""
    page = re.sub(r'name="csrf_token" value="[^"]*"', "", text(answer))
    for word in own:
        page = page.replace(word, "")
    return page


def test_a_person_applies_in_the_browser(house):
    client = applicant(house, 7)
    case_id = str(new_id())
    begun = post(client, "/my/new", id=case_id, plan_id=str(house.plan))
    assert begun.status_code == 303
    form = typed(story.form_of(7))
    version = re.search(r'name="version" value="(\d+)"', text(client.get(f"/my/{case_id}/edit"))).group(1)
    saved = post(client, f"/my/{case_id}/edit", version=version, **form)
    assert saved.status_code == 303
    page = client.get(f"/my/{case_id}/photo")
    sent = client.post(
        f"/my/{case_id}/photo",
        data={"csrf_token": token(page), "photo": (io.BytesIO(portrait(7)), "me.jpg")},
        content_type="multipart/form-data",
    )
    assert sent.status_code == 303
    done = post(client, f"/my/{case_id}/submit", undertaking="1")
    assert done.status_code == 303
    outbox.drain()
    shown = text(client.get(f"/my/{case_id}"))
    assert "已网报" in shown
    assert shown.count(">比对无误<") == 4
    assert client.get(f"/my/{case_id}/photo.jpg").content_type == "image/jpeg"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "photo_unreadable"),
        (b"not a picture at all", "photo_not_jpeg"),
        (bomb(), "photo_unreadable"),
        (portrait(1)[:2000], "photo_unreadable"),
    ],
)
def test_a_bad_photo_is_told_beside_the_field(house, data, code):
    client = applicant(house, 7)
    case_id = str(new_id())
    post(client, "/my/new", id=case_id, plan_id=str(house.plan))
    page = client.get(f"/my/{case_id}/photo")
    answer = client.post(
        f"/my/{case_id}/photo",
        data={"csrf_token": token(page), "photo": (io.BytesIO(data), "me.jpg")},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 422
    assert f'data-code="{code}"' in text(answer)


def test_all_photo_faults_are_told_together(house):
    client = applicant(house, 7)
    case_id = str(new_id())
    post(client, "/my/new", id=case_id, plan_id=str(house.plan))
    small = io.BytesIO()
    drawing(200, 200, (40, 90, 200)).convert("L").save(small, "PNG")
    page = client.get(f"/my/{case_id}/photo")
    answer = client.post(
        f"/my/{case_id}/photo",
        data={"csrf_token": token(page), "photo": (io.BytesIO(small.getvalue()), "me.jpg")},
        content_type="multipart/form-data",
    )
    for code in ("not_jpeg", "too_small", "wrong_ratio", "not_colour", "background_not_white"):
        assert f"photo_{code}" in text(answer)


def test_a_huge_upload_is_refused_clearly(house):
    client = applicant(house, 7)
    case_id = str(new_id())
    post(client, "/my/new", id=case_id, plan_id=str(house.plan))
    page = client.get(f"/my/{case_id}/photo")
    huge = io.BytesIO(b"\xff\xd8\xff" + b"0" * (9 * 1024 * 1024))
    answer = client.post(
        f"/my/{case_id}/photo",
        data={"csrf_token": token(page), "photo": (huge, "me.jpg")},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 413
    assert "8" in text(answer)


def test_a_form_keeps_what_was_typed(world):
    client = world.client()
    answer = post(
        client, "/sign-up", name="张三3", document_kind="resident_id", document_number="123", mobile="12",
        password="zqzq", id="",
    )  # fmt: skip
    page = text(answer)
    assert answer.status_code == 422
    for code in ("name_form", "identity_length", "mobile_form", "password_length"):
        assert code in page
    assert 'value="张三3"' in page
    assert "zqzq" not in page


def test_unknown_fields_and_missing_tokens_are_refused(house):
    client = applicant(house, 7)
    assert post(client, "/my/new", id=str(new_id()), plan_id=str(house.plan), secret="1").status_code == 422
    assert client.post("/my/new", data={"id": str(new_id())}).status_code == 400


def test_two_tabs_and_what_is_missing_lose_nothing(house):
    client = applicant(house, 7)
    case_id = str(new_id())
    begun = post(client, "/my/new?kind=3", id=case_id, plan_id=str(house.plan))
    first = text(client.get(begun.location))
    assert re.search(r'<option value="3" selected>', first)  # what was chosen before is not asked for again
    version = re.search(r'name="version" value="(\d+)"', first).group(1)
    url = f"/my/{case_id}/edit"
    assert post(client, url, version=version, kind="3", school="一校").status_code == 303
    stale = text(post(client, url, version=version, kind="3", school="二校", graduated_on="many"))
    assert f'name="version" value="{version}"' in stale  # of the other tab nothing was told yet
    late = post(client, url, version=version, kind="3", school="二校", post_code="０００１０１")
    assert late.status_code == 422
    assert "二校" in text(late)
    newer = re.search(r'name="version" value="(\d+)"', text(late)).group(1)
    assert post(client, url, version=newer, kind="3", school="二校", post_code="０００１０１").status_code == 303
    refused = text(post(client, f"/my/{case_id}/submit", undertaking="1"))
    named = re.findall(r'<a class="govuk-link" href="[^"]*/edit#(\w+)">([^<]+)</a>\s*请填写此项', refused)
    assert len(named) > 5
    assert refused.count("请填写此项") == len(named)  # each by its name, none twice
    assert "post_code" not in dict(named)
    assert "§" not in refused


def test_anothers_case_is_not_there(house):
    mine = story.apply(3, house.plan)
    other = applicant(house, 4)
    for path in ("", "/edit", "/photo", "/photo.jpg", "/submit"):
        assert other.get(f"/my/{mine}{path}").status_code == 404


def test_officers_of_another_place_see_nothing(house):
    story._province("41", "henan", "henan", "henanclerk")
    case_id = story.apply(3, house.plan)
    stranger = sign_in(house.client("staff"), "henanclerk")
    assert stranger.get(f"/cases/{case_id}").status_code == 404
    assert cases.case(case_id).reference not in text(stranger.get("/cases?all=1"))
    own = sign_in(house.client("staff"), "clerk")
    assert own.get(f"/cases/{case_id}").status_code == 200
    post_ = own.post(f"/cases/{case_id}/conclude", data={"csrf_token": token(own.get("/me")), "result": "recognised"})
    assert post_.status_code == 403


def test_an_officers_day(house):
    case_id = story.apply(3, house.plan)
    clerk, head = sign_in(house.client("staff"), "clerk"), sign_in(house.client("staff"), "head")
    page = f"/cases/{case_id}"
    seen = {"photo_accepted": "1", "bareheaded": "yes", "photo_recent": "1", "signed_on_site": "1"}
    assert post(clerk, f"{page}/confirm", page, **seen).status_code == 303
    outbox.drain()
    assert post(clerk, f"{page}/review", page).status_code == 303
    healthy = {"medical_result": "passed", "hospital": "杏林市人民医院", "on": clock.today().isoformat()}
    assert post(clerk, f"{page}/medical", page, **healthy).status_code == 303
    assert post(clerk, f"{page}/photo-look", page, accepted="yes").status_code == 303
    assert post(clerk, f"{page}/propose", page, result="recognised").status_code == 303
    early = post(head, f"{page}/conclude", page, result="recognised")
    assert early.status_code == 422
    assert "check_" in text(early)
    story.settle("00")
    assert post(head, f"{page}/conclude", page, result="recognised").status_code == 303
    again = post(head, f"{page}/conclude", page, result="recognised")
    assert again.status_code == 422
    assert "transition_not_allowed" in text(again) or "不能变为" in text(again)
    session().rollback()
    number = cases.case(case_id).certificate_number
    verified = post(house.client(), "/verify", number=number, name=invented.name(3))
    assert "证书状态：有效" in text(verified)


def test_verification_answers_alike_for_unknown_number_and_wrong_name(house):
    case_id = story.play(11, "recognised", house.plan)
    number = cases.case(case_id).certificate_number
    client = house.client()
    holder = invented.name(11)
    wide = number.translate({ord("0") + n: ord("０") + n for n in range(10)})
    for typed_number, name in ((wide, holder), (number, f"{holder[0]}　{holder[1:]}")):
        assert "证书状态：有效" in text(post(client, "/verify", number=typed_number, name=name))
    wrong = post(client, "/verify", number=number, name="王五")
    unknown = post(client, "/verify", number="20200010231777777", name="王五")
    assert same_but_for(wrong, number) == same_but_for(unknown, "20200010231777777")


def test_maintenance_closes_the_public_site_but_for_calendar_and_health(house):
    house.at("2020-06-03")
    for app in (house.public, house.staff):
        app.extensions.pop("xingtan_maintenance", None)
    client = house.client()
    closed = client.get("/")
    assert closed.status_code == 503
    assert "2020-06-07" in text(closed)
    assert "000-12345" in text(closed)
    assert client.get("/calendar").status_code == 200
    assert client.get("/healthz").status_code == 200
    problem = client.get("/api/v1/plans")
    assert problem.status_code == 503
    assert problem.content_type == "application/problem+json"
    assert sign_in(house.client("staff"), "clerk").get("/cases").status_code == 200


def test_the_language_is_a_choice(world):
    client = world.client()
    assert 'lang="zh-CN"' in text(client.get("/"))
    client.get("/language/en")
    assert 'lang="en"' in text(client.get("/"))


def test_sign_in_tells_nobody_which_part_was_wrong(world):
    story.person(3)
    client = world.client()
    known = post(client, "/sign-in", login=invented.mobile(3), password="wrong wrong")
    unknown = post(client, "/sign-in", login="19900009999", password="wrong wrong")
    assert same_but_for(known, invented.mobile(3)) == same_but_for(unknown, "19900009999")


def test_a_table_in_xlsx_goes_out_and_comes_back(house):
    from core.plans import workbook

    client = sign_in(house.client("staff"), "province2")
    rows = [
        {
            "business": "recognition", "entry_start": "2020-03-20", "entry_end": "2020-04-30",
            "confirm_start": "2020-03-23", "confirm_end": "2020-05-15",
        }
    ]  # fmt: skip
    sheets = workbook.sheets(rows, [{"held_on": "2020-03-10", "place": "省会", "contents": ["policy"]}])
    data = tables.workbook(sheets, mark="who and when")
    assert workbook.read(data) == (rows, [{"held_on": "2020-03-10", "place": "省会", "contents": ["policy"]}])
    page = client.get("/plan-tables/new")
    answer = client.post(
        "/plan-tables/new",
        data={
            "csrf_token": token(page), "id": str(new_id()), "year": "2020", "file": (io.BytesIO(data), "table.xlsx"),
        },
        content_type="multipart/form-data",
    )  # fmt: skip
    assert answer.status_code == 303


def test_a_table_is_not_returned_without_a_reason(house):
    centre = sign_in(house.client("staff"), "centre")
    page = re.findall(r'href="(/plan-tables/[0-9a-f-]{36})"', text(centre.get("/plan-tables")))[0]
    answer = post(centre, f"{page}/answer", page, accepted="no", reason="")
    assert answer.status_code == 422
    assert "<h1" in text(answer)
    assert "请写明退回理由" in text(answer)
    assert 'href="/plan-tables" aria-current="page"' in text(answer)


def test_a_plan_in_2031_is_refused_with_its_clause(house):
    client = sign_in(house.client("staff"), "clerk")
    answer = post(
        client, "/desk?what=plan", business="recognition", entry_start="2031-04-07", entry_end="2031-04-24",
        confirm_start="2031-04-25", confirm_end="2031-05-12",
    )  # fmt: skip
    assert "year_without_yearbook" in text(answer)


def test_the_api_speaks_problem_documents(house):
    client = house.client()
    assert client.get("/api/v1/applications").status_code == 401
    session = client.get("/api/v1/session").get_json()
    story.person(3)
    signed = client.post(
        "/api/v1/session", json={"login": invented.mobile(3), "password": story.PASSWORD},
        headers={"X-CSRFToken": session["csrf_token"]},
    )  # fmt: skip
    assert signed.status_code == 200, signed.get_data(as_text=True)
    headers = {"X-CSRFToken": signed.get_json()["csrf_token"]}
    case = client.post("/api/v1/applications", json={"id": str(new_id()), "plan_id": str(house.plan)}, headers=headers)
    assert case.status_code == 201
    refused = client.post(
        f"/api/v1/applications/{case.get_json()['id']}/submit", json={"undertaking": True}, headers=headers
    )
    body = json.loads(refused.get_data(as_text=True))
    assert refused.status_code == 422
    assert refused.content_type == "application/problem+json"
    assert {"kind_unknown"} <= {finding["code"] for finding in body["findings"]}
    unknown = client.post("/api/v1/applications", json={"nonsense": 1}, headers=headers)
    assert unknown.status_code == 422
    assert "nonsense" in unknown.get_data(as_text=True)
    assert client.get("/api/v1/openapi.json").status_code == 200


def test_a_callback_needs_its_signature_and_may_be_repeated(house):
    from core.checks import service as checks
    from core.testing.agency import KEY, signed

    story.play(9, "confirmed", house.plan)
    story.settle("00")
    check = checks.checks(_first()).rows[0]
    body = json.dumps(
        {"results": [{"reference": check.reference, "outcome": "clear", "decided_on": "2020-03-25"}]}
    ).encode()
    client = house.client("staff")
    assert client.post("/p/00/checks", data=body, headers={"X-Signature": "0"}).status_code == 403
    for expected in (1, 0):
        answer = client.post("/p/00/checks", data=body, headers=signed(KEY, "POST", "/p/00/checks", body))
        assert answer.get_json()["apply"] == expected
    session().rollback()
    assert checks.check(check.id).state == "clear"


def _first():
    from core.foundation.paging import Paging

    return Paging()


def test_yearbooks_are_replayed_published_and_never_edited(house):
    from core.calendar import service as calendar
    from core.foundation.errors import Refused

    centre, second = story.officer("centre"), story.officer("centre2")
    document = json.loads(json.dumps(calendar.in_force(2020).document))
    document["seasons"][0]["closes"] = "2020-04-16"
    row = calendar.draft(centre, new_id(), document, "疫情推迟", clock.now())
    outbox.drain()
    row = calendar.yearbook(row.id)
    assert row.state == "replayed"
    assert {f["code"] for item in row.replay for f in item["findings"]} == {"outside_season"}
    with pytest.raises(Refused):
        calendar.publish(centre, row.id, clock.now())
    before = calendar.in_force(2020).id
    calendar.publish(second, row.id, clock.now())
    assert calendar.in_force(2020).id == row.id
    assert calendar.yearbook(before).state == "superseded"


def test_a_register_is_imported_whole_or_not_at_all(house):
    from sqlalchemy import func, select

    from core.evidence import service as registers
    from core.evidence.models import RegisterEntry

    before = session().scalar(select(func.count()).select_from(RegisterEntry))
    head = "document_number,name,number,level\n"
    good = "".join(f"{invented.identity_number(i)},{invented.name(i)},N{i},bachelor\n" for i in range(100, 160))
    bad = good + f"{invented.identity_number(161)},,N161,bachelor\n123,李,N162,phd\n"
    centre = story.officer("centre")
    row = registers.start_import(centre, new_id(), "education", "a.csv", (head + bad).encode(), False, clock.now())
    outbox.drain()
    row = registers.one_import(row.id)
    assert row.state == "refused"
    assert [(item["line"], item["column"]) for item in row.faults] == [
        (62, "name"),
        (63, "document_number"),
        (63, "level"),
    ]
    assert session().scalar(select(func.count()).select_from(RegisterEntry)) == before
    row = registers.start_import(
        centre, new_id(), "education", "b.csv", (head + good).encode("gb18030"), False, clock.now()
    )
    outbox.drain()
    assert registers.one_import(row.id).state == "in_force"
    assert session().scalar(select(func.count()).select_from(RegisterEntry)) == before + 60


def test_numbers_for_identity_numbers_in_xlsx_are_refused(house):
    import xlsxwriter

    from core.evidence import service as registers

    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["document_number", "name", "number", "level"])
    sheet.write_row(1, 0, [990101199605170018, "李", "N1", "bachelor"])
    book.close()
    row = registers.start_import(
        story.officer("centre"), new_id(), "education", "a.xlsx", target.getvalue(), False, clock.now()
    )
    outbox.drain()
    row = registers.one_import(row.id)
    assert row.state == "refused"
    assert row.faults[0]["line"] == 2
    assert row.faults[0]["column"] == "document_number"


def test_officers_verbs_are_in_the_api(house):
    client = sign_in(house.client("staff"), "province")
    headers = {"X-CSRFToken": client.get("/api/v1/session").get_json()["csrf_token"]}
    assert client.get("/api/v1/calendar").get_json()["values"]["entry_min_working_days"]["value"] == 10
    notice = {
        "id": str(new_id()), "year": 2020, "season": "second_half", "audience": "teachers", "title": "通知",
        "body": "正文", "photo_rule": "",
    }  # fmt: skip
    drafted = client.post("/api/v1/notices", json=notice, headers=headers)
    assert drafted.status_code == 201, drafted.get_data(as_text=True)
    refused = client.post(f"/api/v1/notices/{notice['id']}/file", headers=headers)
    assert {finding["code"] for finding in refused.get_json()["findings"] if finding["source"] == "00"}
    judged = client.post(
        "/api/v1/judgements/photos", data={"photo": (io.BytesIO(portrait(1)), "a.jpg")}, headers=headers,
        content_type="multipart/form-data",
    )  # fmt: skip
    assert judged.get_json()["verdict"] == "accept"
    number = client.post("/api/v1/judgements/numbers", json={"what": "identity", "number": "1"}, headers=headers)
    assert number.get_json()["codes"] == ["identity_length"]
    clerk = sign_in(house.client("staff"), "clerk")
    assert clerk.get("/api/v1/checks").get_json() == []
    assert house.client().get("/api/v1/notices").get_json()[0]["state"] == "published"

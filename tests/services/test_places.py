"""Divisions change over time and lead to their successors; sheets come in whole, after a preview, or not at all."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select

from core.demonstration import story
from core.filing import service, workbook
from core.filing.models import Division, Filing
from core.filing.service import NewDivision
from core.foundation import clock, pdf, tables
from core.foundation.access import territory, within
from core.foundation.audit import AuditEntry
from core.foundation.db import new_id, session
from core.foundation.errors import Conflict, NotAllowed, NotFound, Refused
from core.foundation.paging import Paging
from core.testing import people as invented
from tests.conftest import post, sign_in, token
from tests.services.test_filing import codes, of


def sheet(what: str, *lines: tuple[Any, ...]) -> bytes:
    """A filled-in sheet."""
    heads = [column.heading for column in workbook.SHEETS[what]]
    return tables.workbook({"登记表": (heads, lines)})


def upload(client: Any, url: str, data: bytes) -> Any:
    """Upload a sheet for its preview."""
    form = {"csrf_token": token(client.get(url)), "file": (io.BytesIO(data), "sheet.xlsx")}
    return client.post(url, data=form, content_type="multipart/form-data")


def confirm(client: Any, url: str, preview: Any) -> Any:
    """Press the button of a preview."""
    sealed = re.search(r'name="sealed" value="([^"]+)"', preview.get_data(as_text=True))
    assert sealed is not None
    return client.post(url, data={"csrf_token": token(preview), "sealed": sealed[1]})


def change(code: str, **changes: Any) -> dict[str, Any]:
    """What an institution is, with changes."""
    row = service.institution(code)
    names = ("name", "telephone", "kinds", "also", "responsible_id", "valid_from", "valid_to", "successor", "version")
    return {name: getattr(row, name) for name in names} | changes


def test_a_county_is_merged_and_its_old_code_leads_on(house):
    province, now, today = story.officer("province"), clock.now(), clock.today()
    assert service.division("66").kind == "province"  # the nation's list is there from the start
    service.add_division(province, NewDivision("000103", "冬青区", "county"), now)
    old = service.division("000102")
    assert (old.parent, service.division("000103").parent) == ("0001", "0001")
    with pytest.raises(Refused) as told:  # an institution in force would stay in it
        service.close_division(province, "000102", today, "000103", old.version, now)
    assert codes(told) == {"division_not_empty"}
    service.change_institution(
        province, "00103", change("00103", valid_to=today, successor="00102"), now
    )  # fmt: skip
    service.close_division(province, "000102", today, "000103", old.version, now)
    assert service.current_division("000102", today).code == "000102"
    later = today + timedelta(1)
    assert service.current_division("000102", later).code == "000103"
    house.at(later.isoformat())
    for also, code in (("000102 1", "division_outdated"), ("000109 1", "division_unknown"), ("000101 1", "also_twice")):
        with pytest.raises(Refused) as told:
            service.change_institution(province, "00102", change("00102", also=service.read_also(also)), clock.now())
        assert codes(told) == {code}
    service.change_institution(
        province, "00102", change("00102", also=service.read_also("000103 12")), clock.now()
    )  # fmt: skip
    with pytest.raises(Refused) as told:  # somebody's further territory
        service.close_division(province, "000103", later, "", 1, clock.now())
    assert codes(told) == {"division_not_empty"}
    verbs = select(AuditEntry.verb).where(AuditEntry.subject_kind == "division")
    assert sorted(session().scalars(verbs)) == ["divisions.add", "divisions.close"]


def test_a_division_is_its_provinces_own(house):
    province, now = story.officer("province"), clock.now()
    service.add_division(province, NewDivision("0002", "银杏市", "city"), now)
    for given, wanted in (
        (NewDivision("0002", "再来市", "city"), {"division_known"}),
        (NewDivision("0003", "师", "corps_division"), {"division_kind", "division_name"}),
        (NewDivision("000301", "县城", "city"), {"division_kind"}),
        (NewDivision("4199", "别省市", "city"), {"division_code_form"}),
        (NewDivision("00031", "五位", "city"), {"division_code_form"}),
    ):
        with pytest.raises(Refused) as told:
            service.add_division(province, given, now)
        assert codes(told) == wanted
    with pytest.raises(NotAllowed):
        service.add_division(story.officer("head"), NewDivision("000105", "县里", "county"), now)
    row = service.division("0002")
    with within(territory("41")), pytest.raises(NotFound):
        service.rename_division(story.officer("henan"), "0002", "夺来市", row.version, now)
    service.rename_division(province, "0001", "杏花市", service.division("0001").version, now)
    assert service.institution("00101").division_name == "杏花市"
    with pytest.raises(Conflict):
        service.rename_division(province, "0001", "又名市", 1, now)
    session().rollback()
    for code in ("0002",):
        service.close_division(province, code, clock.today(), "", service.division(code).version, clock.now())
    with pytest.raises(Refused) as told:  # nothing is entered under a closed one, once it is past
        service.add_division(
            province, NewDivision("000201", "新城县", "county", clock.today() + timedelta(1)), clock.now()
        )
    assert codes(told) == {"division_parent"}


def test_the_xpcc_has_divisions_of_its_own(house):
    story.neighbours()
    bingtuan = story.officer("bingtuan")
    with within(territory("66")):
        service.add_division(bingtuan, NewDivision("6699", "第九十九师", "corps_division"), clock.now())
        service.add_division(bingtuan, NewDivision("669901", "九十九团", "county"), clock.now())
    tree = {row.code: row.parent for row in service.divisions("66", Paging()).rows}
    assert tree == {"66": "", "6698": "66", "669801": "6698", "6699": "66", "669901": "6699"}
    page = sign_in(house.client("staff"), "bingtuan").get("/divisions").get_data(as_text=True)
    assert "第九十九师" in page
    assert "春溪县" not in page
    assert sign_in(house.client("staff"), "bingtuan").get("/divisions/000101").status_code == 404


def test_divisions_from_a_sheet_whole_or_not_at_all(house):
    client = sign_in(house.client("staff"), "province")
    url = "/divisions/import"
    count = lambda: session().scalar(select(func.count()).select_from(Division))  # noqa: E731
    before = count()
    wrong = upload(
        client, url, sheet("divisions", ("0005", "木兰市", "设区的市（地、州）", ""), ("0006", "海棠市", "镇", "昨天"))
    )  # fmt: skip
    said = wrong.get_data(as_text=True)
    assert (wrong.status_code, count()) == (422, before)
    assert said.count("第3行") == 2
    assert "“类别”" in said
    good = sheet(
        "divisions", ("0005", "木兰市", "设区的市（地、州）", ""),
        ("000501", "紫薇县", "县（市、区）、团场", "2020-03-01"),
        ("000102", "秋实县", "县（市、区）、团场", ""),
    )  # fmt: skip
    preview = upload(client, url, good)
    assert (preview.status_code, count()) == (200, before)
    assert "秋原县 → 秋实县" in preview.get_data(as_text=True)
    assert confirm(client, url, preview).status_code == 303
    session().rollback()
    assert count() == before + 2
    assert service.division("000102").name == "秋实县"
    other = sign_in(house.client("staff"), "province2")
    sealed = re.search(r'name="sealed" value="([^"]+)"', preview.get_data(as_text=True))[1]
    stolen = other.post(url, data={"csrf_token": token(other.get(url)), "sealed": sealed})
    assert "预览已失效" in stolen.get_data(as_text=True)
    assert sign_in(house.client("staff"), "head").get(url).status_code == 403
    heads = CalamineWorkbook.from_filelike(io.BytesIO(client.get("/divisions/template.xlsx").data))
    assert heads.get_sheet_by_index(0).to_python()[0] == [column.heading for column in workbook.DIVISIONS]


def test_institutions_from_a_sheet(house):
    province, now = story.officer("province"), clock.now()
    client, url = sign_in(house.client("staff"), "province"), "/institutions/import"
    service.add_division(province, NewDivision("000103", "冬青区", "county"), now)
    service.add_division(province, NewDivision("000104", "夏荷区", "county"), now)
    yesterday = clock.today() - timedelta(1)
    service.close_division(province, "000103", yesterday, "000104", service.division("000103").version, now)
    line = ("00109", "夏荷区教育局", "县级", "000103", "123", "000-9", "")
    for bad, reason in (
        (("41109", *line[1:]), "机构代码应为5位数字"),
        (("00108", *line[1:3], "000999", *line[4:]), "没有在用的区划000999"),
        (("00107", *line[1:4], "189", *line[5:]), "“资格种类”"),
        (("00102", "杏林市春溪县教育局", "县级", "0001", "123", "000-9", ""), "层级和区划不能改变"),
    ):
        answer = upload(client, url, sheet("institutions", line, bad))
        assert answer.status_code == 422
        assert reason in answer.get_data(as_text=True)
    preview = upload(
        client, url,
        sheet("institutions", line, ("00102", "杏林市春溪县教育局", "县级", "000101", "12", "000-12345", "")),
    )  # fmt: skip
    assert "000103 → 000104" in preview.get_data(as_text=True)
    with pytest.raises(NotFound):
        service.institution("00109")
    assert confirm(client, url, preview).status_code == 303
    session().rollback()
    assert (service.institution("00109").division, service.institution("00109").division_name) == ("000104", "夏荷区")
    assert service.institution("00102").kinds == ["1", "2"]


def person(serial: int, **changes: str) -> tuple[str, ...]:
    """A line of the officers' sheet."""
    values = {
        "name": invented.name(serial), "document_kind": "居民身份证",
        "document_number": invented.identity_number(serial), "mobile": invented.mobile(serial),
        "username": f"line{serial}", "institution_code": "00102", "post": "经办", "roles": "认定机构工作人员",
        "signed_on": clock.today().isoformat(),
    } | changes  # fmt: skip
    return tuple(values.get(column.field, "") for column in workbook.OFFICERS)


def test_officers_from_a_sheet_are_drafts_nobody_enters_by(house):
    client, url = sign_in(house.client("staff"), "province"), "/filings/import"
    count = lambda: session().scalar(select(func.count()).select_from(Filing))  # noqa: E731
    before = count()
    for lines, reason in (
        ((person(960), person(960, username="other")), "此人在表中重复"),
        ((person(960), person(961, username="line960")), "用户名已被使用"),
        ((person(960), person(961, institution_code="41102")), "只能为本单位和所辖单位"),
        ((person(960), person(961, roles="国家中心")), "role_place"),
        ((person(960), person(961, document_number="1.1E+17")), "号"),
        ((), "没有数据行"),
    ):
        answer = upload(client, url, sheet("officers", *lines))
        session().rollback()
        assert (answer.status_code, count()) == (422, before)
        assert reason in answer.get_data(as_text=True)
    preview = upload(client, url, sheet("officers", person(960), person(961)))
    assert invented.identity_number(960) not in preview.get_data(as_text=True)
    assert confirm(client, url, preview).status_code == 303
    session().rollback()
    rows = session().scalars(select(Filing).where(Filing.username.in_(("line960", "line961")))).all()
    assert [(row.state, row.account_id) for row in rows] == [("draft", None)] * 2
    with pytest.raises(Refused) as told:  # without the signed undertaking it goes nowhere
        service.submit(story.officer("province"), rows[0].id, clock.now())
    assert codes(told) == {"undertaking_missing"}
    assert confirm(client, url, preview).status_code == 422  # the same sheet once more
    assert post(client, url).status_code == 422


@pytest.mark.skipif(not pdf.available(), reason="the extra pdf is not installed")
def test_the_register_on_paper_says_who_and_when(house):
    from pypdf import PdfReader

    client = sign_in(house.client("staff"), "province")
    answer = client.get("/filings.pdf")
    assert answer.mimetype == "application/pdf"
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages)
    assert "省明 ·" in text
    assert f"{clock.beijing(clock.now()):%Y-%m-%d %H:%M}" in text
    assert "县文" in text
    assert invented.identity_number(905) not in text
    assert re.search(r"第\s*1\s*页", text)
    assert sign_in(house.client("staff"), "head").get("/filings.pdf").status_code == 403
    session().scalars(select(Filing).where(Filing.name.contains("县文"))).first().unit = "𪚥局"
    session().commit()
    answer = client.get("/filings.pdf")
    assert (answer.status_code, "U+2A6A5" in answer.get_data(as_text=True)) == (422, True)


def test_a_hand_over_and_the_tree_by_the_api(house):
    clients = {name: sign_in(house.client("staff"), name) for name in ("clerk", "clerk2", "head", "province")}

    def said(who: str, url: str, **data: Any) -> Any:
        head = {"X-CSRFToken": clients[who].get("/api/v1/session").json["csrf_token"]}
        return clients[who].post(f"/api/v1{url}", json=data, headers=head)

    leaver, successor, ident = of("clerk"), of("clerk2"), new_id()
    begun = said("clerk", "/handovers", id=str(ident), leaver_id=str(leaver.id), successor_id=str(successor.id))
    assert (begun.status_code, begun.json["state"]) == (201, "draft")
    url = f"/handovers/{ident}"
    counts = {matter["kind"]: matter["count"] for matter in begun.json["matters"] if matter["counted"]}
    assert said("clerk", f"{url}/leaver", counts={"blanks": 1}).status_code == 422  # the ledger knows of none
    assert said("clerk", f"{url}/leaver", counts=counts, stray=1).status_code == 422
    assert said("clerk", f"{url}/leaver", counts=counts).status_code == 200
    assert said("head", f"{url}/successor", counts=counts, remarks="无").status_code == 403
    assert said("clerk2", f"{url}/successor", counts=counts, remarks="无").json["state"] == "successor_signed"
    assert said("clerk", f"{url}/confirm").status_code == 403
    assert said("head", f"{url}/confirm").json["state"] == "confirmed"
    assert said("head", f"{url}/file").status_code == 403
    assert said("province", f"{url}/file").json["state"] == "filed"
    assert clients["head"].get(f"/api/v1{url}").json["filed_at"]
    assert clients["clerk"].get(f"/api/v1{url}").status_code == 401  # the leaver's account is closed
    assert said("province", "/divisions", code="000106", name="枫林县", kind="county").status_code == 201
    assert said("province", "/divisions/000106/rename", name="枫林区", version=1).json["name"] == "枫林区"
    ended = said("province", "/divisions/000106/close", valid_until="2020-03-31", successor="000102", version=2)
    assert ended.json["successor"] == "000102"
    assert clients["head"].get("/api/v1/divisions/000102").status_code == 404  # another county's
    assert [row["code"] for row in clients["head"].get("/api/v1/divisions").json] == ["000101"]
    assert said("head", "/divisions", code="000107", name="无权县", kind="county").status_code == 403

"""The pages of stock, orders, pieces and changes, as officers and holders use them."""

from __future__ import annotations

import io
import re

from python_calamine import CalamineWorkbook
from sqlalchemy import select

from core.certificates import service as certificates
from core.certificates.models import Certificate, CertificateChange, Spoilage, StockOrder, StockRequest
from core.demonstration import story
from core.foundation.db import new_id, session
from core.testing.people import mobile
from tests.conftest import post, sign_in, token


def the_only(model, *criteria):
    """The one row there is now, whatever this test read before."""
    session().rollback()
    return session().scalars(select(model).where(*criteria)).one()


def send(client, page, url="", **data):
    """Post the form of `page` with its own id."""
    got = client.get(page)
    assert got.status_code == 200, (page, got.status_code)
    found = re.search(r'name="id" value="([^"]+)"', got.get_data(as_text=True))
    own = {"id": found[1]} if found and "id" not in data else {}
    return client.post(url or page, data={"csrf_token": token(got), **own, **data})


def test_a_request_goes_up_and_its_blanks_come_down(house):
    story.apply(10, house.plan)
    head, province = sign_in(house.client("staff"), "head"), sign_in(house.client("staff"), "province")
    too_much = send(head, "/stock/requests/new", item="blank", season=story.SEASON, quantity="ten")
    assert too_much.status_code == 422
    assert "ten" in too_much.get_data(as_text=True)
    assert send(head, "/stock/requests/new", item="blank", season=story.SEASON, quantity="3").status_code == 303
    row = the_only(StockRequest, StockRequest.holder_code == "00102")
    page = f"/stock/requests/{row.id}"
    assert head.post(f"{page}/approve", data={"csrf_token": token(head.get(page))}).status_code == 403
    refused = post(province, f"{page}/approve", page, quantity="3")
    assert refused.status_code == 422
    assert 'data-code="stock_above_need"' in refused.get_data(as_text=True)
    assert post(province, f"{page}/approve", page, quantity="3", reason="备用两份").status_code == 303
    wrong = post(province, f"{page}/dispatch", page, mark="K00", serials="7-8")
    assert 'data-code="stock_short"' in wrong.get_data(as_text=True)
    assert post(province, f"{page}/dispatch", page, mark="K00", serials="7-9").status_code == 303
    assert post(head, f"{page}/accept", page).status_code == 303
    book = head.get("/stock/books/00102")
    assert "K0000000007–00000009" in book.get_data(as_text=True)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(head.get("/stock/books/00102.xlsx").data))
    rows = sheet.get_sheet_by_index(0).to_python()
    assert rows[1][2:] == ["K0000000007", "K0000000009", 3]
    assert head.get("/stock/books/00000").status_code == 404
    assert head.get("/stock/books/41000").status_code == 404
    assert province.get("/stock/allot").status_code == 200


def test_an_order_waits_on_its_page(house):
    province, centre = sign_in(house.client("staff"), "province"), sign_in(house.client("staff"), "centre")
    data = {"season": story.SEASON, "cause": "misprint", "quantity": "1001"}
    assert send(province, "/stock/orders", **data).status_code == 303
    row = the_only(StockOrder)
    page = f"/stock/orders/{row.id}"
    bare = post(province, f"{page}/application", page)
    assert 'data-code="file_not_accepted"' in bare.get_data(as_text=True)
    scan = (io.BytesIO(b"%PDF-1.4 signed"), "application.pdf")
    assert post(province, f"{page}/application", page, application=scan).status_code == 303
    assert centre.get(f"{page}/files/application").data == b"%PDF-1.4 signed"
    reply = {"quantity": "1001", "reference": "教师司函〔2020〕9号", "replied_on": "2020-03-24"}
    scan = (io.BytesIO(b"%PDF-1.4 reply"), "reply.pdf")
    assert post(centre, f"{page}/reply", page, reply=scan, **reply).status_code == 303
    assert "教师司函〔2020〕9号" in province.get(page).get_data(as_text=True)
    assert sign_in(house.client("staff"), "henan").get(page).status_code == 404


def test_a_misprint_and_a_lost_certificate(house):
    story.play(10, "recognised", house.plan)
    clerk = sign_in(house.client("staff"), "clerk")
    row = the_only(Certificate)
    page = f"/certificates/{row.id}"
    piece = certificates.pieces(row.id)[0]
    bare = send(clerk, page, f"{page}/pieces/{piece.id}/misprint")
    assert 'data-code="spoilage_without_proof"' in bare.get_data(as_text=True)
    assert send(clerk, page, f"{page}/pieces/{piece.id}/misprint", returned="1").status_code == 303
    spoiled = the_only(Spoilage)
    head = sign_in(house.client("staff"), "head")
    assert post(head, f"/stock/spoilage/{spoiled.id}/confirm", "/stock/spoilage").status_code == 303
    session().rollback()
    fresh_piece = certificates.pieces(row.id)[1]
    assert post(clerk, f"{page}/pieces/{fresh_piece.id}/printed", page).status_code == 303
    given = post(clerk, f"{page}/pieces/{fresh_piece.id}/hand-over", page, how="courier", to="EMS1234567890")
    assert given.status_code == 303
    holder = sign_in(house.client(), mobile(10))
    ask = f"/my/certificates/{row.id}/change?kind=reissue"
    assert send(holder, ask, kind="reissue", reason="?").status_code == 422
    assert send(holder, ask, kind="reissue", reason="公交车上遗失").status_code == 303
    assert "已挂失" in holder.get("/my/certificates").get_data(as_text=True)
    change = the_only(CertificateChange)
    assert "公交车上遗失" in clerk.get(f"/changes/{change.id}").get_data(as_text=True)
    assert post(clerk, f"/changes/{change.id}/carry-out", f"/changes/{change.id}").status_code == 303
    assert "待打印" in clerk.get(page).get_data(as_text=True)


REHEARSING = 3


def test_a_stranger_sees_no_certificate(house):
    story.play(10, "recognised", house.plan)
    story.person(REHEARSING)
    row = the_only(Certificate)
    stranger = sign_in(house.client(), mobile(REHEARSING))
    assert stranger.get(f"/my/certificates/{row.id}/change").status_code == 404


def test_stock_is_taken_spoiled_lost_and_destroyed_on_pages(house):
    province, second = sign_in(house.client("staff"), "province"), sign_in(house.client("staff"), "province2")
    spoil = {"item": "blank", "mark": "K00", "serials": "1-2", "cause": "damaged", "returned": "1"}
    assert send(province, "/stock/spoilage/new", **(spoil | {"serials": "x"})).status_code == 422
    assert send(province, "/stock/spoilage/new", **spoil).status_code == 303
    row = the_only(Spoilage)
    assert post(province, f"/stock/spoilage/{row.id}/confirm", "/stock/spoilage").status_code == 422
    assert post(second, f"/stock/spoilage/{row.id}/confirm", "/stock/spoilage").status_code == 303
    scan = (io.BytesIO(b"%PDF-1.4 protocol"), "protocol.pdf")
    assert send(province, "/stock/destructions", item="blank", protocol=scan).status_code == 303
    done = re.search(r"/stock/destructions/([^/]+)/confirm", second.get("/stock/destructions").get_data(as_text=True))
    assert post(second, f"/stock/destructions/{done[1]}/confirm", "/stock/destructions").status_code == 303
    loss = {"item": "blank", "mark": "K00", "serials": "3", "report": "搬迁时遗失，两次查找未果"}
    assert send(province, "/stock/lost", **loss).status_code == 303
    page = province.get("/stock/counts/new?item=blank").get_data(as_text=True)
    name = re.search(r'name="counted-(\d+)"', page)[1]
    wrong = send(province, "/stock/counts/new?item=blank", **{f"counted-{name}": "496"})
    assert 'data-code="count_unexplained"' in wrong.get_data(as_text=True)
    assert 'value="496"' in wrong.get_data(as_text=True)
    right = {f"counted-{name}": "496", f"missing-{name}": "4", f"explanation-{name}": "盘点未见"}
    counted = send(province, "/stock/counts/new?item=blank", **right)
    assert counted.status_code == 303
    assert post(second, f"{counted.location}/confirm", counted.location).status_code == 303
    session().rollback()
    assert certificates.balances() == [("00000", 496)]


def test_the_centre_takes_in_a_delivery(house):
    centre = sign_in(house.client("staff"), "centre")
    page = send(centre, "/stock/receive", item="blank", mark="K00", first="1", last="9")
    assert 'data-code="stock_serial_known"' in page.get_data(as_text=True)
    assert send(centre, "/stock/receive", item="sticker", mark="2020-1", counted="1", last="300").status_code == 303
    assert "300" in centre.get("/stock?item=sticker").get_data(as_text=True)
    for url in ("/stock", "/stock/allot", "/stock/requests", "/stock/orders", "/stock/spoilage", "/stock/counts"):
        assert centre.get(url).status_code == 200, url
    assert centre.get("/stock?item=nonsense").status_code == 404


def test_stock_over_the_api(house):
    province = sign_in(house.client("staff"), "province")
    mark = token(province.get("/stock"))
    headers = {"X-CSRFToken": mark}
    assert province.get("/api/v1/stock/balances").json == [{"holder_code": "00000", "quantity": 500}]
    body = {"id": str(new_id()), "season": story.SEASON, "cause": "misprint", "quantity": 1001}
    made = province.post("/api/v1/stock/orders", json=body, headers=headers)
    assert (made.status_code, made.json["state"]) == (201, "awaiting_application")
    unknown = province.post("/api/v1/stock/orders", json=body | {"state": "placed"}, headers=headers)
    assert unknown.status_code == 422

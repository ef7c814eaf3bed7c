"""The ledger of blanks and stickers, on both databases: sums right to the serial, no serial in two places."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from core.certificates import service as stock
from core.certificates.models import (
    LINE,
    CertificatePiece,
    StockMovement,
    StockOrder,
    StockRequest,
    StockSegment,
)
from core.certificates.service import ledger
from core.certificates.service.ledger import Act
from core.demonstration import story
from core.foundation import clock
from core.foundation.access import NATION, territory, within
from core.foundation.db import new_id, one_transaction, session
from core.foundation.errors import Conflict, NotAllowed, Refused
from core.foundation.paging import Paging
from core.rulesets.loader import national
from tests.services.test_concurrency import at_once

RULES = national(2020)
SEASON = story.SEASON
PDF = b"%PDF-1.4 signed"
JPEG = b"\xff\xd8\xff photo"


def codes(refusal: Any) -> set[str]:
    return {finding.code for finding in refusal.value.findings}


def lying(holder: str, item: str = "blank") -> dict[str, int]:
    rows = session().execute(
        select(StockSegment.account, func.sum(StockSegment.high - StockSegment.low + 1))
        .where(StockSegment.holder_code == holder, StockSegment.item == item)
        .group_by(StockSegment.account)
    )
    return {account: int(count) for account, count in rows}


def summed(holder: str, item: str = "blank") -> dict[str, int]:
    day = date(2100, 1, 1)
    return {account: n for (kind, account), n in stock.on_day(holder, day).items() if kind == item}


def give(holder: str, quantity: int, serials: str = "", mark: str = "K00") -> StockRequest:
    """Province 00 sends a holder of its own some blanks, which arrive."""
    province, now = story.officer("province"), clock.now()
    row = stock.allot(province, new_id(), holder, "blank", quantity, SEASON, "开学前集中制证备用", RULES, now)
    stock.dispatch(province, row.id, serials, mark, now)
    stock.accept(keeper(holder), row.id, now)
    return row


def keeper(holder: str) -> Any:
    return story.officer({"00102": "head", "00101": "cityhead", "00000": "province", "CN000": "centre"}[holder])


def test_stock_goes_from_the_printer_to_a_county_and_back_and_every_day_can_be_asked(house):
    house.at("2020-03-26")
    give("00102", 100, "101-200")
    assert lying("00000") == {"held": 400}
    assert lying("00102") == {"held": 100}
    house.at("2020-03-30")
    head, now = story.officer("head"), clock.now()
    back = stock.send_back(head, new_id(), "blank", 30, SEASON, "用不完", now)
    stock.dispatch(head, back.id, "150-179", "K00", now)
    assert lying("00000") == {"held": 400, "transit": 30}
    stock.accept(story.officer("province2"), back.id, now)
    assert lying("00000") == summed("00000") == {"held": 430}
    assert lying("00102") == summed("00102") == {"held": 70}
    assert stock.on_day("00102", date(2020, 3, 26)) == {("blank", "held"): 100}
    assert stock.on_day("00102", date(2020, 3, 25)) == {}
    ranges = session().execute(
        select(StockSegment.low, StockSegment.high)
        .where(StockSegment.holder_code == "00102")
        .order_by(StockSegment.low)
    )
    assert [(low % LINE, high % LINE) for low, high in ranges] == [(101, 149), (180, 200)]


def test_stretches_merge_where_they_meet_again(house):
    give("00102", 10, "11-20")
    give("00102", 10, "31-40")
    give("00102", 10, "21-30")
    assert session().scalar(select(func.count()).where(StockSegment.holder_code == "00102")) == 1


def test_no_serial_is_received_twice_or_lies_in_two_places(house):
    centre, now = story.officer("centre"), clock.now()
    for first, last in ((1, 1), (500, 501), (490, 510), (1, 5000)):
        with pytest.raises(Refused) as refusal:
            stock.receive(centre, new_id(), "blank", "K00", first, last, False, now)
        assert codes(refusal) == {"stock_serial_known"}
    with pytest.raises(NotAllowed):
        stock.receive(story.officer("province"), new_id(), "blank", "K99", 1, 5, False, now)
    row = session().scalars(select(StockSegment).where(StockSegment.item == "blank")).first()
    session().rollback()
    twin = {
        "province_code": "41", "territory": "41", "holder_code": "41000", "item": "blank", "account": "held",
        "low": row.low + 3, "high": row.low + 3,
    }  # fmt: skip
    with pytest.raises((IntegrityError, DBAPIError)):
        session().execute(StockSegment.__table__.insert().values(id=new_id(), **twin))
    session().rollback()
    with pytest.raises(DBAPIError):
        session().execute(text("UPDATE stock_movement SET quantity = quantity + 1"))
    session().rollback()


def test_the_same_form_sent_twice_receives_once(house):
    centre, form = story.officer("centre"), new_id()
    for _ in range(2):
        stock.receive(centre, form, "blank", "K77", 1, 50, False, clock.now())
    assert lying("CN000") == {"held": 50}


def test_counted_lots_run_on_where_the_last_ended(house):
    centre = story.officer("centre")
    assert stock.receive(centre, new_id(), "sticker", "2020-3", 1, 100, True, clock.now())[1:] == (1, 100)
    assert stock.receive(centre, new_id(), "sticker", "2020-3", 1, 50, True, clock.now())[1:] == (101, 150)
    assert lying("CN000", "sticker") == {"held": 150}
    row = ledger.series_named("sticker", "2020-3")
    assert ledger.serial_text(row, 7) == "2020-3"


def test_allotment_is_bounded_by_registered_cases(house):
    for serial in range(10, 15):
        story.apply(serial, house.plan)
    province, head, now = story.officer("province"), story.officer("head"), clock.now()
    figures = dict(stock.proposals(province, "blank", SEASON, RULES))["00102"]
    assert (figures.need, figures.held, figures.waiting, figures.room) == (5, 0, 0, 5)
    asked = stock.ask(head, new_id(), "blank", 8, SEASON, "", now)
    with pytest.raises(Refused) as refusal:
        stock.approve(province, asked.id, 8, "", RULES, now)
    assert codes(refusal) == {"stock_above_need"}
    with pytest.raises(NotAllowed):
        stock.approve(head, asked.id, 3, "", RULES, now)
    stock.approve(province, asked.id, 5, "", RULES, now)
    assert stock.supply("blank", ledger_place("00102"), SEASON, RULES).room == 0
    again = stock.ask(head, new_id(), "blank", 1, SEASON, "", now)
    with pytest.raises(Refused):
        stock.approve(province, again.id, 1, "", RULES, now)
    reasoned = stock.approve(province, again.id, 1, "新增补报批次", RULES, now)
    assert reasoned.excess_reason == "新增补报批次"
    assert reasoned.supply["room"] == 0


def ledger_place(code: str) -> Any:
    return stock.place(code)


def test_two_approvals_at_once_do_not_exceed_the_need_together(house):
    for serial in range(10, 14):
        story.apply(serial, house.plan)
    province, head, now = story.officer("province"), story.officer("head"), clock.now()
    asked = [stock.ask(head, new_id(), "blank", 3, SEASON, "", now).id for _ in range(2)]
    session().rollback()
    results = at_once(house, *(lambda i=i: stock.approve(province, i, 3, "", RULES, clock.now()) for i in asked))
    assert sorted(type(r).__name__ for r in results) == ["Refused", "StockRequest"]


def test_a_dispute_ends_in_agreement_or_is_written_off_by_two(house):
    province, second, head, now = (story.officer(n) for n in ("province", "province2", "head")), None, None, clock.now()
    province, second, head = tuple(province)
    row = stock.allot(province, new_id(), "00102", "blank", 10, SEASON, "开学前备用", RULES, now)
    stock.dispatch(province, row.id, "1-10", "K00", now)
    stock.dispute(head, row.id, 8, "少两份", now)
    with pytest.raises(Refused) as refusal:
        stock.propose_write_off(province, row.id, "9-11", "K00", "途中遗失", now)
    assert codes(refusal) == {"stock_not_sent"}
    stock.propose_write_off(province, row.id, "4, 9", "K00", "途中遗失", now)
    with pytest.raises(Refused) as refusal:
        stock.confirm_write_off(province, row.id, now)
    assert codes(refusal) == {"same_officer"}
    stock.confirm_write_off(second, row.id, now)
    assert lying("00102") == summed("00102") == {"held": 8, "written_off": 2}
    with pytest.raises(Refused) as refusal:
        stock.accept(head, row.id, now)
    assert codes(refusal) == {"transition_not_allowed"}


def test_spoiled_lost_counted_and_destroyed_take_two_persons(house):
    give("00102", 40, "1-40")
    head, clerk, now = story.officer("head"), story.officer("clerk"), clock.now()
    with pytest.raises(Refused) as refusal:
        stock.spoil(head, new_id(), "blank", "K00", "1-2", "damaged", "", b"", False, SEASON, now)
    assert codes(refusal) == {"spoilage_without_proof"}
    with pytest.raises(Refused) as refusal:
        stock.spoil(head, new_id(), "blank", "K00", "39-41", "damaged", "", JPEG, False, SEASON, now)
    assert codes(refusal) == {"stock_not_there"}
    rows = stock.spoil(head, new_id(), "blank", "K00", "1-2, 7", "damaged", "水浸", JPEG, False, SEASON, now)
    with pytest.raises(Refused) as refusal:
        stock.destroy(head, new_id(), "blank", PDF, "", now)
    assert codes(refusal) == {"nothing_to_destroy"}
    with pytest.raises(Refused) as refusal:
        stock.confirm_spoilage(head, rows[0].id, now)
    assert codes(refusal) == {"same_officer"}
    for row in rows:
        stock.confirm_spoilage(clerk, row.id, now)
    burnt = stock.destroy(head, new_id(), "blank", PDF, "", now)
    assert burnt.quantity == 3
    assert lying("00102") == {"held": 37, "spoiled": 3}
    stock.confirm_destruction(clerk, burnt.id, now)
    with pytest.raises(Refused) as refusal:
        stock.lose(head, new_id(), "blank", "K00", "40", "丢了", now)
    assert codes(refusal) == {"loss_unexplained"}
    assert stock.lose(head, new_id(), "blank", "K00", "40", "搬迁时遗失，两次查找未果", now) == 1
    assert lying("00102") == summed("00102") == {"destroyed": 3, "held": 36, "lost": 1}


def test_a_stock_taking_explains_its_differences_or_is_refused(house):
    give("00102", 20, "1-20")
    head, clerk, now = story.officer("head"), story.officer("clerk"), clock.now()
    (number,) = stock.expected("00102", "blank")
    line = {"series": number, "counted": 18, "explanation": "", "missing": "", "found": ""}
    with pytest.raises(Refused) as refusal:
        stock.count(head, new_id(), "blank", [line], now)
    assert codes(refusal) == {"count_unexplained"}
    with pytest.raises(Refused) as refusal:
        stock.count(head, new_id(), "blank", [line | {"missing": "3, 5"}], now)
    assert codes(refusal) == {"count_reason_missing"}
    with pytest.raises(Refused) as refusal:
        stock.count(head, new_id(), "blank", [], now)
    assert codes(refusal) == {"count_missing"}
    row = stock.count(head, new_id(), "blank", [line | {"missing": "3, 5", "explanation": "盘点未见"}], now)
    stock.confirm_count(clerk, row.id, now)
    assert lying("00102") == summed("00102") == {"held": 18, "lost": 2}
    found = line | {"counted": 19, "found": "5", "explanation": "在柜底找到"}
    row = stock.count(head, new_id(), "blank", [found], now)
    give("00102", 1, "21")
    with pytest.raises(Conflict):
        stock.confirm_count(clerk, row.id, now)
    row = stock.count(head, new_id(), "blank", [found | {"counted": 20}], now)
    stock.confirm_count(clerk, row.id, now)
    assert lying("00102") == {"held": 20, "lost": 1}


@pytest.mark.parametrize("before", [999, 1000])
def test_orders_pass_at_1000_and_wait_at_1001(house, before):
    province, second, now = story.officer("province"), story.officer("province2"), clock.now()
    first = stock.order(province, new_id(), SEASON, "misprint", before, "", RULES, now)
    assert first.state == "placed"
    session().rollback()
    results = at_once(
        house,
        lambda: stock.order(province, new_id(), SEASON, "reissue", 1, "", RULES, clock.now()),
        lambda: stock.order(second, new_id(), SEASON, "replacement", 1, "", RULES, clock.now()),
    )
    states = sorted(row.state for row in results)
    assert states == (["awaiting_application", "placed"] if before == 999 else ["awaiting_application"] * 2)
    assert stock.ordered("00", SEASON) == 1000
    elsewhere = stock.order(story.officer("henan"), new_id(), SEASON, "misprint", 1000, "", RULES, now)
    other_batch = stock.order(province, new_id(), "2020-second_half", "misprint", 1000, "", RULES, now)
    assert elsewhere.state == other_batch.state == "placed"


def test_an_order_above_1000_waits_for_application_and_reply(house):
    province, centre, now = story.officer("province"), story.officer("centre"), clock.now()
    row = stock.order(province, new_id(), SEASON, "misprint", 1001, "", RULES, now)
    assert row.state == "awaiting_application"
    with pytest.raises(Refused) as refusal:
        stock.record_reply(centre, row.id, 1001, "教师司函1号", date(2020, 3, 24), "", PDF, now)
    assert codes(refusal) == {"transition_not_allowed"}
    with pytest.raises(Refused) as refusal:
        stock.apply_in_writing(province, row.id, b"PK not a scan", now)
    assert codes(refusal) == {"file_not_accepted"}
    stock.apply_in_writing(province, row.id, PDF, now)
    for granted, day, code in (
        (1002, date(2020, 3, 24), "order_reply_quantity"),
        (900, date(2020, 4, 1), "order_reply_date"),
    ):
        with pytest.raises(Refused) as refusal:
            stock.record_reply(centre, row.id, granted, "教师司函1号", day, "", PDF, now)
        assert codes(refusal) == {code}
    stock.record_reply(centre, row.id, 900, "教师司函1号", date(2020, 3, 24), "", PDF, now)
    assert stock.ordered("00", SEASON) == 900
    asked = session().scalars(select(StockRequest).where(StockRequest.order_id == row.id)).one()
    assert (asked.asked, asked.purpose, asked.state) == (900, "extra", "requested")
    assert stock.one_order(row.id).reply_reference == "教师司函1号"


def test_misprints_count_against_orders_and_not_against_cases(house):
    case_id = story.play(10, "recognised", house.plan)
    clerk, now = story.officer("clerk"), clock.now()
    piece = session().scalars(select(CertificatePiece)).one()
    with pytest.raises(Refused) as refusal:
        stock.misprint(clerk, piece.id, new_id(), "", b"", False, now)
    assert codes(refusal) == {"spoilage_without_proof"}
    fresh = stock.misprint(clerk, piece.id, new_id(), "套打偏移", b"", True, now)
    assert (fresh.number, fresh.state, fresh.cause) == (2, "assigned", "misprint")
    assert stock.extra_by_cause("00", SEASON) == {"misprint": 1}
    assert stock.supply("blank", stock.place("00000"), SEASON, RULES).uncovered == 1
    stock.order(story.officer("province"), new_id(), SEASON, "misprint", 1, "", RULES, now)
    assert stock.supply("blank", stock.place("00000"), SEASON, RULES).uncovered == 0
    assert lying("00102") == summed("00102") == {"used": 1, "spoiled": 1}
    assert case_id


def test_one_registration_uses_one_sticker(house):
    clerk, registration = story.officer("clerk"), new_id()
    first = stock.use_sticker(clerk, "00102", registration, clock.now())
    assert stock.use_sticker(clerk, "00102", registration, clock.now()) == first == "T0000000001"
    assert lying("00000", "sticker") == {"held": 199}
    assert lying("00102", "sticker") == {"used": 1}


def test_officers_see_the_stock_of_their_territory_alone(house):
    give("00102", 10)
    session().rollback()
    with within(territory("000102")):
        assert stock.movements(Paging()).rows == []
        assert stock.requests(Paging()).rows == []
        assert stock.balances() == []
    with within(territory("000101")):
        assert stock.balances() == [("00102", 10)]
    with within(territory("00")):
        assert dict(stock.balances()) == {"00000": 490, "00102": 10}
    page = stock.overview("blank", SEASON, RULES, clock.now(), Paging())
    assert [(row.code, row.amounts["held"]) for row in page.rows] == [("00000", 490), ("00102", 10)]


def test_random_movements_keep_every_serial_in_one_place(house):
    """A thousand random cuts and joins: the segments partition what was received, the sums agree."""
    chance, places = random.Random(5), [stock.place(code) for code in ("00000", "00101", "00102")]
    accounts = list(stock_accounts())

    @one_transaction
    def shake() -> None:
        for _ in range(150):
            rows = list(session().scalars(select(StockSegment).where(StockSegment.item == "blank")))
            row = chance.choice(rows)
            first = chance.randint(row.first, row.last)
            last = chance.randint(first, min(row.last, first + 40))
            source = (stock.place(row.holder_code), row.account)
            target = (chance.choice(places), chance.choice(accounts))
            ledger.shift("blank", (row.series, first, last), source, target, Act("dispatch", None, clock.now()))

    for _ in range(2):
        shake()
    rows = session().execute(
        select(StockSegment.low, StockSegment.high).where(StockSegment.item == "blank").order_by(StockSegment.low)
    )
    spots = [number for low, high in rows for number in range(low % LINE, high % LINE + 1)]
    assert spots == list(range(1, 501))
    for there in places:
        assert lying(there.code) == summed(there.code)
    total = session().scalar(select(func.sum(StockMovement.quantity)).where(StockMovement.item == "blank"))
    assert total == 500


def stock_accounts() -> Any:
    from core.certificates.rules import Account

    return Account


def test_orders_name_a_cause_and_a_province(house):
    with pytest.raises(Refused):
        stock.order(story.officer("province"), new_id(), SEASON, "damaged", 5, "", RULES, clock.now())
    with pytest.raises(NotAllowed):
        stock.order(story.officer("centre"), new_id(), SEASON, "misprint", 5, "", RULES, clock.now())
    assert session().scalar(select(func.count()).select_from(StockOrder)) == 0
    assert NATION

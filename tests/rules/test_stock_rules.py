"""Rules of stock, spoilage, orders and changes at their boundaries."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.certificates.rules import (
    CERTIFICATE_MOVES,
    CHANGE_MOVES,
    PIECE_MOVES,
    STOCK_MOVES,
    Consumption,
    Supply,
    judge_allotment,
    judge_change,
    judge_count,
    judge_holding,
    judge_old_piece,
    judge_order,
    judge_range,
    judge_ranges,
    judge_reply,
    judge_spoilage,
    judge_spoilage_record,
    margin,
    ranges_of,
)
from core.certificates.rules.spoilage import tail
from core.rulesets.loader import national

RULES = national(2020)


def codes(findings):
    return sorted(finding.code for finding in findings)


@pytest.mark.parametrize(
    ("ordered", "quantity", "waits"),
    [(0, 1000, False), (0, 1001, True), (999, 1, False), (999, 2, True), (1000, 1, True), (1, 999, False)],
)
def test_a_thousand_passes_and_one_more_waits(ordered, quantity, waits):
    assert codes(judge_order(ordered, quantity, RULES)) == (["order_needs_application"] if waits else [])


def test_a_reply_grants_at_most_what_was_asked():
    assert judge_reply(1001, 1001) == []
    assert codes(judge_reply(1002, 1001)) == codes(judge_reply(0, 1001)) == ["order_reply_quantity"]


def test_need_bounds_what_is_sent():
    supply = Supply(need=100, held=30, waiting=20, margin=2)
    assert supply.room == 52
    assert judge_allotment(52, supply) == []
    assert [f.refuses for f in judge_allotment(53, supply)] == [True]
    assert [f.refuses for f in judge_allotment(53, supply, "新增补报")] == [False]
    assert codes(judge_allotment(0, supply)) == ["stock_quantity"]
    assert Supply(10, 30, 0).room == 0
    assert Supply(100, 0, 0, uncovered=7).room == 93


def test_recorded_spoilage_adds_its_own_share_up_to_the_most():
    assert margin(1000, 990, 10, 0.02) == 10
    assert margin(1000, 900, 100, 0.02) == 20
    assert margin(30, 990, 10, 0.02) == 1
    assert margin(0, 10, 10, 0.02) == margin(10, 0, 0, 0.02) == 0


def test_serials_are_read_as_people_write_them():
    assert ranges_of("12-40, 57") == [(12, 40), (57, 57)]
    assert ranges_of("3 5，7–9；1") == [(1, 1), (3, 3), (5, 5), (7, 9)]
    for text in ("", "x", "9-3", "1-5, 5", "0", "123456789", "1--2"):
        assert codes(judge_ranges(text)) == ["stock_serials_unreadable"], text
    assert judge_range(1, 99_999_999) == []
    assert codes(judge_range(2, 1)) == codes(judge_range(0, 1)) == codes(judge_range(1, 100_000_000)) == ["stock_range"]


@given(st.lists(st.integers(1, 400), min_size=1, max_size=40, unique=True))
def test_written_serials_come_back(serials):
    ranges = ranges_of(", ".join(map(str, serials)))
    assert sorted(n for first, last in ranges for n in range(first, last + 1)) == sorted(serials)


@given(st.integers(1, 300), st.floats(0.001, 0.5), st.data())
def test_the_tail_is_the_sum_of_the_binomial(consumed, rate, data):
    spoiled = data.draw(st.integers(0, consumed))
    exact = sum(math.comb(consumed, k) * rate**k * (1 - rate) ** (consumed - k) for k in range(spoiled, consumed + 1))
    assert tail(spoiled, consumed, rate) == pytest.approx(exact, rel=1e-6, abs=1e-9)


def test_spoilage_is_abnormal_when_chance_would_hardly_do_it():
    peers = Consumption(9900, 100)
    assert judge_spoilage(Consumption(98, 2), peers, peers, 0.01) == []
    assert judge_spoilage(Consumption(198, 2), Consumption(), peers, 0.01) == []
    assert codes(judge_spoilage(Consumption(90, 10), Consumption(), peers, 0.01)) == ["spoilage_above_peers"]
    assert codes(judge_spoilage(Consumption(90, 10), peers, Consumption(80, 20), 0.01)) == ["spoilage_above_history"]
    assert judge_spoilage(Consumption(995, 5), Consumption(100_000, 0), Consumption(100_000, 0), 0.01) == []


def test_spoilage_has_proof_and_a_cause():
    assert judge_spoilage_record("misprint", "", True, False) == judge_spoilage_record("damaged", "", False, True) == []
    assert codes(judge_spoilage_record("misprint", "", False, False)) == ["spoilage_without_proof"]
    assert codes(judge_spoilage_record("other", "?", True, False)) == ["spoilage_unexplained"]


def test_stock_is_small_and_not_idle():
    assert codes(judge_holding(10, 100, 0, 0.2, 120)) == ["stock_low"]
    assert judge_holding(20, 100, 0, 0.2, 120) == []
    assert codes(judge_holding(5, 0, 120, 0.2, 120)) == ["stock_idle"]
    assert judge_holding(5, 0, 119, 0.2, 120) == judge_holding(5, 1, 500, 0.2, 120) == []


def test_a_count_explains_every_difference():
    assert judge_count(1, "K", 20, 20, "", "", "") == []
    assert codes(judge_count(1, "K", 20, None, "", "", "")) == ["count_missing"]
    assert codes(judge_count(1, "K", 20, 19, "", "", "")) == ["count_unexplained"]
    assert codes(judge_count(1, "K", 20, 19, "7", "", "")) == ["count_reason_missing"]
    assert judge_count(1, "K", 20, 20, "7", "9", "互换") != []
    assert judge_count(1, "K", 20, 20, "7", "9", "盘点互换") == []
    assert codes(judge_count(1, "K", 20, 19, "x", "", "原因说明")) == ["stock_serials_unreadable"]


def change(kind, values=None, reason="打印时录错", proof=False, piece="handed_over", certificate="in_force"):
    return codes(judge_change(kind, values or {}, reason, proof, piece, certificate))


def test_each_change_has_its_grounds():
    assert change("correction", {"name": "李四"}) == []
    assert change("correction") == ["change_empty"]
    assert change("identity", {"name": "李四"}) == ["change_proof_missing"]
    assert change("identity", {"sex": "2"}, proof=True) == ["change_identity_only"]
    assert change("reissue", {"name": "李四"}) == ["change_no_values"]
    assert change("reissue", piece="reported_lost") == change("replacement") == []
    assert change("replacement", piece="reported_lost") == ["change_piece_not_held"]
    assert change("reissue", piece="printed") == change("reissue", piece="") == ["change_piece_not_held"]
    assert change("reissue", certificate="revoked") == ["change_not_in_force"]
    assert change("reissue", reason="丢") == ["reason_missing"]


def test_only_a_lost_paper_need_not_come_back():
    assert judge_old_piece("reissue", False) == judge_old_piece("replacement", True) == []
    assert codes(judge_old_piece("correction", False)) == ["old_piece_not_taken_back"]


@pytest.mark.parametrize("moves", [CERTIFICATE_MOVES, PIECE_MOVES, CHANGE_MOVES, STOCK_MOVES], ids=lambda m: m.thing)
def test_every_other_move_is_refused(moves):
    for before in moves.labels:
        for after in moves.labels:
            assert bool(moves.judge(before, after)) == (after not in moves.table.get(before, {}))


def test_states_that_wait_have_an_owner():
    for moves in (PIECE_MOVES, CHANGE_MOVES, STOCK_MOVES):
        waiting = {state for state in moves.labels if moves.table.get(state)} - {"handed_over"}
        assert waiting == set(moves.steps)

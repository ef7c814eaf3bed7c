"""The two procedures, their time limits by the law of the day, the bars, and whose quarter a report is."""

from __future__ import annotations

from datetime import date

import pytest

from core.calendar.rules import WORKING_DAYS
from core.penalties.rules import (
    GROUNDS_OF,
    PENALTY_MOVES,
    Facts,
    Ground,
    Measure,
    Punishment,
    Quarter,
    Weighed,
    bar_of,
    due_day,
    due_of,
    judge_basis,
    judge_execution,
    judge_given,
    judge_ground,
    judge_hearing_request,
    judge_path,
    judge_proposal,
    judge_return,
    judge_service,
    judge_signing,
    last_day,
    totals,
)
from core.people.rules import BarKind
from core.rulesets.loader import RuleSet, national
from core.rulesets.terms import term_on

RULES = national(2020)
HEARING, SERVICE = RULES.v.penalty_hearing_terms, RULES.v.penalty_service_terms


def codes(findings) -> list[str]:
    return [finding.code for finding in findings]


@pytest.mark.parametrize(
    ("told", "terms", "until"),
    [
        ("2020-03-23", HEARING, "2020-03-26"),
        ("2020-03-25", HEARING, "2020-03-30"),  # Saturday runs on to Monday
        ("2021-07-14", HEARING, "2021-07-19"),  # the law of the day of the notice: three days, from Saturday to Monday
        ("2021-07-15", HEARING, "2021-07-22"),  # five working days
        ("2021-09-29", HEARING, "2021-10-12"),  # the national holiday does not count, the make-up Saturday does
        ("1995-01-02", HEARING, None),  # no holidays are known of that year
        ("2020-03-25", SERVICE, "2020-04-01"),
        ("2021-07-15", SERVICE, "2021-07-26"),
    ],
)
def test_a_term_is_that_of_the_law_of_the_day(told, terms, until):
    day = date.fromisoformat(told)
    if until is None:
        with pytest.raises(Exception, match="1995"):
            last_day(day, term_on(terms, day), WORKING_DAYS)
        return
    assert last_day(day, term_on(terms, day), WORKING_DAYS).isoformat() == until


@pytest.mark.parametrize("written", ["2021-07-15 five days", "2021-07-15 5", "yesterday 5 days", "2021-07-15 5 weeks"])
def test_a_yearbook_with_a_term_that_nobody_can_count_is_not_read(written):
    document = RULES.as_document()
    document["values"]["penalty_hearing_terms"]["value"] = [written]
    with pytest.raises(ValueError, match="penalty_hearing_terms"):
        RuleSet.from_document(document)


def test_each_measure_has_its_grounds_and_its_path():
    for measure in Measure:
        for ground in Ground:
            assert bool(judge_ground(measure, ground)) == (ground not in GROUNDS_OF[measure])
    assert codes(judge_path("revocation", "investigated", "proposed")) == ["penalty_notice_owed"]
    for measure in ("loss", "exam_ban"):
        assert codes(judge_path(measure, "investigated", "notified")) == ["penalty_no_notice"]
        assert judge_path(measure, "investigated", "proposed") == []
    assert judge_path("revocation", "investigated", "notified") == []
    assert PENALTY_MOVES.final == {"annulled", "closed"}


@pytest.mark.parametrize(
    ("ground", "punishment", "intentional", "said"),
    [
        ("imprisonment", Punishment.IMPRISONMENT, True, []),
        ("imprisonment", Punishment.SUSPENDED, True, []),  # a suspended sentence is imprisonment all the same
        ("imprisonment", Punishment.DETENTION, True, ["penalty_sentence_not_enough"]),
        ("imprisonment", Punishment.SURVEILLANCE, True, ["penalty_sentence_not_enough"]),
        ("imprisonment", Punishment.IMPRISONMENT, False, ["penalty_negligent"]),
        ("political_rights", Punishment.POLITICAL_RIGHTS, False, []),
        ("political_rights", Punishment.FINE, False, ["penalty_sentence_not_enough"]),
        ("cheating", "", False, []),
    ],
)
def test_what_a_judgement_must_reach(ground, punishment, intentional, said):
    today = date(2020, 3, 25)
    assert codes(judge_basis(ground, punishment, intentional, date(2020, 3, 1), today)) == said
    assert codes(judge_basis(ground, punishment, intentional, None, today)) == ["penalty_basis_missing"]
    assert "penalty_day_ahead" in codes(judge_basis(ground, punishment, intentional, date(2020, 3, 26), today))


def test_nothing_is_proposed_over_the_party():
    until, day = date(2020, 3, 30), date(2020, 3, 31)
    cases = [
        (Weighed("revocation", "notified", until, until), ["penalty_period_running"]),
        (Weighed("revocation", "notified", day, until), []),
        (Weighed("revocation", "notified", day, until, hearing_asked=True), ["penalty_hearing_owed"]),
        (Weighed("revocation", "notified", day, until, defence=True), ["penalty_defence_unanswered"]),
        (Weighed("revocation", "heard", day, until, True, True, "不予采纳"), []),
        (Weighed("loss", "investigated", day), []),
    ]
    for facts, said in cases:
        assert codes(judge_proposal(facts)) == said, facts
    assert codes(judge_hearing_request(day, date(2020, 3, 25), until)) == ["penalty_hearing_late"]
    assert codes(judge_hearing_request(date(2020, 3, 24), date(2020, 3, 25), until)) == ["penalty_hearing_early"]
    assert judge_hearing_request(until, date(2020, 3, 25), until) == []
    assert codes(judge_given(" ", "facts", "x")) == ["penalty_words_missing"]


def test_a_late_service_is_said_and_stands():
    decided, until = date(2020, 3, 25), date(2020, 4, 1)
    (late,) = judge_service(date(2020, 4, 2), decided, until, date(2020, 4, 3))
    assert (late.code, late.refuses) == ("penalty_served_late", False)
    assert codes(judge_service(date(2020, 3, 24), decided, until, date(2020, 4, 3))) == ["penalty_served_early"]
    assert codes(judge_service(date(2020, 4, 1), decided, until, date(2020, 3, 30))) == ["penalty_day_ahead"]


@pytest.mark.parametrize(
    ("outcome", "day", "recalled", "supervises", "said"),
    [
        ("surrendered", 6, 1, False, []),
        ("surrendered", 5, 1, False, ["penalty_executed_early"]),
        ("none", 6, 0, False, []),
        ("none", 6, 1, False, ["penalty_paper_out"]),
        ("declared_void", 6, 1, False, ["penalty_void_by_province"]),
        ("declared_void", 6, 1, True, []),
    ],
)
def test_a_decision_is_carried_out_once_in_force(outcome, day, recalled, supervises, said):
    on, since = date(2020, 5, day), date(2020, 5, 6)
    assert codes(judge_execution(outcome, on, since, recalled=recalled, supervises=supervises)) == said


def test_bars_by_measure():
    leap = date(2020, 2, 29)
    assert bar_of("revocation", leap, None, RULES) == (BarKind.REVOCATION, leap, date(2025, 3, 1))
    assert bar_of("loss", leap, None, RULES) == (BarKind.LIFELONG, leap, None)
    assert bar_of("exam_ban", date(2020, 3, 25), leap, RULES) == (BarKind.CHEATING, leap, date(2023, 3, 1))


def test_what_is_owed_by_when():
    opened = date(2020, 3, 25)

    def by(state, **more):
        due = due_of(Facts(state, opened, **more), RULES, WORKING_DAYS)
        return due and due.by

    assert by("opened") == by("proposed") == date(2020, 6, 23)
    assert by("decided", decided_on=date(2020, 4, 28)) == date(2020, 5, 6)  # 5 May is a holiday
    assert by("in_force", in_force_on=opened) == date(2020, 4, 24)
    assert by("closed") is by("executed") is by("annulled") is None


def test_quarters():
    first = Quarter.of(date(2020, 3, 31))
    assert (first, first.first, first.last) == (Quarter(2020, 1), date(2020, 1, 1), date(2020, 3, 31))
    assert (Quarter(2020, 4).after, first.before) == (Quarter(2021, 1), Quarter(2019, 4))
    assert [due_day(Quarter(2020, number), RULES, WORKING_DAYS).isoformat() for number in (1, 2, 3, 4)] == [
        "2020-04-15", "2020-07-14", "2020-10-21", "2021-01-15",
    ]  # fmt: skip


def test_signing_and_totals():
    quarter, over = Quarter(2020, 1), date(2020, 4, 1)
    assert judge_signing(quarter, over, False, False, False) == judge_signing(quarter, over, False, True, True) == []
    assert codes(judge_signing(quarter, date(2020, 3, 31), True, True, False)) == [
        "report_quarter_running", "report_earlier_open", "report_nil_unstated",
    ]  # fmt: skip
    assert codes(judge_signing(quarter, over, False, False, True)) == ["report_not_nil"]
    assert codes(judge_return("  ")) == ["report_reason_missing"]
    line = {"measure": "loss", "ground": "imprisonment", "city": "杏林市", "late": True}
    counted = totals([line | {"certificates": [{"kind": "3"}, {"kind": "2"}]}], 2)
    assert counted["all"] == {"cases": 1, "late": 1, "corrections": 2}
    assert (counted["kind"], counted["city"]) == ({"2": 1, "3": 1}, {"杏林市": 1})

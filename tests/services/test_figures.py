"""Running figures are exact: whoever folds, whatever is undone, and a recount mends what was changed past them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from core.applications.models import Case
from core.demonstration import story
from core.foundation import clock, recount, tallies
from core.foundation.access import territory, within
from core.foundation.db import db, one_transaction, session
from core.foundation.invariants import ask
from core.foundation.tallies import Figure, Tally, TallyDelta, Value, Waited, count, day_number, sums
from core.oversight import service as oversight
from tests.services.test_concurrency import at_once


def wrong():
    session().commit()
    return recount.differences(db.engine)


def broken():
    return {found.invariant.name for found in ask() if found.count}


@pytest.fixture
def played(house):
    story.play(3, "submitted", house.plan)
    story.play(5, "confirmed", house.plan)
    story.play(11, "recognised", house.plan)
    session().commit()
    return house


def test_figures_equal_the_tables_before_and_after_folding_by_many_at_once(played):
    waiting = session().scalar(select(func.count()).select_from(TallyDelta))
    assert waiting > 20
    oldest = tallies.as_of(clock.now() + timedelta(hours=1))
    assert oldest < clock.now()
    assert not wrong()
    folds = at_once(played, *[lambda: sum(tallies.fold(3) for _ in range(3))] * 3)
    assert 0 < sum(folds) <= waiting, "nothing is folded twice"
    assert not wrong()
    tallies.fold_all()
    assert not wrong()
    assert tallies.fold() == 0, "again is harmless"
    assert tallies.as_of(clock.now()) > oldest
    figures_are_seen_by_their_territory()
    assert sums("case", "key") == {("submitted",): 1, ("confirmed",): 1, ("recognised",): 1}
    assert sums("case", "place", "key", places=True)[("00102", "submitted")] == 1
    assert sums("stock", places="00000") == {(): 699}
    assert sums("case.hour", "day") == {(day_number(clock.today()),): 3}


def test_what_is_undone_is_not_counted_and_a_row_that_goes_is_taken_off(played):
    tallies.fold_all()

    @one_transaction
    def fails():
        row = session().scalars(select(Case).where(Case.state == "submitted")).one()
        row.state = "lapsed"
        session().flush()
        assert session().scalar(select(func.count()).select_from(TallyDelta)) == 1
        raise KeyError

    with pytest.raises(KeyError):
        fails()
    assert tallies.fold() == 0

    row = session().scalars(select(Case).where(Case.state == "submitted")).one()
    session().expire(row)  # not loaded when it is changed
    _withdraw(row)
    tallies.fold_all()
    assert ("submitted",) not in sums("case", "key"), "a figure of nothing is no row"
    assert not wrong()


@one_transaction
def _withdraw(row):
    row.state = "withdrawn"


def test_a_recount_finds_and_mends_what_went_past_the_figures(played):
    tallies.fold_all()
    assert "figures_are_true" not in broken()
    session().execute(update(Figure).values(amount=7))
    session().commit()
    row = session().scalars(select(Case).where(Case.state == "submitted")).one().id
    at_once(played, lambda: recount.mend(db.engine, clock.now()), lambda: _withdraw(session().get(Case, ("00", row))))
    tallies.fold_all()
    assert not wrong(), "a change while a recount mends is neither lost nor doubled"
    session().execute(update(Case).values(state="lapsed"), execution_options={"synchronize_session": False})
    session().execute(update(Figure).values(amount=Figure.amount + 1).where(Figure.name == "case.whole"))
    session().commit()
    assert "figures_are_true" in broken()
    assert oversight.recounted(repair=False)
    assert oversight.recounted(repair=True)
    assert not wrong()
    assert sums("case", "key") == {("lapsed",): 3}
    assert "figures_are_true" not in broken()


def figures_are_seen_by_their_territory():
    with within(territory("41")):
        assert sums("case", "key") == {}
    with within(territory("00")):
        assert sum(sums("case", "key").values()) == 3
    place = session().scalar(select(Case.territory))
    with within(territory(place)):
        assert sums("case", "key") == {}, "the province's own figures are not a county's"
        assert sum(sums("case", "key", places=True).values()) == 3


def test_keys_of_rows_and_what_cannot_be_counted():
    at = clock.now()
    waited = Waited("a", "b")
    hours = {0: "0", 1: "1", 47: "47", 48: "48", 71: "48", 72: "72", -5: "0"}
    assert {h: waited.of({"a": at, "b": at + timedelta(hours=h)}) for h in hours} == hours
    assert waited.of({"a": None, "b": at}) is None
    assert Value("s", ("x",)).of({"s": "y"}) is None
    with pytest.raises(ValueError, match="neither versioned nor append-only"):
        count(Tally("x", TallyDelta, Value("territory")))

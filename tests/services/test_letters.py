"""Letters of obligations: one a day, to nobody whose filing is over, with nothing personal in them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from core.demonstration import story
from core.filing.models import Filing
from core.foundation import clock, mail, outbox, tallies
from core.foundation.db import one_transaction, session
from core.foundation.outbox import MessageState, OutboxMessage
from core.oversight import service as oversight
from core.oversight.models import Subscription
from core.oversight.service import subscribing
from core.testing import people as invented


@pytest.fixture
def officer(house):
    story.play(5, "confirmed", house.plan)
    outbox.drain()
    tallies.fold_all()
    house.at("2020-12-20")
    actor = story.officer("province")

    @one_transaction
    def reachable():
        session().query(Filing).filter_by(account_id=actor.id).one().mail = "province@example.cn"

    reachable()
    oversight.choose_letters(actor, "daily", clock.now())
    return actor


def letters(house):
    folder = Path(house.settings.data_dir) / "mail"
    return [text for path in folder.glob("*.txt") if "province@example.cn" in (text := path.read_text())]


def promise():
    return oversight.promise_letters(clock.today(), clock.now())


def test_one_letter_a_day_whatever_is_repeated(house, officer):
    before = len(letters(house))
    assert promise() == 1
    assert promise() == 0
    outbox.drain()
    assert len(letters(house)) == before + 1
    text = letters(house)[-1]
    assert "二(三)" in text
    assert invented.name(5) not in text
    for row in session().query(OutboxMessage).filter_by(kind="oversight.letter"):
        row.state = MessageState.WAITING
    session().commit()
    outbox.drain()
    again = oversight.write_letter(officer.id, clock.today(), "another", clock.now())
    assert not again
    assert len(letters(house)) == before + 1
    house.at("2020-12-21")
    assert promise() == 1


def test_a_letter_that_could_not_go_is_tried_again(house, officer, monkeypatch):
    promise()

    def fails(letter):
        raise OSError("away")

    monkeypatch.setattr(mail, "send", fails)
    with pytest.raises(OSError, match="away"):
        oversight.write_letter(officer.id, clock.today(), "r", clock.now())
    monkeypatch.undo()
    assert oversight.write_letter(officer.id, clock.today(), "r", clock.now())


def test_a_fall_between_the_letter_and_its_mark_sends_the_same_letter_again(house, officer, monkeypatch):
    promise()
    (row,) = session().query(OutboxMessage).filter_by(kind="oversight.letter")
    reference, folder = f"{row.id}.txt", Path(house.settings.data_dir) / "mail"

    def falls(account_id, day):
        raise SystemExit  # as a kill: no handler of faults sees it

    monkeypatch.setattr(subscribing, "_mark", falls)
    with pytest.raises(SystemExit):
        outbox.perform(row.id)
    monkeypatch.undo()
    (folder / reference).unlink()
    session().rollback()
    with monkeypatch.context() as later:
        ahead = clock.real_now() + outbox.JOBS["oversight.letter"].longest + timedelta(seconds=1)
        later.setattr(clock, "real_now", lambda: ahead)
        outbox.drain()
    assert "应办事项" in (folder / reference).read_text()
    assert not oversight.write_letter(officer.id, clock.today(), "r", clock.now())


def test_nobody_without_a_filing_in_force_is_written_to(house, officer):
    house.at(str(clock.today() + timedelta(days=500)))
    assert not oversight.write_letter(officer.id, clock.today(), "r", clock.now())
    oversight.choose_letters(officer, "none", clock.now())
    assert promise() == 0
    assert session().get(Subscription, officer.id).sent_on is None

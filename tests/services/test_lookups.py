"""Look-ups past the ORM: national columns only, always what the database says now; and what counts in this process."""

from __future__ import annotations

import threading
import time
from datetime import date
from typing import Any

import pytest
from limits import parse
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import bindparam, exists, select, text

from core.accounts import service as accounts
from core.accounts.service.sessions import Limits
from core.accounts.service.throttle import Source
from core.applications.models import Case
from core.calendar import service as calendar
from core.calendar.models import Yearbook
from core.certificates.models import CertificateNumber
from core.certificates.service import verify
from core.demonstration import story
from core.filing.models import Institution
from core.foundation import clock, limits
from core.foundation.access import NATION, NOWHERE, Lookup, own, set_scope, within
from core.foundation.db import db, new_id, one_transaction, session
from core.foundation.errors import ScopeMissing
from core.people import service as people
from core.rulesets.loader import national
from core.testing import people as invented


def elsewhere(world: Any, statement: str, **values: Any) -> None:
    """What another process writes meanwhile, on a connection of its own."""

    def run() -> None:
        with world.outside.app_context(), within(NATION), db.engine.begin() as connection:
            connection.execute(text(statement), values)

    other = threading.Thread(target=run)
    other.start()
    other.join()


@pytest.mark.parametrize(
    "statement",
    [
        select(Case.state),
        select(Institution.name).where(exists().where(Case.institution_code == Institution.code)),
        select(Institution.name).join(Case, Case.institution_code == Institution.code),
        select(Institution.name).where(Institution.code.in_(select(Case.institution_code))),
    ],
)
def test_a_lookup_names_no_territorial_table_not_even_inside(statement):
    with pytest.raises(TypeError, match="Case is territorial"):
        Lookup(statement)


def test_a_lookup_wants_a_scope_and_sees_what_its_verb_wrote(world):
    code = Lookup(select(Institution.name).where(Institution.code == bindparam("code")))
    set_scope(None)
    try:
        with pytest.raises(ScopeMissing):
            code.row(code="00000")
    finally:
        set_scope(NATION)

    @one_transaction
    def verb() -> str:
        session().add(
            Institution(
                code="00999", province_code="00", name="甲", level="county", division="000101", division_name="甲",
                kinds=["1"], telephone="",
            )
        )  # fmt: skip
        row = code.row(code="00999")
        return row.name if row else ""

    assert verb() == "甲"


def test_verification_says_what_another_process_wrote_a_moment_ago(world):
    from core.certificates.service import name_index

    @one_transaction
    def written() -> None:
        session().add(
            CertificateNumber(
                number="20200000131000001", province_code="00", certificate_id=new_id(), state="in_force",
                name_index=name_index("王晓明"),
            )
        )  # fmt: skip

    written()
    with within(own(None)):
        assert verify("20200000131000001", "王晓明").state == "in_force"
        session().rollback()
        elsewhere(world, "UPDATE certificate_number SET state = 'revoked'")
        assert verify("20200000131000001", "王晓明").state == "revoked"
        assert verify("20200000131000001", "王晓") is None
        assert verify("20200000131000002", "王晓明") is None


def test_the_rules_of_a_year_are_those_of_the_version_in_force_now(world):
    assert calendar.rules_in_force(2020) is None
    first = calendar.seed_national(2020, national(2020), clock.now())
    assert calendar.rules_in_force(2020) is calendar.rules_by_id(first.id)
    document = national(2020).as_document() | {"source": "another"}
    second = new_id()

    @one_transaction
    def superseded() -> None:
        first = session().scalars(select(Yearbook)).one()
        first.state, first.published_key = "superseded", None
        session().flush()
        session().add(
            Yearbook(
                id=second, year=2020, number=2, state="published", published_key=2020, document=document,
                drafted_at=clock.now(), published_at=clock.now(),
            )
        )  # fmt: skip

    superseded()
    assert calendar.rules_in_force(2020) is calendar.rules_by_id(second)
    assert calendar.rules_by_id(second) is not calendar.rules_by_id(first.id)


def test_a_session_ended_elsewhere_and_a_bar_entered_elsewhere_count_at_once(house):
    session().rollback()
    row = story.person(5)
    running = accounts.begin(row.id, "open", "password", Source("127.0.0.1", "x", ""), clock.now(), Limits())
    with within(NOWHERE):
        found, holder = accounts.looked_up(running.id)
        assert (found.ended_at, holder.id, holder.person_id) == (None, row.id, row.person_id)
        session().rollback()
        elsewhere(house, "UPDATE sign_in SET ended_at = :now, ended_why = 'remote'", now=clock.now())
        assert accounts.looked_up(running.id)[0].ended_why == "remote"
        assert accounts.looked_up(new_id()) is None
    number = invented.identity_number(5)
    assert people.bars_of(number) == ()
    people.enter_bar(story.officer("centre"), number, "cheating", date(2020, 1, 1), None, "决定", clock.now())
    assert [bar.kind for bar in people.bars_of(number)] == ["cheating"]


def test_counts_in_this_process_end_with_their_window_and_go_when_many_are_kept(monkeypatch):
    store = limits.Counts()
    strategy, rate = FixedWindowRateLimiter(store), parse("2 per minute")
    now = time.time()
    monkeypatch.setattr(limits.time, "time", lambda: now)
    assert [strategy.hit(rate, "a") for _ in range(3)] == [True, True, False]
    assert strategy.hit(rate, "b")
    now += 61
    assert not store.get("nothing")
    assert strategy.hit(rate, "a")
    monkeypatch.setattr(limits, "MOST_KEPT", 1)
    assert strategy.hit(rate, "c")
    assert len(store.expirations) == 2  # b has gone

"""The trail: what it says of an act, and that no altered, missing or cut-off row stays unseen on either database."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from core.demonstration import story
from core.foundation import audit, chain, clock, signing
from core.foundation.access import Actor
from core.foundation.audit import AuditEntry, AuditSeal
from core.foundation.crypto import digest
from core.foundation.db import db, one_transaction, session
from core.foundation.errors import NotAllowed
from core.foundation.paging import Paging
from core.testing import people as invented
from tests.conftest import post, sign_in

AUDITOR = Actor("officer", permissions=frozenset({"audit.view"}), prefix="00")


def tamper(*statements):
    """Change the database as its administrator might: triggers out of the way first."""
    session().commit()
    connection = session().connection()
    postgres = connection.dialect.name == "postgresql"
    tables = ("audit_entry", "audit_seal")
    dropped = []
    if postgres:
        for table in tables:
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
    else:
        dropped = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
        for name, _sql in dropped:
            connection.execute(text(f"DROP TRIGGER {name}"))
    for statement, values in statements:
        connection.execute(text(statement), values)
    for _name, sql in dropped:
        connection.execute(text(sql))
    if postgres:
        for table in tables:
            connection.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))
    session().commit()
    session().expunge_all()


def ident(value):
    return str(value) if db.engine.dialect.name == "postgresql" else value.hex


@pytest.fixture
def trail(house):
    """A case played to its end: more than twenty entries, none sealed yet."""
    house.case = story.play(11, "recognised", house.plan)
    return house


def entries(**named):
    session().commit()
    statement = select(AuditEntry).filter_by(**named).order_by(AuditEntry.id)
    return list(session().scalars(statement))


def faults():
    session().expunge_all()
    return list(chain.verify())


def test_an_entry_says_who_what_where_and_what_changed_and_no_personal_value(trail):
    entry = entries(verb="applications.conclude")[-1]
    assert entry.changes["state"][1] == "recognised"
    assert entry.clause
    account = entries(verb="accounts.sign_up")[0]
    kept = json.dumps([account.detail, account.changes], ensure_ascii=False)
    assert invented.name(11) not in kept
    assert account.changes["display_name"][1] == audit.code_of(invented.name(11))
    client = sign_in(trail.client("staff"), "clerk")
    assert entries(verb="accounts.sign_in")[-1].address == "127.0.0.1"
    post(client, f"/cases/{trail.case}/notes", page=f"/cases/{trail.case}", text="see the original")
    assert {row.address for row in entries(actor_kind="system")} <= {"", *(f"job {kind}" for kind in KINDS)}


KINDS = ("applications.compare", "checks.send_batch", "checks.collect", "applications.tell", "filing.invite")


def test_a_whole_trail_holds_sealed_or_not_also_after_roll_backs(trail):
    assert faults() == []
    with pytest.raises(ZeroDivisionError):
        _fails()
    story.play(12, "confirmed", trail.plan)
    assert faults() == []
    assert chain.seal() == chain.counts()[0] > 30
    assert chain.seal() == 0
    assert faults() == []


@one_transaction
def _fails():
    audit.record(story.officer("clerk"), "test.fails", "case", "x", province_code="00", now=clock.now())
    session().flush()
    raise ZeroDivisionError


@pytest.mark.parametrize("sealed", [False, True], ids=["tail", "sealed"])
def test_every_kind_of_hand_finds_itself_named(trail, sealed):
    if sealed:
        chain.seal()
    victim = entries(verb="applications.propose")[0]
    named = str(victim.id)
    where = {"id": ident(victim.id)}
    cases = [
        ("UPDATE audit_entry SET actor_name = 'somebody else' WHERE id = :id", where, named),
        ("UPDATE audit_entry SET changes = '{}' WHERE id = :id", where, named),
        ("UPDATE audit_entry SET at = '2020-03-24 00:00:00+00' WHERE id = :id", where, named),
        ("UPDATE audit_entry SET address = '10.0.0.1' WHERE id = :id", where, named),
    ]
    for statement, values, place in cases:
        row = session().execute(text("SELECT * FROM audit_entry WHERE id = :id"), where).mappings().one()
        old = {k: json.dumps(v) if isinstance(v, dict | list) else v for k, v in row.items()}
        tamper((statement, values))
        assert any(place in line for line in faults()), statement
        column = statement.split("SET ", 1)[1].split(" ", 1)[0]
        tamper((f"UPDATE audit_entry SET {column} = :old WHERE id = :id", where | {"old": old[column]}))
        assert faults() == [], statement
    tamper(("DELETE FROM audit_entry WHERE id = :id", where))
    lines = faults()
    assert any("gone" in line for line in lines), lines
    assert not sealed or any(named in line for line in lines)


def test_a_forged_entry_and_a_forged_link_are_found(trail):
    chain.seal()
    last = session().scalars(select(AuditSeal).where(AuditSeal.province_code == "00").order_by(AuditSeal.number)).all()
    tamper(
        ("UPDATE audit_seal SET hash = :hash WHERE id = :id", {"hash": digest("mine"), "id": ident(last[3].id)}),
    )
    assert any("link 4 does not hold" in line for line in faults())
    tamper(("DELETE FROM audit_seal WHERE id = :id", {"id": ident(last[7].id)}))
    assert any("links 8 to 8 are missing" in line for line in faults())


def test_what_was_cut_off_at_the_end_is_missed_by_a_head_kept_elsewhere(trail, tmp_path):
    path = chain.write_head(tmp_path, clock.now())
    trusted = signing.signer().public
    assert list(chain.verify_against(path, trusted)) == []
    story.person(30)
    chain.seal()
    assert list(chain.verify_against(path, trusted)) == []
    everything = [(f"DELETE FROM {table}", {}) for table in ("audit_seal", "audit_entry")]
    tamper(*everything)
    assert faults() == []
    lines = list(chain.verify_against(path, trusted))
    assert any("link" in line and "gone" in line for line in lines)
    document = json.loads(path.read_text())
    document["entries"] = 0
    path.write_text(json.dumps(document))
    assert list(chain.verify_against(path, trusted)) == [f"{path.name}: the signature does not hold"]
    path.write_text("[]")
    assert list(chain.verify_against(path, trusted)) == [f"{path.name}: not a head"]


def test_the_database_itself_refuses_to_change_an_entry(trail):
    entry = entries()[0]
    entry.actor_name = "somebody else"
    with pytest.raises(Exception, match="append-only"):
        session().flush()
    session().rollback()


def test_an_auditor_searches_the_own_province_alone(trail):
    found = audit.search(AUDITOR, Paging(), by="县正", verb="applications.")
    assert {row.verb for row in found.rows} == {"applications.conclude"}
    assert {row.province_code for row in audit.search(AUDITOR, Paging(), province_code="41").rows} == {"00"}
    of_case = audit.search(AUDITOR, Paging(), subject=str(trail.case)).rows
    assert [row.at for row in of_case] == sorted((row.at for row in of_case), reverse=True)
    assert not audit.search(AUDITOR, Paging(), until=clock.now() - timedelta(days=400)).rows
    with pytest.raises(NotAllowed):
        audit.search(replace(AUDITOR, permissions=frozenset()), Paging())

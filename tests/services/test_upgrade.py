"""A database with a year in it goes down to an earlier release's tables and up again, and keeps what both know."""

from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy import create_engine, func, inspect, select, text

from core.app import resources
from core.calendar import service as calendar
from core.calendar.models import Yearbook
from core.demonstration import story
from core.foundation import schema
from core.foundation.db import Base, db, session
from core.rulesets.loader import RuleSet, national, newest

EARLIER = "no_truncate"  # the last revision of the release before registration, penalties and consultation


def counts(engine):
    """Rows of each table that both have."""
    names = [name for name in inspect(engine).get_table_names() if name in Base.metadata.tables]
    with engine.connect() as connection:
        return {n: connection.scalar(select(func.count()).select_from(Base.metadata.tables[n])) for n in names}


def test_a_year_survives_an_upgrade(house, tmp_path):
    if db.engine.dialect.name != "sqlite":
        pytest.skip("SQLite remakes the tables that a revision changes; PostgreSQL changes them in place")
    story.play(11, "recognised", house.plan)
    session().commit()
    with sqlite3.connect(str(db.engine.url.database)) as here, sqlite3.connect(tmp_path / "copy.sqlite3") as copy:
        here.backup(copy)
    engine, folder = create_engine(f"sqlite:///{tmp_path / 'copy.sqlite3'}"), resources() / "migrations"
    schema.stamp(engine, folder)
    schema.downgrade(engine, folder, EARLIER)
    before = counts(engine)
    assert before["register_entry"]
    schema.upgrade(engine, folder)
    after = counts(engine)
    assert {name: after[name] for name in before} == before
    assert schema.differences(engine) == []
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA foreign_key_check")).fetchall() == []
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1
    engine.dispose()


def test_a_yearbook_of_an_earlier_release_is_read(house):
    document = national(2020).as_document()
    gone = dict(document["values"])
    del gone["conclusion_amber_calendar_days"]
    gone["entry_min_working_days"] = gone["entry_min_working_days"] | {"value": 11}
    old = document | {"values": gone | {"a_value_of_old": gone["entry_min_working_days"]}}
    with pytest.raises(ValueError, match=r"conclusion_amber_calendar_days|a_value_of_old"):
        RuleSet.from_document(old)
    rules = calendar.rules_of(Yearbook(id=story.new_id(), state="published", document=old))
    assert rules.v.entry_min_working_days == 11
    assert rules.v.conclusion_amber_calendar_days == national(2020).v.conclusion_amber_calendar_days
    assert newest(2031) == newest(2020) == newest(1990) == national(2020)

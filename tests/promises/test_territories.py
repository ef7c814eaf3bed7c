"""Territories hold twice: every ORM query is narrowed, and PostgreSQL hides the rows from raw ones too."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy import create_engine, event, func, select, text
from sqlalchemy.exc import ProgrammingError

from core.certificates.rules import CENTRE
from core.demonstration import story
from core.foundation import rowsecurity
from core.foundation.access import NATION, NOWHERE, own, set_scope, territory, within
from core.foundation.db import Base, db, session
from core.foundation.errors import ScopeMissing, SettingInvalid
from tests.conftest import POSTGRES


@pytest.fixture
def two_provinces(house):
    """Cases, checks, certificates and stock in provinces 00 and 41."""
    other = story._province("41", "henan", "henan", "henanclerk")
    story.play(3, "confirmed", house.plan)
    story.play(4, "recognised", house.plan)
    story.play(5, "confirmed", other)
    return house


def models():
    return [mapper.class_ for mapper in Base.registry.mappers if mapper.local_table.name in rowsecurity.guarded()]


def orm(model, scope):
    with within(scope):
        return session().scalar(select(func.count()).select_from(model))


def national(model):
    """Rows of the centre's own people and stock, which no province sees."""
    with within(NATION):
        return session().scalar(
            select(func.count()).select_from(model).where(model.province_code.in_(("", CENTRE[:2])))
        )


def raw(name, scope):
    token = rowsecurity.scope_or_none()
    set_scope(scope)
    try:
        return session().connection().exec_driver_sql(f'SELECT count(*) FROM "{name}"').scalar_one()
    finally:
        set_scope(token)


def test_no_query_of_any_territorial_table_leaves_its_scope(two_provinces):
    postgres = db.engine.dialect.name == "postgresql"
    filled = 0
    for model in models():
        name = model.__tablename__
        everything, here, there = orm(model, NATION), orm(model, territory("00")), orm(model, territory("41"))
        assert here + there + national(model) == everything, name
        filled += bool(here)
        assert orm(model, NOWHERE) == 0
        assert orm(model, territory("0002")) == 0
        if not postgres:
            continue
        assert raw(name, NATION) == everything, name
        assert raw(name, territory("00")) == here, name
        assert raw(name, NOWHERE) == raw(name, None) == raw(name, territory("65")) == 0, name
        if rowsecurity.guarded()[name]:
            assert raw(name, own(None)) == 0, name
    assert filled >= 10
    with pytest.raises(ScopeMissing):
        orm(models()[0], None)
    if postgres:
        a_scope_may_change_within_a_transaction_and_a_savepoint_forgets_it()
        a_foreign_row_can_be_neither_written_nor_moved_by_raw_statements()
        the_lock_costs_no_round_trip_of_its_own()
        a_connection_that_died_at_rest_is_replaced_before_it_is_asked()


def a_scope_may_change_within_a_transaction_and_a_savepoint_forgets_it():
    session().commit()
    count = 'SELECT count(*) FROM "recognition_case"'
    everything = raw("recognition_case", NATION)
    with within(territory("00")):
        here = session().connection().exec_driver_sql(count).scalar_one()
        with session().begin_nested() as point, within(NATION):
            assert session().connection().exec_driver_sql(count).scalar_one() == everything
            point.rollback()
        assert session().connection().exec_driver_sql(count).scalar_one() == here
    assert 0 < here < everything


def a_foreign_row_can_be_neither_written_nor_moved_by_raw_statements():
    with within(territory("41")):
        changed = session().connection().exec_driver_sql("UPDATE recognition_case SET subject = 'x'").rowcount
        assert changed == 1
        with pytest.raises(ProgrammingError, match="row-level security"):
            session().connection().exec_driver_sql("UPDATE recognition_case SET territory = '000101'")
        session().rollback()


def the_lock_costs_no_round_trip_of_its_own():
    seen = []
    driver = psycopg.Connection.execute
    psycopg.Connection.execute = lambda self, query, *rest, **named: (
        seen.append(query),
        driver(self, query, *rest, **named),
    )[1]
    try:
        with within(territory("00")):
            session().commit()
            for model in models():
                session().scalar(select(func.count()).select_from(model))
    finally:
        psycopg.Connection.execute = driver
    assert len(seen) == 1
    assert seen[0].startswith("BEGIN; SET LOCAL xingtan.prefix = '/00'")


def a_connection_that_died_at_rest_is_replaced_before_it_is_asked():
    session().scalar(text("SELECT 1"))
    name = session().scalar(text("SELECT current_database()"))
    session().commit()
    with psycopg.connect(f"{POSTGRES}/postgres", autocommit=True) as outside:
        outside.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
    assert session().scalar(text("SELECT 1")) == 1


def test_production_refuses_a_login_that_policies_do_not_bind(postgres_url):
    for url, refused in ((POSTGRES + "/postgres", True), (postgres_url, False)):
        engine = create_engine(url.replace("postgresql", "postgresql+psycopg", 1))
        event.listen(engine, "connect", rowsecurity.refuse_bypass)
        if refused:
            with pytest.raises(SettingInvalid, match="superuser"):
                engine.connect()
        else:
            engine.connect().close()
        engine.dispose()


def test_a_prefix_that_is_no_division_code_never_reaches_the_database():
    with pytest.raises(ValueError, match="division code"):
        rowsecurity.settings_of(territory("00'; DROP TABLE plan; --"))

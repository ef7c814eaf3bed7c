"""The second lock on territories: PostgreSQL itself hides rows that the scope in force does not cover.

Every territorial table has a policy that compares the row with two settings of the transaction. They travel
with BEGIN, in the same round trip, and are renewed when the scope changes before a statement that names such
a table. Without a setting a table shows nothing, so that a raw query past the ORM learns nothing. FORCE makes
the policies hold for the tables' owner; a superuser would pass them by, hence `refuse_bypass`.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

import structlog
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import OperationalError

from core.foundation.access import Scope, scope_or_none
from core.foundation.db import Base, Personal, Territorial
from core.foundation.errors import SettingInvalid

log = structlog.get_logger("xingtan.db")

POLICY = "territory_1"  # another number when the criterion changes: `guard` then replaces the older one
_TAG = "xingtan_settings"
_STALE = 20  # more than a pool holds
_PREFIX = "(SELECT current_setting('xingtan.prefix', true))"
_PERSON = "(SELECT current_setting('xingtan.person', true))"


def settings_of(scope: Scope | None) -> tuple[str, str]:
    """A scope as the two settings: "/" + division code ("" shows nothing), and the person ("": any)."""
    if scope is None or scope.nothing:
        return "", ""
    if scope.own_only:
        return "/", str(scope.person_id or "nobody")
    if not re.fullmatch(r"\d{0,12}", scope.prefix, re.ASCII):
        raise ValueError("a territory is a division code")
    return f"/{scope.prefix}", ""


def _territorial(cls: type[Any]) -> list[type[Any]]:
    found = [inner for sub in cls.__subclasses__() for inner in _territorial(sub)]
    return found + ([cls] if hasattr(cls, "__table__") else [])


def guarded() -> dict[str, bool]:
    """Names of the territorial tables, loaded provinces' too, and whether their rows are about one person."""
    models = {model.__table__.name: model for model in _territorial(Territorial)}
    return {name: issubclass(model, Personal) for name, model in models.items() if name in Base.metadata.tables}


@cache
def _names(count: int) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(sorted(guarded())) + r")\b", re.IGNORECASE)


@lru_cache(maxsize=8192)
def _touches(statement: str) -> bool:
    return _names(len(Base.metadata.tables)).search(statement) is not None


def criterion(personal: bool) -> str:
    """The SQL by which a policy admits a row; the sub-selects are evaluated once a statement."""
    prefix, province = f"nullif({_PREFIX}, '')", f"left({_PREFIX}, 3)"
    place = f"starts_with('/' || territory, {prefix}) AND starts_with('/' || province_code, {province})"
    return place if not personal else f"{place} AND ({_PERSON} = '' OR {_PERSON} = person_id::text)"


def guard(connection: Connection) -> int:
    """Put the policy on every territorial table that lacks it; returns how many were given one."""
    if connection.dialect.name != "postgresql":
        return 0
    have = {tuple(row) for row in connection.execute(text("SELECT tablename, policyname FROM pg_policies"))}
    there = {row[0] for row in connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))}
    count = 0
    for name, personal in guarded().items():
        if (name, POLICY) in have or name not in there:
            continue
        for _table, old in (pair for pair in have if pair[0] == name and str(pair[1]).startswith("territory_")):
            connection.exec_driver_sql(f'DROP POLICY "{old}" ON "{name}"')
        connection.exec_driver_sql(f'CREATE POLICY {POLICY} ON "{name}" USING ({criterion(personal)})')
        connection.exec_driver_sql(f'ALTER TABLE "{name}" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY')
        count += 1
    return count


def refuse_bypass(connection: Any, record: Any) -> None:
    """Close the door to a login that policies do not bind; listens to new connections in production."""
    found = connection.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
    if found.fetchone()[0]:
        raise SettingInvalid("XINGTAN_DATABASE_URL must not sign in as a superuser: row security would not hold")


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    if connection.dialect.name != "postgresql":
        return
    wanted = settings_of(scope_or_none())
    fault: Any = None
    for _ in range(_STALE):  # a connection that died while it rested is replaced before anything was asked of it
        try:
            connection.connection.driver_connection.execute(_sql("BEGIN; ", wanted), prepare=False)  # type: ignore[union-attr]
        except connection.dialect.loaded_dbapi.OperationalError as error:
            fault = error
            if connection.invalidated:
                break
            connection.invalidate(error)
            continue
        connection.info[_TAG] = wanted
        return
    raise OperationalError("BEGIN", None, fault, connection_invalidated=True)


def _sql(head: str, wanted: tuple[str, str]) -> str:
    return f"{head}SET LOCAL xingtan.prefix = '{wanted[0]}'; SET LOCAL xingtan.person = '{wanted[1]}'"


@event.listens_for(Engine, "before_cursor_execute")
def _renew(connection: Connection, cursor: Any, statement: str, *rest: Any) -> None:
    if connection.dialect.name != "postgresql" or not _touches(statement):
        return
    wanted = settings_of(scope_or_none())
    if connection.info.get(_TAG) != wanted:
        connection.connection.driver_connection.execute(_sql("", wanted), prepare=False)  # type: ignore[union-attr]
        connection.info[_TAG] = wanted


@event.listens_for(Engine, "rollback_savepoint")
def _forget(connection: Connection, *rest: Any) -> None:
    connection.info.pop(_TAG, None)  # what was set since the savepoint is undone

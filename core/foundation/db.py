"""The database: base classes, transactions, and every line that knows a dialect."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

import structlog
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    Connection,
    DateTime,
    Engine,
    Index,
    LargeBinary,
    MetaData,
    String,
    Uuid,
    bindparam,
    event,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, declared_attr, mapped_column
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.types import TypeDecorator

from core.foundation.crypto import Keyring
from core.foundation.errors import Conflict, NotFound

log = structlog.get_logger("xingtan.db")

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Json = JSON().with_variant(JSONB(), "postgresql")


def new_id() -> UUID:
    """A UUIDv7: 48 bits of milliseconds, then chance; sorts by the time it was made."""
    value = time.time_ns() // 1_000_000 << 80 | int.from_bytes(os.urandom(10))
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept in UTC; SQLite forgets the zone, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times; store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive times are not stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give an aware UTC time."""
        return value if value is None or value.tzinfo else value.replace(tzinfo=UTC)


class _Keys:
    """Where the process keeps its keyring; set once by the app factory."""

    ring: Keyring | None = None


def use_keyring(ring: Keyring) -> None:
    """Install the keys with which `Sealed` columns and blind indexes work."""
    _Keys.ring = ring


def keyring() -> Keyring:
    """The installed keys; raises `RuntimeError` before `use_keyring`."""
    if _Keys.ring is None:
        raise RuntimeError("no keyring installed")
    return _Keys.ring


class Sealed(TypeDecorator[str]):
    """Personal text, encrypted at rest; it cannot be searched, which is the point."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        """Seal on the way in."""
        return None if value is None else keyring().seal(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        """Unseal on the way out."""
        return None if value is None else keyring().unseal(bytes(value))


# Put on a column whose values are a person's: the audit trail keeps codes of them, never the values.
PERSONAL = {"personal": True}


class Base(DeclarativeBase):
    """Base of every table."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {
        datetime: Instant,
        UUID: Uuid,
        dict[str, Any]: Json,
        list[Any]: Json,
        list[str]: Json,
    }


class Keyed:
    """A national row with an id of its own."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)


class Territorial:
    """A row that belongs to a province and a place: the key begins with the province.

    `territory` is the division code of the responsible institution: "33", "3301" or "330102"; officers see rows
    whose territory begins with theirs.
    """

    province_code: Mapped[str] = mapped_column(String(2), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    territory: Mapped[str] = mapped_column(String(12))

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[Any, ...]:
        name = cls.__tablename__  # type: ignore[attr-defined]
        return (Index(f"ix_{name}_id", "id"), *getattr(cls, "__extra_args__", ()))


class Personal(Territorial):
    """A territorial row about one person: an applicant sees their own alone."""

    person_id: Mapped[UUID] = mapped_column(index=True)


class Versioned:
    """A row two people can edit: the counter makes the second of two edits a `Conflict`."""

    version: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.__table__.c.version}  # type: ignore[attr-defined]


db = SQLAlchemy(
    metadata=Base.metadata,  # models stand on our own Base, which the type checker understands
    disable_autonaming=True,
    session_options={"expire_on_commit": False, "autoflush": True},
)

_OPEN = "xingtan_transaction"
_WRITE = "xingtan_write"
_TRANSIENT = {"40001", "40P01"}


def session() -> Session:
    """The session of this request, job or command."""
    return db.session()


def one_transaction(verb: Callable[P, R]) -> Callable[P, R]:
    """Make a service's verb one transaction: all of it commits, or none; called inside another, it joins.

    A dead-lock or serialisation failure is tried once more. `StaleDataError` and a broken unique key
    become `Conflict`.
    """

    @wraps(verb)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if session().info.get(_OPEN):
            return verb(*args, **kwargs)
        try:
            return _attempt(verb, args, kwargs)
        except DBAPIError as fault:
            if not _transient(fault):
                raise
        return _attempt(verb, args, kwargs)

    return run


def _attempt(verb: Callable[..., R], args: tuple[Any, ...], kwargs: dict[str, Any]) -> R:
    current = session()
    if current.in_transaction():
        current.commit()  # ends the request's reading; nothing can be pending outside a verb
    current.connection(execution_options={_WRITE: True})
    current.info[_OPEN] = True
    try:
        result = verb(*args, **kwargs)
        current.commit()
        return result
    except StaleDataError as stale:
        current.rollback()
        raise Conflict() from stale
    except IntegrityError as clash:
        current.rollback()
        log.warning("a unique key was met", verb=verb.__qualname__, error=str(clash.orig).split("\n")[0][:200])
        raise Conflict() from clash
    except BaseException:
        current.rollback()
        raise
    finally:
        current.info.pop(_OPEN, None)


def in_transaction() -> bool:
    """Whether a verb's transaction is open: audit and outbox refuse to write outside one."""
    return bool(session().info.get(_OPEN))


def _transient(fault: DBAPIError) -> bool:
    return getattr(fault.orig, "sqlstate", None) in _TRANSIENT


def locked(model: type[T], row_id: UUID, *, missing: type[Exception] = NotFound) -> T:
    """The row for changing: fresh from the database and, on PostgreSQL, locked until the transaction ends."""
    statement = _by_id(model).with_for_update().execution_options(populate_existing=True)
    row = session().scalars(statement, {"id": row_id}).one_or_none()
    if row is None:
        raise missing()
    return row


def found(model: type[T], row_id: UUID) -> T:
    """The row for reading, within the present scope; raises `NotFound`."""
    row = session().scalars(_by_id(model), {"id": row_id}).one_or_none()
    if row is None:
        raise NotFound()
    return row


_BY_ID: dict[Any, Any] = {}  # each stated once


def _by_id(model: Any) -> Any:
    if model not in _BY_ID:
        _BY_ID[model] = select(model).where(model.id == bindparam("id"))
    return _BY_ID[model]


def skip_locked(statement: Any) -> Any:
    """Claim rows nobody else is claiming: SKIP LOCKED on PostgreSQL; SQLite has one writer at a time."""
    return statement.with_for_update(skip_locked=True)


@event.listens_for(Engine, "connect")
def _prepare(connection: Any, record: Any) -> None:
    if type(connection).__module__.startswith("sqlite3"):
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=15000", "synchronous=NORMAL"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
    else:
        connection.autocommit = True  # the driver sends no BEGIN of its own: `rowsecurity` sends a fuller one


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    # A deferred transaction that upgrades fails at once, whatever the time-out: writers begin as writers.
    if connection.dialect.name == "sqlite":
        writes = connection.get_execution_options().get(_WRITE)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


APPEND_ONLY: list[str] = []


def no_truncate_ddl(table: str) -> str:
    """The statement that makes PostgreSQL refuse to empty an append-only `table` at once."""
    return (
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()"
    )


def append_only_ddl(table: str, dialect: str) -> list[str]:
    """Statements that make the database itself refuse to change or delete rows of `table`."""
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for act in ("UPDATE", "DELETE")
        ]
    return [
        f"CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger AS $$ "
        f"BEGIN RAISE EXCEPTION '{table} is append-only'; END $$ LANGUAGE plpgsql",
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()",
    ]


NO_OVERLAP: list[tuple[str, str, str]] = []


def no_overlap_ddl(table: str, low: str, high: str, dialect: str) -> list[str]:
    """Statements that make the database itself refuse two rows of `table` whose stretches low … high meet."""
    if dialect == "sqlite":
        meets = f"EXISTS (SELECT 1 FROM {table} WHERE {low} <= NEW.{high} AND {high} >= NEW.{low} AND id <> NEW.id)"  # noqa: S608
        return [
            f"CREATE TRIGGER {table}_apart_{act.lower()} BEFORE {act} ON {table} WHEN NEW.{low} > NEW.{high} "
            f"OR {meets} BEGIN SELECT RAISE(ABORT, '{table} rows overlap'); END"
            for act in ("INSERT", "UPDATE")
        ]
    return [
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_apart EXCLUDE USING gist (int8range({low}, {high}, '[]') WITH &&)"
    ]


def insert_missing(model: type[Any], **key: Any) -> None:
    """Insert a row unless one of its primary key is there; of two at once, neither fails."""
    make = sqlite_insert if session().get_bind().dialect.name == "sqlite" else postgresql_insert
    session().execute(make(model).values(**key).on_conflict_do_nothing())


def bulk_insert(table: Any, columns: list[str], rows: Any) -> int:
    """Write many plain rows of a national table fast inside the open transaction: COPY, or executemany on SQLite.

    PostgreSQL takes no COPY into a table with row security, which every territorial table has.

    `rows` yields tuples in the order of `columns`, already bound (bytes, str, datetime, UUID). Returns
    the number written.
    """
    connection = session().connection()
    raw: Any = connection.connection.driver_connection
    count = 0
    names = ", ".join(f'"{name}"' for name in columns)
    if connection.dialect.name == "postgresql":
        with raw.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row(row)
                count += 1
        return count
    marks = ", ".join("?" for _ in columns)

    def counted() -> Any:
        nonlocal count
        for row in rows:
            count += 1
            yield tuple(_sqlite_value(value) for value in row)

    raw.executemany(f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})', counted())  # noqa: S608
    return count


def _sqlite_value(value: Any) -> Any:
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    if isinstance(value, date):
        return value.isoformat()
    return value

"""Who may do what, where: actors, territories, and the one place that narrows every query.

Default deny: a route without a statement is a start-up error, a query without a scope an exception.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Row, event, false
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria
from sqlalchemy.sql.util import find_tables

from core.foundation.db import Base, Personal, Territorial, session
from core.foundation.errors import NotAllowed, NotFound, ScopeMissing

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Scope:
    """Which territorial rows a piece of work may see and touch.

    `prefix` is a division code ("" is the nation); `person_id` narrows personal rows to one person;
    `nothing` hides every territorial row.
    """

    prefix: str = ""
    person_id: UUID | None = None
    nothing: bool = False
    own_only: bool = False

    def covers(self, row: Territorial) -> bool:
        """Whether this scope may write `row`."""
        if self.nothing:
            return False
        if self.own_only and isinstance(row, Personal):
            return row.person_id == self.person_id
        return row.territory.startswith(self.prefix) and row.province_code.startswith(self.prefix[:2])


NATION = Scope()
NOWHERE = Scope(nothing=True)


def territory(prefix: str) -> Scope:
    """The scope of an officer of division `prefix`: "33", "3301", "330102"; "" is the nation."""
    return Scope(prefix=prefix)


def own(person_id: UUID | None) -> Scope:
    """The public's scope: published things, and personal rows of `person_id` alone (None: of nobody)."""
    return Scope(person_id=person_id, own_only=True)


_scope: ContextVar[Scope | None] = ContextVar("xingtan_scope", default=None)


def current_scope() -> Scope:
    """The scope in force; raises `ScopeMissing`."""
    scope = _scope.get()
    if scope is None:
        raise ScopeMissing()
    return scope


def scope_or_none() -> Scope | None:
    """The scope in force, if one is; web wiring only."""
    return _scope.get()


@contextmanager
def within(scope: Scope) -> Iterator[None]:
    """Do a piece of work within `scope`."""
    token = _scope.set(scope)
    try:
        yield
    finally:
        _scope.reset(token)


def set_scope(scope: Scope | None) -> None:
    """Set the scope for the rest of this request; web wiring only."""
    _scope.set(scope)


@event.listens_for(Session, "do_orm_execute")
def _narrow(state: ORMExecuteState) -> None:
    if state.is_column_load or state.is_relationship_load:
        return
    scope = current_scope()
    if scope == NATION:
        return
    state.statement = state.statement.options(*_criteria(scope))


@lru_cache(maxsize=4096)
def _criteria(scope: Scope) -> list[Any]:
    if scope.nothing:
        return [with_loader_criteria(Territorial, lambda cls: false(), include_aliases=True)]
    if scope.own_only:
        person = scope.person_id
        return [with_loader_criteria(Personal, lambda cls: cls.person_id == person, include_aliases=True)]
    prefix, province = scope.prefix, scope.prefix[:2]
    if prefix == province:
        return [with_loader_criteria(Territorial, lambda cls: cls.province_code == province, include_aliases=True)]
    upper = prefix + "99999999"
    return [
        with_loader_criteria(
            Territorial,
            lambda cls: (cls.province_code == province) & cls.territory.between(prefix, upper),
            include_aliases=True,
        )
    ]


class Lookup:
    """Columns of national tables by parameters, stated once and asked often: past the ORM, at a third of its cost.

    Nothing narrows it: a statement that names a territorial table is refused as it is stated (`TypeError`).
    """

    MOST = 200

    def __init__(self, statement: Any) -> None:
        named = find_tables(statement, check_columns=True, include_joins=True, include_selects=True)
        for mapper in Base.registry.mappers:
            if issubclass(mapper.class_, Territorial) and mapper.local_table in named:
                raise TypeError(f"{mapper.class_.__name__} is territorial: its rows are asked through the session")
        self._statement = statement.limit(self.MOST + 1)

    def rows(self, **values: Any) -> Sequence[Row[Any]]:
        """Every row for these parameters; `RuntimeError` when there are more than a look-up is for."""
        current_scope()
        current = session()
        current.flush()  # a verb sees what it wrote
        found = list(current.connection().execute(self._statement, values))
        if len(found) > self.MOST:
            raise RuntimeError(f"more than {self.MOST} rows are a list, which has pages")
        return found

    def row(self, **values: Any) -> Row[Any] | None:
        """The one row for these parameters."""
        found = self.rows(**values)
        return found[0] if found else None


@event.listens_for(Session, "before_flush")
def _fence(session: Session, context: Any, instances: Any) -> None:
    touched = [row for row in (*session.new, *session.dirty, *session.deleted) if isinstance(row, Territorial)]
    if not touched:
        return
    scope = current_scope()
    if scope != NATION and not all(scope.covers(row) for row in touched):
        raise NotFound()


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, as a plain value that services take.

    `kind` is "officer", "applicant", "system" or "nobody"; `permissions` are the verbs the actor's
    roles grant; `prefix` is an officer's territory; `institution_code` the five-digit code of the
    officer's institution or "".
    """

    kind: str
    id: UUID | None = None
    name: str = ""
    roles: frozenset[str] = frozenset()
    permissions: frozenset[str] = frozenset()
    prefix: str = ""
    institution_code: str = ""
    person_id: UUID | None = None

    @property
    def scope(self) -> Scope:
        """What this actor may see."""
        if self.kind == "officer":
            return territory(self.prefix)
        if self.kind == "system":
            return NATION
        return own(self.person_id)

    @property
    def province_code(self) -> str:
        """The actor's province, "" for the nation."""
        return self.prefix[:2]

    def may(self, permission: str) -> bool:
        """Whether the actor's roles grant `permission`."""
        return permission in self.permissions

    def must(self, permission: str) -> None:
        """Raise `NotAllowed` unless the actor's roles grant `permission`."""
        if not self.may(permission):
            raise NotAllowed()


NOBODY = Actor(kind="nobody")
SYSTEM = Actor(kind="system", name="system")


@dataclass(frozen=True, slots=True)
class Rule:
    """A route's statement of who may use it."""

    who: str
    permission: str = ""
    through_maintenance: bool = False
    fresh: bool = False
    sessionless: bool = False


def _state(rule: Rule) -> Callable[[F], F]:
    def mark(view: F) -> F:
        view.access = rule  # type: ignore[attr-defined]
        return view

    return mark


def anyone(*, through_maintenance: bool = False, sessionless: bool = False) -> Callable[[F], F]:
    """The route is open to all, signed in or not. Must be said aloud.

    A `sessionless` one looks at no session and needs no form token: it answers everybody alike and changes nothing.
    """
    return _state(Rule("anyone", through_maintenance=through_maintenance, sessionless=sessionless))


def applicant(*, fresh: bool = False) -> Callable[[F], F]:
    """The route is for a signed-in person, about themselves; `fresh` as for officers."""
    return _state(Rule("applicant", fresh=fresh))


def officer(permission: str = "", *, fresh: bool = False) -> Callable[[F], F]:
    """The route is for officers whose roles grant `permission` ("": any), within their territory.

    `fresh`: they must have proven who they are within the last minutes (conclusions, prints, reveals); else they
    are asked again, and what they typed is kept.
    """
    return _state(Rule("officer", permission, fresh=fresh))


def agency() -> Callable[[F], F]:
    """The route is called by an outside system that proves itself by a signature; it sees no territory."""
    return _state(Rule("agency"))


def rule_of(view: Any) -> Rule | None:
    """What a view function states; None when it says nothing (which closes it)."""
    return getattr(view, "access", None)


def admits(rule: Rule, actor: Actor) -> bool:
    """Whether `actor` may use a route with `rule`; the territory is the query's business."""
    if rule.who in ("anyone", "agency"):
        return True
    if rule.who != actor.kind:
        return False
    return not rule.permission or actor.may(rule.permission)

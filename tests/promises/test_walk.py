"""Every route, every role, own and foreign ids: nothing ungranted opens, nothing of elsewhere is told or changed.

A parameter `case_id` stands for a row of the table whose name ends in `case`; so new routes are walked by themselves.
"""

from __future__ import annotations

import hashlib
import itertools
import re
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Uuid, func, select

from core.accounts.models import Account
from core.applications import service as cases
from core.demonstration import story
from core.foundation import clock, rowsecurity
from core.foundation.access import rule_of
from core.foundation.db import Base, Territorial, db, one_transaction, session
from core.people.models import Person
from core.testing import people as invented
from tests.conftest import sign_in

# Ids that are nobody's territory: everybody's (a yearbook), the operator's (a message), or one's own account's or
# browser's (a session, a key, a batch of verifications).
NATIONAL = {"yearbook_id", "import_id", "message_id", "session_id", "key_id", "batch_id"}
FOREIGN = "41"


def model_of(parameter):
    stem = parameter.removesuffix("_id")
    models = [m.class_ for m in Base.registry.mappers if re.search(rf"(^|_){stem}$", m.local_table.name)]
    core = [model for model in models if not re.match(r"p\d\d_", model.__tablename__)]  # else a province's own
    found = core or models
    return found[0] if len(found) == 1 else None


def sample(model, **named):
    return session().scalars(select(model).filter_by(**named).limit(1)).first()


PLAIN = {"String": "x", "Text": "x", "Sealed": "x", "Integer": 1, "Boolean": False, "Date": story.DAY.date(),
         "Instant": story.DAY, "JSON": {}, "LargeBinary": b"x"}  # fmt: skip


COUNTED = itertools.count(700_000)  # no two invented rows meet in a unique key


@one_transaction
def invented_row(model):
    """A row in the foreign province where the story has made none: what its columns must have, under real parents."""
    place = {"id": uuid4(), "province_code": FOREIGN, "territory": "419801", "institution_code": "41102"}
    values = {name: value for name, value in place.items() if name in model.__table__.columns}
    for key in model.__table__.foreign_key_constraints:
        owner = next(m.class_ for m in Base.registry.mappers if m.local_table is key.referred_table)
        there = {"province_code": FOREIGN} if issubclass(owner, Territorial) else {}
        parent = sample(owner, **there) or (invented_row(owner) and sample(owner, **there))
        values |= {e.parent.name: getattr(parent, e.column.name) for e in key.elements}
    for column in model.__table__.columns:
        if column.name not in values and not column.nullable and column.default is None:
            kind = type(column.type).__name__
            whole = next(COUNTED) if kind in ("Integer", "BigInteger") else None
            values[column.name] = uuid4() if isinstance(column.type, Uuid) else whole or PLAIN[kind]
    session().execute(model.__table__.insert().values(**values))
    return values["id"]


@pytest.fixture
def nation(house):
    """Both provinces with every kind of object, one of each territorial table in the foreign one."""
    plan = story._province(FOREIGN, "henan", "henan", "henanclerk")
    mine = story.play(11, "recognised", house.plan)
    story.play(3, "in_review", house.plan)
    theirs = story.play(13, "in_review", plan)
    for by, case in (("clerk", mine), ("henanclerk", theirs)):
        cases.add_note(story.officer(by), case, "a note", clock.now())
    other = story.play(6, "in_review", house.plan)
    for by, case in (("clerk", other), ("henanclerk", theirs)):
        cases.hold(story.officer(by), case, "a reason", clock.now())
        cases.ask_material(story.officer(by), case, "a paper", None, clock.now())
    session().commit()
    return house


def foreign_row(model):
    """A row of the foreign province, by whichever column says where a row belongs; fails where none does."""
    places = [c for c in ("province_code", "prefix", "institution_code") if c in model.__table__.columns]
    assert places, f"{model.__tablename__}: is this everybody's? then say so in NATIONAL"
    column = getattr(model, places[0])
    return session().scalars(select(model).where(column.startswith(FOREIGN)).limit(1)).first()


def ids(parameters):
    """For each parameter the id of an object of the foreign province; fails where none is known."""
    found = {}
    for name in sorted(parameters - NATIONAL):
        model = model_of(name)
        assert model is not None, f"name the route's parameter {name} after one table"
        row = foreign_row(model)
        found[name] = row.id if row is not None else invented_row(model)
    return found


def walked(app):
    for rule in sorted(app.url_map.iter_rules(), key=lambda r: r.rule):
        stated = rule_of(app.view_functions[rule.endpoint])
        kinds = {name: type(c).__name__ for name, c in rule._converters.items()}
        yield rule, stated, {name for name, kind in kinds.items() if "UUID" in kind}


def address(rule, values):
    url = rule.rule
    for name in rule._converters:
        url = re.sub(rf"<(?:\w+:)?{name}>", str(values.get(name, UUID(int=0 if name in NATIONAL else 1))), url)
    return url


def state():
    """What the nation's casework looks like, in one value."""
    session().commit()
    made = hashlib.sha256()
    for name in sorted(rowsecurity.guarded()):
        table = Base.metadata.tables[name]
        for row in session().execute(select(table).order_by(*table.primary_key.columns)):
            made.update(repr([bytes(v) if isinstance(v, memoryview) else v for v in row]).encode())
    return made.hexdigest()


def plain(answer, values):
    text = answer.get_data(as_text=True)
    for value in values.values():
        text = text.replace(str(value), "ID")
    return answer.status_code, re.sub(r'(csrf_token" value="|reference": ")[^"]*', "", text)


def asked(client, method, url, token):
    if method == "GET":
        return client.get(url)
    body = {"json": {}} if url.startswith("/api/") else {"data": {}}
    return client.open(url, method=method, headers={"X-CSRFToken": token}, **body)


def methods(rule):
    return sorted(rule.methods - {"HEAD", "OPTIONS"})


def walk_foreign(client, app, admitted, found, done):
    token = client.get("/api/v1/session").get_json()["csrf_token"]
    for rule, stated, parameters in walked(app):
        if not parameters - NATIONAL or stated.who == "anyone":
            continue
        for method in methods(rule):
            answer = asked(client, method, address(rule, found), token)
            where = (rule.rule, method, answer.status_code)
            if not admitted(stated):
                assert answer.status_code in (403, 404), where
                continue
            assert answer.status_code in (404, 422, 400, 409), where
            assert answer.status_code == 404 or method != "GET", where
            if (rule.rule, method) in done:
                continue  # that it looks like an id that never was, an earlier role has shown
            nowhere = {name: uuid4() for name in found}
            unknown = asked(client, method, address(rule, nowhere), token)
            assert plain(answer, found) == plain(unknown, nowhere), where
            done.add((rule.rule, method))


def nothing_ungranted_opens(nation, site):
    app = getattr(nation, site)
    before, accounts = state(), session().scalar(select(func.count()).select_from(Account))
    users = [(name, story.officer(name)) for name, *_rest in story.OFFICERS] if site == "staff" else [("", None)]
    seen = set()
    for username, actor in users:
        if actor is not None and actor.roles in seen:
            continue
        client = sign_in(nation.client(site), username) if actor else nation.client(site)
        seen.add(actor.roles if actor else None)
        token = client.get("/api/v1/session").get_json()["csrf_token"]
        for rule, stated, _parameters in walked(app):
            if stated.who not in ("officer", "applicant") or (
                actor and (not stated.permission or actor.may(stated.permission))
            ):
                continue
            for method in methods(rule):
                answer = asked(client, method, address(rule, {}), token)
                wanted = (403,) if actor else (303, 401)
                assert answer.status_code in wanted, (username, rule.rule, method, answer.status_code)
    assert state() == before
    assert session().scalar(select(func.count()).select_from(Account)) == accounts


def test_no_role_reaches_anything_of_another_territory_or_not_granted(nation):
    if db.engine.dialect.name == "postgresql":
        pytest.skip("row security would hide what the criterion lets through: SQLite shows it")
    everything = set().union(*(p for app in (nation.staff, nation.public) for _r, _s, p in walked(app)))
    found = ids(everything)
    before, done = state(), set()
    users = [row for row in story.OFFICERS if row[0] in ("province", "clerk", "head", "auditor")]
    for username, _name, _roles, prefix, _code in users:
        assert prefix.startswith("00")
        actor = story.officer(username)
        client = sign_in(nation.client("staff"), username)
        admitted = lambda stated, actor=actor: stated.who == "officer" and actor.may(stated.permission)  # noqa: E731
        walk_foreign(client, nation.staff, admitted, found, done)
    wanted = {(r.rule, m) for r, s, p in walked(nation.staff) if p - NATIONAL for m in methods(r)
              if any(story.officer(u[0]).may(s.permission) for u in users)}  # fmt: skip
    assert done == wanted
    assert state() == before
    nothing_ungranted_opens(nation, "staff")


def test_no_person_reaches_anything_of_another_person(nation):
    if db.engine.dialect.name == "postgresql":
        pytest.skip("row security would hide what the criterion lets through: SQLite shows it")
    everything = set().union(*(p for _r, _s, p in walked(nation.public)))
    found = ids(everything)
    mine = session().scalars(select(Person).where(Person.name == invented.name(3))).one()
    others = {n: session().scalars(
        select(model_of(n)).where(model_of(n).person_id != mine.id, model_of(n).province_code == "00").limit(1)
    ).first() for n in found if hasattr(model_of(n), "person_id")}  # fmt: skip
    before = state()
    client = sign_in(nation.client(), invented.mobile(3))
    for targets in (found, found | {name: row.id for name, row in others.items() if row is not None}):
        personal = {n: v for n, v in targets.items() if hasattr(model_of(n), "person_id")}
        assert personal
        walk_foreign(client, nation.public, lambda stated: stated.who in ("applicant",), targets, set())
    assert state() == before
    nothing_ungranted_opens(nation, "public")

"""Every form and every verb of the API refuses fields it does not know (promise 14)."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest
from marshmallow import RAISE

from core.accounts.rules import GRANTS, Role
from core.demonstration import registering, story
from core.foundation.access import rule_of
from core.foundation.shapes import Shape
from core.foundation.web import Form, site
from core.testing import people
from core.testing.papers import signed_undertaking
from tests.conftest import sign_in
from tests.promises.test_promises import ROOT, filled, routes

WRITES = {"POST", "PUT", "PATCH", "DELETE"}
# Answers of other parties, whose words are not ours to choose: each is checked by what it signs or seals.
FOREIGN = {"call_back", "sso_back"}


def below(base):
    return {base} | {deeper for one in base.__subclasses__() for deeper in below(one)}


@cache
def calls(area: Path) -> dict[str, set[str]]:
    """What each function and class of an area names, by its own name (all of that name together)."""
    found: dict[str, set[str]] = {}
    for path in area.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                found.setdefault(node.name, set()).update(n.id for n in ast.walk(node) if isinstance(n, ast.Name))
    return found


def reached(name: str, known: dict[str, set[str]]) -> set[str]:
    """Everything a view names, itself or through the functions of its area."""
    seen, todo = set(), {name}
    while todo:
        seen |= todo
        todo = {more for one in todo for more in known.get(one, ())} - seen
    return seen


def test_every_shape_refuses_unknown_fields(sites):
    shapes = below(Shape)
    assert len(shapes) > 50
    assert [shape.__name__ for shape in shapes if shape().unknown != RAISE] == []


def test_every_page_that_takes_a_form_reads_it_by_a_shape_or_names_its_fields(sites):
    judges = {form.__name__ for form in below(Form)} | {"only"}
    loose = set()
    for app in (sites.public, sites.staff):
        for rule in routes(app):
            view = app.view_functions[rule.endpoint]
            while hasattr(view, "__wrapped__"):
                view = view.__wrapped__
            if not rule.methods & WRITES or rule.rule.startswith("/api/") or not view.__module__.startswith("core."):
                continue
            area = ROOT / "core" / view.__module__.split(".")[1]
            if not reached(view.__name__, calls(area)) & judges:
                loose.add(view.__name__)
    assert loose - FOREIGN == set()


@pytest.fixture
def clients(house):
    """A client for each set of grants, and an applicant's."""
    officers = [
        (frozenset().union(*(GRANTS[role] for role in GRANTS if role.value in roles)), username)
        for username, _name, roles, *_rest in story.OFFICERS
    ]
    head, province = story.officer("head"), story.officer("province")
    registering.schools(head, story.DAY)
    registering.school_person(
        head, province, registering.SCHOOLS[0][0], "school1", 871, signed_undertaking(), story.PASSWORD, story.DAY
    )
    officers.append((GRANTS[Role.SCHOOL_OFFICER], "school1"))
    story.person(3)
    return [(grants, sign_in(house.client("staff"), username)) for grants, username in officers]


def test_every_verb_of_the_api_refuses_unknown_fields(house, clients, monkeypatch):
    monkeypatch.setattr(site.csrf, "protect", lambda: None)
    applicant = sign_in(house.client(), people.mobile(3))
    taken = []
    for name in ("public", "staff"):
        app = getattr(house, name)
        for rule in routes(app):
            stated = rule_of(app.view_functions[rule.endpoint])
            if not rule.rule.startswith("/api/"):
                continue
            for verb in rule.methods & WRITES:
                client = applicant if stated.who == "applicant" else house.client(name)
                if stated.who == "officer":
                    client = next(one for grants, one in clients if stated.permission in ("", *grants))
                answer = client.open(filled(rule), method=verb, json={"zz_unknown": "1"})
                named = "zz_unknown" in answer.get_data(as_text=True)
                if answer.status_code != 422 or not (named or rule.rule.endswith("/photos")):
                    taken.append((verb, rule.rule, answer.status_code))
    assert taken == []

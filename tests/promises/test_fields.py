"""Every form and every API verb refuses fields it does not know (promise 14)."""

from __future__ import annotations

from core.accounts.rules import GRANTS
from core.demonstration import story
from core.foundation.access import rule_of
from tests.conftest import sign_in
from tests.promises.test_promises import filled, routes


def test_x(house, monkeypatch):
    from collections import Counter

    seen = Counter()
    clients = {}
    for username, _n, roles, *_r in story.OFFICERS:
        clients[username] = (
            sign_in(house.client("staff"), username),
            frozenset().union(*(GRANTS[r] for r in GRANTS if r.value in roles)),
        )
    from core.foundation.web import site

    monkeypatch.setattr(site.csrf, "protect", lambda: None)
    for s in ("public", "staff"):
        app = getattr(house, s)
        for rule in routes(app):
            stated = rule_of(app.view_functions[rule.endpoint])
            for verb in rule.methods & {"POST", "PUT", "PATCH", "DELETE"}:
                if stated.who == "officer":
                    client = next(
                        (c for c, g in clients.values() if not stated.permission or stated.permission in g), None
                    )
                elif stated.who == "applicant":
                    client = (
                        clients.setdefault(
                            "app",
                            sign_in(house.client("public"), story.identity(3) if hasattr(story, "identity") else "x"),
                        )
                        if 0
                        else None
                    )
                else:
                    client = house.client(s)
                if client is None:
                    print("NOCLIENT", s, rule.rule, stated)
                    continue
                if rule.rule.startswith("/api/"):
                    a = client.open(filled(rule), method=verb, json={"zz_unknown": "1"})
                else:
                    a = client.open(filled(rule), method=verb, data={"zz_unknown": "1"})
                print("R", s, verb, rule.rule, a.status_code, stated.who, "zz_unknown" in a.get_data(as_text=True))

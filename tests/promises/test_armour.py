"""The ordinary armour, seen from outside: what the public site tells, and what the tables of docs/ claim."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import event

from core.foundation.access import rule_of
from core.foundation.db import db

ROOT = Path(__file__).parents[2]
UNKNOWN = "/no-such-page-was-ever-here"


def body(answer):
    return re.sub(r'(csrf_token" value="|next=)[^"&]*', r"\1", answer.get_data(as_text=True))


def test_a_staff_path_on_the_public_site_is_any_unknown_path_with_the_same_work(world):
    known = {rule.rule for rule in world.public.url_map.iter_rules()}
    paths = [r.rule for r in world.staff.url_map.iter_rules() if r.rule not in known and "<" not in r.rule]
    assert len(paths) > 20
    client, counted = world.client(), []
    with world.public.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda c, cur, sql, *rest: counted.append(sql))
    for method in ("GET", "POST"):
        plain = client.open(UNKNOWN, method=method)
        counted.clear()
        client.open(UNKNOWN, method=method)
        work = list(counted)
        for path in paths:
            if any(re.fullmatch(re.sub(r"<[^>]+>", "[^/]+", rule), path) for rule in known):
                continue
            counted.clear()
            answer = client.open(path, method=method)
            if path.startswith("/api/"):
                assert answer.status_code == 404, path
                continue
            assert (answer.status_code, body(answer), counted) == (plain.status_code, body(plain), work), path
            assert set(answer.headers.keys()) == set(plain.headers.keys()), path


def test_no_file_that_the_public_site_serves_names_the_officers_site(world):
    words = re.compile(r"staff|xingtan_desk|工作台|/cases|/operations|/desk|/audit")
    for path in sorted((ROOT / "static").rglob("*")):
        if path.suffix not in (".js", ".css", ".svg", ".html", ".json") or "vendor" in path.parts:
            continue
        name = path.relative_to(ROOT / "static").as_posix()
        answer = world.client().get(f"/static/{name}")
        assert answer.status_code == 200, name
        assert not words.search(answer.get_data(as_text=True)), name
    assert world.client().get("/static/").status_code == 404
    assert world.client().get("/static/../core/app.py").status_code == 404


def test_every_answer_carries_the_armour(world):
    for site in ("public", "staff"):
        for path in ("/sign-in", UNKNOWN, "/static/app.js", "/api/v1/session"):
            headers = world.client(site).get(path).headers
            assert "default-src 'none'" in headers["Content-Security-Policy"], path
            assert "unsafe" not in headers["Content-Security-Policy"]
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert "Server" not in headers or "Werkzeug" not in headers["Server"]
        for cookie in world.client(site).get("/sign-in").headers.getlist("Set-Cookie"):
            assert "HttpOnly" in cookie
            assert "SameSite=Lax" in cookie


# Asked by POST so that names and codes stand in no address; they change nothing, for nobody in particular.
ONLY_READS = ("/api/v1/certificates/",)


def test_no_unsafe_route_is_taken_without_a_token(world):
    for app, site in ((world.public, "public"), (world.staff, "staff")):
        client = world.client(site)
        for rule in app.url_map.iter_rules():
            if rule_of(app.view_functions[rule.endpoint]).who == "agency" or rule.rule.startswith(ONLY_READS):
                continue
            url = re.sub(r"<uuid:[^>]+>", "01890000-0000-7000-8000-000000000000", rule.rule)
            url = re.sub(r"<[^>]+>", "x", url)
            for method in rule.methods & {"POST", "PUT", "DELETE", "PATCH"}:
                answer = client.open(url, method=method)
                asked_in = answer.status_code == 303 and answer.headers["Location"].startswith("/sign-in")
                assert asked_in or answer.status_code in (400, 401, 404), (rule.rule, method)


def test_every_shape_refuses_unknown_fields(world):
    from marshmallow import RAISE

    from core.foundation.shapes import Shape

    def below(cls):
        return [sub for direct in cls.__subclasses__() for sub in (direct, *below(direct))]

    shapes = below(Shape)
    assert len(shapes) > 20
    assert [shape.__name__ for shape in shapes if shape().unknown != RAISE] == []
    for path in ROOT.glob("core/**/*.py"):
        if path.name != "shapes.py":
            assert not re.search(r"class \w+\(Schema\)|unknown\s*=\s*EXCLUDE", path.read_text()), path


def test_a_body_that_is_too_large_is_refused_before_it_is_read(world):
    class Endless:
        def __init__(self):
            self.taken = 0

        def read(self, size=-1):
            self.taken += max(size, 0)
            return b"x" * max(size, 0)

        readline = read

    stream = Endless()
    answer = world.client().post(
        "/sign-up",
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"wsgi.input": stream, "CONTENT_LENGTH": str(10**10)},
    )
    assert answer.status_code in (400, 413)
    assert stream.taken < 1_000_000


PAGES = ("asvs.md", "mlps.md")
TICKED = re.compile(r"`([^`]+)`")


@pytest.mark.parametrize("page", PAGES)
def test_every_row_of_the_tables_names_code_and_a_test_that_exist_or_the_operators_duty(page):
    rows = [line for line in (ROOT / "docs" / page).read_text().splitlines() if re.match(r"\| [\dV]", line)]
    assert len(rows) > 20
    for row in rows:
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        assert len(cells) == 4, row
        if "operator's duty" in cells[2] or "not met" in cells[2]:
            continue
        assert TICKED.search(cells[2]), row
        assert TICKED.search(cells[3]), row
        for name in TICKED.findall(cells[2]):
            assert (ROOT / name).exists(), (row, name)
        for named in TICKED.findall(cells[3]):
            file, _, test = named.partition("::")
            assert (ROOT / file).is_file(), (row, file)
            assert not test or f"def {test}(" in (ROOT / file).read_text(), (row, named)

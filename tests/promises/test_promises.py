"""What must always be true of the whole system, each in a few lines."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from sqlalchemy import create_engine, event, select, update

from core.accounts.rules import GRANTS
from core.app import AREAS, load_tables_and_jobs, resources
from core.applications import service as cases
from core.applications.models import Case
from core.applications.rules.states import CASE_MOVES, TABLE, CaseState
from core.certificates.rules import CERTIFICATE_MOVES, CHANGE_MOVES, ORDER_MOVES, PIECE_MOVES, STOCK_MOVES
from core.checks.rules import CHECK_MOVES, NEXT, CheckState
from core.consultation.rules import ARTICLE_MOVES, ENQUIRY_MOVES
from core.demonstration import story
from core.evidence.rules import REGISTER_MOVES
from core.filing import service as filing
from core.filing.models import Filing, Institution
from core.filing.rules import FILING_MOVES, HANDOVER_MOVES
from core.foundation import clock, outbox, schema
from core.foundation.access import rule_of
from core.foundation.db import Base, db, new_id, session
from core.notices.rules import NOTICE_MOVES
from core.penalties.rules import PENALTY_MOVES, REPORT_MOVES
from core.plans.rules import PLAN_MOVES, TABLE_MOVES
from core.training.rules import MEETING_MOVES
from tests.conftest import own_database, sign_in

ROOT = Path(__file__).parents[2]
SOURCES = [path for folder in ("core", "plugins") for path in (ROOT / folder).rglob("*.py")]
RULES = [path for path in SOURCES if path.name == "rules.py" or path.parent.name == "rules"]
FILLERS = {"uuid": "01890000-0000-7000-8000-000000000000", "string": "x", "path": "x"}


def filled(rule) -> str:
    """A route's address with something in each place."""
    url = rule.rule
    for name, converter in rule._converters.items():
        kind = "uuid" if "UUID" in type(converter).__name__ else "string"
        filler = converter.items[0] if hasattr(converter, "items") else FILLERS[kind]  # <any(a, b):name>
        url = re.sub(rf"<(?:[^<>]+:)?{name}>", filler, url)
    return url


def routes(app):
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


@pytest.mark.parametrize("site", ["public", "staff"])
def test_every_route_states_who_may_use_it(sites, site):
    app = getattr(sites, site)
    for rule in routes(app):
        stated = rule_of(app.view_functions[rule.endpoint])
        assert stated is not None, rule.endpoint
        assert stated.who in {"anyone", "applicant", "officer", "agency"}
        if site == "public":
            assert stated.who != "officer", rule.endpoint


FRESH = {
    "accounts.reset", "applications.conclude", "applications.reveal", "calendar.publish", "checks.decide",
    "filing.reveal", "networks.change", "penalties.decide", "penalties.reveal", "penalties.supervise",
}  # fmt: skip


def test_what_counts_wants_a_fresh_proof(sites):
    """Conclusions, reveals and publishing a yearbook say `@officer("…", fresh=True)`, see docs/sign-in.md."""
    stale = [
        rule.rule
        for app in (sites.public, sites.staff)
        for rule in routes(app)
        if (stated := rule_of(app.view_functions[rule.endpoint]))
        and stated.permission in FRESH
        and "POST" in rule.methods
        and not stated.fresh
    ]
    assert not stale


def test_every_permission_is_granted_and_every_grant_is_used(sites):
    text = "\n".join(path.read_text() for path in SOURCES) + "\n".join(
        path.read_text() for path in (ROOT / "templates").rglob("*.html")
    )
    granted = set().union(*GRANTS.values())
    asked = {
        rule.permission
        for app in (sites.public, sites.staff)
        for view in app.view_functions.values()
        if (rule := rule_of(view)) and rule.permission
    }
    assert asked <= granted
    unused = {
        name for name in granted if name not in asked and f'"{name}"' not in text.replace("core/accounts/rules.py", "")
    }
    assert not unused


def test_nobody_signed_in_opens_nothing_of_the_officers(world):
    client = world.client("staff")
    for rule in routes(world.staff):
        if rule_of(world.staff.view_functions[rule.endpoint]).who != "officer" or "GET" not in rule.methods:
            continue
        answer = client.get(filled(rule))
        assert answer.status_code in (303, 401, 404, 308), rule.rule


def test_the_public_site_never_names_the_officers_site(house):
    client, seen, todo = house.client(), set(), ["/", "/nowhere", "/api/v1/openapi.json", "/robots.txt"]
    staff_only = {rule.rule for rule in routes(house.staff)} - {rule.rule for rule in routes(house.public)}
    words = ("8001", "staff", "xingtan_desk", "工作台", "工作人员登录", "/cases", "/operations", "/desk")
    while todo:
        page = todo.pop()
        if page in seen:
            continue
        seen.add(page)
        answer = client.get(page)
        text = answer.get_data(as_text=True) + str(answer.headers)
        assert not [word for word in words if word in text], page
        assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', text), page
        todo += [link for link in re.findall(r'href="(/[^"#?]*)', text) if not link.startswith("/static")]
    for address in staff_only:
        if "<" not in address:
            assert client.get(address).status_code in (404, 405), address


PROVINCES_OWN = re.compile(r"p\d\d\.")


def test_every_message_kind_has_a_job_and_every_job_a_sender():
    load_tables_and_jobs()
    posted = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            is_post = isinstance(node, ast.Call) and ast.unparse(node.func) in ("outbox.post", "post")
            if is_post and node.args and isinstance(node.args[0], ast.Constant):
                posted.add(node.args[0].value)
    core = {kind for kind in posted if not PROVINCES_OWN.match(kind)}  # a plugin's jobs are there when it is
    known = {kind for kind in outbox.JOBS if not PROVINCES_OWN.match(kind)}
    assert core == known - outbox.DAILY  # those the platform posts by their register


def test_rules_run_where_nothing_else_can_be_imported():
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in RULES]
    names = [name.removesuffix(".__init__") for name in names]
    script = (
        "import sys\n"
        "blocked = 'flask sqlalchemy PIL redis rq marshmallow flask_login pluggy'\n"
        "for name in blocked.split(): sys.modules[name] = None\n"
        f"import importlib\nfor name in {names!r}: importlib.import_module(name)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "moves",
    [
        CASE_MOVES,
        CHECK_MOVES,
        CERTIFICATE_MOVES,
        PIECE_MOVES,
        CHANGE_MOVES,
        STOCK_MOVES,
        ORDER_MOVES,
        NOTICE_MOVES,
        PLAN_MOVES,
        TABLE_MOVES,
        MEETING_MOVES,
        REGISTER_MOVES,
        ENQUIRY_MOVES,
        ARTICLE_MOVES,
        FILING_MOVES,
        HANDOVER_MOVES,
        PENALTY_MOVES,
        REPORT_MOVES,
    ],
    ids=lambda moves: moves.thing,
)
def test_every_state_is_reachable_and_named(moves):
    starts = {next(iter(moves.labels))}
    reached = set(starts)
    while True:
        more = {after for before in reached for after in moves.table.get(before, {})} - reached
        if not more:
            break
        reached |= more
    assert reached == set(moves.labels)
    assert {s for after in moves.table.values() for s in after} <= set(moves.labels)


def test_every_state_has_an_owner_and_a_next_step():
    assert {row[1] for row in TABLE} == set(CaseState)
    assert all(row[2] and row[3] for row in TABLE)
    assert set(NEXT) == set(CheckState)


def test_every_rule_names_its_clause_and_a_test_names_every_finding():
    tests = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("*.py"))
    for path in RULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("judge_"):
                marks = [ast.unparse(d) for d in node.decorator_list]
                small = path.name in ("rules.py",) and node.name in ("judge_windows", "judge_register_line")
                aggregate = node.returns is not None and ast.unparse(node.returns) == "Verdict"
                assert small or aggregate or any("clause(" in mark for mark in marks), f"{path.name}: {node.name}"
    assert "judge" in tests


def test_migrations_have_one_head_go_up_down_up_and_equal_the_models(tmp_path, world):
    folder = resources() / "migrations"
    assert len(schema.heads(folder)) == 1
    if db.engine.dialect.name == "sqlite":
        _up_down_up(f"sqlite:///{tmp_path / 'm.sqlite3'}", folder)
        return
    with own_database("migrate") as url:
        _up_down_up(url.replace("postgresql", "postgresql+psycopg", 1), folder)


def _up_down_up(url, folder):
    engine = create_engine(url)
    schema.upgrade(engine, folder)
    assert schema.differences(engine) == []
    schema.downgrade(engine, folder, "base")
    schema.upgrade(engine, folder)
    engine.dispose()


CLAUSE = re.compile(r"[一二三四五()]+|教师法11|条例\d+|、|；.*")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Words that rules look for in what people wrote, and names of languages.
WORDS = {
    "免冠",
    "复印件",
    "影印件",
    "复印",
    "中文",
    "示范省",
    "示范省教字〔2020〕1号",
    "copies are abolished by 一(一): ",
}
MARKS = {"compile", "N_", "_", "_l", "say", "notify", "lazy_gettext"}
# Files whose Chinese is data, not words of the interface.
DATA = ("demonstration/", "testing/", "rulesets/", "/workbook.py", "/tests/")


def test_no_chinese_text_outside_gettext():
    stray = []
    for path in SOURCES:
        name = str(path.relative_to(ROOT))
        if any(part in name for part in DATA) or name.endswith("__init__.py"):
            continue
        tree = ast.parse(path.read_text())
        allowed = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func).split(".")[-1]
                words = called in MARKS | {"clause", "verdict"}
                keywords = [k.value for k in node.keywords if k.arg == "clause"]
                allowed |= {id(n) for arg in (node.args if words else []) for n in ast.walk(arg)}
                allowed |= {id(n) for arg in keywords for n in ast.walk(arg)}
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                allowed.add(id(node.value))
        stray += [
            f"{name}:{node.lineno}: {node.value[:30]}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and CHINESE.search(node.value)
            and id(node) not in allowed and node.value not in WORDS and not CLAUSE.fullmatch(node.value)
            and not re.search(r"[|\\]", node.value)
        ]  # fmt: skip
    assert not stray, "\n".join(stray)


def test_the_english_catalogue_is_complete(tmp_path):
    translations = ROOT / "core" / "translations"
    pot = tmp_path / "messages.pot"
    subprocess.run(
        [
            Path(sys.executable).with_name("pybabel"), "-q", "extract", "--no-location", "-F",
            translations / "babel.cfg", "-k", "N_", "-k", "_l", "-o", pot, "core", "templates",
        ],
        cwd=ROOT, check=True,
    )  # fmt: skip
    wanted = {message.id for message in read_po(pot.open("rb")) if message.id}
    english = read_po((translations / "en" / "LC_MESSAGES" / "messages.po").open("rb"))
    have = {message.id: message.string for message in english if message.id}
    assert wanted - set(have) == set()
    assert set(have) - wanted == set()
    assert [key for key, value in have.items() if not value or CHINESE.search(value.replace("中文", ""))] == []
    places = re.compile(r"%\(\w+\)[sd]")
    assert [k for k, v in have.items() if sorted(set(places.findall(k))) != sorted(set(places.findall(v)))] == []


def test_no_page_exceeds_its_budget_of_queries(house):
    for serial in range(3, 9):
        story.apply(serial, house.plan)
    client = sign_in(house.client("staff"), "clerk")
    counted: list[str] = []
    with house.staff.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda c, cur, sql, *rest: counted.append(sql))
    # Home and board ask every area for its obligations: a query or two of each, whatever the number of places.
    budgets = {
        "/cases": 10,
        "/checks": 6,
        "/plans": 6,
        "/notices": 6,
        "/penalties": 7,
        "/": 22,
        "/obligations": 24,
        "/dashboards": 20,
    }
    for page, budget in budgets.items():
        client.get(page)
        counted.clear()
        assert client.get(page).status_code == 200
        assert len(counted) <= budget, (page, len(counted), counted)


def test_every_template_is_reached():
    text = "\n".join(path.read_text() for path in [*SOURCES, *(ROOT / "templates").rglob("*.html")])
    for path in (ROOT / "templates").rglob("*.html"):
        name = path.relative_to(ROOT / "templates").as_posix()
        site, _, rest = name.partition("/")
        either_site = site in ("public", "staff") and f"}}/{rest}" in text  # f"{site}/accounts/me.html"
        assert name in text or either_site, name


def test_every_area_says_its_clause():
    for area in AREAS:
        doc = ast.get_docstring(ast.parse((ROOT / "core" / area / "__init__.py").read_text()))
        assert doc
        assert CHINESE.search(doc)


OWNER_COLUMNS = {"assigned_to", "owner_id", "responsible_id", "keeper_id"}


def test_nothing_is_left_without_an_owner(house):
    """Every area whose rows name an owner passes them on, and a filed hand-over leaves nothing to the leaver."""
    owned = {
        mapper.class_.__module__.split(".")[1]
        for mapper in Base.registry.mappers
        if OWNER_COLUMNS & {column.key for column in mapper.columns}
    }
    assert owned == {name for name, area in filing.AREAS.items() if area.take_over is not filing.shared}
    case_id = story.play(4, "in_review", house.plan)
    people = {row.username: row for row in session().scalars(select(Filing))}
    leaver, successor = people["clerk"], people["clerk2"]
    for body in session().scalars(select(Institution).where(Institution.code == leaver.institution_code)):
        body.responsible_id = leaver.account_id
    session().commit()
    assert {matter.kind for matter in filing.own_matters(leaver)} == {"cases", "responsible"}
    now = clock.now()
    row = filing.start(story.officer("clerk"), new_id(), leaver.id, successor.id, now)
    counts = {matter["kind"]: matter["count"] for matter in row.matters if matter["counted"]}
    filing.sign_leaver(story.officer("clerk"), row.id, counts, "无", "", now)
    filing.sign_successor(story.officer("clerk2"), row.id, counts, [], "", now)
    filing.confirm_handover(story.officer("head"), row.id, now)
    filing.file_handover(story.officer("province"), row.id, now)
    assert filing.left_behind() == []
    assert cases.case(case_id).assigned_to == successor.account_id
    session().execute(update(Case).values(assigned_to=leaver.account_id))  # the check itself can fail
    session().commit()
    assert [(who.id, matter.kind) for who, matter in filing.left_behind()] == [(leaver.id, "cases")]

"""Pages, tables and jobs of a province are fenced: what reaches beyond it is refused before it is mounted."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask, g

from core.foundation.access import Actor
from core.foundation.db import Base
from core.foundation.errors import NotFound
from core.foundation.outbox import DAILY, JOBS
from core.hooks.breaker import MemoryHealth
from core.hooks.discovery import LoadRefused, Provinces, load
from core.sdk.actions import daily
from tests.hooks.conftest import Install, source_of
from tests.hooks.test_discovery import Operator

VIEWS = """
from flask import Blueprint
from core.sdk.pages import agency, officer
blueprint = Blueprint("province_33", __name__, template_folder="templates")

@blueprint.get("/notes")
@officer()
def notes():
    return "notes of 33"
"""


def loaded(environment: str = "embedded") -> Provinces:
    return load(Operator("33", environment=environment), {}, MemoryHealth())


def site_of(provinces: Provinces, site: str = "staff") -> Flask:
    app = Flask("site", static_folder=None)
    provinces.mount(app, site)
    app.register_error_handler(NotFound, lambda error: ("nothing here", 404))
    return app


def visit(app: Flask, path: str, who: Actor) -> tuple[int, str]:
    """What an actor gets."""
    app.before_request_funcs.setdefault(None, []).insert(0, lambda: setattr(g, "actor", who))
    answer = app.test_client().get(path)
    return answer.status_code, answer.get_data(as_text=True)


@pytest.mark.parametrize(("prefix", "status"), [("33", 200), ("3301", 200), ("", 200), ("41", 404), ("00", 404)])
def test_pages_lie_under_the_code_and_other_provinces_officers_see_nothing(
    install: Install, prefix: str, status: int
) -> None:
    install("xingtan-zhejiang", "33", {"plugin": source_of(""), "views": VIEWS})
    got = visit(site_of(loaded()), "/p/33/notes", Actor("officer", prefix=prefix))
    assert got[0] == status
    assert ("notes of 33" in got[1]) == (status == 200)


def test_pages_are_mounted_on_their_own_site_alone(install: Install) -> None:
    public = VIEWS.replace("blueprint", "public_blueprint").replace("officer", "anyone")
    install("xingtan-zhejiang", "33", {"plugin": source_of(""), "views": VIEWS + public.replace("notes", "news")})
    provinces = loaded()
    assert visit(site_of(provinces, "public"), "/p/33/news", Actor("nobody")) == (200, "news of 33")
    assert visit(site_of(provinces, "public"), "/p/33/notes", Actor("nobody"))[0] == 404
    assert visit(site_of(provinces, "staff"), "/p/33/news", Actor("officer", prefix="33"))[0] == 404


def test_both_sites_may_be_built_from_one_plugin(install: Install) -> None:
    install("xingtan-zhejiang", "33", {"plugin": source_of(""), "views": VIEWS})
    for _ in range(2):
        assert visit(site_of(loaded()), "/p/33/notes", Actor("officer", prefix="33"))[0] == 200


WRONG = {
    "silent": (VIEWS.replace("@officer()\n", ""), "notes does not say who may use it; add @officer()"),
    "name": (VIEWS.replace("province_33", "cases"), "must be named province_33, not cases"),
    "no blueprint": ("blueprint = object()", "views.blueprint must be a Flask Blueprint, not object"),
    "static": (VIEWS.replace("template_folder", "static_folder"), "has a static folder; drop it"),
    "import": ("import no_such_library", "xingtan_zhejiang.views cannot be imported: No module named"),
    "before every request": (
        VIEWS + "\n@blueprint.before_app_request\ndef mine():\n    return 'mine'\n",
        "changes the whole application",
    ),
    "error pages": (
        VIEWS + "\n@blueprint.app_errorhandler(404)\ndef gone(error):\n    return 'mine'\n",
        "changes the whole application",
    ),
    "filters": (
        VIEWS + "\n@blueprint.app_template_filter('day')\ndef day(value):\n    return 'mine'\n",
        "changes the whole application",
    ),
    "elsewhere": (
        VIEWS + "\n@blueprint.record\ndef elsewhere(state):\n    state.app.add_url_rule('/cases', 'x', notes)\n",
        "route /cases must lie under /p/33/",
    ),
    "mounting": (
        VIEWS + "\n@blueprint.record\ndef burst(state):\n    raise RuntimeError('burst')\n",
        "cannot be mounted: burst",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_pages_that_reach_too_far_are_refused(install: Install, case: str) -> None:
    views, said = WRONG[case]
    install("xingtan-zhejiang", "33", {"plugin": source_of(""), "views": views})
    with pytest.raises(LoadRefused) as refused:
        loaded()
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)
    host = loaded("production").host_for("33")
    assert host.state == "held"
    assert loaded("production").pages == {}


def test_templates_cannot_shadow_the_cores(install: Install) -> None:
    folder: Path = install("xingtan-zhejiang", "33", {"plugin": source_of(""), "views": VIEWS})
    own = folder / "templates" / "province_33"
    own.mkdir(parents=True)
    (own / "notes.html").write_text("ours")
    assert loaded().pages["33"]
    (folder / "templates" / "staff").mkdir()
    (folder / "templates" / "staff" / "base.html").write_text("ours")
    with pytest.raises(LoadRefused, match=r"move template staff/base\.html into templates/province_33/"):
        loaded()


def test_tables_bear_the_code(install: Install) -> None:
    models = """
from sqlalchemy.orm import Mapped, mapped_column
from core.foundation.db import Base

class Note(Base):
    __tablename__ = "notes33"
    id: Mapped[int] = mapped_column(primary_key=True)
"""
    install("xingtan-tables", "33", {"plugin": source_of(""), "models": models})
    try:
        with pytest.raises(LoadRefused, match="table notes33 must be named p33_notes33"):
            loaded()
    finally:
        Base.metadata.remove(Base.metadata.tables["notes33"])


def test_message_kinds_bear_the_code(install: Install) -> None:
    jobs = """
from core.foundation.outbox import job

@job("checks.batch33")
def batch(message, now):
    pass
"""
    install("xingtan-kinds", "33", {"plugin": source_of(""), "jobs": jobs})
    try:
        with pytest.raises(LoadRefused, match=r"message kind checks\.batch33 must be named p33\.checks\.batch33"):
            loaded()
    finally:
        del JOBS["checks.batch33"]


MODELS = """
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column
from core.sdk.tables import Base, Territorial

class Note(Territorial, Base):
    __tablename__ = "p33_note"
    text: Mapped[str]
"""


def forget(table: str) -> None:
    """Take a test plugin's table out of the metadata."""
    Base.metadata.remove(Base.metadata.tables[table])


def test_tables_do_not_point_at_the_cores(install: Install) -> None:
    pointing = MODELS.replace("text: Mapped[str]", 'owner: Mapped[int] = mapped_column(ForeignKey("account.id"))')
    install("xingtan-pointing", "33", {"plugin": source_of(""), "models": pointing})
    try:
        with pytest.raises(LoadRefused, match=r"must not point at account\.id; keep the id without a foreign key"):
            loaded()
    finally:
        forget("p33_note")


def test_tables_need_their_revisions(install: Install) -> None:
    install("xingtan-bare", "33", {"plugin": source_of(""), "models": MODELS})
    try:
        with pytest.raises(LoadRefused, match="has tables but no migrations/ beside it"):
            loaded()
    finally:
        forget("p33_note")


def test_navigation_leads_to_its_own_pages(install: Install) -> None:
    views = VIEWS + "\nfrom core.sdk.pages import Section\nSTAFF_SECTIONS = (Section('x', 'plans.index'),)\n"
    install("xingtan-zhejiang", "33", {"plugin": source_of(""), "views": views})
    with pytest.raises(LoadRefused, match=r"STAFF_SECTIONS must hold Sections with endpoints province_33\.…"):
        loaded()


def test_daily_work_is_known_and_its_kind_bears_the_code(install: Install) -> None:
    jobs = "from core.sdk.actions import daily\n@daily('p33.tidy')\ndef tidy(message, now):\n    pass\n"
    install("xingtan-daily", "33", {"plugin": source_of(""), "jobs": jobs})
    try:
        assert loaded().parts["33"].daily == ("p33.tidy",)
    finally:
        del JOBS["p33.tidy"]
        DAILY.discard("p33.tidy")
    for wrong in ("tidy", "p3.tidy", "q33.tidy", "p33"):
        with pytest.raises(ValueError, match=r"must be named pCC\."):
            daily(wrong)

"""The wheel, away from the checkout, serves both sites: templates, static files, migrations and catalogue are in it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import PIP

SCRIPT = """
import core
from pathlib import Path
assert str(Path(core.__file__)).startswith({place!r}), core.__file__
from core.app import create_app, resources
from core.config import load
from core.foundation import schema
from core.foundation.db import db
settings = load()
for site, words in (("public", "Teacher qualification"), ("staff", "Officers' sign-in")):
    app = create_app(site, settings)
    with app.app_context():
        schema.upgrade(db.engine, resources() / "migrations")
        assert schema.differences(db.engine) == []
    client = app.test_client()
    page = client.get("/" if site == "public" else "/sign-in", headers={{"Accept-Language": "en"}})
    assert page.status_code == 200 and words in page.get_data(as_text=True), page.get_data(as_text=True)[:2000]
    assert client.get("/static/xingtan.css").status_code == 200
    assert client.get("/static/vendor/govuk-frontend/govuk-frontend.min.css").status_code == 200
from core.manual import views
assert all(views.rendered(language, name) for language in ("zh", "en") for name in views.CHAPTERS)
print("served")
"""


@pytest.fixture(scope="module")
def place(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, laid out in a folder."""
    target = tmp_path_factory.mktemp("place")
    subprocess.run([*PIP, "install", "--no-deps", "--target", str(target), str(wheel)], check=True)
    return target


def test_the_wheel_serves_both_sites(place, tmp_path):
    environ = {key: value for key, value in os.environ.items() if not key.startswith("XINGTAN_")}
    environ |= {"PYTHONPATH": str(place), "XINGTAN_DATA_DIR": str(tmp_path / "var")}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(place=str(place))],
        cwd=tmp_path, env=environ, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.strip() == "served"

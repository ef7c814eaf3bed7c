"""The provinces' own words are in English too."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["province_zhejiang", "province_henan"])
def test_every_text_has_its_english(name, tmp_path):
    pot, folder = tmp_path / "texts.pot", ROOT / "plugins" / name
    babel = Path(sys.executable).with_name("pybabel")
    subprocess.run(
        [babel, "-q", "extract", "--no-location", "-F", "core/translations/babel.cfg", "-k", "N_", "-o", pot, folder],
        cwd=ROOT,
        check=True,
    )
    wanted = {message.id for message in read_po(pot.open("rb")) if message.id}
    own = {m.id: m.string for m in read_po((folder / "translations" / "en.po").open("rb")) if m.id}
    core = ROOT / "core" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
    shared = {message.id for message in read_po(core.open("rb")) if message.string}
    assert wanted - own.keys() - shared == set()
    assert own.keys() - wanted == set()

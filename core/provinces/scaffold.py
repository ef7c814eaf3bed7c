"""A new plugin outside the checkout: the template, under the province's own name and code."""

from __future__ import annotations

import re
from pathlib import Path

from core.hooks.contract import LoadRefused
from core.hooks.discovery import TEMPLATE, TEMPLATE_NAME, bring
from core.rulesets.loader import province_names

_SKIPPED = {"__pycache__", "build", "setup.cfg", "pyproject.toml"}
_PYPROJECT = """[build-system]
requires = ["setuptools>=77"]
build-backend = "setuptools.build_meta"

[tool.pytest.ini_options]
testpaths = ["tests"]
pythonpath = ["."]
addopts = "--import-mode=importlib"
"""
_SETUP = """[metadata]
name = {distribution}
version = 1.0.0
description = Xingtan: province {code}, {english}

[options]
python_requires = >=3.11
install_requires =
    xingtan>=0.1,<1
packages =
    {package}
    {package}.migrations
    {package}.templates.province_{code}
    {package}.translations

[options.package_data]
* = *.html, *.po, conformance.json

[options.entry_points]
xingtan.provinces =
    {code} = {package}.plugin
"""
_README = """# {distribution}

Xingtan's plugin of province {code} ({chinese}, {english}), made by `xingtan province new`. Begin with
`{package}/plugin.py`; the platform's docs (`docs/provinces.md` and the pages it names) say the rest.

```
pip install -e . pytest
pytest
xingtan province check {code}
```
"""


def make(slug: str, code: str, folder: Path) -> Path:
    """Write a plugin's project into `folder` and return it; raises `LoadRefused` in one line."""
    names = province_names()
    if code not in names:
        raise LoadRefused(f"there is no province {code}; codes are the two digits of GB/T 2260, 66 is the XPCC")
    if not re.fullmatch(r"[a-z][a-z0-9_]{1,30}", slug):
        raise LoadRefused(f"{slug!r} is no name for a package; write the province in small letters, as guangdong")
    if folder.exists() and any(folder.iterdir()):
        raise LoadRefused(f"{folder} is not empty; name another --directory")
    package = f"xingtan_{slug}"
    chinese, english = names[code]
    given = {
        "package": package, "distribution": package.replace("_", "-"), "code": code, "chinese": chinese,
        "english": english,
    }  # fmt: skip
    source = Path(str(bring(TEMPLATE).__file__)).parent
    for path in sorted(source.rglob("*")):
        parts = path.relative_to(source).parts
        if path.is_file() and not _SKIPPED & set(parts) and not any(part.endswith(".egg-info") for part in parts):
            inner = parts if parts[0] == "tests" else (package, *parts)
            target = folder.joinpath(*(part.replace(f"province_{TEMPLATE}", f"province_{code}") for part in inner))
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(_renamed(path.read_text(encoding="utf-8"), given), encoding="utf-8")
    (folder / "pyproject.toml").write_text(_PYPROJECT, encoding="utf-8")
    (folder / "setup.cfg").write_text(_SETUP.format(**given), encoding="utf-8")
    (folder / "README.md").write_text(_README.format(**given), encoding="utf-8")
    return folder


def _renamed(text: str, given: dict[str, str]) -> str:
    """The template's text with the province's package, code and name in the template's places."""
    code, old = given["code"], TEMPLATE
    for before, after in (
        ("plugins.province_template", given["package"]),
        ("TestTemplate", f"Test{given['package'].removeprefix('xingtan_').title().replace('_', '')}"),
        (f"province_{old}", f"province_{code}"),
        (f"p{old}_", f"p{code}_"),
        (f"p{old}.", f"p{code}."),
        (f"PROVINCE_{old}_", f"PROVINCE_{code}_"),
        (f"/p/{old}/", f"/p/{code}/"),
        (f'"{old}"', f'"{code}"'),
        (f"({old})", f"({code})"),
        (f"rovince {old}", f"rovince {code}"),
        (f"check {old}", f"check {code}"),
        (TEMPLATE_NAME, given["chinese"]),
        ("Model Province", given["english"]),
    ):
        text = text.replace(before, after)
    return text

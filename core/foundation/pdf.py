"""PDF pages: a Typst template, plain data and pictures become one file; the same input gives the same bytes.

Only named fonts are used, never the machine's: Noto Sans CJK (SIL OFL) from the extra `pdf`, then whatever
lies in `XINGTAN_FONT_DIR`. What no font can draw is found beforehand by `missing`, so that no box gets on paper.
"""

from __future__ import annotations

import importlib.util
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import structlog

from core.foundation.errors import PlatformError
from core.foundation.findings import N_

log = structlog.get_logger("xingtan.pdf")

_BASE_FAMILY = "Noto Sans CJK SC"
_FONT_FILES = {".ttf", ".otf", ".ttc", ".otc"}
# Stamped into every file: a page's bytes depend on what is on it, not on when it was drawn.
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


class PdfUnavailable(PlatformError):
    """The extra `pdf` is not installed; everything but pages still works."""

    status = 503
    code = "pdf_unavailable"
    message = N_("本系统未安装PDF组件，暂不能生成文件。请系统管理员执行 pip install 'xingtan[pdf]'")


@dataclass(frozen=True, slots=True)
class Places:
    """Where templates lie, and a folder with more fonts (None: none)."""

    templates: Path
    fonts: Path | None = None


class _Place:
    places: Places | None = None


def use(places: Places) -> None:
    """Install the places of this process."""
    if places != _Place.places:
        _Place.places = places
        _fonts.cache_clear()
        _drawable.cache_clear()


def available() -> bool:
    """Whether PDF pages can be made here."""
    return all(importlib.util.find_spec(name) for name in ("typst", "fontTools", "manimgx_fonts_cjk"))


def render(template: str, data: Mapping[str, Any], pictures: Mapping[str, bytes] | None = None) -> bytes:
    """The PDF of `templates/pdf/<template>.typ`, which reads `data` (JSON-able) and finds `pictures` by name.

    Raises `PdfUnavailable` where the extra is missing.
    """
    if not available():
        raise PdfUnavailable()
    import typst

    known, families = _fonts()
    with tempfile.TemporaryDirectory(prefix="xingtan-pdf-") as folder:
        root = Path(folder)
        for source in _places().templates.glob("*.typ"):
            shutil.copyfile(source, root / source.name)
        (root / "data.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        for name, picture in (pictures or {}).items():
            (root / Path(name).name).write_bytes(picture)
        compiler = typst.Compiler(
            root / f"{template}.typ", root=root, font_paths=known, sys_inputs={"fonts": json.dumps(families)}
        )
        made = compiler.compile(format="pdf", timestamp=_EPOCH)
    if not isinstance(made, bytes):
        raise RuntimeError(f"no single file came of {template}")
    return made


def missing(text: str) -> str:
    """The characters of `text`, each once and in order, that no font can draw; "" when all can be.

    Raises `PdfUnavailable` where the extra is missing.
    """
    drawable = _drawable()
    return "".join(dict.fromkeys(c for c in text if ord(c) not in drawable and not c.isspace()))


def missing_in(data: Any) -> str:
    """The same of all texts in a template's data."""
    return missing("".join(_texts(data)))


def _texts(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, Mapping | list | tuple):
        for item in data.values() if isinstance(data, Mapping) else data:
            yield from _texts(item)


def named(characters: str) -> list[str]:
    """Characters for a message: each with its code point, since a screen may not show it either."""
    return [f"{c} (U+{ord(c):04X})" for c in characters]


def _places() -> Places:
    if _Place.places is None:
        raise RuntimeError("no places for PDF installed")
    return _Place.places


def _files() -> list[Path]:
    import manimgx_fonts_cjk

    own = Path(manimgx_fonts_cjk.__file__).parent
    folder = _places().fonts
    extra = sorted(folder.rglob("*")) if folder else []
    return [path for path in (*sorted(own.iterdir()), *extra) if path.suffix.lower() in _FONT_FILES]


@cache
def _fonts() -> tuple[Any, tuple[str, ...]]:
    """The fonts as Typst holds them, and their families in the order in which they are tried."""
    import typst

    folders = list(dict.fromkeys(str(path.parent) for path in _files()))
    known = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)
    base = {font.path for font in known.fonts() if font.family == _BASE_FAMILY}
    extra = sorted({font.family for font in known.fonts() if font.path not in base})
    return known, (_BASE_FAMILY, *extra)


@cache
def _drawable() -> frozenset[int]:
    """Every code point that some font has a glyph for."""
    if not available():
        raise PdfUnavailable()
    from fontTools.ttLib import TTCollection, TTFont, TTLibError

    points: set[int] = set()
    for path in _files():
        try:
            # Faces of one collection share their glyphs' characters: the first speaks for all.
            first = path.suffix.lower() in {".ttc", ".otc"}
            font = TTCollection(path, lazy=True).fonts[0] if first else TTFont(path, lazy=True)
            points.update(font.getBestCmap() or ())
        except (TTLibError, OSError) as fault:
            log.warning("font not read", file=path.name, error=str(fault))
    return frozenset(points)

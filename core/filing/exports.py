"""三(二) The one way by which a staff page gives a table as a file; `guard` stops every other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask import Flask, Response, g

from core.filing.service.exporting import hand_out, take_out
from core.foundation import clock, tables
from core.foundation.access import Actor
from core.foundation.web import attachment

CSV_TYPE = "text/csv"
TABLE_TYPES = (tables.SHEET_TYPE, CSV_TYPE)


def workbook(actor: Actor, what: str, of: str, sheets: tables.Sheets, name: str, *, title: str = "") -> Response:
    """Sheets as a marked and recorded XLSX."""
    make: Callable[[str], bytes] = lambda mark: tables.workbook(sheets, title=title, mark=mark)  # noqa: E731
    return marked(actor, what, of, make, tables.SHEET_TYPE, name)


def marked(actor: Actor, what: str, of: str, make: Callable[[str], bytes], kind: str, name: str) -> Response:
    """What `make` writes under its mark, recorded."""
    return _attachment(take_out(actor, what, of, make, clock.now()), kind, name)


def csv(
    actor: Actor, what: str, of: str, header: Iterable[str], lines: list[Any], name: str, asked: Mapping[str, str]
) -> Response:
    """Lines as a marked and recorded CSV; `asked` are the filters that found them."""
    detail = {"rows": len(lines), "filters": dict(asked)}
    data = take_out(
        actor, what, of, lambda mark: tables.csv_file(header, lines, mark=mark), clock.now(), detail
    )  # fmt: skip
    return _attachment(data, CSV_TYPE, name)


def received(actor: Actor, what: str, of: str, data: bytes, name: str) -> Response:
    """A workbook as it came from outside, unaltered and recorded."""
    return _attachment(hand_out(actor, what, of, data, clock.now()), tables.SHEET_TYPE, name)


def _attachment(data: bytes, kind: str, name: str) -> Response:
    g.recorded_export = True
    return attachment(data, kind, name)


def guard(app: Flask) -> None:
    """Let no table leave this site that was not recorded here."""

    @app.after_request
    def check(answer: Response) -> Response:
        if answer.mimetype in TABLE_TYPES and not g.get("recorded_export"):
            raise RuntimeError("a table leaves the staff site past core/filing/exports.py")
        return answer

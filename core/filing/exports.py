"""三(二) The one way by which a staff page gives a table as a file; `guard` stops every other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask import Flask, Response, g

from core.filing.service.exporting import hand_out, take_out
from core.foundation import clock, pdf, tables
from core.foundation.access import Actor
from core.foundation.errors import Refused
from core.foundation.findings import N_, Finding
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


def page(
    actor: Actor, what: str, of: str, template: str, data: Callable[[str], Mapping[str, Any]], name: str, clause: str
) -> Response:  # fmt: skip
    """A marked and recorded PDF page of `template`, which reads what `data` makes of the mark.

    Raises `Refused` with the characters that no font can draw, `PdfUnavailable`.
    """
    return marked(actor, what, of, lambda mark: _drawn(template, data(mark), clause), "application/pdf", name)


def _drawn(template: str, data: Mapping[str, Any], clause: str) -> bytes:
    if gone := pdf.missing_in(data):
        message = N_("表中的字没有字形，打印出来会是方框：%(characters)s")
        remedy = N_("请系统管理员在字库目录（XINGTAN_FONT_DIR）中加入含有此字的字体")
        params = {"characters": pdf.named(gone)}
        raise Refused([Finding("page_glyph_missing", message, clause, remedy=remedy, params=params)])
    return pdf.render(template, data)


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

"""A holder's stock book as XLSX: where its serials lie, and its movements."""

from __future__ import annotations

import io
from typing import Any

import xlsxwriter

from core.certificates.models import StockMovement, StockSegment, StockSeries
from core.certificates.rules import ACCOUNT_NAMES, CAUSE_NAMES, ITEM_NAMES, KIND_NAMES
from core.certificates.service import serial_text
from core.foundation import clock
from core.foundation.findings import N_
from core.foundation.i18n import say

KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST = 20_000
RANGES = (N_("品种"), N_("所在"), N_("起始号"), N_("截止号"), N_("数量"))
MOVED = (N_("时间"), N_("类型"), N_("品种"), N_("所在"), N_("数量"), N_("起始号"), N_("截止号"), N_("原因"), N_("说明"))


def write(ranges: list[StockSegment], moved: list[StockMovement], series: dict[int, StockSeries], title: str) -> bytes:
    """The book as a workbook of two sheets, in the reader's language; at most `MOST` lines each."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False})
    bold = book.add_format({"bold": True})
    _sheet(book, N_("号段"), RANGES, [_range(row, series[row.series]) for row in ranges], bold)
    _sheet(book, N_("出入库记录"), MOVED, [_movement(row, series[row.series]) for row in moved], bold)
    book.set_properties({"title": title})
    book.close()
    return target.getvalue()


def _range(row: StockSegment, series: StockSeries) -> list[Any]:
    return [
        say(ITEM_NAMES[row.item]),  # type: ignore[index]
        say(ACCOUNT_NAMES[row.account]),  # type: ignore[index]
        serial_text(series, row.first),
        serial_text(series, row.last),
        row.quantity,
    ]


def _movement(row: StockMovement, series: StockSeries) -> list[Any]:
    return [
        clock.beijing(row.at).strftime("%Y-%m-%d %H:%M"),
        say(KIND_NAMES[row.kind]),
        say(ITEM_NAMES[row.item]),  # type: ignore[index]
        say(ACCOUNT_NAMES[row.account]),  # type: ignore[index]
        row.quantity,
        serial_text(series, row.first),
        serial_text(series, row.last),
        say(CAUSE_NAMES[row.cause]) if row.cause else "",  # type: ignore[index]
        row.reason,
    ]


def _sheet(book: Any, name: str, header: tuple[str, ...], lines: list[list[Any]], bold: Any) -> None:
    sheet = book.add_worksheet(say(name)[:31])
    sheet.set_column(0, len(header) - 1, 18)
    sheet.freeze_panes(1, 0)
    for column, words in enumerate(header):
        sheet.write_string(0, column, say(words), bold)
    for number, line in enumerate(lines, 1):
        for column, value in enumerate(line):
            if isinstance(value, int):
                sheet.write_number(number, column, value)
            else:
                sheet.write_string(number, column, value)

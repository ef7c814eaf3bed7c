"""A holder's stock book as XLSX: where its serials lie, and its movements."""

from __future__ import annotations

from typing import Any

from core.certificates.models import StockMovement, StockSegment, StockSeries
from core.certificates.rules import ACCOUNT_NAMES, CAUSE_NAMES, ITEM_NAMES, KIND_NAMES
from core.certificates.service import serial_text
from core.foundation import clock
from core.foundation.findings import N_
from core.foundation.i18n import say
from core.foundation.tables import Sheets

MOST = 20_000
RANGES = (N_("品种"), N_("所在"), N_("起始号"), N_("截止号"), N_("数量"))
MOVED = (N_("时间"), N_("类型"), N_("品种"), N_("所在"), N_("数量"), N_("起始号"), N_("截止号"), N_("原因"), N_("说明"))


def sheets(ranges: list[StockSegment], moved: list[StockMovement], series: dict[int, StockSeries]) -> Sheets:
    """The book as two sheets, in the reader's language; at most `MOST` lines each."""
    return {
        say(N_("号段")): (map(say, RANGES), [_range(row, series[row.series]) for row in ranges]),
        say(N_("出入库记录")): (map(say, MOVED), [_movement(row, series[row.series]) for row in moved]),
    }


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

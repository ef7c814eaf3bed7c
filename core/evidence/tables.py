"""Reads a register's file, CSV or XLSX, row by row: texts stay texts, numbers are shown as what they are."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from python_calamine import CalamineError, CalamineWorkbook

from core.evidence.rules import COLUMNS
from core.foundation.errors import Refused
from core.foundation.findings import N_, Finding

MOST_ROWS = 2_000_000


def _refuse(message: str, **params: object) -> Refused:
    return Refused(
        [
            Finding(
                "register_unreadable",
                message,
                clause="一(一)",
                field="file",
                remedy=N_("请使用登记表模板"),
                params=params,
            )
        ]
    )


def rows(data: bytes, name: str) -> Iterator[tuple[int, dict[str, object]]]:
    """(line number as Excel counts, {column: cell}) of each row; raises `Refused` for a foreign file."""
    cells = _xlsx(data) if data[:4] == b"PK\x03\x04" else _csv(data)
    header: list[str] = []
    for line, row in enumerate(cells, 1):
        if line > MOST_ROWS:
            raise _refuse(N_("最多%(most)s行"), most=MOST_ROWS)
        if line == 1:
            header = [str(cell).strip() for cell in row]
            missing = [column for column in COLUMNS[:2] if column not in header]
            if missing:
                raise _refuse(N_("第1行缺少列“%(column)s”"), column=missing[0])
        elif any(cell not in ("", None) for cell in row):
            yield line, dict(zip(header, row, strict=False))


def _xlsx(data: bytes) -> Iterator[list[object]]:
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheet = workbook.get_sheet_by_index(0)
    except (CalamineError, ValueError, IndexError, OSError) as fault:
        raise _refuse(N_("无法读取此XLSX文件")) from fault
    if sheet.total_height > MOST_ROWS:
        raise _refuse(N_("最多%(most)s行"), most=MOST_ROWS)
    for row in sheet.iter_rows():
        yield [cell.strip() if isinstance(cell, str) else cell for cell in row]


def _csv(data: bytes) -> Iterator[list[object]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        break
    else:
        raise _refuse(N_("文件既不是UTF-8也不是GB 18030编码"))
    text = io.TextIOWrapper(io.BytesIO(data), encoding=encoding, newline="")
    try:
        for row in csv.reader(text, strict=True):
            yield [cell.strip() for cell in row]
    except csv.Error as fault:
        raise _refuse(N_("CSV格式有误：%(text)s"), text=str(fault)) from fault

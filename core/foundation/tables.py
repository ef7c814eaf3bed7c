"""Tables as files: XLSX and CSV read row by row, texts staying texts; XLSX written with every cell a string.

A number in a cell is given as a number: an identity number kept so has lost digits already, and the caller
refuses it. What is written is never a formula.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

import xlsxwriter
from python_calamine import CalamineError, CalamineWorkbook

from core.foundation.errors import Refused
from core.foundation.findings import N_, Finding

MOST_ROWS = 2_000_000
MOST_UNPACKED = 1024 * 1024 * 1024
_DIMENSION = re.compile(rb'<dimension ref="[A-Z]+\d+:[A-Z]+(\d{1,7})"')
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def unreadable(message: str, *, clause: str = "", **params: object) -> Refused:
    """A refusal of the whole file, beside the field `file`."""
    remedy = N_("请使用登记表模板")
    return Refused([Finding("register_unreadable", message, clause=clause, field="file", remedy=remedy, params=params)])


def rows(
    data: bytes, required: Iterable[str], *, most: int = MOST_ROWS, clause: str = ""
) -> Iterator[tuple[int, dict[str, object]]]:
    """(line number as Excel counts, {column: cell}) of each row below a header line; raises `Refused`.

    `required` columns must stand in the header; blank rows are passed over; `most` bounds the lines.
    """
    cells = _xlsx(data, most, clause) if data[:4] == b"PK\x03\x04" else _csv(data, clause)
    header: list[str] = []
    for line, row in enumerate(cells, 1):
        if line > most + 1:
            raise unreadable(N_("最多%(most)s行"), clause=clause, most=most)
        if line == 1:
            header = [str(cell).strip() for cell in row]
            missing = [column for column in required if column not in header]
            if missing:
                raise unreadable(N_("第1行缺少列“%(column)s”"), clause=clause, column=missing[0])
        elif any(cell not in ("", None) for cell in row):
            yield line, dict(zip(header, row, strict=False))


def _xlsx(data: bytes, most: int, clause: str) -> Iterator[list[object]]:
    try:
        judge_unpacked(data, MOST_UNPACKED, clause)
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheet = workbook.get_sheet_by_index(0)
    except (CalamineError, ValueError, IndexError, OSError, zipfile.BadZipFile) as fault:
        raise unreadable(N_("无法读取此XLSX文件"), clause=clause) from fault
    if sheet.total_height > most + 1:
        raise unreadable(N_("最多%(most)s行"), clause=clause, most=most)
    for row in sheet.iter_rows():
        yield [cell.strip() if isinstance(cell, str) else cell for cell in row]


def _csv(data: bytes, clause: str) -> Iterator[list[object]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        break
    else:
        raise unreadable(N_("文件既不是UTF-8也不是GB 18030编码"), clause=clause)
    text = io.TextIOWrapper(io.BytesIO(data), encoding=encoding, newline="")
    try:
        for row in csv.reader(text, strict=True):
            yield [cell.strip() for cell in row]
    except csv.Error as fault:
        raise unreadable(N_("CSV格式有误：%(text)s"), clause=clause, text=str(fault)) from fault


def expected_rows(data: bytes) -> int:
    """About how many rows lie below the header, found without reading them: for a bar; 0 where nobody knows."""
    if data[:4] != b"PK\x03\x04":
        return max(data.count(b"\n") - 1, 0)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open("xl/worksheets/sheet1.xml") as sheet:
            said = _DIMENSION.search(sheet.read(4096))
    except (KeyError, zipfile.BadZipFile, EOFError, OSError):
        return 0
    return max(int(said[1]) - 1, 0) if said else 0


def judge_unpacked(data: bytes, most: int, clause: str = "") -> None:
    """Raise `Refused` for a workbook that would unpack to more than `most` bytes."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(item.file_size for item in archive.infolist()) > most:
                raise unreadable(N_("此XLSX文件解压后过大"), clause=clause)
    except zipfile.BadZipFile as fault:
        raise unreadable(N_("无法读取此XLSX文件"), clause=clause) from fault


def workbook(sheets: dict[str, tuple[Iterable[str], Iterable[Iterable[Any]]]], *, title: str = "") -> bytes:
    """An XLSX of `{sheet name: (header, rows)}`: bold header, every cell a string, None an empty one."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"constant_memory": True})
    bold = book.add_format({"bold": True})
    for name, (header, lines) in sheets.items():
        sheet = book.add_worksheet(name[:31])
        sheet.freeze_panes(1, 0)
        names = list(header)
        sheet.set_column(0, max(len(names) - 1, 0), 18)
        for column, text in enumerate(names):
            sheet.write_string(0, column, text, bold)
        for number, line in enumerate(lines, 1):
            for column, cell in enumerate(line):
                sheet.write_string(number, column, "" if cell is None else str(cell))
    if title:
        book.set_properties({"title": title})
    book.close()
    return target.getvalue()

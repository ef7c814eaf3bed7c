"""Tables as files: XLSX and CSV read row by row, texts staying texts; XLSX written with texts and whole numbers only.

A number in a cell is given as a number: an identity number kept so has lost digits already, and the caller
refuses it. What is written is never a formula.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import xlsxwriter
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from core.foundation.errors import Refused
from core.foundation.findings import N_, Finding
from core.foundation.i18n import say

MOST_ROWS = 2_000_000
MOST_UNPACKED = 1024 * 1024 * 1024
_DIMENSION = re.compile(rb'<dimension ref="[A-Z]+\d+:[A-Z]+(\d{1,7})"')
_OTHERS = (b"\xd0\xcf\x11\xe0", b"%PDF-")  # an old .xls or a workbook with a password; a printed page
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
    if data.startswith(_OTHERS):
        raise unreadable(N_("这不是XLSX或CSV文件，请用Excel或WPS另存为XLSX"), clause=clause)
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
    found = sheets(data, most=MOST_UNPACKED, clause=clause)
    if not found:
        raise unreadable(N_("无法读取此XLSX文件"), clause=clause)
    sheet = found[0]
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


def sheets(data: bytes, *, most: int, clause: str = "") -> list[CalamineSheet]:
    """The sheets of a workbook, not read yet; raises `Refused` for what is none or would unpack to more than `most`."""
    judge_unpacked(data, most, clause)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return [book.get_sheet_by_index(index) for index in range(len(book.sheet_names))]
    except (CalamineError, ValueError, OSError) as fault:
        raise unreadable(N_("无法读取此XLSX文件"), clause=clause) from fault


Sheets = Mapping[str, tuple[Iterable[str], Iterable[Iterable[Any]]]]


def workbook(contents: Sheets, *, title: str = "", mark: str = "") -> bytes:
    """An XLSX of `{sheet name: (header, rows)}`: bold header, whole numbers as such, all else texts, None an empty one.

    `mark` (who took it out, and when) stands at the foot of every printed page, in the properties and on a last sheet.
    """
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"constant_memory": True})
    bold = book.add_format({"bold": True})
    for name, (header, lines) in contents.items():
        sheet = book.add_worksheet(name[:31])
        sheet.freeze_panes(1, 0)
        names = list(header)
        sheet.set_column(0, max(len(names) - 1, 0), 18)
        for number, line in enumerate([names, *lines]):
            for column, cell in enumerate(line):
                if type(cell) is int:
                    sheet.write_number(number, column, cell)
                else:
                    sheet.write_string(number, column, "" if cell is None else str(cell), None if number else bold)
        if mark:
            sheet.set_landscape()
            sheet.set_footer("&C" + mark.replace("&", "&&"))
    if mark:
        book.add_worksheet(say(N_("导出记录"))).write_string(0, 0, mark)
    book.set_properties({"title": title, "comments": mark})
    book.close()
    return target.getvalue()


def csv_file(header: Iterable[str], lines: Iterable[Iterable[Any]], *, mark: str = "") -> bytes:
    """A CSV that spreadsheets open as UTF-8 and take no cell of for a formula; `mark` is its first line."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    for line in ([mark] if mark else [], header, *lines):
        if line:
            writer.writerow([inert("" if cell is None else str(cell)) for cell in line])
    return target.getvalue().encode("utf-8-sig")


def inert(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: one that begins like it gets an apostrophe before it."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell

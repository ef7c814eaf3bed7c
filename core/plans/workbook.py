"""The annual plan table as XLSX: written with a header line, read back strictly."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any

import xlsxwriter
from python_calamine import CalamineError, CalamineWorkbook

from core.foundation.errors import Refused
from core.foundation.findings import N_, Finding
from core.foundation.tables import judge_unpacked

HEADER = ("业务", "网报开始", "网报结束", "现场确认开始", "现场确认结束")  # the form's own headings
MEETING_HEADER = ("会议日期", "地点", "内容")
BUSINESSES = {"教师资格认定": "recognition", "定期注册": "registration"}
CONTENTS = {"工作部署": "deployment", "政策学习": "policy", "系统使用培训": "system"}
FIELDS = ("business", "entry_start", "entry_end", "confirm_start", "confirm_end")
MOST_ROWS = 200
MOST_UNPACKED = 8 * 1024 * 1024


def write(year: int, rows: list[dict[str, Any]], meetings: list[dict[str, Any]]) -> bytes:
    """The table as a workbook with two sheets."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False})
    bold = book.add_format({"bold": True})
    sheet = book.add_worksheet("计划表")
    sheet.set_column(0, 4, 16)
    names = {value: key for key, value in BUSINESSES.items()}
    _lines(sheet, HEADER, [[names[row["business"]], *(str(row[f]) for f in FIELDS[1:])] for row in rows], bold)
    other = book.add_worksheet("培训会议")
    other.set_column(0, 2, 24)
    words = {value: key for key, value in CONTENTS.items()}
    lines = [[str(m["held_on"]), m["place"], "、".join(words[c] for c in m["contents"])] for m in meetings]
    _lines(other, MEETING_HEADER, lines, bold)
    book.set_properties({"title": f"{year}"})
    book.close()
    return target.getvalue()


def _lines(sheet: Any, header: tuple[str, ...], lines: list[list[str]], bold: Any) -> None:
    for column, name in enumerate(header):
        sheet.write_string(0, column, name, bold)
    for number, line in enumerate(lines, 1):
        for column, text in enumerate(line):
            sheet.write_string(number, column, text)


def _wrong(line: int, column: str, message: str) -> Finding:
    return Finding(
        "table_cell",
        N_("第%(line)s行，%(column)s：%(message)s"),
        clause="二(一)",
        field="file",
        params={"line": line, "column": column, "message": message},
    )


def read(data: bytes) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Rows and meetings of a workbook; raises `Refused` naming each faulty cell."""
    judge_unpacked(data, MOST_UNPACKED, "二(一)")
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [book.get_sheet_by_index(index) for index in range(min(2, len(book.sheet_names)))]
    except (CalamineError, ValueError, OSError) as fault:
        raise Refused([_wrong(1, "XLSX", N_("无法读取此文件"))]) from fault
    if any(sheet.total_height > MOST_ROWS for sheet in sheets):
        raise Refused([_wrong(MOST_ROWS, "XLSX", N_("行数过多"))])
    faults: list[Finding] = []
    rows = [_row(number, cells, faults) for number, cells in _body(sheets[0], HEADER, faults)]
    meetings = (
        [_meeting(number, cells, faults) for number, cells in _body(sheets[1], MEETING_HEADER, faults)]
        if len(sheets) > 1
        else []
    )
    if faults:
        raise Refused(faults)
    return rows, meetings


def _body(sheet: Any, header: tuple[str, ...], faults: list[Finding]) -> list[tuple[int, list[Any]]]:
    lines = list(sheet.to_python(skip_empty_area=False))
    first = [str(cell).strip() for cell in lines[0]][: len(header)] if lines else []
    if first != list(header):
        faults.append(_wrong(1, "、".join(header), N_("表头与模板不符")))
        return []
    return [(number, row) for number, row in enumerate(lines[1:], 2) if any(cell not in ("", None) for cell in row)]


def _row(number: int, cells: list[Any], faults: list[Finding]) -> dict[str, Any]:
    business = BUSINESSES.get(str(cells[0]).strip(), "")
    if not business:
        faults.append(_wrong(number, HEADER[0], N_("应为教师资格认定或定期注册")))
    days = {FIELDS[i]: _day(cells[i], number, HEADER[i], faults) for i in range(1, 5)}
    return {"business": business, **days}


def _meeting(number: int, cells: list[Any], faults: list[Finding]) -> dict[str, Any]:
    contents = [CONTENTS.get(word.strip(), "") for word in str(cells[2]).split("、")]
    if "" in contents:
        faults.append(_wrong(number, MEETING_HEADER[2], N_("应为工作部署、政策学习、系统使用培训")))
    return {
        "held_on": _day(cells[0], number, MEETING_HEADER[0], faults),
        "place": str(cells[1]).strip()[:200],
        "contents": contents,
    }


def _day(cell: Any, number: int, column: str, faults: list[Finding]) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    try:
        return date.fromisoformat(str(cell).strip()).isoformat()
    except ValueError:
        faults.append(_wrong(number, column, N_("请按年-月-日填写日期，例如 2020-04-07")))
        return "1900-01-01"

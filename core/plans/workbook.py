"""The annual plan table as XLSX: written with a header line, read back strictly."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from core.foundation import tables
from core.foundation.errors import Refused
from core.foundation.findings import N_, Finding

HEADER = ("业务", "网报开始", "网报结束", "现场确认开始", "现场确认结束")  # the form's own headings
MEETING_HEADER = ("会议日期", "地点", "内容")
BUSINESSES = {"教师资格认定": "recognition", "定期注册": "registration"}
CONTENTS = {"工作部署": "deployment", "政策学习": "policy", "系统使用培训": "system"}
FIELDS = ("business", "entry_start", "entry_end", "confirm_start", "confirm_end")
MOST_ROWS = 200
MOST_UNPACKED = 8 * 1024 * 1024


def sheets(rows: list[dict[str, Any]], meetings: list[dict[str, Any]]) -> tables.Sheets:
    """The table as two sheets."""
    names = {value: key for key, value in BUSINESSES.items()}
    words = {value: key for key, value in CONTENTS.items()}
    return {
        "计划表": (HEADER, [[names[row["business"]], *(str(row[f]) for f in FIELDS[1:])] for row in rows]),
        "培训会议": (
            MEETING_HEADER,
            [[str(m["held_on"]), m["place"], "、".join(words[c] for c in m["contents"])] for m in meetings],
        ),
    }


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
    found = tables.sheets(data, most=MOST_UNPACKED, clause="二(一)")[:2]
    if any(sheet.total_height > MOST_ROWS for sheet in found):
        raise Refused([_wrong(MOST_ROWS, "XLSX", N_("行数过多"))])
    faults: list[Finding] = []
    rows = [_row(number, cells, faults) for number, cells in _body(found[0], HEADER, faults)]
    meetings = (
        [_meeting(number, cells, faults) for number, cells in _body(found[1], MEETING_HEADER, faults)]
        if len(found) > 1
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

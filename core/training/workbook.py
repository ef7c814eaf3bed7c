"""Attendance as XLSX: one sheet of institutions, one of named officers; read back strictly, line by line."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from core.foundation import tables
from core.foundation.errors import Refused
from core.foundation.findings import N_, Finding

COUNTS = ("机构代码", "认定机构", "出席人数")  # the sheet's own headings
OFFICERS = ("机构代码", "用户名", "姓名")
MOST_ROWS = 20_000
MOST_UNPACKED = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class CountLine:
    """Line `line`: how many of an institution came."""

    line: int
    code: str
    attendees: int


@dataclass(frozen=True, slots=True)
class OfficerLine:
    """Line `line`: a named officer who came."""

    line: int
    code: str
    username: str


@dataclass(frozen=True, slots=True)
class Lines:
    """What a workbook says."""

    counts: tuple[CountLine, ...]
    officers: tuple[OfficerLine, ...]


def sheets(counts: Iterable[tuple[str, str, Any]], officers: Iterable[tuple[str, str, str]]) -> tables.Sheets:
    """The workbook's two sheets: codes and names are texts, so that nothing is read as a formula or a number."""
    return {"出席人数": (COUNTS, counts), "出席人员": (OFFICERS, officers)}


def _wrong(sheet: tuple[str, ...], line: int, message: str) -> Finding:
    return Finding(
        "training_sheet_line",
        N_("%(sheet)s，第%(line)s行：%(message)s"),
        clause="一(五)",
        field="file",
        params={"sheet": "出席人数" if sheet is COUNTS else "出席人员", "line": line, "message": message},
    )


def read(data: bytes) -> Lines:
    """The lines of a workbook; raises `Refused` naming each cell that cannot be read."""
    found = tables.sheets(data, most=MOST_UNPACKED, clause="一(五)")[:2]
    if any(sheet.total_height > MOST_ROWS for sheet in found):
        raise Refused([_wrong(COUNTS, MOST_ROWS, N_("行数过多"))])
    faults: list[Finding] = []
    counts = [_count(line, row, faults) for line, row in _body(found[0], COUNTS, faults)]
    officers = (
        [OfficerLine(line, _text(row[0]), _text(row[1]).lower()) for line, row in _body(found[1], OFFICERS, faults)]
        if len(found) > 1
        else []
    )
    if faults:
        raise Refused(faults[:100])
    return Lines(tuple(line for line in counts if line is not None), tuple(officers))


def _text(cell: Any) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()


def _body(sheet: Any, header: tuple[str, ...], faults: list[Finding]) -> Iterator[tuple[int, list[Any]]]:
    lines = list(sheet.to_python(skip_empty_area=False))
    if not lines or [_text(cell) for cell in lines[0]][: len(header)] != list(header):
        faults.append(_wrong(header, 1, N_("表头与登记表不符")))
        return
    for number, row in enumerate(lines[1:], 2):
        if any(cell not in ("", None) for cell in row):
            yield number, [*row, "", "", ""][:3]


def _count(line: int, row: list[Any], faults: list[Finding]) -> CountLine | None:
    """A line of the first sheet; one without a number says nothing yet and is passed over."""
    text = _text(row[2])
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        faults.append(_wrong(COUNTS, line, N_("出席人数应为整数")))
        return None
    return CountLine(line, _text(row[0]), int(text))


def judge_lines(
    lines: Lines, institutions: Collection[str], people: Mapping[str, UUID], at: Mapping[str, Collection[UUID]]
) -> list[Finding]:
    """Every line that cannot be taken: unknown, repeated, of another institution, or without its count.

    `people` are officers by user name, `at` the officers of each institution.
    """
    faults: list[Finding] = []
    counted: set[str] = set()
    for line in lines.counts:
        if line.code not in institutions:
            faults.append(_wrong(COUNTS, line.line, N_("没有邀请过此机构")))
        elif line.code in counted:
            faults.append(_wrong(COUNTS, line.line, N_("此机构重复出现")))
        counted.add(line.code)
    seen: set[str] = set()
    for one in lines.officers:
        if one.username not in people:
            faults.append(_wrong(OFFICERS, one.line, N_("没有此用户名")))
        elif one.username in seen:
            faults.append(_wrong(OFFICERS, one.line, N_("此人员重复出现")))
        elif one.code not in counted:
            faults.append(_wrong(OFFICERS, one.line, N_("该机构没有填写出席人数")))
        elif people[one.username] not in at.get(one.code, ()):
            faults.append(_wrong(OFFICERS, one.line, N_("此人员不属于该机构")))
        seen.add(one.username)
    return faults

"""The exchanged workbook: written with texts alone, read back strictly, compared row by row with what was sent."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import xlsxwriter
from python_calamine import CalamineError, CalamineWorkbook

from core.sdk.values import N_, CheckResult, CheckSubject, Finding, Outcome

HEADER = ("编号", "姓名", "证件类型", "证件号码", "核查结果", "结果日期", "文号", "说明")
OUTCOMES = {"无犯罪记录": Outcome.CLEAR, "有犯罪记录": Outcome.RECORD_FOUND, "无法核实": Outcome.UNCLEAR}
MOST_ROWS = 5000
MOST_UNPACKED = 64 * 1024 * 1024  # bytes; the fullest honest workbook unpacks to a tenth of it
CLAUSE = "一(二)"


@dataclass(frozen=True, slots=True)
class Row:
    """Line `line` of a workbook; `result` is None while it is unanswered."""

    line: int
    reference: str
    name: str
    document_kind: str
    document_number: str
    result: CheckResult | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a returned workbook says: sound rows with answers, faults that forbid taking it, rows still missing."""

    rows: tuple[Row, ...] = ()
    faults: tuple[Finding, ...] = ()
    missing: tuple[Finding, ...] = ()

    @property
    def results(self) -> list[CheckResult]:
        """The answers, to be taken when nothing is at fault."""
        return [row.result for row in self.rows if row.result is not None]


def write(subjects: Sequence[CheckSubject]) -> bytes:
    """The outgoing workbook. Every cell is a text, so that no number is rounded and nothing becomes a formula."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    text, bold = book.add_format({"num_format": "@"}), book.add_format({"bold": True})
    sheet = book.add_worksheet("核查名单")
    sheet.set_column(0, len(HEADER) - 1, 22, text)
    for column, words in enumerate(HEADER):
        sheet.write_string(0, column, words, bold)
    for line, one in enumerate(subjects, 1):
        for column, words in enumerate((one.reference, one.name, one.document_kind, one.document_number)):
            sheet.write_string(line, column, words, text)
    book.close()
    return target.getvalue()


def _fault(code: str, line: int, message: str, **params: object) -> Finding:
    return Finding(code, message, clause=CLAUSE, field="file", params={"line": line, **params})


def _cells(data: bytes) -> list[list[Any]]:
    """Every row of the first sheet; raises `ValueError` for what is no workbook."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(item.file_size for item in archive.infolist()) > MOST_UNPACKED:
                raise ValueError("unpacks to too much")
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
        if sheet.total_height > MOST_ROWS:
            raise ValueError("too many rows")
        return list(sheet.to_python(skip_empty_area=False))
    except (CalamineError, zipfile.BadZipFile, IndexError, OSError) as error:
        raise ValueError("no workbook") from error


def sent_rows(data: bytes) -> list[Row]:
    """The rows of an outgoing workbook as it was written; raises `ValueError`."""
    texts = [[str(cell) for cell in [*row, "", "", "", ""][:4]] for row in _cells(data)[1:]]
    return [Row(line, ref, name, kind, number) for line, (ref, name, kind, number) in enumerate(texts, 2)]


def compare(sent: Sequence[Row], data: bytes, today: date) -> Reading:
    """A returned workbook against what was sent; every row that is not as it must be is named by its line."""
    try:
        lines = _cells(data)
    except ValueError:
        return Reading(faults=(_fault("return_unreadable", 1, N_("第%(line)s行：无法读取此工作簿")),))
    header = [str(cell).strip() for cell in lines[0]][: len(HEADER)] if lines else []
    if header != list(HEADER):
        return Reading(faults=(_fault("return_header", 1, N_("第%(line)s行：表头与发出的工作簿不符")),))
    known = {row.reference: row for row in sent}
    faults: list[Finding] = []
    rows: dict[str, Row] = {}
    for line, cells in enumerate(lines[1:], 2):
        if any(cell not in ("", None) for cell in cells):
            _take(line, [*cells, *[""] * len(HEADER)][: len(HEADER)], known, rows, faults, today)
    missing = tuple(
        _fault("return_missing", row.line, N_("发出的第%(line)s行（%(reference)s）没有答复"), reference=row.reference)
        for row in sent
        if row.reference not in rows or rows[row.reference].result is None
    )
    return Reading(tuple(rows.values()), tuple(faults), missing)


def _take(
    line: int, cells: list[Any], known: dict[str, Row], rows: dict[str, Row], faults: list[Finding], today: date
) -> None:
    """Judge one row: only one that is known, alone, unchanged and readable is kept."""
    if not all(isinstance(cell, str) for cell in cells[:4]):
        faults.append(_fault("return_number", line, N_("第%(line)s行：编号和证件号码须为文本格式，已变成数字")))
        return
    reference, name, kind, number = (str(cell).strip() for cell in cells[:4])
    sent = known.get(reference)
    if sent is None:
        faults.append(_fault("return_unknown", line, N_("第%(line)s行：本批次没有报送此编号")))
    elif reference in rows:
        faults.append(_fault("return_repeated", line, N_("第%(line)s行：此编号重复出现")))
    elif (name, kind, number) != (sent.name, sent.document_kind, sent.document_number):
        faults.append(_fault("return_altered", line, N_("第%(line)s行：姓名或证件信息与报送时不一致")))
    else:
        result = _result(line, reference, cells[4:], faults, today)
        rows[reference] = Row(line, reference, name, kind, number, result)


def _result(line: int, reference: str, cells: list[Any], faults: list[Finding], today: date) -> CheckResult | None:
    """The answer in a row, None when there is none yet or it cannot be read."""
    said = str(cells[0] or "").strip()
    if not said:
        return None
    if said not in OUTCOMES:
        choices = "、".join(OUTCOMES)
        faults.append(_fault("return_outcome", line, N_("第%(line)s行：核查结果须为%(choices)s"), choices=choices))
        return None
    decided_on = cells[1] if isinstance(cells[1], date) else _day(str(cells[1]).strip())
    if decided_on is None or decided_on > today:
        faults.append(_fault("return_day", line, N_("第%(line)s行：结果日期须为年-月-日，且不晚于今天")))
        return None
    day = date(decided_on.year, decided_on.month, decided_on.day)
    return CheckResult(reference, OUTCOMES[said], day, str(cells[2] or "").strip()[:80], str(cells[3] or "").strip())


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None

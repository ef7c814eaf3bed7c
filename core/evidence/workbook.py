"""Registers' files and lists of candidates: columns by Chinese heading or English name, levels by word or code."""

from __future__ import annotations

from collections.abc import Iterator

from core.calendar import service as calendar
from core.evidence.rules import COLUMNS, HEADINGS, LEVEL_WORDS, LEVELS, REQUIRED, EvidenceKind
from core.foundation import clock, tables

Line = tuple[int, dict[str, object]]


def level_words(kind: EvidenceKind) -> dict[str, str]:
    """Word → code of each level of a register; an exam's are the kinds of qualification."""
    if kind is not EvidenceKind.EXAM:
        return LEVEL_WORDS.get(kind, {})
    yearbook = calendar.in_force(clock.today().year) or calendar.newest()
    return {item.name: item.code for item in calendar.rules_of(yearbook).kinds} if yearbook else {}


def lines(kind: EvidenceKind, data: bytes) -> Iterator[Line]:
    """(line, {column: cell}) of each row, levels as codes; raises `Refused` for the whole file.

    The database is asked at the call, never while the lines are read: they may go straight into a COPY.
    """
    return _coded(tables.rows(data, REQUIRED[kind], headings=HEADINGS, clause="一(一)"), level_words(kind))


def _coded(rows: Iterator[Line], words: dict[str, str]) -> Iterator[Line]:
    for line, cells in rows:
        level = cells.get("level")
        yield line, cells | {"level": words[level]} if isinstance(level, str) and level in words else cells


def template(kind: EvidenceKind) -> tables.Sheets:
    """The empty sheet of a register, and a second one that says what may stand in each column."""
    told = [
        (HEADINGS[column], column, "必填" if column in REQUIRED[kind] else "可不填", _may_be(kind, column))
        for column in COLUMNS
    ]
    heads = ("列", "英文列名", "是否必填", "可填的内容或示例")
    return {"登记表": ([HEADINGS[column] for column in COLUMNS], []), "填写说明": (heads, told)}


def candidates() -> tables.Sheets:
    """The empty list of candidates that the exam side asks about."""
    return {"登记表": ([HEADINGS["document_number"]], [])}


def _may_be(kind: EvidenceKind, column: str) -> str:
    if column == "level":
        words = {code: word for word, code in level_words(kind).items()}
        return "、".join(f"{words.get(code, '')}（{code}）" for code in sorted(LEVELS.get(kind, ())))
    return {"issued_on": "2020-04-07", "valid_until": "2023-04-07"}.get(column, "文本格式")

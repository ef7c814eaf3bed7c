"""Sheets that schools hand in: lists for the survey, and applications of all their teachers. Headings are Chinese."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from core.filing.workbook import Column, cell_text
from core.foundation import tables
from core.registration.rules import LEAVE_NAMES, POST_NAMES

MOST_LINES = 5000
_APPRAISALS = {"优秀": "passed", "合格": "passed", "基本合格": "passed", "不合格": "failed", "无": "missing"}

PERSON = (
    Column("姓名", "name", example="赵晓明"),
    Column("证件号码", "document_number", example="440524188001010014"),
    Column("教师资格证书号码", "certificate_number", example="20103310231000123"),
)
CASES = (
    *PERSON,
    Column("任教学段", "post", {name: key for key, name in POST_NAMES.items()}),
    Column("任教学科", "subject", example="语文"),
    Column("聘用日期", "appointed_on", example="2010-09-01"),
    Column("试用期考核合格日期", "probation_passed_on", needed=False, example="2011-09-01"),
    Column("上次注册日期", "registered_on", needed=False, example="2015-11-20"),
    Column("培训学时", "training_hours", example="360"),
    Column("年度考核", "appraisals", _APPRAISALS, needed=False, example="合格、合格、合格、合格、合格"),
    Column("离岗学期数", "absence_terms", needed=False, example="0"),
    Column("离岗原因", "absence_reason", {name: key for key, name in LEAVE_NAMES.items() if key}, needed=False),
    Column("身心健康", "fit", {"是": "1", "否": "0"}),
    Column("师德意见", "conduct", {"合格": "good"}, needed=False, example="合格"),
)
SHEETS = {"survey": PERSON, "cases": CASES}


def template(kind: str) -> tables.Sheets:
    """The empty sheet of a kind, and a second one that says what may stand in each column."""
    columns = SHEETS[kind]
    told = [
        (column.heading, "必填" if column.needed else "可不填", "、".join(column.words or ()) or column.example)
        for column in columns
    ]
    heads = ("列", "是否必填", "可填的内容或示例")
    return {"登记表": ([column.heading for column in columns], []), "填写说明": (heads, told)}


def lines(kind: str, data: bytes) -> Iterator[tuple[int, dict[str, Any]]]:
    """(line, {field: text or list}) of each row; raises `Refused` for the whole file."""
    columns = SHEETS[kind]
    for line, row in tables.rows(data, [column.heading for column in columns], most=MOST_LINES, clause="二(二)"):
        given = {column.field: _given(column, row.get(column.heading)) for column in columns}
        yield line, {field: value for field, value in given.items() if value not in ("", [])}


def _given(column: Column, cell: object) -> Any:
    text = cell_text(cell)
    words = column.words or {}
    if column.field == "appraisals":
        return [words.get(part, part) for part in text.replace("，", "、").replace(",", "、").split("、") if part]
    return words.get(text, text)

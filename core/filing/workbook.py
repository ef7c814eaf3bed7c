"""Sheets of filing: the register for the archive, and what a province brings in, with a template for each.

Written cells are texts (no formulas). The sheets' own headings and words are Chinese whatever the page's language.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from core.accounts.rules import ROLE_NAMES
from core.filing.models import Filing
from core.filing.rules import FILING_MOVES, LEVEL_NAMES, PLACE_NAMES, STAGE_NAMES
from core.foundation import clock, tables
from core.people.rules import DOCUMENT_NAMES, masked_number

MOST_LINES = 1000

HEADER = (
    "姓名", "证件号码", "单位", "职务", "岗位", "用户名", "状态", "承诺书签署日期", "承诺书SHA-256", "备案日期",
    "确认期限", "备案有效期至",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """A heading, the field it fills, and the words that may stand there (word → value)."""

    heading: str
    field: str
    words: dict[str, str] | None = None
    needed: bool = True
    example: str = ""


def _words(names: dict[Any, str]) -> dict[str, str]:
    return {word: str(value) for value, word in names.items()}


DIVISIONS = (
    Column("区划代码", "code", example="0003"),
    Column("名称", "name", example="示例市"),
    Column("类别", "kind", _words({key: name for key, name in PLACE_NAMES.items() if key != "province"})),
    Column("启用日期", "valid_from", needed=False, example="2020-01-01"),
)
INSTITUTIONS = (
    Column("机构代码", "code", example="00105"),
    Column("名称", "name", example="示例县教育局"),
    Column("层级", "level", _words(LEVEL_NAMES)),
    Column("区划代码", "division", example="000102"),
    Column("资格种类", "kinds", example="123"),
    Column("电话", "telephone", example="000-12345"),
    Column("启用日期", "valid_from", needed=False, example="2020-01-01"),
)
SCHOOLS = (
    Column("学校代码", "code", example="000102000001"),
    Column("名称", "name", example="示例县第一小学"),
    Column("类别", "stage", _words(STAGE_NAMES)),
    Column("公办", "public", {"是": "1", "否": "0"}),
    Column("主管机构代码", "institution_code", example="00102"),
    Column("电话", "telephone", example="000-12345"),
)
OFFICERS = (
    Column("姓名", "name"),
    Column("证件类型", "document_kind", _words(DOCUMENT_NAMES)),
    Column("证件号码", "document_number"),
    Column("手机号", "mobile"),
    Column("电子邮箱", "mail", needed=False),
    Column("用户名", "username"),
    Column("机构代码", "institution_code", needed=False, example="00102"),
    Column("单位", "unit", needed=False),
    Column("职务", "post", example="经办"),
    Column("岗位", "roles", _words(ROLE_NAMES)),
    Column("备案有效期至", "valid_until", needed=False),
    Column("承诺书签署日期", "signed_on", needed=False, example="2020-03-01"),
)
SHEETS = {"divisions": DIVISIONS, "institutions": INSTITUTIONS, "schools": SCHOOLS, "officers": OFFICERS}
_SEVERAL = {"kinds", "roles"}


def template(what: str) -> tables.Sheets:
    """The empty sheet of `what`, and a second one that says what may stand in each column."""
    columns = SHEETS[what]
    told = [
        (column.heading, "必填" if column.needed else "可不填", "、".join(column.words or ()) or column.example)
        for column in columns
    ]
    heads = ("列", "是否必填", "可填的内容或示例")
    return {"登记表": ([column.heading for column in columns], []), "填写说明": (heads, told)}


def lines(what: str, data: bytes) -> Iterator[tuple[int, dict[str, Any]]]:
    """(line, {field: text or list}) of each row of an uploaded sheet; raises `Refused` for the whole file."""
    columns = SHEETS[what]
    for line, row in tables.rows(data, [column.heading for column in columns], most=MOST_LINES, clause="三(二)"):
        given = {column.field: _given(column, row.get(column.heading)) for column in columns}
        yield line, {field: value for field, value in given.items() if value not in ("", [])}


def _given(column: Column, cell: object) -> Any:
    text = cell_text(cell)
    if column.field == "kinds":
        return sorted(set(text.replace("、", "").replace(",", "").replace(" ", "")))
    words = column.words or {}
    if column.field in _SEVERAL:
        return [words.get(part, part) for part in text.replace(",", "、").replace("，", "、").split("、") if part]
    return words.get(text, text)


def cell_text(cell: object) -> str:
    """A cell as a person reads it; a long number has lost digits and stays visibly one, to be refused by its rule."""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 10**12:
        return str(int(cell))
    return "" if cell is None else str(cell).strip()


def register(rows: Iterable[Filing]) -> tables.Sheets:
    """The register of filings as one sheet, numbers masked."""
    return {"实名备案登记册": (HEADER, map(cells, rows))}


def cells(row: Filing) -> list[str]:
    """A filing as a line of the register."""
    filed = clock.beijing(row.approved_at).date().isoformat() if row.approved_at else ""
    roles = "、".join(str(name) for role, name in ROLE_NAMES.items() if role in row.roles)
    return [
        row.name, masked_number(row.document_number), row.unit, row.post, roles, row.username,
        FILING_MOVES.labels[row.state], str(row.signed_on or ""), row.undertaking_sha256, filed,
        str(row.confirm_by or ""), str(row.valid_until or ""),
    ]  # fmt: skip

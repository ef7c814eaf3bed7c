"""The filing register as XLSX for the province's archive: numbers masked, every cell a text (no formulas)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core.filing.models import Filing
from core.filing.rules import FILING_MOVES
from core.foundation.findings import N_
from core.foundation.i18n import say
from core.foundation.tables import Sheets
from core.people.rules import masked_number

HEADER = (
    N_("姓名"), N_("证件号码"), N_("单位"), N_("职务"), N_("岗位"), N_("用户名"), N_("状态"), N_("承诺书签署日期"),
    N_("承诺书SHA-256"), N_("备案日期"), N_("确认期限"), N_("备案有效期至"),
)  # fmt: skip


def sheets(rows: Iterable[Filing], role_names: dict[Any, str]) -> Sheets:
    """The register with its header."""
    return {say(N_("实名备案")): (map(say, HEADER), [_cells(row, role_names) for row in rows])}


def _cells(row: Filing, role_names: dict[Any, str]) -> list[str]:
    filed = row.approved_at.date().isoformat() if row.approved_at else ""
    return [
        row.name, masked_number(row.document_number), row.unit, row.post,
        "、".join(say(role_names[role]) for role in row.roles), row.username, say(FILING_MOVES.labels[row.state]),
        str(row.signed_on or ""), row.undertaking_sha256, filed, str(row.confirm_by or ""), str(row.valid_until or ""),
    ]  # fmt: skip

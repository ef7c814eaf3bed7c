"""What an institution may be: its kinds, its territories and its time (Regulations art. 13)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from core.foundation.findings import N_, Finding, clause

# The kinds of the Regulations, art. 4; the yearbook's table adds what each asks for.
KIND_NAMES = {
    "1": N_("幼儿园教师资格"),
    "2": N_("小学教师资格"),
    "3": N_("初级中学教师资格"),
    "4": N_("高级中学教师资格"),
    "5": N_("中等职业学校教师资格"),
    "6": N_("中等职业学校实习指导教师资格"),
    "7": N_("高等学校教师资格"),
}
LEVEL_NAMES = {
    "county": N_("县级"), "city": N_("设区的市级"), "province": N_("省级"), "university": N_("受委托高校"),
}  # fmt: skip


def _said(code: str, message: str, field: str, remedy: str = "", **params: Any) -> Finding:
    return Finding(code, message, clause="条例13", field=field, remedy=remedy, params=params)


@clause("条例13")
def judge_institution(
    code: str,
    kinds: Iterable[str],
    valid_from: date | None,
    valid_to: date | None,
    successor: str,
) -> list[Finding]:
    """Kinds are 1–7 and not none; an end comes after the beginning, a successor after the end."""
    found = []
    if not set(kinds) <= set(KIND_NAMES) or not set(kinds):
        found.append(_said("kinds_unknown", N_("资格种类应为1至7"), "kinds"))
    if valid_from and valid_to and valid_to < valid_from:
        found.append(_said("validity_backwards", N_("停用日期早于启用日期"), "valid_to"))
    if successor and (not valid_to or successor == code):
        found.append(
            _said("successor_needs_end", N_("写接续机构时应同时写停用日期，且不能是本机构"), "successor")
        )  # fmt: skip
    return found

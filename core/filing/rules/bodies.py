"""What an institution may be: its kinds, its territories and its time (Regulations art. 13)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
    division: str,
    kinds: Iterable[str],
    also: Iterable[Mapping[str, Any]],
    valid_from: date | None,
    valid_to: date | None,
    successor: str,
) -> list[Finding]:
    """Kinds are 1–7; further territories lie in the own province; an end comes after the beginning."""
    found = []
    if not set(kinds) <= set(KIND_NAMES):
        found.append(_said("kinds_unknown", N_("资格种类应为1至7"), "kinds"))
    for item in also:
        place = str(item["division"])
        if not place.isdigit() or place[:2] != division[:2] or not set(item["kinds"]) <= set(KIND_NAMES):
            found.append(
                _said(
                    "also_form", N_("“%(place)s”不是本省的区划代码，或资格种类不在1至7"), "also",
                    N_("每行写区划代码和种类，例如 330102 123"), place=place,
                )
            )  # fmt: skip
    if valid_from and valid_to and valid_to < valid_from:
        found.append(_said("validity_backwards", N_("停用日期早于启用日期"), "valid_to"))
    if successor and (not valid_to or successor == code):
        found.append(
            _said("successor_needs_end", N_("写接续机构时应同时写停用日期，且不能是本机构"), "successor")
        )  # fmt: skip
    return found

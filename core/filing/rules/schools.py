"""Schools as units with named users of their own: their codes, stages and whose they are (R-REG-02, R-REG-08)."""

from __future__ import annotations

import re

from core.foundation.findings import N_, Finding, clause

STAGE_NAMES = {
    "kindergarten": N_("幼儿园"), "primary": N_("小学"), "junior_middle": N_("初级中学"),
    "senior_middle": N_("高级中学"), "secondary_vocational": N_("中等职业学校"), "mixed": N_("九年或十二年一贯制学校"),
}  # fmt: skip
CODE_LENGTH = 12


def is_school(territory: str) -> bool:
    """Whether a territory is that of one school."""
    return len(territory) == CODE_LENGTH


def division_part(division: str) -> str:
    """A division as the beginning of its schools' codes: six digits, filled up with zeros."""
    return division.ljust(6, "0")


@clause("R-REG-02", "R-REG-08")
def judge_school(code: str, name: str, stage: str, division: str) -> list[Finding]:
    """A school's code has twelve digits and begins with the division of the institution that decides for it."""
    found = []
    if not re.fullmatch(r"\d{12}", code, re.ASCII) or not code.startswith(division_part(division)):
        found.append(
            _said(
                "school_code_form", N_("学校代码应为12位数字，前6位是%(division)s"), "code",
                N_("前6位是主管机构的区划代码（不足6位补0），后6位由主管机构编排"), division=division_part(division),
            )
        )  # fmt: skip
    if stage not in STAGE_NAMES:
        found.append(_said("school_stage", N_("请选择学校类别"), "stage"))
    if len(name.strip()) < 2:
        found.append(_said("school_name", N_("请填写学校名称"), "name"))
    return found


def _said(code: str, message: str, field: str, remedy: str = "", **params: object) -> Finding:
    return Finding(code, message, clause="R-REG-08", field=field, remedy=remedy, params=params)

"""Certificate numbers: taken apart, judged for reading, composed for issuing (rulebook § 2.4)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from core.foundation.findings import N_, Finding, clause
from core.rulesets.loader import provinces

FIRST_YEAR = 1996
LAST_LEGACY_YEAR = 2000
SEX_ZERO_BEFORE = 2009


@dataclass(frozen=True, slots=True)
class NumberParts:
    """A certificate number taken apart; `institution` is "" and `division` filled for 15 digits."""

    year: int
    province: str
    institution: str
    division: str
    kind: str
    sex: str
    sequence: int


def _number(code: str, message: str, remedy: str = "", **params: object) -> Finding:
    return Finding(code, message, clause="§2.4", field="number", remedy=remedy, params=params)


@clause("§2.4", "二(三)")
def judge_certificate_number(text: str, today: date) -> list[Finding]:
    """Form of a 17-digit number, or of a 15-digit one of 1996–2000, for reading (rulebook § 2.4)."""
    number = re.sub(r"\s", "", text)
    if len(number) not in (15, 17):
        return [
            _number(
                "certificate_length",
                N_("证书号码应为17位（1996至2000年的为15位），现为%(length)s位"),
                N_("请对照证书逐位核对"),
                length=len(number),
            )
        ]
    if not re.fullmatch(r"\d+", number, re.ASCII):
        return [_number("certificate_character", N_("证书号码只能是数字"), N_("请对照证书逐位核对"))]
    parts = parse_number(number)
    return [
        *_judge_year(parts, len(number), today),
        *_judge_parts(parts, len(number)),
    ]


def _judge_year(parts: NumberParts, length: int, today: date) -> list[Finding]:
    last = LAST_LEGACY_YEAR if length == 15 else today.year
    if FIRST_YEAR <= parts.year <= last:
        return []
    return [
        _number(
            "certificate_year",
            N_("年份%(year)s不在%(first)s至%(last)s之间"),
            year=parts.year,
            first=FIRST_YEAR,
            last=last,
        )
    ]


def _judge_parts(parts: NumberParts, length: int) -> list[Finding]:
    found = []
    if parts.province not in provinces():
        found.append(_number("certificate_province", N_("没有代码为%(province)s的省份"), province=parts.province))
    if parts.kind not in "1234567":
        found.append(_number("certificate_kind", N_("资格种类代码应为1至7")))
    sexes = "012" if length == 15 or parts.year < SEX_ZERO_BEFORE else "12"
    if parts.sex not in sexes:
        found.append(_number("certificate_sex", N_("性别代码应为1或2（2009年以前可为0）")))
    if parts.sequence == 0:
        found.append(_number("certificate_sequence", N_("顺序号从1开始")))
    return found


def parse_number(number: str) -> NumberParts:
    """Take a number of 17 or 15 digits apart; raises `ValueError` for another form."""
    if not re.fullmatch(r"\d{17}|\d{15}", number, re.ASCII):
        raise ValueError("neither 17 nor 15 digits")
    if len(number) == 17:
        return NumberParts(int(number[:4]), number[4:6], number[4:9], "", number[9], number[10], int(number[11:]))
    century = 2000 if int(number[:2]) < 50 else 1900
    return NumberParts(century + int(number[:2]), number[2:4], "", number[2:8], number[8], number[9], int(number[10:]))


@clause("§2.4", "二(三)")
def compose_number(year: int, institution: str, kind: str, sex: str, sequence: int) -> str:
    """The 17 digits of a new certificate (rulebook § 2.4); raises `ValueError` on parts that cannot be."""
    if not re.fullmatch(r"\d{5}", institution, re.ASCII) or institution[2:] == "000":
        raise ValueError(f"no institution code: {institution!r}")
    if sex not in ("1", "2") or kind not in tuple("1234567") or not 1 <= sequence <= 999_999 or year < 2001:
        raise ValueError("kind, sex, sequence or year is out of range")
    return f"{year:04d}{institution}{kind}{sex}{sequence:06d}"

"""Invented people: names of nobody, identity numbers that are valid in form, from a region nobody lives in."""

from __future__ import annotations

from datetime import date

from core.people.rules import check_character

_FAMILY = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"
_GIVEN = (
    "晓明",
    "雨桐",
    "思远",
    "佳宁",
    "子涵",
    "若兰",
    "文博",
    "静怡",
    "建国",
    "秋月",
    "云飞",
    "海燕",
    "一诺",
    "明轩",
)

REGION = "990101"


def identity_number(serial: int, born: date = date(1996, 5, 17)) -> str:
    """A valid number of an unassigned region; `serial` 1–999, odd is male."""
    first = f"{REGION}{born:%Y%m%d}{serial % 1000:03d}"
    return first + check_character(first)


def name(serial: int) -> str:
    """A name for the serial."""
    return _FAMILY[serial % len(_FAMILY)] + _GIVEN[serial // len(_FAMILY) % len(_GIVEN)]


def mobile(serial: int) -> str:
    """A mobile number in form."""
    return f"199{serial % 100_000_000:08d}"

"""Where the year is played: provinces with a city and counties each, their institutions and officers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from core.rulesets.loader import province_names

CORPS = "66"
COUNTY_KINDS, CITY_KINDS, PROVINCE_KINDS = ["1", "2", "3"], ["4", "5", "6"], ["7"]
_APPLICANTS_OF_A_COUNTY = 2000
_MOST_COUNTIES = 98
_SMALL = 50  # applicants of a province for whom one county is enough


@dataclass(frozen=True, slots=True)
class Body:
    """An institution: its code, level, name, division and the kinds it concludes."""

    code: str
    level: str
    name: str
    division: str
    kinds: tuple[str, ...]

    @property
    def province(self) -> str:
        """The province's code."""
        return self.code[:2]


@dataclass(frozen=True, slots=True)
class Officer:
    """A named user to be filed."""

    username: str
    name: str
    role: str
    prefix: str
    code: str = ""


def codes(provinces: int, wanted: Sequence[str] = ()) -> list[str]:
    """So many provinces: the XPCC always among them, then those `wanted`, then the first of the list."""
    known = [*wanted, *(code for code in province_names() if code not in (CORPS, *wanted))]
    return sorted([CORPS, *known[: max(provinces, 1) - 1]])


def counties(applicants: int, provinces: int) -> int:
    """How many counties a province has in a year of this size."""
    fewest = 1 if applicants < _SMALL * provinces else 2
    return min(max(applicants // provinces // _APPLICANTS_OF_A_COUNTY, fewest), _MOST_COUNTIES)


def divisions(province: str, count: int) -> Iterator[tuple[str, str, str]]:
    """(code, name, kind) of a province's invented places."""
    corps = province == CORPS
    yield f"{province}97", "演示师" if corps else "演示市", "corps_division" if corps else "city"
    for number in range(1, count + 1):
        yield f"{province}97{number:02d}", f"演示{number}{'团' if corps else '县'}", "county"


def bodies(province: str, count: int) -> list[Body]:
    """A province's institutions: its own, a city's and the counties'."""
    whole, short = province_names()[province][:2]
    made = [
        Body(f"{province}901", "province", f"{whole}教育厅（演示）", province, tuple(PROVINCE_KINDS)),
        Body(f"{province}911", "city", f"{short}演示市教育局", f"{province}97", tuple(CITY_KINDS)),
    ]
    for number in range(1, count + 1):
        division = f"{province}97{number:02d}"
        made.append(
            Body(f"{province}{100 + number}", "county", f"{short}演示{number}县教育局", division, tuple(COUNTY_KINDS))
        )
    return made


def officers(body: Body) -> list[Officer]:
    """Two who handle cases and one who concludes, in each institution."""
    posts = (("a", "case_officer"), ("b", "case_officer"), ("h", "institution_head"))
    return [
        Officer(f"p{body.code}{letter}", f"{body.name[:2]}{place}", role, body.division, body.code)
        for place, (letter, role) in zip(("文", "思", "正"), posts, strict=True)
    ]


def province_officers(province: str) -> list[Officer]:
    """Two at the province: what one does another approves."""
    short = province_names()[province][1]
    return [Officer(f"p{province}{letter}", f"{short}{place}", "province_officer", province) for letter, place in
            (("one", "安"), ("two", "宁"))]  # fmt: skip


CENTRE = [Officer("centre", "钟国平", "national_officer", ""), Officer("centre2", "国昕", "national_officer", "")]
POSTS: dict[str, str] = {
    "national_officer": "业务主管", "province_officer": "教师资格管理", "case_officer": "认定经办",
    "institution_head": "分管负责人", "exam_officer": "考务管理",
}  # fmt: skip


def points(body: Body) -> list[dict[str, Any]]:
    """Where people confirm."""
    return [{"name": "政务服务大厅", "address": f"{body.name}一楼", "telephone": "000-12345"}]

"""Divisions: a tree by code, whose codes change over time and name their successors (Regulations art. 13)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from core.filing.rules.bodies import KIND_NAMES
from core.foundation.findings import N_, Finding, clause

# The tree's root is the nation, which has no code. The XPCC (66) is a province with divisions of its own.
PLACE_NAMES = {
    "province": N_("省级区划"), "city": N_("设区的市（地、州）"), "county": N_("县（市、区）、团场"),
    "corps_division": N_("兵团的师"),
}  # fmt: skip
CORPS = "66"
_KINDS_AT = {2: {"province"}, 4: {"city", "corps_division"}, 6: {"county"}}


@dataclass(frozen=True, slots=True)
class Place:
    """A division as rules take it."""

    code: str
    name: str
    kind: str
    valid_from: date | None = None
    valid_until: date | None = None
    successor: str = ""

    def in_force(self, day: date) -> bool:
        """Whether the code is used on `day`."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )


def _said(code: str, message: str, field: str, remedy: str = "", **params: Any) -> Finding:
    return Finding(code, message, clause="条例13", field=field, remedy=remedy, params=params)


def parent_code(code: str, known: Iterable[str]) -> str:
    """The nearest division above `code` among `known`: a county directly under a province has no city between."""
    there = set(known)
    return next((code[:length] for length in (4, 2) if length < len(code) and code[:length] in there), "")


@clause("条例13")
def judge_division(place: Place, province: str, above: Place | None, day: date) -> list[Finding]:
    """A new division has a code of its level under one in force of the own province, and a kind that fits.

    `province` is the code of the province that adds it, `above` its parent.
    """
    if not re.fullmatch(r"\d{4}(\d{2})?", place.code) or place.code[:2] != province:
        return [
            _said(
                "division_code_form", N_("区划代码应以%(province)s开头，共4位或6位数字"), "code",
                N_("市、师写4位，县、区、团场写6位"), province=province,
            )
        ]  # fmt: skip
    found = []
    fits = place.kind in _KINDS_AT[len(place.code)] and (place.kind != "corps_division" or province == CORPS)
    if not fits:
        found.append(
            _said(
                "division_kind", N_("类别与代码的位数不符"), "kind",
                N_("4位是设区的市（兵团为师或市），6位是县、区、团场；只有兵团设师"),
            )
        )  # fmt: skip
    if above is None or not above.in_force(place.valid_from or day):
        found.append(_said("division_parent", N_("上级区划不存在或已停用"), "code", N_("请先登记上级区划")))
    if len(place.name.strip()) < 2:
        found.append(_said("division_name", N_("请填写区划名称"), "name"))
    return found


@clause("条例13")
def judge_closing(place: Place, until: date, successor: Place | None, below: Iterable[str]) -> list[Finding]:
    """A division closes once, not before it began, with nothing in force left in it; a successor is in force then.

    `below` names the divisions and institutions that would be left in a closed one.
    """
    found = []
    if place.valid_until is not None:
        found.append(_said("division_closed", N_("此区划已停用"), "valid_until"))
    if place.valid_from and until < place.valid_from:
        found.append(_said("validity_backwards", N_("停用日期早于启用日期"), "valid_until"))
    left = list(below)
    if left:
        found.append(
            _said(
                "division_not_empty", N_("其中尚有在用的下级区划或认定机构：%(names)s"), "valid_until",
                N_("请先停用它们，写明接续的区划或机构"), names=left[:10],
            )
        )  # fmt: skip
    if successor is not None:
        fits = successor.code != place.code and successor.code[:2] == place.code[:2]
        if not fits or successor.valid_until is not None:
            found.append(_said("successor_unfit", N_("接续区划应是本省在用的另一区划"), "successor"))
    return found


@clause("条例13")
def judge_further(
    division: str, also: Iterable[Mapping[str, Any]], known: Mapping[str, Place], day: date
) -> list[Finding]:
    """Further territories: divisions in force of the own province, outside the own one, each once, with kinds 1–7.

    `also` has {"division", "kinds"}; `known` are the divisions by code.
    """
    found: list[Finding] = []
    seen: set[str] = set()
    for item in also:
        code, kinds = str(item["division"]), set(item["kinds"])
        if code[:2] != division[:2] or not kinds or not kinds <= set(KIND_NAMES):
            found.append(
                _said(
                    "also_form", N_("“%(place)s”不是本省的区划代码，或资格种类不在1至7"), "also",
                    N_("每行写区划代码和种类，例如 330102 123"), place=code,
                )
            )  # fmt: skip
            continue
        place = known.get(code)
        if place is None or not place.in_force(day):
            found.append(_outdated("also", code, place))
        elif code.startswith(division) or any(code.startswith(other) or other.startswith(code) for other in seen):
            found.append(
                _said(
                    "also_twice", N_("区划%(place)s已在管辖范围之内"), "also", N_("请删去重复的一行"), place=code,
                )
            )  # fmt: skip
        seen.add(code)
    return found


@clause("条例13")
def judge_place(place: Place | None, code: str, province: str, day: date) -> list[Finding]:
    """The division of an institution exists in its province and is in force."""
    if place is None or not place.in_force(day) or code[:2] != province:
        return [_outdated("division", code, place)]
    return []


def _outdated(field: str, code: str, place: Place | None) -> Finding:
    if place is None or not place.successor:
        return _said(
            "division_unknown", N_("没有在用的区划%(place)s"), field, N_("请先在区划中登记"), place=code
        )  # fmt: skip
    return _said(
        "division_outdated", N_("区划%(place)s已停用，由%(next)s接续"), field, N_("请改写接续的区划代码"), place=code,
        next=place.successor,
    )  # fmt: skip

"""二(三): the photo is JPEG, at most 200K, one inch, in colour, on white; all faults are told together."""

from __future__ import annotations

from collections.abc import Callable

from core.foundation.findings import Finding, N_, clause
from core.foundation.images import PhotoFacts
from core.rulesets.loader import RuleSet

# Skin alone colours more than this share of a portrait; a grey picture saved in colour has none.
LEAST_COLOUR = 0.01


def _fault(code: str, message: str, remedy: str, **params: object) -> Finding:
    return Finding(code, message, clause="二(三)", field="photo", remedy=remedy, params=params)


@clause("二(三)", "R-PHOTO-01", "R-PHOTO-02", "R-PHOTO-03", "R-PHOTO-08")
def judge_photo(facts: PhotoFacts, rules: RuleSet) -> list[Finding]:
    """Judge measured facts by every photo rule; an unreadable picture is all that is then said."""
    if not facts.readable:
        return [_unreadable()] if facts.format or not facts.bytes else [_not_jpeg()]
    return [finding for judge in _RULES for finding in judge(facts, rules)]


def _unreadable() -> Finding:
    return _fault(
        "photo_unreadable", N_("照片无法读取，文件可能不完整或已损坏"), N_("请重新拍摄或导出后再上传")
    )


def _not_jpeg() -> Finding:
    return _fault(
        "photo_not_jpeg", N_("照片不是JPG/JPEG格式（改文件名不能改变格式）"), N_("请用图片软件另存为JPG格式")
    )


def _format(facts: PhotoFacts, rules: RuleSet) -> list[Finding]:
    return [] if facts.format == "JPEG" else [_not_jpeg()]


def _bytes(facts: PhotoFacts, rules: RuleSet) -> list[Finding]:
    if facts.bytes <= rules.v.photo_max_bytes:
        return []
    return [
        _fault(
            "photo_too_large",
            N_("照片文件为%(actual)s字节，不得超过%(most)s字节（200K）"),
            N_("请缩小尺寸或降低JPG质量后再上传"),
            actual=facts.bytes,
            most=rules.v.photo_max_bytes,
        )
    ]


def _pixels(facts: PhotoFacts, rules: RuleSet) -> list[Finding]:
    if facts.width >= rules.v.photo_min_width and facts.height >= rules.v.photo_min_height:
        return []
    return [
        _fault(
            "photo_too_small",
            N_("照片为%(width)s×%(height)s像素，至少应为%(least_width)s×%(least_height)s"),
            N_("请使用原始照片，不要截图或放大"),
            width=facts.width,
            height=facts.height,
            least_width=rules.v.photo_min_width,
            least_height=rules.v.photo_min_height,
        )
    ]


def _ratio(facts: PhotoFacts, rules: RuleSet) -> list[Finding]:
    wanted = rules.v.photo_ratio_width / rules.v.photo_ratio_height
    actual = facts.width / facts.height if facts.height else 0.0
    if abs(actual / wanted - 1) <= rules.v.photo_ratio_tolerance:
        return []
    return [
        _fault(
            "photo_wrong_ratio",
            N_("照片宽高比应为25:35（1寸），现为%(width)s×%(height)s"),
            N_("请按1寸证件照的比例裁剪"),
            width=facts.width,
            height=facts.height,
        )
    ]


def _colour(facts: PhotoFacts, rules: RuleSet) -> list[Finding]:
    if facts.colourfulness >= LEAST_COLOUR:
        return []
    return [_fault("photo_not_colour", N_("照片不是彩色的"), N_("请上传彩色证件照"))]


def _white(facts: PhotoFacts, rules: RuleSet) -> list[Finding]:
    share = min(facts.white_left, facts.white_right, facts.white_top)
    if share >= rules.v.photo_white_share:
        return []
    return [
        _fault(
            "photo_background_not_white",
            N_("照片背景不是白色（边缘白色占%(share)s%%）"),
            N_("请在白色背景前重新拍摄，注意光线均匀"),
            share=round(share * 100),
        )
    ]


_RULES: tuple[Callable[[PhotoFacts, RuleSet], list[Finding]], ...] = (
    _format,
    _bytes,
    _pixels,
    _ratio,
    _colour,
    _white,
)

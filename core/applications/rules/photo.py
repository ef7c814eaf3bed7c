"""二(三): the photo is JPEG, at most 200K, one inch, in colour, on white; all faults are told together."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from core.foundation.findings import N_, Finding, Severity, clause
from core.rulesets.loader import RuleSet

if TYPE_CHECKING:
    # The values alone; at run time a rule must not pull in what measures them.
    from core.foundation.images import FaceFacts, PhotoFacts

# A face fills a tenth of a one-inch photo or more. A twentieth of it in colour (lips, a lit cheek) is enough;
# a grey picture saved in colour has none at all.
LEAST_COLOUR = 0.005
# A detector's box runs from brow to chin; outside these shares of the height a one-inch crop is unlikely.
FACE_SHARES = (0.30, 0.80)

UNREADABLE = {
    "empty": (N_("照片文件是空的"), N_("请重新选择照片上传")),
    "damaged": (N_("照片无法读取，文件不完整或已损坏"), N_("请重新拍摄或导出后再上传")),
    "bomb": (N_("照片的像素多得不像是照片，未作读取"), N_("请上传证件照原图，不要放大")),
}


def _fault(code: str, message: str, remedy: str, **params: object) -> Finding:
    return Finding(code, message, clause="二(三)", field="photo", remedy=remedy, params=params)


@clause("二(三)", "R-PHOTO-01", "R-PHOTO-02", "R-PHOTO-03", "R-PHOTO-08")
def judge_photo(facts: PhotoFacts, rules: RuleSet, *, face: FaceFacts | None = None) -> list[Finding]:
    """Judge measured facts by every photo rule; an unreadable picture is all that is then said.

    A picture of another format is judged as far as it could be measured, so that all faults are told
    together. `face` is what the optional detector saw; without one nothing is said about faces.
    """
    unreadable = judge_readable(facts, rules)
    if unreadable:
        return unreadable
    found = [finding for judge in _RULES for finding in judge(facts, rules)]
    return found + (judge_face(face) if face else [])


@clause("二(三)", "R-PHOTO-02")
def judge_readable(facts: PhotoFacts, rules: RuleSet) -> list[Finding]:
    """Empty, truncated, damaged, or more pixels than could be a photo (R-PHOTO-02)."""
    fault = "bomb" if facts.width * facts.height > rules.v.photo_max_pixels else facts.fault
    if fault not in UNREADABLE:
        return []
    message, remedy = UNREADABLE[fault]
    return [_fault("photo_unreadable", message, remedy)]


@clause("二(三)", "R-PHOTO-02")
def judge_format(facts: PhotoFacts, rules: RuleSet) -> list[Finding]:
    """JPG/JPEG by content, not by name (R-PHOTO-02)."""
    if facts.format == "JPEG":
        return []
    if not facts.format:
        return [
            _fault(
                "photo_not_jpeg",
                N_("文件内容不是JPG/JPEG照片"),
                N_("请上传JPG格式的照片，改文件名不能改变格式"),
            )
        ]
    remedy = N_("请用图片软件另存为JPG格式，改文件名不能改变格式")
    if facts.format == "HEIC":
        remedy = N_("请在手机相机设置中把格式改为“兼容性最佳”后重拍，或另存为JPG格式")
    message = N_("照片实际是%(format)s格式，不是JPG/JPEG")
    return [_fault("photo_not_jpeg", message, remedy, format=facts.format)]


@clause("二(三)", "R-PHOTO-03")
def judge_bytes(facts: PhotoFacts, rules: RuleSet) -> list[Finding]:
    """Not above 200K, read as 200 × 1024 bytes (R-PHOTO-03)."""
    if facts.bytes <= rules.v.photo_max_bytes:
        return []
    return [
        _fault(
            "photo_too_large",
            N_("照片文件为%(actual)s字节，不得超过%(most)s字节（%(kilobytes)sK）"),
            N_("请缩小尺寸或降低JPG质量后再上传"),
            actual=facts.bytes,
            most=rules.v.photo_max_bytes,
            kilobytes=rules.v.photo_max_bytes // 1024,
        )
    ]


@clause("二(三)", "R-PHOTO-08")
def judge_pixels(facts: PhotoFacts, rules: RuleSet) -> list[Finding]:
    """At least one inch at 300 dpi, after the EXIF turn (R-PHOTO-08)."""
    enough = facts.width >= rules.v.photo_min_width and facts.height >= rules.v.photo_min_height
    if enough or not facts.width:
        return []
    return [
        _fault(
            "photo_too_small",
            N_("照片为%(width)s×%(height)s像素，至少应为%(least_width)s×%(least_height)s"),
            N_("请使用照相馆或手机的原图，不要用截图，也不要把小图放大"),
            width=facts.width,
            height=facts.height,
            least_width=rules.v.photo_min_width,
            least_height=rules.v.photo_min_height,
        )
    ]


@clause("二(三)", "R-PHOTO-01", "R-PHOTO-08")
def judge_ratio(facts: PhotoFacts, rules: RuleSet) -> list[Finding]:
    """One inch is 25 × 35 mm: width to height may differ from it by the tolerance (R-PHOTO-01, -08)."""
    wide, high = rules.v.photo_ratio_width, rules.v.photo_ratio_height
    if not facts.width or not facts.height:
        return []
    off = abs(facts.width * high - facts.height * wide) / (facts.height * wide)
    if round(off, 9) <= rules.v.photo_ratio_tolerance:
        return []
    return [
        _fault(
            "photo_wrong_ratio",
            N_("照片宽高比应为%(wide)s:%(high)s（1寸），现为%(width)s×%(height)s像素"),
            N_("请按1寸证件照的比例裁剪，例如高%(height)s像素时宽%(fitting)s像素"),
            wide=wide,
            high=high,
            width=facts.width,
            height=facts.height,
            fitting=round(facts.height * wide / high),
        )
    ]


@clause("二(三)", "R-PHOTO-01")
def judge_colour(facts: PhotoFacts, rules: RuleSet) -> list[Finding]:
    """In colour: neither greyscale nor a grey picture stored in colour (R-PHOTO-01)."""
    if facts.colourfulness is None or facts.colourfulness >= LEAST_COLOUR:
        return []
    return [_fault("photo_not_colour", N_("照片不是彩色的"), N_("请上传彩色证件照，不要用黑白照或黑白扫描件"))]


@clause("二(三)", "R-PHOTO-01")
def judge_background(facts: PhotoFacts, rules: RuleSet) -> list[Finding]:
    """White ground: enough of each border strip, left, right and top, is white (R-PHOTO-01)."""
    strips = [share for share in (facts.white_left, facts.white_right, facts.white_top) if share is not None]
    share = min(strips, default=1.0)
    if share >= rules.v.photo_white_share:
        return []
    return [
        _fault(
            "photo_background_not_white",
            N_("照片背景不是白色：边缘只有%(share)s%%是白色，至少应有%(least)s%%"),
            N_("请在白色背景前重新拍摄，光线要均匀，不要有阴影"),
            share=int(share * 100),
            least=round(rules.v.photo_white_share * 100),
        )
    ]


@clause("二(三)", "R-PHOTO-01", "R-PHOTO-08")
def judge_face(face: FaceFacts) -> list[Finding]:
    """One face of fitting size: advice only, never a refusal by itself (R-PHOTO-08)."""
    if face.count == 0:
        return [_advice("photo_no_face", N_("没有检测到人脸"), N_("请上传本人免冠正面照"))]
    if face.count > 1:
        return [_advice("photo_many_faces", N_("检测到不止一张人脸"), N_("照片上只能有本人"))]
    least, most = FACE_SHARES
    if least <= face.height_share <= most:
        return []
    return [_advice("photo_face_size", N_("人脸在照片中过大或过小"), N_("请按1寸证件照的构图拍摄"))]


def _advice(code: str, message: str, remedy: str) -> Finding:
    return Finding(code, message, "二(三)", Severity.WARNING, "photo", remedy)


_RULES: tuple[Callable[[PhotoFacts, RuleSet], list[Finding]], ...] = (
    judge_format,
    judge_bytes,
    judge_pixels,
    judge_ratio,
    judge_colour,
    judge_background,
)

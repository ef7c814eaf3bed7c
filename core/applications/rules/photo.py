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
# The face's middle, as shares of width and height from the top left.
FACE_ACROSS, FACE_DOWN = (0.38, 0.62), (0.30, 0.62)
# Beside the head, inside the border strips; long hair may reach in, a coloured wall fills it.
LEAST_BEHIND = 0.70
# Measured on drawn and public-domain portraits blurred step by step: at 0.06 eyes and mouth are smears.
BLURRED, SOFT = 0.06, 0.12
MOST_DARK, MOST_BURNT = 0.75, 0.60
# A fault of these alone may be glare, white hair or a lens: an officer may overrule it, with a reason.
OVERRULED = frozenset({"photo_background_not_white"})
# Of 288 bits: another JPEG or size of the same picture differs in up to six, another face in eleven or more.
ALIKE = 9

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
    together. `face` is what the optional detector saw; without one it is said that nobody looked.
    """
    unreadable = judge_readable(facts, rules)
    if unreadable:
        return unreadable
    found = [finding for judge in _RULES for finding in judge(facts, rules)]
    return found + judge_face(face)


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
    """White ground: enough of each border strip, and of the corridors beside the head, is white (R-PHOTO-01)."""
    strips = [share for share in (facts.white_left, facts.white_right, facts.white_top) if share is not None]
    share = min(strips, default=1.0)
    remedy = N_("请在白色背景前重新拍摄，光线要均匀，不要有阴影")
    if share < rules.v.photo_white_share:
        return [
            _fault(
                "photo_background_not_white",
                N_("照片背景不是白色：边缘只有%(share)s%%是白色，至少应有%(least)s%%"),
                remedy,
                share=int(share * 100),
                least=round(rules.v.photo_white_share * 100),
            )
        ]
    look = facts.portrait
    behind = min(look.behind_left, look.behind_right) if look else 1.0
    if behind >= LEAST_BEHIND:
        return []
    message = N_("头部两侧的背景不是白色：只有%(share)s%%是白色，至少应有%(least)s%%")
    return [
        _fault("photo_background_not_white", message, remedy, share=int(behind * 100), least=round(LEAST_BEHIND * 100))
    ]


@clause("二(三)", "R-PHOTO-01")
def judge_sharpness(facts: PhotoFacts, rules: RuleSet) -> list[Finding]:
    """Sharp enough to know the person by; a soft one is warned of."""
    if facts.portrait is None or facts.portrait.sharpness >= SOFT:
        return []
    remedy = N_("请对准面部对焦后重新拍摄，手机不要晃动，也不要放大小图")
    if facts.portrait.sharpness < BLURRED:
        return [_fault("photo_blurred", N_("照片模糊，看不清面部"), remedy)]
    return [_advice("photo_soft", N_("照片不够清晰"), remedy)]


@clause("二(三)", "R-PHOTO-01")
def judge_exposure(facts: PhotoFacts, rules: RuleSet) -> list[Finding]:
    """Light enough and not burnt out where the face is."""
    look = facts.portrait
    if look is None:
        return []
    if look.face_dark > MOST_DARK:
        return [_fault("photo_too_dark", N_("照片太暗，看不清面部"), N_("请在光线充足均匀处重新拍摄"))]
    if look.face_burnt > MOST_BURNT:
        return [_fault("photo_too_bright", N_("照片曝光过度，看不清面部"), N_("请避开强光或关闭闪光灯后重新拍摄"))]
    return []


@clause("二(三)", "R-PHOTO-01", "R-PHOTO-08")
def judge_face(face: FaceFacts | None) -> list[Finding]:
    """One upright face of fitting size and place: advice only, never a refusal by itself (R-PHOTO-08)."""
    if face is None:
        message = N_("本系统未安装人脸检测组件，是否为本人正面照未经机器检查")
        return [Finding("photo_face_not_checked", message, "二(三)", Severity.INFO, "photo")]
    if face.count == 0:
        return [_advice("photo_no_face", N_("没有检测到人脸"), N_("请上传本人免冠正面照"))]
    if face.count > 1:
        return [_advice("photo_many_faces", N_("检测到不止一张人脸"), N_("照片上只能有本人"))]
    if not face.standing:
        return [_advice("photo_face_turned", N_("照片方向不正，人脸是横着或倒着的"), N_("请把照片转正后再上传"))]
    found = []
    compose = N_("请按1寸证件照的构图拍摄")
    least, most = FACE_SHARES
    if not least <= face.height_share <= most:
        found.append(_advice("photo_face_size", N_("人脸在照片中过大或过小"), compose))
    across, down = FACE_ACROSS, FACE_DOWN
    if not (across[0] <= face.middle_x <= across[1] and down[0] <= face.middle_y <= down[1]):
        found.append(_advice("photo_face_place", N_("人脸不在照片正中"), compose))
    return found


@clause("二(三)", "R-PHOTO-06")
def judge_answers(bareheaded: str, recent: bool, reason: str) -> list[Finding]:
    """What no machine knows, asked of the officer who sees the person: bareheaded, recent, the same person.

    `bareheaded` is yes, no, or exempt: a headscarf or dressing accepted by the officer, with the reason (R-PHOTO-08).
    """
    found = []
    if bareheaded not in ("yes", "exempt"):
        message = N_("照片不是免冠的，或尚未回答是否免冠")
        remedy = N_("请当面核对；宗教头巾、医疗敷料等可酌情接受，并写明理由")
        found.append(Finding("photo_not_bareheaded", message, "二(三)", field="bareheaded", remedy=remedy))
    if bareheaded == "exempt" and not reason:
        message = N_("酌情接受非免冠照片，应写明理由")
        found.append(Finding("photo_reason_missing", message, "二(三)", field="photo_reason"))
    if not recent:
        message = N_("尚未确认照片是本人近期照片")
        remedy = N_("请对照来人核对；不符的，请退回重新上传")
        found.append(Finding("photo_not_recent_person", message, "二(三)", field="photo_recent", remedy=remedy))
    return found


@clause("二(三)", "R-PHOTO-06")
def judge_overruled(doubts: list[str], reason: str) -> list[Finding]:
    """A photo kept in spite of a machine's doubt is accepted by an officer with a reason only (§ 3.4)."""
    if not doubts or reason:
        return []
    message = N_("机器认为照片背景不是白色，接受照片应写明理由")
    return [Finding("photo_reason_missing", message, "二(三)", field="photo_reason")]


@clause("二(三)", "R-PHOTO-04")
def judge_alike(other_people: int) -> list[Finding]:
    """Another person's application holds the same picture: an officer is told, since twins and errors exist."""
    if not other_people:
        return []
    message = N_("另有%(count)s人的申请使用了几乎相同的照片")
    remedy = N_("请当面核对照片是否为本人")
    return [
        Finding("photo_used_by_another", message, "二(三)", Severity.WARNING, "photo", remedy, {"count": other_people})
    ]


def _advice(code: str, message: str, remedy: str) -> Finding:
    return Finding(code, message, "二(三)", Severity.WARNING, "photo", remedy)


_RULES: tuple[Callable[[PhotoFacts, RuleSet], list[Finding]], ...] = (
    judge_format,
    judge_bytes,
    judge_pixels,
    judge_ratio,
    judge_colour,
    judge_background,
    judge_sharpness,
    judge_exposure,
)

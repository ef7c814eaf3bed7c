"""What a certificate's paper shows and where, in millimetres; what may not be printed (R-CERT-02, R-TRAIN-04)."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.foundation.findings import N_, Finding, clause
from core.foundation.moves import Moves

LARGEST_RUN = 100
# How far a printer's offset may reach, in tenths of a millimetre: beyond it the paper lies wrong in the tray.
LARGEST_OFFSET = 200

RUN_MOVES = Moves(
    N_("打印批次"),
    {
        "waiting": N_("等待排版"),
        "ready": N_("可以打印"),
        "failed": N_("排版失败"),
        "settled": N_("已办结"),
        "cancelled": N_("已取消"),
    },
    {
        "waiting": {"ready": "X", "failed": "X", "cancelled": "O"},
        "ready": {"settled": "X", "cancelled": "O"},
        "failed": {"cancelled": "O", "waiting": "O"},
    },
)
LINE_NAMES = {
    "waiting": N_("等待排版"),
    "drawn": N_("待打印"),
    "refused": N_("未排版"),
    "printed": N_("已打印"),
    "spoiled": N_("打印作废"),
    "cancelled": N_("已取消"),
}


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a text goes: its baseline's left end from the sheet's top left (mm), its room (mm), its size (pt)."""

    x: float
    y: float
    width: float
    size: float = 12


@dataclass(frozen=True, slots=True)
class Layout:
    """The blank as it lies in the tray (mm): an open booklet, the photo's page on the left, the words' on the right."""

    width: float = 250
    height: float = 176
    photo: tuple[float, float, float, float] = (50, 40, 25, 35)
    # The signed code under the photo, its quiet margin within: left, top, side.
    code: tuple[float, float, float] = (48.5, 125, 28)
    spots: dict[str, Spot] = field(
        default_factory=lambda: {
            "name": Spot(160, 42, 70, 14),
            "sex": Spot(160, 54, 25),
            "ethnic_group": Spot(205, 54, 30),
            "birth_date": Spot(160, 66, 70),
            "document_number": Spot(160, 78, 75),
            "kind": Spot(160, 90, 75),
            "subject": Spot(160, 102, 75),
            "number": Spot(160, 114, 75),
            "institution": Spot(150, 136, 85),
            "issued_on": Spot(150, 148, 85),
        }
    )
    remark: Spot = Spot(20, 40, 100, 10)


NATIONAL = Layout()


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one piece shows; `missing` are the characters that no font can draw, by field."""

    state: str
    piece_state: str
    texts: dict[str, str]
    missing: dict[str, list[str]]
    has_photo: bool


FIELD_NAMES = {
    "name": N_("姓名"),
    "sex": N_("性别"),
    "ethnic_group": N_("民族"),
    "birth_date": N_("出生日期"),
    "document_number": N_("证件号码"),
    "kind": N_("资格种类"),
    "subject": N_("任教学科"),
    "number": N_("证书号码"),
    "institution": N_("认定机构"),
    "issued_on": N_("认定日期"),
    "remark": N_("备注"),
}
# People of Hong Kong, Macao and Taiwan have none; kindergartens teach no subject.
_MAY_BE_EMPTY = {"ethnic_group", "subject", "remark"}


@clause("R-CERT-02", "二(三)")
def judge_sheet(sheet: Sheet) -> list[Finding]:
    """A piece is drawn only whole: in force, waiting for print, each field there, every character drawable."""
    found = []
    if sheet.state != "in_force":
        found.append(_finding("print_not_in_force", N_("证书不是有效状态，不能打印"), N_("请核对证书状态")))
    if sheet.piece_state != "assigned":
        found.append(_finding("print_not_waiting", N_("这份证书已经打印或作废"), N_("需要重打的，请先登记打印错误")))
    if not sheet.has_photo:
        found.append(_finding("print_without_photo", N_("没有照片，不能打印"), N_("请先补齐照片")))
    for name, text in sheet.texts.items():
        if not text and name not in _MAY_BE_EMPTY:
            found.append(_finding("print_field_empty", N_("%(name)s为空，不能打印"), N_("请先更正证书信息"), name=name))
    for name, characters in sheet.missing.items():
        if characters:
            found.append(
                _finding(
                    "print_glyph_missing",
                    N_("%(name)s中的字没有字形，打印出来会是方框：%(characters)s"),
                    N_(
                        "请系统管理员在字库目录（XINGTAN_FONT_DIR）中加入含有此字的字体后重新排版；本批其他证书不受影响"
                    ),
                    name=name,
                    characters=characters,
                )
            )
    return found


def _finding(code: str, message: str, remedy: str, **params: object) -> Finding:
    return Finding(code, message, clause="R-CERT-02", remedy=remedy, params=params)


@clause("二(三)")
def judge_run(asked: int, waiting: int) -> list[Finding]:
    """A run has one to `LARGEST_RUN` pieces, each of them waiting and in no other run."""
    if not 0 < asked <= LARGEST_RUN:
        message = N_("每批应选1至%(most)s份证书，现选了%(asked)s份")
        return [
            Finding("print_run_size", message, "二(三)", field="pieces", params={"most": LARGEST_RUN, "asked": asked})
        ]
    if asked != waiting:
        message = N_("有%(count)s份证书不在待打印之列，或已在另一批次中")
        remedy = N_("请刷新页面后重新选择")
        return [
            Finding(
                "print_piece_taken",
                message,
                "二(三)",
                field="pieces",
                remedy=remedy,
                params={"count": asked - waiting},
            )
        ]
    return []


@clause("二(三)")
def corrected(offset: int, nominal: float, measured: float) -> int:
    """The offset (0.1 mm) after a cross meant for `nominal` mm was measured at `measured` mm on paper."""
    return offset + round((nominal - measured) * 10)


@clause("二(三)")
def judge_offset(offset: int, field: str) -> list[Finding]:
    """An offset that a tray and a printer can explain; more is a slip of the ruler or a scaled print."""
    if abs(offset) <= LARGEST_OFFSET:
        return []
    message = N_("算出的偏移超过%(most)s毫米，请核对量得的距离")
    remedy = N_("请确认打印时选了“实际大小”，纸张方向正确")
    return [Finding("print_offset_too_far", message, "二(三)", field=field, remedy=remedy, params={"most": 20})]


# The calibration page's cross, from the sheet's top left.
CROSS = (30.0, 30.0)

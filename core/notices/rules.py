"""What a notice must say before it can be filed (二(一), 二(三))."""

from __future__ import annotations

from enum import StrEnum

from core.foundation.findings import N_, Finding, Severity, clause
from core.foundation.moves import Moves


class Audience(StrEnum):
    """To whom a notice speaks."""

    APPLICANTS = "applicants"
    TEACHERS = "teachers"
    BOTH = "both"


AUDIENCE_NAMES = {
    Audience.APPLICANTS: N_("申请人"),
    Audience.TEACHERS: N_("在职教师"),
    Audience.BOTH: N_("申请人和在职教师"),
}

NOTICE_MOVES = Moves(
    N_("工作通知"),
    {
        "draft": N_("草稿"),
        "filed": N_("已上报"),
        "received": N_("已接收"),
        "returned": N_("退回"),
        "published": N_("已公布"),
        "superseded": N_("已替代"),
        "withdrawn": N_("撤回"),
    },
    {
        "draft": {"filed": "P", "withdrawn": "P"},
        "filed": {"received": "N", "returned": "N", "published": "P", "withdrawn": "P"},
        "received": {"published": "P", "withdrawn": "P"},
        "returned": {"filed": "P", "withdrawn": "P"},
        "published": {"superseded": "P", "withdrawn": "P"},
    },
)

# States in which a notice counts as reported: silence of the centre does not block (R-PLAN-05).
REPORTED = ("filed", "received", "published")


@clause("二(三)", "R-PHOTO-05", "R-PLAN-03")
def judge_notice(audience: str, photo_rule: str) -> list[Finding]:
    """A notice to applicants states the photo rule; a notice to teachers without it is warned (R-PHOTO-05)."""
    if len(photo_rule.strip()) >= 10:
        return []
    return [
        Finding(
            "notice_without_photo_rule",
            N_("工作通知应写明照片要求"),
            clause="二(三)",
            severity=Severity.WARNING if audience == Audience.TEACHERS else Severity.REFUSAL,
            field="photo_rule",
            remedy=N_("写明：近期免冠正面1寸彩色白底证件照，JPG格式，不大于200K"),
        )
    ]

"""What a notice must say before it can be filed (二(一), 二(三)), and how it moves (rulebook § 4.3)."""

from __future__ import annotations

import re
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
    {
        "draft": ("P", N_("写明照片要求后上报国家中心")),
        "filed": ("P", N_("公布；国家中心可以接收，或说明理由退回")),
        "received": ("P", N_("公布")),
        "returned": ("P", N_("按退回原因修改后重新上报")),
        "published": ("P", N_("需要变更时发布新的通知")),
    },
)

# States in which a notice counts as reported: silence of the centre does not block (R-PLAN-05).
REPORTED = ("filed", "received", "published")

# What the clause asks of a photo, and the words (patterns) by which a notice says it.
PHOTO_WORDS = (
    (N_("近期"), r"近期|个月(以)?内"),
    (N_("免冠正面"), r"免冠"),
    (N_("1寸"), r"[1１一]\s*寸|25\s*[×x*]\s*35|295\s*[×x*]\s*413"),
    (N_("彩色白底"), r"白底|白色背景|白色底"),
    (N_("JPG格式"), r"jpe?g"),
    (N_("不大于200K"), r"\d\s*k|千字节"),
)

_STATE_IT = N_("写明：近期免冠正面1寸彩色白底证件照，JPG格式，不大于200K；上传的与贴在证书上的同一标准")


@clause("二(三)", "R-PHOTO-04", "R-PHOTO-05")
def judge_notice(audience: str, photo_rule: str) -> list[Finding]:
    """A notice to applicants states the photo rule; one to teachers without it is warned (R-PHOTO-05).

    `photo_rule` is the notice's own section about the photo. What it leaves out is warned of, never refused:
    a province may put it in other words.
    """
    said = photo_rule.strip().lower()
    missing = [name for name, words in PHOTO_WORDS if not re.search(words, said)]
    if not missing:
        return []
    if len(missing) == len(PHOTO_WORDS):
        severity = Severity.WARNING if audience == Audience.TEACHERS else Severity.REFUSAL
        return [_photo("notice_without_photo_rule", N_("工作通知应写明照片要求"), severity)]
    message = N_("照片要求似未写明：%(missing)s")
    return [_photo("notice_photo_rule_incomplete", message, Severity.WARNING, missing=missing)]


def _photo(code: str, message: str, severity: Severity, **params: object) -> Finding:
    return Finding(
        code,
        message,
        clause="二(三)",
        severity=severity,
        field="photo_rule",
        remedy=_STATE_IT,
        params=params,
    )


@clause("二(一)", "R-PLAN-03", "R-PLAN-04")
def judge_reported(wanted: tuple[str, ...], reported: frozenset[str]) -> list[Finding]:
    """The season's notices are reported before plans are set; one to both serves for either (R-PLAN-04)."""
    lacking = [name for name in wanted if name not in reported and Audience.BOTH not in reported]
    if not lacking:
        return []
    names = tuple(AUDIENCE_NAMES[Audience(name)] for name in lacking)
    words = N_("尚未上报面向%(names)s的工作通知")
    remedy = N_("写明照片要求后上报国家中心；上报前不能设置工作计划")
    return [Finding("notice_owed", words, clause="二(一)", remedy=remedy, params={"names": names})]


def audiences_of(businesses: tuple[str, ...]) -> tuple[str, ...]:
    """Whom the notices of a season with these businesses speak to."""
    speaks = {"recognition": Audience.APPLICANTS, "registration": Audience.TEACHERS}
    return tuple(str(speaks[name]) for name in businesses)

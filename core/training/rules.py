"""At least one province-wide meeting a year, with three contents, everybody invited (R-TRAIN-01 … -04)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.foundation.findings import N_, Finding, Severity, clause
from core.foundation.moves import Moves
from core.rulesets.loader import RuleSet


class Content(StrEnum):
    """What a meeting is about."""

    DEPLOYMENT = "deployment"
    POLICY = "policy"
    SYSTEM = "system"


CONTENT_NAMES = {
    Content.DEPLOYMENT: N_("工作部署"),
    Content.POLICY: N_("政策学习"),
    Content.SYSTEM: N_("系统使用培训"),
}

MEETING_MOVES = Moves(
    N_("培训会议"),
    {"planned": N_("已计划"), "held": N_("已召开"), "recorded": N_("已归档"), "cancelled": N_("已取消")},
    {"planned": {"held": "P", "cancelled": "P"}, "held": {"recorded": "P"}},
)
TOOK_PLACE = ("held", "recorded")


@dataclass(frozen=True, slots=True)
class MeetingFacts:
    """A meeting as the rules see it; a make-up session (`make_up_of` is a day) follows the day it makes up for."""

    held_on: date
    contents: frozenset[str]
    hours: int = 0
    make_up_of: date | None = None


@dataclass(frozen=True, slots=True)
class YearFacts:
    """A province's year: meetings that took place, and its institutions that were at none of them, by name."""

    meetings: tuple[MeetingFacts, ...]
    institutions: int = 0
    absent: tuple[str, ...] = ()

    @property
    def contents(self) -> frozenset[str]:
        """Contents covered so far."""
        return frozenset().union(*(meeting.contents for meeting in self.meetings))


SHOWN_ABSENT = 5


def _missing(code: str, message: str, remedy: str = "", **params: object) -> Finding:
    return Finding(code, message, clause="一(五)", remedy=remedy, params=params)


@clause("一(五)", "R-TRAIN-01", "R-TRAIN-02", "R-TRAIN-03")
def judge_year(year: YearFacts, rules: RuleSet, wanted: int = 0) -> list[Finding]:
    """Whether a province's year has its meetings, all contents and all institutions; `wanted` is its own minimum.

    A make-up session is no meeting of its own: it serves those who were absent (R-TRAIN-03).
    """
    least = max(rules.v.training_min_meetings, wanted)
    actual = sum(meeting.make_up_of is None for meeting in year.meetings)
    found = []
    if actual < least:
        words = N_("每年至少召开%(least)s次全省会议，现有%(actual)s次")
        found.append(_missing("training_meeting_missing", words, N_("请计划会议"), least=least, actual=actual))
    lacking = [item for item in rules.v.training_contents if item not in year.contents]
    if lacking:
        names = tuple(CONTENT_NAMES[Content(item)] for item in lacking)
        found.append(_missing("training_content_missing", N_("会议内容还缺：%(missing)s"), missing=names))
    if year.meetings and year.absent:
        shown = [*year.absent[:SHOWN_ABSENT], *(["…"] if len(year.absent) > SHOWN_ABSENT else [])]
        words = N_("%(count)s个认定机构未参加会议也未补课：%(names)s")
        remedy = N_("登记出席情况，或为缺席机构安排补课")
        found.append(_missing("training_institutions_absent", words, remedy, count=len(year.absent), names=shown))
    return found


@clause("一(五)", "R-TRAIN-01", "R-TRAIN-03")
def judge_meeting(meeting: MeetingFacts, hours: int = 0) -> list[Finding]:
    """Whether a meeting can be planned so; `hours` is what the province itself asks of each meeting (0: nothing)."""
    found = []
    if not meeting.contents:
        found.append(Finding("training_no_content", N_("请至少选择一项会议内容"), clause="一(五)", field="contents"))
    if meeting.make_up_of is not None and meeting.held_on <= meeting.make_up_of:
        words = N_("补课应在原会议（%(day)s）之后")
        found.append(
            Finding(
                "training_make_up_early", words, clause="一(五)", field="held_on", params={"day": meeting.make_up_of}
            )
        )
    if meeting.make_up_of is not None and meeting.held_on.year != meeting.make_up_of.year:
        found.append(
            Finding("training_make_up_year", N_("补课应在原会议的同一年内完成"), clause="一(五)", field="held_on")
        )
    if meeting.make_up_of is None and meeting.hours < hours:
        found.append(
            Finding(
                "training_hours_short",
                N_("本省要求每次会议不少于%(least)s学时，现为%(actual)s学时"),
                clause="一(五)",
                severity=Severity.WARNING,
                field="hours",
                params={"least": hours, "actual": meeting.hours},
            )
        )
    return found


@clause("一(五)", "R-TRAIN-03")
def judge_held(held_on: date, today: date) -> list[Finding]:
    """A meeting has been held at the earliest on its day."""
    if held_on <= today:
        return []
    return [
        Finding(
            "training_not_yet",
            N_("会议定于%(day)s，届时方可标记为已召开"),
            clause="一(五)",
            remedy=N_("若会期有变，请先修改会议日期"),
            params={"day": held_on},
        )
    ]


@clause("一(五)", "R-TRAIN-03")
def judge_recorded(came: int, without_record: int) -> list[Finding]:
    """A meeting is filed away when the attendance of every institution has been recorded, also a zero."""
    if came and not without_record:
        return []
    return [
        Finding(
            "training_attendance_missing",
            N_("还有%(count)s个认定机构没有登记出席情况"),
            clause="一(五)",
            remedy=N_("请逐一登记，未出席的登记为0"),
            params={"count": without_record},
        )
    ]


@clause("二(三)", "R-TRAIN-04")
def is_trained(attended: Iterable[tuple[date, Iterable[str]]], on: date) -> bool:
    """Whether somebody who attended meetings (day, contents) had been trained in the system by the day `on`."""
    return any(day <= on and Content.SYSTEM in contents for day, contents in attended)


# What a material may be, by the file's beginning: documents and slides of the meeting.
KINDS = {
    ".pdf": (b"%PDF-",),
    ".docx": (b"PK\x03\x04",),
    ".pptx": (b"PK\x03\x04",),
    ".xlsx": (b"PK\x03\x04",),
    ".doc": (b"\xd0\xcf\x11\xe0",),
    ".ppt": (b"\xd0\xcf\x11\xe0",),
    ".jpg": (b"\xff\xd8\xff",),
    ".png": (b"\x89PNG\r\n",),
}
MOST_MATERIALS = 50


@clause("一(五)")
def judge_material(file_name: str, beginning: bytes, present: int) -> list[Finding]:
    """Whether a file may be kept as a meeting's material: of a known kind, and what its name says."""
    suffix = "." + file_name.lower().rpartition(".")[2]
    words = ""
    if not beginning:
        words = N_("请选择文件")
    elif present >= MOST_MATERIALS:
        words = N_("会议材料最多%(most)s份")
    elif suffix not in KINDS:
        words = N_("会议材料可以是%(kinds)s")
    elif not beginning.startswith(KINDS[suffix]):
        words = N_("文件内容与扩展名%(suffix)s不符")
    if not words:
        return []
    params = {"most": MOST_MATERIALS, "kinds": list(KINDS), "suffix": suffix[:12]}
    return [Finding("training_material_unfit", words, clause="一(五)", field="file", params=params)]

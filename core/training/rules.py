"""At least one province-wide meeting a year, with three contents (R-TRAIN-01 … -03)."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from core.foundation.findings import N_, Finding, clause
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


@clause("一(五)", "R-TRAIN-01", "R-TRAIN-02")
def judge_year(held_contents: Iterable[Iterable[str]], rules: RuleSet, wanted: int = 0) -> list[Finding]:
    """Whether a province's year has its meetings and all three contents; `wanted` is the province's own minimum."""
    meetings = [set(contents) for contents in held_contents]
    least = max(rules.v.training_min_meetings, wanted)
    found = []
    if len(meetings) < least:
        found.append(
            Finding(
                "training_meeting_missing",
                N_("每年至少召开%(least)s次全省会议，现有%(actual)s次"),
                clause="一(五)",
                params={"least": least, "actual": len(meetings)},
            )
        )
    missing = [item for item in rules.v.training_contents if not any(item in contents for contents in meetings)]
    if missing:
        found.append(
            Finding(
                "training_content_missing",
                N_("会议内容还缺：%(missing)s"),
                clause="一(五)",
                params={"missing": "、".join(CONTENT_NAMES[Content(item)] for item in missing)},
            )
        )
    return found

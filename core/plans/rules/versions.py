"""What comes before a plan is set, and what a new version of it may change: R-PLAN-03, -04, -11."""

from __future__ import annotations

from collections.abc import Sequence

from core.calendar.rules import BUSINESS_NAMES
from core.foundation.findings import N_, Finding, clause
from core.plans.rules.values import Business, PlanDraft

_NEEDED = {"recognition": N_("致申请人的工作通知"), "registration": N_("致教师的工作通知")}


@clause("二(一)", "R-PLAN-03", "R-PLAN-04")
def judge_notice_filed(business: str, filed_audiences: Sequence[str]) -> list[Finding]:
    """The fitting notice has been reported to the centre before plans are set (R-PLAN-03, -04).

    `filed_audiences`: for whom the province has reported a notice of the plan's half; `both` serves both.
    """
    wanted = "applicants" if business == Business.RECOGNITION else "teachers"
    if wanted in filed_audiences or "both" in filed_audiences:
        return []
    return [
        Finding(
            "notice_not_filed",
            N_("本省%(notice)s尚未上报国家中心，不能设置计划"),
            clause="二(一)",
            remedy=N_("请先由省级上报工作通知"),
            params={"notice": _NEEDED.get(business, business)},
        )
    ]


@clause("二(一)", "R-PLAN-11")
def judge_extension(old: PlanDraft, new: PlanDraft) -> list[Finding]:
    """A published window may be extended, never shortened; its business stays (R-PLAN-11)."""
    found = []
    if new.business != old.business:
        found.append(
            Finding(
                "published_business_changed",
                N_("已发布的计划不能改为其他业务"),
                clause="二(一)",
                field="business",
                remedy=N_("请另设%(business)s计划"),
                params={"business": BUSINESS_NAMES.get(new.business, new.business)},
            )
        )
    for name, before in old.fields().items():
        after = new.fields()[name]
        if after > before if name.endswith("start") else after < before:
            found.append(
                _shortened(
                    name,
                    N_("不得晚于%(before)s") if name.endswith("start") else N_("不得早于%(before)s"),
                    before.isoformat(),
                )
            )
    if new.entry.last == old.entry.last and new.closing_hour < old.closing_hour:
        found.append(_shortened("closing_hour", N_("不得早于%(before)s时"), str(old.closing_hour)))
    return found


def _shortened(name: str, remedy: str, before: str) -> Finding:
    return Finding(
        "published_window_shortened",
        N_("已发布的时间只能延长，不能缩短：原为%(before)s"),
        clause="二(一)",
        field=name,
        remedy=remedy,
        params={"before": before},
    )

"""What provinces owe before and while plans are set (二(一)): the year's table, answers to plans handed in."""

from __future__ import annotations

from datetime import date

from core.foundation.findings import N_, Finding, clause
from core.rulesets.loader import RuleSet


@clause("二(一)", "R-PLAN-02")
def judge_table_filed(filed: bool, rules: RuleSet) -> list[Finding]:
    """The year's table is filed with the centre."""
    if filed:
        return []
    words, remedy = N_("尚未上报%(year)s年网报及培训计划表"), N_("请填写计划表并上报国家中心")
    return [Finding("year_table_owed", words, clause="二(一)", remedy=remedy, params={"year": rules.year})]


@clause("二(一)", "R-PLAN-02", "R-PLAN-06")
def table_due(rules: RuleSet) -> date:
    """By when: no day is set; plans are set before a season opens, so the table stands by the year's first opening."""
    return min(season.opens for season in rules.seasons)


@clause("二(一)", "R-PLAN-10")
def judge_plans_answered(waiting: int, first: date) -> list[Finding]:
    """Plans handed in are approved or returned before the first of them begins."""
    if not waiting:
        return []
    words, remedy = N_("%(count)s份工作计划待审定，最早的%(first)s开始网报"), N_("请审定或退回")
    params = {"count": waiting, "first": first.isoformat()}
    return [Finding("plans_to_approve", words, clause="二(一)", remedy=remedy, params=params)]

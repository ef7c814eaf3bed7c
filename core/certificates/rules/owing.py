"""What holders of stock owe (二(三)): the year's stock-taking, the answer to a delivery or a dispute."""

from __future__ import annotations

from core.foundation.findings import N_, Finding, clause
from core.rulesets.loader import RuleSet


@clause("二(三)", "R-STOCK-04")
def judge_counted(held: int, counted: int, item: str, rules: RuleSet) -> list[Finding]:
    """Whoever holds an item has taken stock of it this year, with a second person."""
    least = rules.v.stock_counts_a_year
    if held <= 0 or counted >= least:
        return []
    words, remedy = N_("%(item)s存%(held)s份，本年应盘点%(least)s次，已盘%(counted)s次"), N_("请两人盘点并确认")
    params = {"item": item, "held": held, "least": least, "counted": counted}
    return [Finding("stock_count_owed", words, clause="二(三)", remedy=remedy, params=params)]


@clause("二(三)", "R-STOCK-01")
def judge_deliveries(count: int, state: str, step: str) -> list[Finding]:
    """What was asked for, sent or disputed does not rest: `step` is what comes next."""
    if not count:
        return []
    words = N_("%(count)s笔出入库待办：%(step)s")
    params = {"count": count, "step": step, "state": state}
    return [Finding("stock_requests_open", words, clause="二(三)", params=params)]

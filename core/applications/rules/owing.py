"""What institutions owe of their cases: the statutory limits, and the check before the conclusion."""

from __future__ import annotations

from datetime import date

from core.applications.rules.conclusion import Limits
from core.foundation.findings import N_, Finding, clause


@clause("R-TIME-01", "R-TIME-02")
def judge_limits(count: int, dates: Limits, today: date) -> list[Finding]:
    """Cases confirmed until one day are concluded within the limit: said to be late, beyond 30 days, or to come."""
    if not count:
        return []
    if today > dates.breach:
        code, words = "cases_overdue", N_("%(count)s件已受理申请超过法定期限（%(breach)s）仍未作出结论")
    elif today > dates.amber:
        code, words = "cases_beyond_30_days", N_("%(count)s件已受理申请已超过30日，最迟%(breach)s作出结论")
    else:
        code, words = "cases_to_conclude", N_("%(count)s件已受理申请须在%(breach)s前作出结论")
    params = {"count": count, "breach": dates.breach.isoformat()}
    remedy = N_("请按受理先后作出结论，仍缺条件的写明原因")
    return [Finding(code, words, clause="R-TIME-01", remedy=remedy, params=params)]


@clause("一(二)", "R-CHECK-01")
def judge_checked(waiting: int) -> list[Finding]:
    """The check is completed before the conclusion."""
    if not waiting:
        return []
    words, remedy = N_("%(count)s件审核中的申请尚无有效的无犯罪记录核查结果"), N_("请报送或催办核查；没有结果不能认定")
    return [Finding("checks_before_conclusion", words, clause="一(二)", remedy=remedy, params={"count": waiting})]

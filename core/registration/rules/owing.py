"""Owed by institutions: conclusions in time, objections decided, surveys settled (R-TIME-04, R-PILOT-02)."""

from __future__ import annotations

from datetime import date

from core.foundation.findings import N_, Finding, clause


@clause("R-TIME-04", "R-ORG-01")
def judge_concluded(count: int, due_on: date, today: date) -> list[Finding]:
    """Registrations taken in are concluded within 90 working days after the acceptance period."""
    if not count:
        return []
    late = today > due_on
    code = "registrations_overdue" if late else "registrations_to_conclude"
    words = (
        N_("%(count)s件定期注册超过法定期限（%(due)s）仍未作出结论")
        if late
        else N_("%(count)s件定期注册须在%(due)s前作出结论")
    )
    remedy = N_("请审核、公示后作出结论")
    return [Finding(code, words, clause="R-TIME-04", remedy=remedy, params={"count": count, "due": due_on.isoformat()})]


@clause("二(二)", "R-PILOT-02")
def judge_surveyed(open_lines: int) -> list[Finding]:
    """Certificates found wrong or not in the system are settled before an area's first registration."""
    if not open_lines:
        return []
    words, remedy = N_("摸底中还有%(count)s条记录未办结"), N_("请先更正、核查或剔除")
    return [Finding("survey_unsettled", words, clause="二(二)", remedy=remedy, params={"count": open_lines})]


@clause("R-TIME-04")
def judge_objected(count: int) -> list[Finding]:
    """Objections are decided before the results they are about are concluded."""
    if not count:
        return []
    words, remedy = N_("有%(count)s件公示异议待处理"), N_("请核查后写明处理结果和理由，处理前不能作出结论")
    return [Finding("objections_waiting", words, clause="R-TIME-04", remedy=remedy, params={"count": count})]

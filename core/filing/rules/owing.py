"""What is owed of named filing and hand-over (三(二), 一(五)): approvals, yearly confirmations, lists to be filed."""

from __future__ import annotations

from datetime import date

from core.foundation.findings import N_, Finding, clause

CONFIRM_AHEAD = 30


@clause("三(二)", "R-FILE-01")
def judge_filings_answered(waiting: int) -> list[Finding]:
    """Filings and changes handed in are approved or returned."""
    if not waiting:
        return []
    words, remedy = N_("%(count)s份实名备案待审核"), N_("请审核或退回")
    return [Finding("filings_to_approve", words, clause="三(二)", remedy=remedy, params={"count": waiting})]


@clause("三(二)", "R-FILE-04")
def judge_filings_confirmed(count: int, first: date, today: date) -> list[Finding]:
    """A filing is confirmed once a year by the head, or it lapses; said from 30 days before."""
    if not count or (first - today).days > CONFIRM_AHEAD:
        return []
    words, remedy = N_("%(count)s份实名备案须确认，最早的%(first)s到期"), N_("请确认本人仍在岗；逾期备案自动暂停")
    params = {"count": count, "first": first.isoformat()}
    return [Finding("filings_to_confirm", words, clause="三(二)", remedy=remedy, params=params)]


@clause("一(五)", "R-HAND-01")
def judge_handover_filed(state: str, step: str) -> list[Finding]:
    """A hand-over begun is signed, witnessed and filed."""
    words = N_("工作交接尚未备案：%(step)s")
    return [Finding("handover_to_file", words, clause="一(五)", params={"step": step, "state": state})]

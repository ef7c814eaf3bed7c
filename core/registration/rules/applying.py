"""Who may apply, for what post, and when (R-REG-02, -03, -13, R-TIME-05); and the two-person steps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from core.accounts.rules import judge_four_eyes
from core.calendar.rules import WORKING_DAYS, WorkingDays
from core.foundation.findings import N_, Finding, Severity, clause
from core.people.rules import years_on
from core.registration.rules.outcomes import OUTCOME_NAMES, Outcome
from core.rulesets.loader import RuleSet

POST_NAMES = {
    "1": N_("幼儿园"), "2": N_("小学"), "3": N_("初中"), "4": N_("普通高中"), "5": N_("中等职业学校"),
    "6": N_("中等职业学校实习指导"),
}  # fmt: skip
# Which kinds of qualification fit a post: the own level and below; 4 and 5 are interchangeable (§ 2.1).
FITTING = {"1": "123457", "2": "23457", "3": "3457", "4": "457", "5": "457", "6": "567"}


@dataclass(frozen=True, slots=True)
class Claim:
    """An application as handed in on `day`.

    `kind`: the certificate's kind, "" while its number says none; `in_force_until`: the end of the registration in
    force; `registered_on`: the last passed one, by this system or on paper.
    """

    day: date
    public: bool
    post: str
    kind: str
    number_findings: tuple[Finding, ...] = ()
    registered_on: date | None = None
    in_force_until: date | None = None
    probation_passed_on: date | None = None
    private_included: bool = False


def _said(code: str, message: str, clauses: str, field: str = "", remedy: str = "", **params: object) -> Finding:
    return Finding(code, message, clause=clauses, field=field, remedy=remedy, params=params)


@clause("R-REG-02", "R-REG-03", "R-REG-13", "R-TIME-05")
def judge_claim(claim: Claim, rules: RuleSet) -> list[Finding]:
    """In post at a public school, qualified for the post, and not before the cycle nears its end."""
    found = list(claim.number_findings)
    if not claim.public and not claim.private_included:
        words = N_("定期注册面向公办学校在编在岗教师")
        found.append(_said("registration_not_public", words, "R-REG-02", "public", N_("民办学校是否纳入由省级规定")))
    if not claim.post:
        found.append(_said("registration_post_missing", N_("请选择任教学段"), "R-REG-03", "post"))
    elif claim.kind and claim.kind not in FITTING.get(claim.post, ""):
        words = N_("所持教师资格与任教学段不相适应")
        found.append(_said("registration_kind_unfit", words, "R-REG-03", "post", N_("请核对任教学段和证书号码")))
    if claim.registered_on is not None and claim.registered_on > claim.day:
        found.append(_said("registered_on_future", N_("上次注册日期晚于今天"), "R-REG-13", "registered_on"))
    ends = claim.in_force_until or (cycle_end(claim.registered_on, rules) if claim.registered_on else None)
    opens = ends - timedelta(days=rules.v.registration_early_days) if ends else None
    if opens is not None and claim.day < opens:
        words = N_("现有注册有效期至%(until)s，%(opens)s起可申请下一次注册")
        found.append(_said("registration_too_early", words, "R-REG-13", "registered_on", until=ends, opens=opens))
    late = claim.probation_passed_on and claim.day > claim.probation_passed_on + timedelta(
        days=rules.v.first_registration_days
    )
    if claim.registered_on is None and late:
        words = N_("首次注册应在试用期满考核合格之日起%(days)s日内申请")
        found.append(
            Finding("first_registration_late", words, clause="R-TIME-05", severity=Severity.WARNING,
                    params={"days": rules.v.first_registration_days})
        )  # fmt: skip
    return found


@clause("R-REG-01", "R-REG-13")
def cycle_end(passed_on: date, rules: RuleSet) -> date:
    """The day from which a registration passed on `passed_on` no longer stands: five years on."""
    return years_on(passed_on, rules.v.registration_cycle_years)


@clause("R-TIME-04")
def notice_end(opened_on: date, rules: RuleSet, days: WorkingDays = WORKING_DAYS) -> date:
    """The last day of the public notice (公示) that began on `opened_on`, which does not count."""
    return days.after(opened_on, rules.v.registration_notice_working_days)


@clause("R-TIME-04")
def conclusion_due(confirm_last: date, rules: RuleSet, days: WorkingDays = WORKING_DAYS) -> date:
    """The last day in time for the conclusion: 90 working days after the acceptance period."""
    return days.after(confirm_last, rules.v.registration_conclusion_working_days)


@clause("R-REG-07")
def judge_proposal(outcome: str, judged: Outcome) -> list[Finding]:
    """The proposal is what the facts come to: to say otherwise, the facts are corrected first."""
    if outcome == judged:
        return []
    return [_said("registration_outcome_differs", N_("按现有材料，结论应为%(judged)s"), "R-REG-07", "outcome",
                  N_("如材料有误，请先更正材料"), judged=OUTCOME_NAMES[judged])]  # fmt: skip


@clause("R-TIME-04")
def judge_conclusion(
    today: date, notice_until: date | None, objections_open: int, reviewer: object, concluder: object
) -> list[Finding]:
    """Concluded by another officer than proposed it, after the public notice, with every objection decided."""
    found = judge_four_eyes(reviewer, concluder)
    if notice_until is None or today <= notice_until:
        words = N_("公示尚未期满（至%(until)s）")
        found.append(_said("notice_not_over", words, "R-TIME-04", until=notice_until or "—"))
    if objections_open:
        words = N_("有%(count)s件异议尚未处理")
        found.append(_said("objection_open", words, "R-TIME-04", "", N_("请先处理异议"), count=objections_open))
    return found

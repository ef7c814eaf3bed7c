"""Pass, postponed or fail: every reason named, the gravest decides (R-REG-03 … -07)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

from core.foundation.findings import N_, Finding, clause
from core.people.rules import Bar, bar_in_force
from core.rulesets.loader import RuleSet


class Outcome(StrEnum):
    """What a registration may come to."""

    PASSED = "passed"
    POSTPONED = "postponed"
    FAILED = "failed"


OUTCOME_NAMES = {
    Outcome.PASSED: N_("注册合格"), Outcome.POSTPONED: N_("暂缓注册"), Outcome.FAILED: N_("注册不合格"),
}  # fmt: skip
CONDUCT_NAMES = {
    "good": N_("师德合格"), "breach": N_("师德考核有问题，未造成恶劣影响"), "bad_effect": N_("违反师德，影响恶劣"),
}  # fmt: skip
APPRAISAL_NAMES = {"passed": N_("合格及以上"), "failed": N_("不合格"), "missing": N_("无考核结果")}
# Reasons for being away that do not count (R-REG-05); "" is none.
LEAVE_NAMES = {
    "": N_("未离岗"), "study": N_("经批准进修"), "exchange": N_("经批准交流"), "sick": N_("病休"),
    "maternity": N_("产假"), "other": N_("其他原因"),
}  # fmt: skip
APPROVED_LEAVE = frozenset({"study", "exchange", "sick", "maternity"})
# How a certificate stands for registration: as its record says, "genuine" after an authenticity check, "unknown".
STANDING = frozenset({"in_force", "genuine"})


@dataclass(frozen=True, slots=True)
class RegistrationFacts:
    """A teacher's registration as the rules take it on `day`.

    `appraisals`: year → passed, failed or missing, of the cycle; `untrue`: "" or the outcome that an officer set for
    untrue statements (R-REG-12).
    """

    day: date
    first: bool
    certificate: str
    bars: tuple[Bar, ...] = ()
    conduct: str = "good"
    appraisals: Mapping[int, str] | None = None
    training_hours: int = 0
    absence_terms: int = 0
    absence_reason: str = ""
    fit: bool = True
    appointed_on: date | None = None
    probation_passed_on: date | None = None
    untrue: str = ""


def _reason(outcome: Outcome, code: str, message: str, clauses: str, remedy: str = "", **params: object) -> Finding:
    return Finding(code, message, clause=clauses, remedy=remedy, params=params | {"outcome": outcome.value})


@clause("R-REG-06", "R-REG-12", "一(三)")
def judge_failure(facts: RegistrationFacts, rules: RuleSet) -> list[Finding]:
    """What makes a registration fail: breach of conduct with bad effect, failed years in a row, revoked or lost."""
    found = []
    fail = Outcome.FAILED
    if facts.conduct == "bad_effect":
        words = N_("违反教师职业道德，影响恶劣")
        found.append(_reason(fail, "registration_conduct_bad_effect", words, "R-REG-06"))
    row = _failed_in_a_row(facts.appraisals or {})
    least = rules.v.registration_fail_consecutive_years
    if row >= least:
        words = N_("连续%(years)s年年度考核不合格")
        found.append(_reason(fail, "registration_appraisals_in_a_row", words, "R-REG-06", years=row))
    if facts.certificate in ("revoked", "lost_qualification"):
        words = N_("教师资格已被撤销或丧失")
        found.append(_reason(fail, "registration_qualification_gone", words, "R-REG-06"))
    bar = bar_in_force(facts.bars, facts.day)
    if bar is not None and bar.kind != "cheating":
        words = N_("处于教师资格限制期内")
        found.append(_reason(fail, "registration_barred", words, "R-REG-06"))
    if facts.untrue == Outcome.FAILED:
        found.append(_reason(fail, "registration_untrue", N_("申报材料弄虚作假"), "R-REG-12"))
    return found


def _failed_in_a_row(appraisals: Mapping[int, str]) -> int:
    years = sorted(appraisals)
    longest = run = int(bool(years) and appraisals[years[0]] == "failed")
    for before, year in pairwise(years):
        failed = appraisals[year] == "failed"
        run = (run + 1 if year == before + 1 else 1) if failed else 0
        longest = max(longest, run)
    return longest


@clause("R-REG-04", "R-REG-05", "R-REG-12", "R-PILOT-04")
def judge_postponement(facts: RegistrationFacts, rules: RuleSet) -> list[Finding]:
    """What postpones: hours missing, away too long, one failed year, and what is not yet shown."""
    found = [] if facts.first else _cycle(facts, rules)
    late = Outcome.POSTPONED
    away = facts.absence_terms > rules.v.registration_absence_terms and facts.absence_reason not in APPROVED_LEAVE
    if away:
        words = N_("离开教学岗位%(terms)s个学期，超过%(most)s个学期")
        found.append(_reason(late, "registration_absence", words, "R-REG-05", N_("返岗任教后再次申请"),
                             terms=facts.absence_terms, most=rules.v.registration_absence_terms))  # fmt: skip
    if facts.conduct == "breach":
        words = N_("师德考核有问题")
        found.append(_reason(late, "registration_conduct", words, "R-REG-04", N_("整改合格后再次申请")))
    if facts.conduct not in CONDUCT_NAMES:
        found.append(_reason(late, "registration_conduct_missing", N_("学校尚未出具师德意见"), "R-REG-09",
                             N_("请学校出具意见")))  # fmt: skip
    if not facts.fit:
        words = N_("身心健康状况不能胜任教育教学工作")
        found.append(_reason(late, "registration_unfit", words, "R-REG-04", N_("恢复后再次申请")))
    if facts.certificate not in STANDING and facts.certificate not in ("revoked", "lost_qualification"):
        words = N_("教师资格证书不在系统中，真伪尚未核实")
        found.append(_reason(late, "registration_certificate_unverified", words, "二(二)", N_("请先向发证机构核实")))
    if facts.untrue == Outcome.POSTPONED:
        found.append(_reason(late, "registration_untrue", N_("申报材料不实"), "R-REG-12", N_("更正后再次申请")))
    return found


def _cycle(facts: RegistrationFacts, rules: RuleSet) -> list[Finding]:
    late, found = Outcome.POSTPONED, []
    if facts.training_hours < rules.v.registration_training_hours:
        words = N_("培训%(hours)s学时，不足%(least)s学时")
        found.append(_reason(late, "registration_training_hours", words, "R-REG-05", N_("补足学时后再次申请"),
                             hours=facts.training_hours, least=rules.v.registration_training_hours))  # fmt: skip
    given = dict(facts.appraisals or {})
    failed = sorted(year for year, result in given.items() if result == "failed")
    if failed:
        words = N_("年度考核不合格：%(years)s")
        found.append(_reason(late, "registration_appraisal_failed", words, "R-REG-05", N_("考核合格后再次申请"),
                             years=failed))  # fmt: skip
    lacking = [str(year) for year in _years(facts, rules) if given.get(year, "missing") == "missing"]
    if lacking:
        words = N_("缺少年度考核结果：%(years)s")
        found.append(_reason(late, "registration_appraisal_missing", words, "R-REG-04", N_("请学校补齐考核结果"),
                             years=lacking))  # fmt: skip
    return found


def _years(facts: RegistrationFacts, rules: RuleSet) -> range:
    return cycle_years(facts.day, rules)


@clause("R-REG-01", "R-REG-09")
def cycle_years(day: date, rules: RuleSet) -> range:
    """The years whose appraisals a registration on `day` asks for: the five before its own."""
    return range(day.year - rules.v.registration_cycle_years, day.year)


@clause("R-REG-03")
def judge_first(facts: RegistrationFacts) -> list[Finding]:
    """A first registration is for the appointed whose probation was passed; until then it is postponed."""
    if not facts.first:
        return []
    found = []
    if facts.appointed_on is None or facts.appointed_on > facts.day:
        found.append(_reason(Outcome.POSTPONED, "registration_not_appointed", N_("尚未聘用"), "R-REG-03",
                             N_("聘用并试用期满考核合格后申请")))  # fmt: skip
    if facts.probation_passed_on is None or facts.probation_passed_on > facts.day:
        found.append(_reason(Outcome.POSTPONED, "registration_probation", N_("试用期满考核尚未合格"), "R-REG-03",
                             N_("试用期满考核合格后60日内申请")))  # fmt: skip
    return found


@clause("R-REG-03", "R-REG-04", "R-REG-05", "R-REG-06", "R-REG-07")
def judge_registration(facts: RegistrationFacts, rules: RuleSet) -> list[Finding]:
    """Every reason against a pass, each with the outcome it leads to; none is a pass. `outcome_of` weighs them."""
    return [*judge_failure(facts, rules), *judge_postponement(facts, rules), *judge_first(facts)]


@clause("R-REG-07")
def outcome_of(findings: Iterable[Finding]) -> Outcome:
    """Fail before postponed before pass."""
    said = {finding.params["outcome"] for finding in findings}
    for outcome in (Outcome.FAILED, Outcome.POSTPONED):
        if outcome in said:
            return outcome
    return Outcome.PASSED
